// Reads one piece of a cell as a number of a kind with forms, in the order of docs/canonical.md.
// All that is specific to a kind comes from the table's rules. Cells are split in canonical.ts.

import { rejectImpossibleBirth } from "./birth.js";
import { holdsCheck } from "./checks.js";
import { Rejected } from "./errors.js";
import { hasBareExponent, hasXs, rejectFloat, rejectMasked } from "./piece.js";
import { rewritten } from "./rewrite.js";
import type { Form, Rules } from "./rules.js";
import { fits, holds, lengthOf, signsOf } from "./words.js";

export { rulesOf } from "./rules.js";

/** A Mexican CURP may contain four in a row, if a name has no consonants. */
const MASKING_XS = 5;
/** A short old form becomes a long old form, and that the current one. No kind needs more. */
const MAX_REWRITES = 2;
const DASHES = /[\u2010-\u2015\u2212]/gu;

/** @throws {Rejected} if the piece is not a number of this kind. */
export function canonicalNumber(rules: Rules, piece: string, today: Date): string {
  rejectMasked(piece, MASKING_XS, rules.separators);
  if (!hasBareExponent(piece)) rejectFloat(piece);
  let text = completed(rules, bare(rules, piece));
  let form = formOf(rules, text, piece);
  for (let rewrites = 0; form.becomes !== undefined && rewrites < MAX_REWRITES; rewrites++) {
    text = rewritten(rules, form.becomes, text, today);
    form = formOf(rules, text, piece);
  }
  rejectUnissued(form, text);
  if (form.birth !== undefined) rejectImpossibleBirth(form.birth, text, today);
  if (form.checks?.every((check) => holdsCheck(check, text, today)) === false) throw new Rejected("check");
  return text.slice(0, form.keep);
}

/** Only the characters that count, letters in upper case. */
function bare({ separators = "", prepare, forms }: Rules, piece: string): string {
  const joined = upperCase(piece.replace(DASHES, "-").replace(/\p{White_Space}/gu, ""));
  const prepared = prepare === "cr-parts" ? filledParts(joined) : joined;
  const text = [...prepared].filter((character) => !separators.includes(character)).join("");
  const signs = signsOf(forms);
  if ([...text].some((character) => !/[0-9A-Z]/.test(character) && !signs.includes(character)))
    throw new Rejected("character");
  return text;
}

/** `toUpperCase` would turn some letters into two. */
function upperCase(text: string): string {
  return text.replace(/[a-zñ]/g, (letter) => letter.toUpperCase());
}

/** Costa Rica: a number in three parts, each of which may have lost leading zeros. */
function filledParts(text: string): string {
  const parts = text.split("-");
  return parts.length === 3 ? parts.map((part, at) => part.padStart([2, 4, 4][at] ?? 0, "0")).join("") : text;
}

/** Removes a prefix, and adds or strips leading zeros. */
function completed({ prefixes = [], strip_zeros_to: least, pad }: Rules, typed: string): string {
  const prefix = prefixes.find((prefix) => typed.startsWith(prefix) && typed.length > prefix.length) ?? "";
  let text = typed.slice(prefix.length);
  while (least !== undefined && text.length > least && text.startsWith("0")) text = text.slice(1);
  const isShort = pad !== undefined && text.length >= pad.from && text.length < pad.to;
  return isShort && /^[0-9]+$/.test(text) ? text.padStart(pad.to, "0") : text;
}

/** The form that the text matches. If none does, `piece` may tell why. */
function formOf({ forms }: Rules, text: string, piece: string): Form {
  const sameLength = forms.filter((form) => lengthOf(form) === text.length);
  const form = sameLength.find((form) => fits(form, text));
  if (form !== undefined) return form;
  if (hasXs(piece, 2)) throw new Rejected("masked");
  if (hasBareExponent(piece)) throw new Rejected("float");
  throw new Rejected(sameLength.length === 0 ? "length" : "character");
}

function rejectUnissued({ where = [], never = [] }: Form, text: string): void {
  const isIssued = where.every((condition) => condition.text === true || holds(condition, text));
  if (!isIssued || never.some((name) => NEVER[name](text))) throw new Rejected("unissued");
}

const NEVER = { palindrome: isPalindrome, "idnr-repeats": lacksTheRepeat };

function isPalindrome(text: string): boolean {
  return [...text].reverse().join("") === text;
}

/**
 * Germany: of the first ten digits exactly one occurs more than once, and that two or three times.
 */
function lacksTheRepeat(text: string): boolean {
  const digits = [...text.slice(0, 10)];
  const counts = [...new Set(digits)].map((digit) => digits.filter((other) => other === digit).length);
  const [repeated, ...others] = counts.filter((count) => count > 1);
  return repeated === undefined || repeated > 3 || others.length > 0;
}
