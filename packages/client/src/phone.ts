// Owns the canonical form of phone numbers, and how many there could be in a number's country. The
// text is cleaned before libphonenumber sees it, which would otherwise complete masks, read letters
// as digits and take a spreadsheet's ".0" for a digit. Which number the digits mean is decided in
// reading.ts.

import type { PhoneNumber } from "libphonenumber-js/max";
import plans from "libphonenumber-js/max/metadata";
import { elsewhere } from "./elsewhere.js";
import { InvalidOption, Rejected } from "./errors.js";
import { isFloat, rejectFloat, rejectMasked } from "./piece.js";
import { isKnown, isNumber, mayHaveDashedExtension, oddReadings, parse, read } from "./reading.js";

const EXTENSION =
  /\p{White_Space}*(?:转|轉|分机|分機|extension|ext\.|ext|x)\p{White_Space}*[:.]?\p{White_Space}*[0-9]{1,6}$/iu;
/** What a spreadsheet's float adds to an integer. */
const POINT_ZERO = /^(\+?[0-9]+)\.0+$/;
const LETTER = /\p{L}/u;
const ALLOWED = /^[0-9\p{White_Space}+()[\]\-./·\u2010-\u2015\u2212]*$/u;
const MISPLACED_PLUS = /[0-9+][^+]*\+/;

/** An extension behind a dash only: `0755-26001234-803`. */
const DASHED_EXTENSION = /^(.*?)\p{White_Space}*[-\u2010-\u2015\u2212]\p{White_Space}*[0-9]{1,6}$/u;

/** About one leading digit in ten is used for mobile numbers. */
const SHARE_OF_LEADING_DIGITS = 10;
/** Countries that share a calling code with a larger one are counted as small, except these two. */
const POSSIBLE_IN_A_SHARED_PLAN = 1e6;
const LARGE_IN_A_SHARED_PLAN: readonly string[] = ["CA", "KZ"];

/** The region as the plans spell it. */
export function knownRegion(region: string): string {
  const code = region.toUpperCase();
  if (!Object.hasOwn(plans.countries, code)) throw new InvalidOption("region");
  return code;
}

/**
 * E.164 with `+`. Accepts possible numbers, not only valid ones: the published plans lag behind the
 * carriers. Of several readings the one is meant that the plans contain.
 */
export function canonicalPhone(piece: string, region: string): string {
  const dialled = dialledDigits(piece);
  const reading = read(dialled, region);
  const isE164 = piece === dialled && piece.startsWith("+");
  const others = new Set(oddReadings(dialled, reading, region, isE164));
  const head = mayHaveDashedExtension(reading) ? DASHED_EXTENSION.exec(piece)?.[1] : undefined;
  if (head !== undefined && !isFloat(head)) {
    const number = read(dialledDigits(head), region);
    if (isNumber(number)) others.add(number);
  }
  if (!isNumber(reading) || (others.size > 0 && !isKnown(reading))) {
    const [known, ...more] = [...others].filter((other) => other !== reading && isKnown(other));
    // More than one is a guess.
    if (known !== undefined && more.length === 0) return known;
  }
  if (!isNumber(reading)) throw reading;
  return reading;
}

/** A phone number as it was understood. */
export interface PhoneReading {
  readonly canonical: string;
  /** ISO 3166-1 alpha-2; null for numbers of no country, such as those of satellites. */
  readonly country: string | null;
  /** With calling code, in the groups in which the country writes it. */
  readonly international: string;
  /** Whether the plans contain it. A possible number that they do not contain is usually a typo. */
  readonly isKnown: boolean;
}

export function phoneReading(canonical: string): PhoneReading {
  const number = numberOf(canonical);
  const [main] = plans.country_calling_codes[number.countryCallingCode] ?? [];
  // Numbers of satellites and services are of "001", which is no country.
  const own = number.country ?? main ?? "";
  const country = /^[A-Z]{2}$/.test(own) ? own : null;
  return { canonical, country, international: number.formatInternational(), isKnown: isKnown(canonical) };
}

/**
 * What the piece could be as well in other countries, or rather, in E.164, the likeliest first;
 * none if it names its country. `own` is what it is in the region.
 */
export function phonesElsewhere(
  piece: string,
  own: string | Rejected,
  region: string,
  home: readonly string[],
): string[] {
  try {
    return elsewhere(dialledDigits(piece), own, region, home.map(knownRegion));
  } catch (error) {
    // What is not dialled in one country is dialled in none.
    if (error instanceof Rejected) return [];
    throw error;
  }
}

/** The digits, behind a `+` if there is one. */
function dialledDigits(piece: string): string {
  rejectMasked(piece, 2);
  const text = piece.replace(EXTENSION, "").replace(POINT_ZERO, "$1");
  rejectFloat(text);
  if (LETTER.test(text)) throw new Rejected("letters");
  if (!ALLOWED.test(text) || MISPLACED_PLUS.test(text)) throw new Rejected("character");
  return (text.includes("+") ? "+" : "") + text.replace(/[^0-9]/g, "");
}

/** The length of `+` and the calling code of a number in E.164. */
export function callingCodeWidth(canonical: string): number {
  return 1 + numberOf(canonical).countryCallingCode.length;
}

/**
 * How many numbers this one could be, as far as its country is known. Counting too few only makes a
 * client more careful.
 */
export function possiblePhones(canonical: string): number {
  const number = numberOf(canonical);
  // The first of the countries with a calling code is its main one. Some codes belong to no
  // country.
  const [main, ...others] = plans.country_calling_codes[number.countryCallingCode] ?? [];
  const country = number.country;
  const wholePlan = 10 ** number.nationalNumber.length / SHARE_OF_LEADING_DIGITS;
  const isSmall = country !== undefined && country !== main && !LARGE_IN_A_SHARED_PLAN.includes(country);
  return others.length > 0 && isSmall ? Math.min(wholePlan, POSSIBLE_IN_A_SHARED_PLAN) : wholePlan;
}

function numberOf(canonical: string): PhoneNumber {
  const number = parse(canonical, "CN");
  if (number instanceof Rejected) throw number;
  return number;
}
