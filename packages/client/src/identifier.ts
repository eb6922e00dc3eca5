// Owns what depends on one canonical identifier: its masked form, its country, how many others
// there could be, and whether a numbering plan contains it. All depend on the kind, and for phones
// on the country, whose plans phone.ts knows.

import { kindNamed } from "./kinds.js";

/** How many possible identifiers there are of this one's kind and country. */
export async function possibleIdentifiers(kindName: string, canonical: string): Promise<number> {
  const { possible } = kindNamed(kindName);
  if (possible !== null) return possible;
  const { possiblePhones } = await import("./phone.js");
  return possiblePhones(canonical);
}

/**
 * Whether a numbering plan contains it. True for kinds without one: their check character does the
 * same.
 */
export async function isInNumberingPlan(kindName: string, canonical: string): Promise<boolean> {
  const { named } = kindNamed(kindName);
  return named === undefined || (await import("./phone.js")).phoneReading(canonical).isKnown;
}

/** The country of an identifier, ISO 3166-1 alpha-2; null if it is of none. */
export async function countryOf(kindName: string, canonical: string): Promise<string | null> {
  const { named, country } = kindNamed(kindName);
  return named === undefined ? country : (await import("./phone.js")).phoneReading(canonical).country;
}

/**
 * The only form in which an identifier may be shown: its ends (for a phone, with the calling code),
 * and dots between.
 */
export async function masked(kindName: string, canonical: string): Promise<string> {
  const { named, mask } = kindNamed(kindName);
  const head = named === undefined ? mask.head : (await import("./phone.js")).callingCodeWidth(canonical);
  const hidden = Math.max(0, canonical.length - head - mask.tail);
  return canonical.slice(0, head) + "•".repeat(hidden) + canonical.slice(head + hidden);
}
