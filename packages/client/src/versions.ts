// Owns the canonical version of each kind: the number of the rules by which this client writes its
// numbers. Rust reads the same table. What the rules are is in canonical.ts and below.

import table from "../../../crates/identifier/canonical-versions.json?kinds";
import { hashedAs } from "./kinds.js";

/** The first version, in which all kinds began. Whatever says no version is of this one. */
export const FIRST_VERSION = 1;

/** The kinds that a version changed, and the last one that did. */
const changed: ReadonlyMap<string, number> = new Map(Object.entries(table));

/**
 * The version of the rules that last changed the canonical forms of a kind. An index whose forms
 * are of another version may hold a number in another form.
 * @throws {InvalidOption} for an unknown kind.
 */
export function canonicalVersionOf(kind: string): number {
  return changed.get(hashedAs(kind)) ?? FIRST_VERSION;
}
