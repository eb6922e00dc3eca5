// Owns what can be said of one canonical identifier: how it may be shown, how many others there could be, and
// whether it can be one that is in use. All depend on the kind, and for phones on the country, whose plans phone.ts knows.

import { kindNamed } from "./kinds.js";

/** How many identifiers of this one's kind and country there could be. */
export async function possibleIdentifiers(kindName: string, canonical: string): Promise<number> {
  const { possible } = kindNamed(kindName);
  if (possible !== null) return possible;
  const { possiblePhones } = await import("./phone.js");
  return possiblePhones(canonical);
}

/** Whether a numbering plan holds it; true for kinds that have none, whose check character says as much. */
export async function isInNumberingPlan(kindName: string, canonical: string): Promise<boolean> {
  return kindNamed(kindName).named === undefined || (await import("./phone.js")).isInNumberingPlan(canonical);
}

/** The only form in which an identifier may be shown: its ends, of a phone with the calling code, and dots between. */
export async function masked(kindName: string, canonical: string): Promise<string> {
  const { named, mask } = kindNamed(kindName);
  const head = named === undefined ? mask.head : (await import("./phone.js")).callingCodeWidth(canonical);
  const hidden = Math.max(0, canonical.length - head - mask.tail);
  return canonical.slice(0, head) + "•".repeat(hidden) + canonical.slice(head + hidden);
}
