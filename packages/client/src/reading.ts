// Owns which number digits mean: one of the region, or one behind a plus; and that old numbers
// become those that replaced them (docs/canonical.md, "Which number is meant"). The numbering plans
// are libphonenumber's. phone.ts cleans the text.

import { type CountryCode, ParseError, type PhoneNumber, parsePhoneNumberWithError } from "libphonenumber-js/max";
import { callingCodeOf, callingCodeOfRegion, dialledAbroad, withOwnCode, withoutZero } from "./dialling.js";
import { Rejected, type RejectionReason } from "./errors.js";
import { isIssued, isUnissued, movedTo } from "./moves.js";
import { isValid } from "./validity.js";

/**
 * A mainland mobile number with a digit too few or too many is "possible" as a landline that cannot
 * exist, because no area code begins with 13 to 19. Its certain "not found" would be mistaken for
 * an answer about the intended number.
 */
const HALF_A_CHINESE_MOBILE = /^\+861[3-9](?![0-9]{9}$)/;
const CHINESE_MOBILE = /^\+861[3-9][0-9]{9}$/;
/** The plans contain all fixed lines of China: one that they do not contain is something else. */
const FIXED_IN_CHINA = /^\+86(?!1[3-9][0-9]{9}$)/;

/** Hong Kong, Macau and Taiwan, whose numbers are in many Chinese dumps. */
const NEIGHBOURS = /^\+(?:852|853|886)/;

/** The calling code that Chinese forms put in front of whatever is typed. */
const CHINA = "86";

/** The original library's definition of what may be a number at all. */
const VIABLE = /^(?:[0-9]{2}|\+?[0-9]{3,})$/;
const VIABLE_ABROAD = 3;

const REASONS: Record<string, RejectionReason> = {
  INVALID_COUNTRY: "country",
  TOO_SHORT: "length",
  TOO_LONG: "length",
  NOT_A_NUMBER: "not-a-number",
};

/** A number in E.164, or why there is none. */
export type Reading = string | Rejected;

/** Digits, perhaps behind a plus, as they stand. */
export function read(dialled: string, region: string): Reading {
  if (dialled.startsWith("+")) return abroad(dialled, region);
  const inside = national(dialled, region);
  const behind = behindZeros(dialled);
  if (behind !== null) return behindPrefix(inside, behind, region);
  if (isNumber(inside) && CHINESE_MOBILE.test(inside) && isKnown(inside)) return inside;
  const outside = exactly(dialled, region);
  if (outside === null || outside === inside) return inside;
  if (!isNumber(inside)) return isKnown(outside) ? outside : inside;
  // What begins with the calling code of a neighbour of China is no fixed line in China.
  const isOfNeighbour = FIXED_IN_CHINA.test(inside) && NEIGHBOURS.test(outside);
  return (mayBeSomebodys(outside) || isOfNeighbour) && !mayBeSomebodys(inside) ? outside : inside;
}

/**
 * The digits behind 00, the international prefix of most countries; null if there are none. No
 * calling code begins with a zero.
 */
function behindZeros(dialled: string): string | null {
  return /^00(?!0)/.test(dialled) ? dialled.slice(2) : null;
}

/**
 * Of digits behind 00, which is no international prefix of some regions, or the beginning of one:
 * the known number behind it is meant. If the region reads the digits as another known number,
 * since its carriers have longer prefixes, either may be, but for a number of the region itself.
 */
function behindPrefix(inside: Reading, behind: string, region: string): Reading {
  const readings = [lenient(behind, region), withoutZeroBehindCode(behind, region)];
  const outside = readings.find((number) => number !== null && isKnown(number)) ?? null;
  if (outside === null) return inside;
  const isOwn = callingCodeOf(outside.slice(1)) === callingCodeOfRegion(region);
  return isNumber(inside) && inside !== outside && isKnown(inside) && !isOwn ? new Rejected("country") : outside;
}

/**
 * Other readings of digits, with prefixes that do not belong there. `isE164` where they are written
 * as E.164, without a blank, as programs do: then China's code is part of the number.
 */
export function oddReadings(dialled: string, reading: Reading, region: string, isE164: boolean): string[] {
  const found = isNumber(reading) ? [behindTheCode(reading, region, isE164)] : withOddPrefix(dialled, region);
  for (const number of isNumber(reading) ? [dialled, reading] : [dialled]) {
    const digits = number.startsWith("+") ? number.slice(1) : behindZeros(number);
    if (digits !== null) found.push(withoutZeroBehindCode(digits, region));
  }
  return found.filter((number) => number !== null);
}

/**
 * The number without a zero behind its calling code, which people write where a country has none:
 * `+974 (0)44…`.
 */
function withoutZeroBehindCode(digits: string, region: string): string | null {
  const code = callingCodeOf(digits);
  const national = code === null ? "" : digits.slice(code.length);
  return national.startsWith("0") ? lenient(`${code}${national.slice(1)}`, region) : null;
}

/** Whether a number that is not in the plans may be another number with an extension. */
export function mayHaveDashedExtension(reading: Reading): boolean {
  return !isNumber(reading) || FIXED_IN_CHINA.test(reading);
}

