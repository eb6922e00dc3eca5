// Owns whether digits that name no country may be a number of another country than the one that
// they were read in (docs/canonical.md, "Another country"). Which number they are in a country is
// decided in phone.ts; whether to ask, by whoever shows the question.

import type { CountryCode } from "libphonenumber-js/max";
import plans from "libphonenumber-js/max/metadata";
import { Rejected } from "./errors.js";
import { isNumber, mayBeSomebodys, parse, type Reading } from "./reading.js";

const CHINA = "86";
const CHINESE_MOBILE = /^1[3-9][0-9]{9}$/;
/** A mobile number of China with a digit too few or too many, and perhaps a zero in front. */
const HALF_A_CHINESE_MOBILE = /^0?1[3-9]/;
/** Fewer digits are as likely the beginning of a number. */
const MIN_DIGITS = 7;
/** No trunk prefix is longer. */
const MAX_TRUNK = 2;

/** Calling codes of the countries that most askers are in or come from, the likeliest first. */
const LIKELY =
  "86 852 853 886 65 60 1 44 61 64 81 82 66 84 63 62 91 92 880 49 33 39 34 31 7 380 90 55 52 54 57 27 234 20 966 971".split(
    " ",
  );
const CODES = [...new Set([...LIKELY, ...Object.keys(plans.country_calling_codes)])];
/** Of countries that write their numbers with or without the trunk prefix. */
const OPTIONAL_TRUNK = ["7", "84", "90", "91"];

/** How sure it is that digits are meant as a number, the least sure first. */
enum Fit {
  /** In no plan. */
  Unknown,
  /** A number that is in use, but not as its country writes it. */
  Known,
  /** As its country writes it, or as it is dialled from everywhere without the plus. */
  AsWritten,
}

/** A country or region to which the asker may belong, ISO 3166-1 alpha-2. */
type Home = readonly string[];

/**
 * The numbers in E.164 that digits could be as well as `own`, or rather, the likeliest first: what
 * they are in other countries, if they are written there exactly so. `home` are the countries to
 * which the asker may belong, and whose numbers are as likely as those of the default region.
 */
export function elsewhere(dialled: string, own: Reading, region: string, home: Home = []): string[] {
  if (/^\+|^00(?!0)/.test(dialled) || dialled.length < MIN_DIGITS) return [];
  const isTypo = !isNumber(own) && region === "CN" && HALF_A_CHINESE_MOBILE.test(dialled);
  if (isTypo) return [];
  const codes = isNumber(own) ? codesToTry(dialled, fitOf(own, dialled), home) : codesToTry(dialled, Fit.Known, home);
  const found = codes.flatMap((code) => writtenIn(code, dialled));
  return [...new Set(found)].filter((e164) => e164 !== own);
}

/**
 * The less likely the own reading is, the more countries are tried. Digits that are no number at
 * all are more often half a number than one of a small country: they are tried as known ones are.
 */
function codesToTry(dialled: string, own: Fit, home: Home): string[] {
  const first = CHINESE_MOBILE.test(dialled) ? [CHINA] : [];
  const homes = home.flatMap((region) => plans.countries[region as CountryCode]?.[0] ?? []).map(String);
  switch (own) {
    case Fit.AsWritten:
      return [...first, ...homes];
    case Fit.Known:
      return [...first, ...homes, ...LIKELY];
    case Fit.Unknown:
      return [...first, ...homes, ...CODES];
  }
}

/** The numbers of a country that are written there with exactly these digits. */
function writtenIn(code: string, dialled: string): string[] {
  const cuts = Array.from({ length: MAX_TRUNK + 1 }, (_, cut) => `+${code}${dialled.slice(cut)}`);
  return cuts.filter((e164) => mayBeSomebodys(e164) && isWritten(e164, dialled));
}

function fitOf(reading: string, dialled: string): Fit {
  if (!mayBeSomebodys(reading)) return Fit.Unknown;
  return reading === `+${dialled}` || isWritten(reading, dialled) ? Fit.AsWritten : Fit.Known;
}

/** Whether a number's own country writes it with these digits. */
function isWritten(e164: string, dialled: string): boolean {
  if (OPTIONAL_TRUNK.some((code) => e164 === `+${code}${dialled}`)) return true;
  const number = parse(e164, "CN");
  return !(number instanceof Rejected) && number.formatNational().replace(/[^0-9]/g, "") === dialled;
}
