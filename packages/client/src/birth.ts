// Owns birth dates inside numbers: their position and century, that they exist, and that they are
// not in the future. The letters of Italian birth dates are in italy.ts.

import { Rejected } from "./errors.js";
import { birthInItaly, type Day } from "./italy.js";
import type { Birth, BirthDigits, Shift } from "./rules.js";
import { holds, isAmong } from "./words.js";

/** If a number does not say the century, it is enough that the date is possible in one of them. */
export function rejectImpossibleBirth(birth: Birth, text: string, today: Date): void {
  const days = ("named" in birth ? birthInItaly(text) : birthsIn(birth, text)).filter(exists);
  if (days.length === 0) throw new Rejected("date");
  const last = serial({ year: today.getUTCFullYear(), month: today.getUTCMonth() + 1, day: today.getUTCDate() });
  if (days.every((day) => serial(day) > last)) throw new Rejected("future-date");
}

function birthsIn(birth: BirthDigits, text: string): Day[] {
  const year = Number(digitsFor("Y", birth, text));
  const month = shifted(digitsFor("M", birth, text), birth.months);
  const day = shifted(digitsFor("D", birth, text), birth.days);
  return centuries(birth, text).map((century) => ({ year: century + year, month, day }));
}

function digitsFor(letter: "Y" | "M" | "D", { at, form }: BirthDigits, text: string): string {
  return [...text.slice(at, at + form.length)].filter((_, place) => form[place] === letter).join("");
}

/**
 * Many countries add to the month or the day, for the sex or the century. A year without a month
 * means its first day.
 */
function shifted(digits: string, shifts: readonly Shift[] = []): number {
  const shift = shifts.find((shift) => isAmong(digits, 0, shift.in));
  return digits === "" ? 1 : Number(digits) - (shift?.minus ?? 0);
}

function centuries({ centuries = [{ add: 0 }] }: BirthDigits, text: string): readonly number[] {
  const century = centuries.find(({ if: conditions = [] }) => conditions.every((condition) => holds(condition, text)));
  return [century?.add ?? []].flat();
}

function exists({ year, month, day }: Day): boolean {
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  // The Gregorian calendar has no year 0.
  return year >= 1 && day >= 1 && day <= days;
}

function serial({ year, month, day }: Day): number {
  return (year * 100 + month) * 100 + day;
}
