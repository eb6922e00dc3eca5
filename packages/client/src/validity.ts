// Owns which numbers are valid by the numbering plans. Canonical forms depend on it, so it is read
// from the table that Rust reads, phone_spellings.txt, and not from the port of libphonenumber,
// whose plans may be older or newer.

import table from "../../../crates/identifier/phone_spellings.txt?valid";

/** A line of a state, such as `! 2-4:17 6:1`, is not a line of a calling code, such as `86 342`. */
const STATE = /[!:]/;
const CALLING_CODE_WIDTHS = [1, 2, 3];

interface State {
  /** Whether a number may end here. */
  readonly ends: boolean;
  /** The number of the next state, by digit. */
  readonly next: readonly number[];
}

const lines = table.trimEnd().split("\n");
const states: readonly State[] = ["", ...lines.filter((line) => STATE.test(line))].map(toState);
const codes = new Map(
  lines
    .filter((line) => !STATE.test(line))
    .map((line) => line.split(" "))
    .map(([code, first]) => [code, Number(first)]),
);

function toState(line: string): State {
  const next = new Array<number>(10).fill(0);
  for (const arrow of line.split(" ").filter((word) => word.includes(":"))) {
    const [digits = "", state] = arrow.split(":");
    for (const range of digits.split(",")) {
      const [low, high = low] = range.split("-").map(Number);
      next.fill(Number(state), low, Number(high) + 1);
    }
  }
  return { ends: line.includes("!"), next };
}

/** Whether a number in E.164 is valid. */
export function isValid(e164: string): boolean {
  for (const width of CALLING_CODE_WIDTHS) {
    const first = codes.get(e164.slice(1, 1 + width));
    if (first !== undefined) return leadsToAnEnd(first, e164.slice(1 + width));
  }
  return false;
}

function leadsToAnEnd(first: number, national: string): boolean {
  let state = first;
  for (const digit of national) state = states[state]?.next[Number(digit)] ?? 0;
  return states[state]?.ends === true;
}
