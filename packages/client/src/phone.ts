// Owns the canonical form of phone numbers, and how many there could be in a number's country. The
// numbering plans are libphonenumber's. The text is cleaned before libphonenumber sees it, which
// would otherwise complete masks, read letters as digits and take a spreadsheet's ".0" for a digit.

import { type CountryCode, ParseError, type PhoneNumber, parsePhoneNumberWithError } from "libphonenumber-js/max";
import plans from "libphonenumber-js/max/metadata";
import { dialledAbroad, withOwnCode } from "./dialling.js";
import { InvalidOption, Rejected, type RejectionReason } from "./errors.js";
import { rejectFloat, rejectMasked } from "./piece.js";

const EXTENSION =
  /\p{White_Space}*(?:转|轉|分机|分機|extension|ext\.|ext|x)\p{White_Space}*[:.]?\p{White_Space}*[0-9]{1,6}$/iu;
/** What a spreadsheet's float adds to an integer. */
const POINT_ZERO = /^(\+?[0-9]+)\.0+$/;
const LETTER = /\p{L}/u;
const ALLOWED = /^[0-9\p{White_Space}+()[\]\-./·\u2010-\u2015\u2212]*$/u;
const MISPLACED_PLUS = /[0-9+][^+]*\+/;

/**
 * A mainland mobile number with a digit too few or too many is "possible" as a landline that cannot
 * exist, because no area code begins with 13 to 19. Its certain "not found" would be mistaken for
 * an answer about the intended number.
 */
const HALF_A_CHINESE_MOBILE = /^\+861[3-9](?![0-9]{9}$)/;

/** The original library's definition of what may be a number at all. */
const VIABLE = /^(?:[0-9]{2}|\+?[0-9]{3,})$/;
const VIABLE_ABROAD = 3;

/** About one leading digit in ten is used for mobile numbers. */
const SHARE_OF_LEADING_DIGITS = 10;
/** Countries that share a calling code with a larger one are counted as small, except these two. */
const POSSIBLE_IN_A_SHARED_PLAN = 1e6;
const LARGE_IN_A_SHARED_PLAN: readonly string[] = ["CA", "KZ"];

const REASONS: Record<string, RejectionReason> = {
  INVALID_COUNTRY: "country",
  TOO_SHORT: "length",
  TOO_LONG: "length",
  NOT_A_NUMBER: "not-a-number",
};

/** The region as the plans spell it. */
export function knownRegion(region: string): string {
  const code = region.toUpperCase();
  if (!Object.hasOwn(plans.countries, code)) throw new InvalidOption("region");
  return code;
}

/**
 * E.164 with `+`. Accepts possible numbers, not only valid ones: the published plans lag behind the
 * carriers.
 */
export function canonicalPhone(piece: string, region: string): string {
  rejectMasked(piece, 2);
  const text = piece.replace(EXTENSION, "").replace(POINT_ZERO, "$1");
  rejectFloat(text);
  if (LETTER.test(text)) throw new Rejected("letters");
  if (!ALLOWED.test(text) || MISPLACED_PLUS.test(text)) throw new Rejected("character");
  const e164 = possibleE164((text.includes("+") ? "+" : "") + text.replace(/[^0-9]/g, ""), region);
  if (HALF_A_CHINESE_MOBILE.test(e164)) throw new Rejected("length");
  if (!isReadAsItself(e164, region)) throw new Rejected("not-a-number");
  return e164;
}

function possibleE164(digits: string, region: string): string {
  const number = parse(digits, region);
  // Lengths are those of the calling code's main country, as in the original library. This port
  // would otherwise use those of the territory that the number seems to belong to.
  delete number.country;
  if (!number.isPossible()) throw new Rejected("length");
  return number.number;
}

/**
 * libphonenumber drops one trunk digit at a time: `0004708` in Australia would become `+61004708`,
 * and that another number again. Neither can be dialled, and a canonical form must be its own
 * canonical form.
 */
function isReadAsItself(e164: string, region: string): boolean {
  try {
    return possibleE164(e164, region) === e164;
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return false;
  }
}

function parse(digits: string, region: string): PhoneNumber {
  if (!VIABLE.test(digits)) throw new Rejected("not-a-number");
  const abroad = dialledAbroad(digits, region);
  if (abroad !== null && abroad.length < VIABLE_ABROAD) throw new Rejected("length");
  try {
    const dialled = abroad === null ? (withOwnCode(digits, region) ?? digits) : `+${abroad}`;
    return parsePhoneNumberWithError(dialled, { defaultCountry: region as CountryCode, extract: false });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new Rejected(REASONS[error.message] ?? "not-a-number");
  }
}

/** The length of `+` and the calling code of a number in E.164. */
export function callingCodeWidth(canonical: string): number {
  return 1 + parse(canonical, "CN").countryCallingCode.length;
}

/**
 * Whether the plans contain the number. A possible number that they do not contain is usually a
 * typo.
 */
export function isInNumberingPlan(canonical: string): boolean {
  return parse(canonical, "CN").isValid();
}

/**
 * How many numbers this one could be, as far as its country is known. Counting too few only makes a
 * client more careful.
 */
export function possiblePhones(canonical: string): number {
  const number = parse(canonical, "CN");
  // The first of the countries with a calling code is its main one. Some codes belong to no
  // country.
  const [main, ...others] = plans.country_calling_codes[number.countryCallingCode] ?? [];
  const country = number.country;
  const wholePlan = 10 ** number.nationalNumber.length / SHARE_OF_LEADING_DIGITS;
  const isSmall = country !== undefined && country !== main && !LARGE_IN_A_SHARED_PLAN.includes(country);
  return others.length > 0 && isSmall ? Math.min(wholePlan, POSSIBLE_IN_A_SHARED_PLAN) : wholePlan;
}
