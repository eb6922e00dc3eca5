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

export function isFloat(piece: string): boolean {
  return FLOAT.test(piece);
}

/** A spreadsheet's float has lost digits for good. */
export function rejectFloat(piece: string): void {
  if (isFloat(piece)) throw new Rejected("float");
}

/** Digits that a double holds, and the fewest of a number that is written with an exponent. */
const DOUBLE_DIGITS = 15;
const SHORT_DIGITS = 7;
const EXPONENT = /^(\+?)([0-9]+)\.([0-9]+)[eE]\+?([0-9]{1,2})$/;

/** The whole number that exponent notation has all digits of, and anything else as it is. */
export function withoutExponent(piece: string): string {
  const [, plus, whole, fraction, power] = EXPONENT.exec(piece) ?? [];
  if (whole === undefined || fraction === undefined) return piece;
  const exponent = Number(power);
  const digits = whole.length + exponent;
  const isExact = exponent > 0 && fraction.length >= exponent && digits >= SHORT_DIGITS && digits <= DOUBLE_DIGITS;
  // Zeros at the end are digits too, as long as the exponent asks for them.
  if (!isExact || !/^0*$/.test(fraction.slice(exponent))) return piece;
  return `${plus ?? ""}${whole}${fraction.slice(0, exponent)}`;
}

/** Both floats of spreadsheets and some Finnish numbers look like this: `010103E0027`. */
export function hasBareExponent(piece: string): boolean {
  return BARE_EXPONENT.test(piece);
}
