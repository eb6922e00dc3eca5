// Owns how a text that somebody typed as a phone number is understood: the number, its country, and
// what it could be instead. For forms that show this before they ask; canonical.ts decides what is
// asked about.

import { canonicalise, DEFAULT_REGION, pieces } from "./canonical.js";
import { Rejected } from "./errors.js";
import type { PhoneReading } from "./phone.js";
import { withoutExponent } from "./piece.js";

export interface UnderstandOptions {
  /** Country of a number without a calling code, ISO 3166-1 alpha-2. Default: CN. */
  readonly region?: string;
  /** Other countries to which the person may belong, such as those of the browser's languages. */
  readonly home?: readonly string[];
}

export interface Understood {
  /** The number that would be asked about, or why there is none. */
  readonly reading: PhoneReading | Rejected;
  /**
   * Numbers of other countries that are meant as likely, or rather, the likeliest first. Ask which
   * one it is, unless there are none.
   */
  readonly others: readonly PhoneReading[];
}

/** @throws {InvalidOption} for an unknown region. */
export async function understand(text: string, options: UnderstandOptions = {}): Promise<Understood> {
  const { phoneReading, knownRegion } = await import("./phone.js");
  const region = knownRegion(options.region ?? DEFAULT_REGION);
  const own = await onlyForm(text, region);
  const others = await othersThan(own, text, { ...options, region });
  return { reading: own instanceof Rejected ? own : phoneReading(own), others };
}

/** The {@link Understood.others} of a text that was read as `own`, or rejected. */
export async function othersThan(
  own: string | Rejected,
  text: string,
  { region = DEFAULT_REGION, home = [] }: UnderstandOptions,
): Promise<PhoneReading[]> {
  const { phoneReading, phonesElsewhere, knownRegion } = await import("./phone.js");
  const piece = onlyPiece(text);
  return piece === null ? [] : phonesElsewhere(piece, own, knownRegion(region), home).map(phoneReading);
}

async function onlyForm(text: string, region: string): Promise<string | Rejected> {
  try {
    const [form, another] = await canonicalise("phone", text, { region });
    return form === undefined || another !== undefined ? new Rejected("several") : form;
  } catch (error) {
    if (error instanceof Rejected) return error;
    throw error;
  }
}

/** Null for a text of several pieces, or of none. */
function onlyPiece(text: string): string | null {
  try {
    const [piece, another] = pieces(text);
    return piece === undefined || another !== undefined ? null : withoutExponent(piece);
  } catch (error) {
    if (error instanceof Rejected) return null;
    throw error;
  }
}
