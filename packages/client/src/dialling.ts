// Owns prefixes that are dialled before a number: the prefix for international calls, and the
// region's own calling code without its `+`. Here the original libphonenumber differs from its
// port, which reads all the rest.

import type { CountryCode } from "libphonenumber-js/max";
import plans from "libphonenumber-js/max/metadata";

/**
 * Positions of the fields that are used here in a country's metadata: expressions and digits, 0 if
 * absent.
 */
const [CODE, ABROAD, PATTERN, LENGTHS, TRUNK, TRUNK_EXPRESSION, TRANSFORMED] = [0, 1, 2, 3, 5, 7, 8];
const CALLING_CODE_WIDTHS = [1, 2, 3];

type Plan = readonly unknown[];

/**
 * The rest after the region's prefix for international calls, such as 00; null if there is no such
 * prefix. `+0086…` is read as `0086…`: a `+` counts only before a calling code.
 */
export function dialledAbroad(digits: string, region: string): string | null {
  const prefix = planOf(region)[ABROAD];
  const hasCode = digits.startsWith("+") && callingCodeOf(digits.slice(1)) !== null;
  if (typeof prefix !== "string" || hasCode) return null;
  const [found] = new RegExp(`^\\+?(?:${prefix})`).exec(digits) ?? [];
  // The prefix is removed once, and matches as much as it can. No calling code begins with a zero,
  // so what precedes a zero was not the prefix.
  const rest = found === undefined ? "0" : digits.slice(found.length);
  return rest.startsWith("0") ? null : rest;
}

/**
 * The number with its `+`, if it begins with the region's own calling code; null if that may be a
 * coincidence.
 */
export function withOwnCode(digits: string, region: string): string | null {
  const plan = planOf(region);
  const code = String(plan[CODE]);
  if (!digits.startsWith(code)) return null;
  const rest = withoutTrunk(digits.slice(code.length), plan);
  const isTooLong = digits.length > Math.max(...(plan[LENGTHS] as number[]));
  return isTooLong || (!isNational(digits, plan) && isNational(rest, plan)) ? `+${code}${rest}` : null;
}

/**
 * Removes the prefix for national calls, or replaces it by the area code that it stands for on
 * some islands.
 */
function withoutTrunk(digits: string, plan: Plan): string {
  const trunk = plan[TRUNK_EXPRESSION] || plan[TRUNK];
  if (!trunk) return digits;
  const expression = new RegExp(`^(?:${String(trunk)})`);
  const found = expression.exec(digits);
  if (found === null) return digits;
  const transformed = plan[TRANSFORMED] && found.length > 1 && found.at(-1) !== undefined;
  const rest = digits.replace(expression, transformed ? String(plan[TRANSFORMED]) : "");
  return isNational(digits, plan) && !isNational(rest, plan) ? digits : rest;
}

function isNational(digits: string, plan: Plan): boolean {
  return new RegExp(`^(?:${String(plan[PATTERN])})$`).test(digits);
}

function planOf(region: string): Plan {
  return plans.countries[region as CountryCode] ?? [];
}

/** The digits without the zero for national calls, if it is one in the region; else null. */
export function withoutZero(digits: string, region: string): string | null {
  return digits.startsWith("0") && planOf(region)[TRUNK] === "0" ? digits.slice(1) : null;
}

/** The calling code that digits begin with. None is the beginning of another. */
export function callingCodeOf(digits: string): string | null {
  const codes = CALLING_CODE_WIDTHS.map((width) => digits.slice(0, width));
  return codes.find(isCallingCode) ?? null;
}

export function callingCodeOfRegion(region: string): string {
  return String(planOf(region)[CODE]);
}

function isCallingCode(digits: string): boolean {
  return Object.hasOwn(plans.country_calling_codes, digits) || Object.hasOwn(plans.nonGeographic, digits);
}