/** Whether a number is in the plans, or otherwise known to be issued. */
export function isKnown(e164: string): boolean {
  return isValid(e164) || isIssued(e164.slice(1));
}

/** Whether a number is known and somebody may have it. */
export function mayBeSomebodys(e164: string): boolean {
  return isKnown(e164) && !isUnissued(e164.slice(1));
}

export function isNumber(reading: Reading): reading is string {
  return typeof reading === "string";
}

/**
 * The number behind a calling code that does not belong there: the number's own code a second time,
 * or that of China in front of another country's.
 */
function behindTheCode(e164: string, region: string, isE164: boolean): string | null {
  const code = callingCodeOf(e164.slice(1)) ?? "";
  const behind = e164.slice(1 + code.length);
  return behind.startsWith(code) || (FIXED_IN_CHINA.test(e164) && !isE164) ? exactly(behind, region) : null;
}

/** Readings of digits that are no number as they stand. */
function withOddPrefix(dialled: string, region: string): (string | null)[] {
  const digits = dialled.replace("+", "");
  const number = digits.replace(/^0+/, "");
  const isMarked = number.length < dialled.length;
  const readings: (string | null)[] = [];
  if (behindZeros(dialled) !== null) {
    readings.push(accepted(national(dialled, region)));
  } else if (dialled.startsWith("+")) {
    // `+8 916 …`, where the plus stands before a trunk prefix.
    const inside = accepted(national(digits, region));
    const code = inside === null ? "" : (callingCodeOf(inside.slice(1)) ?? "");
    readings.push(inside !== null && inside.length - code.length <= digits.length ? inside : null);
  }
  const outside = lenient(number, region);
  const code = callingCodeOf(number);
  if (outside === null && code !== null) {
    const behind = number.slice(code.length).replace(/^00/, "");
    const isOwn = isMarked || code === callingCodeOfRegion(region);
    const isDropped = (isOwn && behind.startsWith(code)) || (isMarked && code === CHINA);
    if (isDropped) readings.push(lenient(behind, region));
  }
  if (isMarked) readings.push(outside);
  return readings;
}

/** A plus and digits. The region counts only where no calling code is behind the plus. */
function abroad(dialled: string, region: string): Reading {
  return moved(dialled.slice(1)) ?? settled(possible(dialled, region));
}

/** The number of digits whose plus is missing, as if no trunk digit were among them. */
function exactly(digits: string, region: string): string | null {
  const number = lenient(digits, region);
  return number === `+${digits}` || moved(digits) !== null ? number : null;
}

function lenient(digits: string, region: string): string | null {
  return accepted(abroad(`+${digits}`, region));
}

/** Digits as they are dialled inside a region. */
function national(digits: string, region: string): Reading {
  const reading = settled(possible(digits, region));
  if (isNumber(reading) && isKnown(reading)) return reading;
  // Plans that grew no longer have the length of an old number, or have it with the trunk zero.
  const code = callingCodeOfRegion(region);
  const bare = withoutZero(digits, region);
  return moved(code + digits) ?? (bare === null ? null : moved(code + bare)) ?? reading;
}

/** The number that a reading stands for, if it can be dialled. */
function settled(reading: Reading): Reading {
  if (!isNumber(reading)) return reading;
  const now = moved(reading.slice(1));
  if (now !== null) return now;
  if (HALF_A_CHINESE_MOBILE.test(reading)) return new Rejected("length");
  return isReadAsItself(reading) ? reading : new Rejected("not-a-number");
}

/** The number that replaced one, given with calling code, if it was replaced. */
function moved(digits: string): string | null {
  const now = movedTo(digits);
  return now !== null && isReadAsItself(`+${now}`) ? `+${now}` : null;
}

/**
 * libphonenumber drops one trunk digit at a time: `0004708` in Australia would become `+61004708`,
 * and that another number again. Neither can be dialled, and a canonical form must be its own
 * canonical form.
 */
function isReadAsItself(e164: string): boolean {
  return possible(e164, "CN") === e164;
}

/** A possible number, as the library reads it. */
function possible(digits: string, region: string): Reading {
  const number = parse(digits, region);
  if (number instanceof Rejected) return number;
  // Lengths are those of the calling code's main country, as in the original library. This port
  // would otherwise use those of the territory that the number seems to belong to.
  delete number.country;
  return number.isPossible() ? number.number : new Rejected("length");
}

/** As the library reads digits. */
export function parse(digits: string, region: string): PhoneNumber | Rejected {
  if (!VIABLE.test(digits)) return new Rejected("not-a-number");
  const beyond = dialledAbroad(digits, region);
  if (beyond !== null && beyond.length < VIABLE_ABROAD) return new Rejected("length");
  try {
    const dialled = beyond === null ? (withOwnCode(digits, region) ?? digits) : `+${beyond}`;
    return parsePhoneNumberWithError(dialled, { defaultCountry: region as CountryCode, extract: false });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return new Rejected(REASONS[error.message] ?? "not-a-number");
  }
}

function accepted(reading: Reading): string | null {
  return isNumber(reading) ? reading : null;
}
