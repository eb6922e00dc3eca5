// Implements docs/canonical.md: the one canonical form of every spelling of an identifier. Splits a
// cell into pieces; phone.ts and number.ts read a piece. Reasons never quote the text.

import { Rejected } from "./errors.js";
import { kindNamed, TEST_IDENTIFIER, TEST_KIND } from "./kinds.js";
import { withoutExponent } from "./piece.js";

const MAX_BYTES = 256;
const NULL_WORDS = new Set(["null", "none", "nil", "nan", "n/a", "\\n", "-", "--", "无", "空", "暂无"]);
/** A spreadsheet's mark for "this is text". */
const TEXT_MARK = /^['‘’]/u;
/** With fewer digits than this on one side, `/` or `|` is punctuation inside one number. */
const MIN_DIGITS_OF_A_PIECE = 7;

/** Of phone numbers without a calling code. */
export const DEFAULT_REGION = "CN";

/** Returns the canonical form of one piece of a cell, or throws {@link Rejected}. */
export type Rule = (piece: string) => string;

export interface CanonicaliseOptions {
  /** Country of phone numbers without a calling code, ISO 3166-1 alpha-2. Default: CN. */
  readonly region?: string;
  /** The latest day that a birth date may be. Default: today, UTC. */
  readonly today?: Date;
}

/**
 * The canonical forms in one cell, in order, without repetitions.
 * @throws {InvalidOption} for an unknown kind or region, before the text is looked at.
 * @throws {Rejected} if there is none, with the reason of the first piece.
 */
export async function canonicalise(
  kindName: string,
  cell: string,
  options: CanonicaliseOptions = {},
): Promise<string[]> {
  const rule = await ruleFor(kindName, options);
  const read = pieces(cell).map((piece) => accepted(rule, piece));
  const forms = new Set(read.filter((form) => typeof form === "string"));
  if (forms.size === 0) throw read[0] ?? new Rejected("empty");
  return [...forms];
}

function accepted(rule: Rule, piece: string): string | Rejected {
  try {
    return rule(withoutExponent(piece));
  } catch (error) {
    if (error instanceof Rejected) return error;
    throw error;
  }
}

async function ruleFor(kindName: string, options: CanonicaliseOptions): Promise<Rule> {
  if (kindName === TEST_KIND) return testIdentifier;
  // Loaded on demand: the rules of ninety kinds, and even more the numbering plans, are larger than
  // all that a page needs to start.
  if (kindNamed(kindName).named === undefined) {
    const { canonicalNumber, rulesOf } = await import("./number.js");
    const [rules, today] = [rulesOf(kindName), options.today ?? new Date()];
    return (piece) => canonicalNumber(rules, piece, today);
  }
  const { canonicalPhone, knownRegion } = await import("./phone.js");
  const region = knownRegion(options.region ?? DEFAULT_REGION);
  return (piece) => canonicalPhone(withoutExponent(piece), region);
}

/** The test identifier has one spelling. */
function testIdentifier(piece: string): string {
  if (piece !== TEST_IDENTIFIER) throw new Rejected("unissued");
  return piece;
}

/**
 * Folds a cell and splits it into its non-blank pieces. Never empty.
 * @throws {Rejected} if there is nothing in it, or too much.
 */
export function pieces(cell: string): string[] {
  if (new TextEncoder().encode(cell).length > MAX_BYTES) throw new Rejected("oversized");
  const text = fold(cell);
  if (text === "" || NULL_WORDS.has(asciiLower(text))) throw new Rejected("empty");
  const joined = text.replace(/^tel:/i, "").replaceAll(";ext=", " ext ");
  const marks = [",", ";", "、", ...["/", "|"].filter((mark) => separatesNumbers(joined, mark))];
  const found = joined
    .split(new RegExp(`[${marks.join("")}]`, "u"))
    .map(trim)
    .filter((piece) => piece !== "");
  if (found.length === 0) throw new Rejected("empty");
  return found;
}

function fold(cell: string): string {
  const text = trim(
    cell
      .normalize("NFKC")
      .replace(/\p{Cf}/gu, "")
      .replace(/\p{Nd}/gu, asciiDigit),
  );
  return trim(text.replace(TEXT_MARK, ""));
}

/**
 * Unicode keeps the ten digits of a script together, starting at a code point that ends in 0 or 6.
 * NFKC has folded the scripts for which this does not hold.
 */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  const low = code % 16;
  return String(/\p{Nd}/u.test(String.fromCodePoint(code - low)) ? low : low - 6);
}

function separatesNumbers(text: string, mark: string): boolean {
  const parts = text.split(mark).filter((part) => trim(part) !== "");
  return parts.every((part) => part.replace(/[^0-9]/g, "").length >= MIN_DIGITS_OF_A_PIECE);
}

/** Unicode's White_Space, which unlike `String.trim` includes U+0085. */
function trim(text: string): string {
  return text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, "");
}

/** `toLowerCase` would also fold letters such as the Kelvin sign. */
function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
