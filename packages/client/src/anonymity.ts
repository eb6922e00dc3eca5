// Owns the choice of a prefix length: how many possible identifiers a prefix must leave. The server
// says which lengths it serves; the counts of possible identifiers are the client's own
// (identifier.ts).

import { Refused } from "./errors.js";

/** Longer prefixes are always refused: 2^16 prefixes already leave few numbers each. */
export const MAX_PREFIX_BITS = 16;
/** A prefix must leave at least this many possible identifiers of its kind and country. */
export const MIN_POSSIBLE = 1000;

/**
 * The longest served prefix that leaves enough possible identifiers. Shorter ones cost more to
 * download.
 * @throws {Refused} if no served length leaves enough.
 */
export function choosePrefixBits(served: readonly number[], possible: number): number {
  const fitting = served.filter((bits) => possible / 2 ** bits >= MIN_POSSIBLE);
  if (fitting.length === 0) throw new Refused("too-few-possible");
  return Math.max(...fitting);
}
