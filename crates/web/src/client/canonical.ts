// Owns docs/canonical.md: the one spelling that every spelling of an identifier becomes.
// The rules that all kinds share are here; phone.ts and shape.ts hold what is particular.
// Reasons never quote the text.

import { Rejected } from "./errors.js";
import { kindNamed } from "./kinds.js";
import { canonicalShape } from "./shape.js";

const MAX_BYTES = 256;
const NULL_WORDS = new Set(["null", "none", "nil", "nan", "n/a", "\\n", "-", "--", "无", "空", "暂无"]);
/** A spreadsheet's mark for "this is text". */
const TEXT_MARK = /^['‘’]/u;
/** Fewer digits than this on one side of `/` or `|`, and it is punctuation inside one number. */
const MIN_DIGITS_OF_A_PIECE = 7;

/** What makes one canonical form out of one piece of a cell, or throws {@link Rejected}. */
export type Rule = (piece: string) => string;

export interface NormaliseOptions {
  /** Country of phone numbers without a calling code, ISO 3166-1 alpha-2. Default CN. */
  readonly region?: string;
  /** The day that birth dates must not lie behind. Default: today, UTC. */
  readonly today?: Date;
}

/**
 * The canonical forms in one cell, in order, each once.
 * @throws {InvalidOption} for an unknown kind, or region of a phone, before the text is looked at.
 * @throws {Rejected} if there is none: the reason of the first piece.
 */
export async function normalise(kindName: string, cell: string, options: NormaliseOptions = {}): Promise<string[]> {
  const rule = await ruleFor(kindName, options);
  const accepted = new Set<string>();
  let first: Rejected | undefined;
  for (const piece of pieces(cell)) {
    try {
      accepted.add(rule(piece));
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      first ??= error;
    }
  }
  if (accepted.size === 0) throw first ?? new Rejected("empty");
  return [...accepted];
}

async function ruleFor(kindName: string, options: NormaliseOptions): Promise<Rule> {
  const { rule } = kindNamed(kindName);
  if ("shape" in rule) {
    const today = options.today ?? new Date();
    return (piece) => canonicalShape(rule, piece, today);
  }
  // Loaded here and not before: the numbering plans of the world outweigh the rest of the page.
  const { canonicalPhone, knownRegion } = await import("./phone.js");
  const region = knownRegion(options.region ?? "CN");
  return (piece) => canonicalPhone(piece, region);
}

/** Folds a cell and cuts it into its non-blank pieces; at least one. */
function pieces(cell: string): string[] {
  if (new TextEncoder().encode(cell).length > MAX_BYTES) throw new Rejected("oversized");
  const text = fold(cell);
  if (text === "" || NULL_WORDS.has(asciiLower(text))) throw new Rejected("empty");
  const joined = text.replace(/^tel:/i, "").replaceAll(";ext=", " ext ");
  const marks = [",", ";", "、", ...["/", "|"].filter((mark) => separatesNumbers(joined, mark))];
  const found = joined.split(new RegExp(`[${marks.join("")}]`, "u")).map(trim).filter((piece) => piece !== "");
  if (found.length === 0) throw new Rejected("empty");
  return found;
}

function fold(cell: string): string {
  const text = trim(cell.normalize("NFKC").replace(/\p{Cf}/gu, ""));
  return trim(text.replace(TEXT_MARK, ""));
}

function separatesNumbers(text: string, mark: string): boolean {
  const parts = text.split(mark).filter((part) => trim(part) !== "");
  return parts.every((part) => part.replace(/[^0-9]/g, "").length >= MIN_DIGITS_OF_A_PIECE);
}

/** Unicode's White_Space, which unlike `String.trim` holds U+0085. */
function trim(text: string): string {
  return text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, "");
}

/** `toLowerCase` would also fold letters such as the Kelvin sign. */
function asciiLower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
