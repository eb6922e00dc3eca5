// Owns what a row of phone_moves.json means: numbers that changed when a country changed its
// numbering plan, and numbers about which the plans are wrong. Rust reads the same file.

import table from "../../../crates/identifier/phone_moves.json?moves";

interface Table {
  readonly issued: readonly Shapes[];
  readonly unissued: readonly Shapes[];
  readonly moved: readonly { readonly moves: readonly Row[] }[];
}

interface Shapes {
  readonly numbers: readonly (readonly [beginning: string, digits: number])[];
}

type Row = readonly [pattern: string, digits: number, inserted: string];

interface Move {
  /** Matches old numbers, in three groups: before the removed digits, these, behind them. */
  readonly old: RegExp;
  readonly inserted: string;
}

const rows = table as Table;
const issued = toShapes(rows.issued);
const unissued = toShapes(rows.unissued);
const moves = rows.moved.flatMap((row) => row.moves).map(toMove);

function toShapes(rows: readonly Shapes[]): RegExp[] {
  return rows.flatMap((row) => row.numbers).map(([start, digits]) => new RegExp(`^(?=[0-9]{${digits}}$)${start}`));
}

function toMove([pattern, digits, inserted]: Row): Move {
  const [before, removed, behind] = pattern.split("|");
  return { old: new RegExp(`^(?=[0-9]{${digits}}$)(${before})(?:${removed})(${behind}.*)$`), inserted };
}

/**
 * The digits that a number has now, with calling code and without `+`; null if they are the same.
 */
export function movedTo(digits: string): string | null {
  for (const { old, inserted } of moves) {
    const found = old.exec(digits);
    if (found !== null) return `${found[1]}${inserted}${found[2]}`;
  }
  return null;
}

/** Whether a number is known to be issued, though the plans do not contain it. */
export function isIssued(digits: string): boolean {
  return issued.some((shape) => shape.test(digits));
}

/** Whether nobody has a number, though the plans contain it. */
export function isUnissued(digits: string): boolean {
  return unissued.some((shape) => shape.test(digits));
}
