// Owns the damage that every kind rejects in one piece of a cell (docs/canonical.md): masks and
// floats. It happened before the text reached us, and is reported, never repaired.

import { Rejected } from "./errors.js";

const MASKS = "*•●○■█×?_";
const FLOAT = /^\+?[0-9]+(?:\.[0-9]+(?:[eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)$/;
const BARE_EXPONENT = /^[0-9]+[eE][0-9]+$/;

/** Completing a masked number would invent one. A run of this many letters x is a mask, too. */
export function rejectMasked(piece: string, xs: number, separators = ""): void {
  const isMask = (character: string) => MASKS.includes(character) && !separators.includes(character);
  if ([...piece].some(isMask) || piece.includes("..") || hasXs(piece, xs)) throw new Rejected("masked");
}

export function hasXs(piece: string, xs: number): boolean {
  return piece.toUpperCase().includes("X".repeat(xs));
}

/** A spreadsheet's float has lost digits for good. */
export function rejectFloat(piece: string): void {
  if (FLOAT.test(piece)) throw new Rejected("float");
}

/** Both floats of spreadsheets and some Finnish numbers look like this: `010103E0027`. */
export function hasBareExponent(piece: string): boolean {
  return BARE_EXPONENT.test(piece);
}
