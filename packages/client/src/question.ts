// Owns one question: which identifier it is about, and how long a prefix of it an index may see.
// What is fetched for it, and when, is decided in check.ts and ask.ts.

import { choosePrefixBits } from "./anonymity.js";
import { type CanonicaliseOptions, canonicalise } from "./canonical.js";
import { Refused, Rejected } from "./errors.js";
import { possibleIdentifiers } from "./identifier.js";
import { hashedAs, TEST_IDENTIFIER, TEST_KIND } from "./kinds.js";
import type { ServiceParameters } from "./parameters.js";

/** One identifier, as a caller writes it. */
export interface Query extends Pick<CanonicaliseOptions, "region"> {
  /** One of `kinds`, or `test`: the test identifier, which every index holds. */
  readonly kind: string;
  /** One identifier, in any spelling. Not needed for the kind `test`, which has one. */
  readonly text?: string | undefined;
}

export interface Question {
  /** As which it is hashed. */
  readonly kind: string;
  readonly canonical: string;
  /** How many identifiers of its kind and country there could be. */
  readonly possible: number;
}

/** @throws {InvalidOption} for the kind or region, before the text is looked at; {@link Rejected} for the text. */
export async function questionOf({ kind: name, region, ...given }: Query): Promise<Question> {
  const text = given.text ?? (name === TEST_KIND ? TEST_IDENTIFIER : "");
  const [canonical, another] = await canonicalise(name, text, region === undefined ? {} : { region });
  // Two identifiers asked together narrow down one person.
  if (canonical === undefined || another !== undefined) throw new Rejected("several");
  const kind = hashedAs(name);
  return { kind, canonical, possible: await possibleIdentifiers(kind, canonical) };
}

/** How long a prefix is shown. @throws {Refused} where the index, or this client, has no answer for such an identifier. */
export function prefixBitsOf(
  { kind, possible }: Question,
  { kinds, ranges, longestPrefix }: ServiceParameters,
): number {
  // An index from which everything was withdrawn holds the test identifier alone, and answers "not found" of everybody.
  const isEmpty = kinds.every((held) => held === TEST_KIND);
  if (!isEmpty && !kinds.includes(kind)) throw new Refused("kind-not-served");
  // Nobody stands behind the test identifier, and nothing has to be left of it.
  return kind === TEST_KIND ? longestPrefix : choosePrefixBits([...ranges.keys()], possible);
}
