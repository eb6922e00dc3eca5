// Owns the two rejections that every kind shares, on one piece of a cell (docs/canonical.md).
// Both are damage done before the text came to us: it is reported, never repaired.

import { Rejected } from "./errors.js";

const MASKED = /[*•●○■█×?_]|\.\.|[xX]{2}/u;
const FLOAT = /^\+?[0-9]+(?:\.[0-9]+(?:[eE][+-]?[0-9]+)?|[eE][+-]?[0-9]+)$/;

/** Completing a masked number would invent one. */
export function refuseMasked(piece: string): void {
  if (MASKED.test(piece)) throw new Rejected("masked");
}

/** A spreadsheet's number has lost digits that nobody can know. */
export function refuseFloat(piece: string): void {
  if (FLOAT.test(piece)) throw new Rejected("float");
}
