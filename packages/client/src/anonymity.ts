// Owns the client's choice of how much to reveal: among how many possible identifiers a prefix hides.
// The server only says which prefix lengths it serves; the counts are ours, from identifier.ts.

import { Refused } from "./errors.js";

/** Longer prefixes than this are refused whatever they leave: 2^16 buckets are already few numbers each. */
export const MAX_PREFIX_BITS = 16;
/** A prefix must leave at least this many possible identifiers of its kind and country. */
export const MIN_POSSIBLE = 1000;

/**
 * The longest prefix served that still leaves enough possible identifiers: shorter means more to download.
 * @throws {Refused} where none does.
 */
export function choosePrefixBits(served: readonly number[], possible: number): number {
  const fitting = served.filter((bits) => possible / 2 ** bits >= MIN_POSSIBLE);
  if (fitting.length === 0) throw new Refused("too-few-possible");
  return Math.max(...fitting);
}
