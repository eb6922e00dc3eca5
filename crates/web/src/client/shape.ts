// Owns kinds that are a shape, a birth date and a check character, such as the Chinese resident number.
// All it knows of a particular kind it reads from the table. Cells and pieces are cut in canonical.ts.

import { Rejected } from "./errors.js";
import type { CheckAlgorithm, ShapeRule } from "./kinds.js";
import { refuseFloat, refuseMasked } from "./piece.js";

/** What computes the last character from the ones before it. */
const CHECKS: Record<CheckAlgorithm, (body: string) => string> = { "iso7064-mod-11-2": mod11dash2 };

const SEPARATORS = /[\p{White_Space}\-\u2010-\u2015\u2212]/gu;

export function canonicalShape(rule: ShapeRule, piece: string, today: Date): string {
  refuseMasked(piece);
  refuseFloat(piece);
  const text = piece.replace(SEPARATORS, "").replace(/[a-z]/g, (letter) => letter.toUpperCase());
  if (!/^[0-9A-Z]*$/.test(text)) throw new Rejected("character");
  const full = complete(rule, text);
  const { birth, check } = rule;
  if (birth !== undefined) refuseImpossibleBirth(full.slice(birth.at, birth.at + birth.form.length), today);
  if (check !== undefined && full.at(-1) !== CHECKS[check.algorithm](full.slice(0, -1))) throw new Rejected("check");
  return full;
}

/** Checks the shape, and brings a number of the older, shorter shape into the current one. */
function complete(rule: ShapeRule, text: string): string {
  if (text.length === rule.shape.length) {
    refuseMisfit(rule.shape, text);
    return text;
  }
  const { legacy } = rule;
  if (legacy === undefined || text.length !== legacy.shape.length) throw new Rejected("length");
  refuseMisfit(legacy.shape, text);
  const { at, text: inserted } = legacy.insert;
  const body = text.slice(0, at) + inserted + text.slice(at);
  return rule.check === undefined ? body : body + CHECKS[rule.check.algorithm](body);
}

function refuseMisfit(shape: string, text: string): void {
  const fits = [...shape].every((place, i) => (place === "X" ? /[0-9X]/ : /[0-9]/).test(text[i] ?? ""));
  if (!fits) throw new Rejected("character");
}

function refuseImpossibleBirth(digits: string, today: Date): void {
  const year = Number(digits.slice(0, 4));
  const month = Number(digits.slice(4, 6));
  const day = Number(digits.slice(6, 8));
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  // The Gregorian calendar goes from 1 BC to AD 1: it has no year 0.
  if (year < 1 || day < 1 || day > days) throw new Rejected("date");
  if (digits > today.toISOString().slice(0, 10).replaceAll("-", "")) throw new Rejected("future-date");
}

/** ISO 7064 MOD 11-2, as GB 11643-1999 uses it: the sum of digit × 2^(places to the right) is 1 modulo 11. */
function mod11dash2(body: string): string {
  let sum = 0;
  for (const digit of body) sum = ((sum + Number(digit)) * 2) % 11;
  return "0123456789X"[(12 - sum) % 11] ?? "";
}
