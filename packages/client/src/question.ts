// Owns one question: its identifier, and how long a prefix of it may be sent. What is requested,
// and when, is decided in check.ts and ask.ts.

import { choosePrefixBits } from "./anonymity.js";
import { type CanonicaliseOptions, canonicalise, DEFAULT_REGION } from "./canonical.js";
import { Refused, Rejected } from "./errors.js";
import { possibleIdentifiers } from "./identifier.js";
import { hashedAs, kindNamed, TEST_IDENTIFIER, TEST_KIND } from "./kinds.js";
import type { ServiceParameters } from "./parameters.js";
import { othersThan } from "./understood.js";

/** One identifier to ask about, as the caller writes it. */
export interface Query extends Pick<CanonicaliseOptions, "region"> {
  /** One of `kinds`, or `test`: the test identifier, which every index holds. */
  readonly kind: string;
  /** One identifier, in any spelling. Not needed for the kind `test`. */
  readonly text?: string | undefined;
}

export interface Question {
  /** The kind under which it is hashed. */
  readonly kind: string;
  readonly canonical: string;
  /** How many possible identifiers there are of its kind and country. */
  readonly possible: number;
  /** Countries of which the text is a number as well, or rather. */
  readonly elsewhere: readonly string[];
}

/**
 * @throws {InvalidOption} for the kind or region, before the text is looked at; {@link Rejected}
 *   for the text.
 */
export async function questionOf({ kind: name, region, ...given }: Query): Promise<Question> {
  const text = given.text ?? (name === TEST_KIND ? TEST_IDENTIFIER : "");
  const [canonical, another] = await canonicalise(name, text, region === undefined ? {} : { region });
  // Two identifiers that are asked about together narrow down one person.
  if (canonical === undefined || another !== undefined) throw new Rejected("several");
  const kind = hashedAs(name);
  const elsewhere = await countriesElsewhere(name, canonical, text, region);
  return { kind, canonical, possible: await possibleIdentifiers(kind, canonical), elsewhere };
}

async function countriesElsewhere(
  kind: string,
  canonical: string,
  text: string,
  region = DEFAULT_REGION,
): Promise<string[]> {
  if (kindNamed(kind).named === undefined) return [];
  const others = await othersThan(canonical, text, { region });
  return [...new Set(others.map(({ country }) => country).filter((country) => country !== null))];
}

/**
 * The length of the prefix to send.
 * @throws {Refused} if the index, or this client, cannot answer for such an identifier.
 */
export function prefixBitsOf(
  { kind, possible }: Question,
  { kinds, ranges, longestPrefix }: ServiceParameters,
): number {
  // An index from which everything was withdrawn holds only the test identifier, and answers "not
  // found" for everyone.
  const isEmpty = kinds.every((held) => held === TEST_KIND);
  if (!isEmpty && !kinds.includes(kind)) throw new Refused("kind-not-served");
  // The test identifier belongs to nobody and needs no anonymity.
  return kind === TEST_KIND ? longestPrefix : choosePrefixBits([...ranges.keys()], possible);
}
