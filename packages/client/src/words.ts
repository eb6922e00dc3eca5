// Owns the two small languages of the table: patterns of numbers, and words at a position in them.
// crates/identifier/KINDS.md defines both; number.ts decides what follows from a match.

import type { Condition, Form, Words } from "./rules.js";

/** A class, an escape or a character, with a count. */
const PART = /(?:\[[^\]]*\]|\\.|.)(?:\{(\d+)\})?/gu;

export function fits({ pattern }: Form, text: string): boolean {
  return new RegExp(`^${pattern}$`, "u").test(text);
}

/** The length of every number of this form. */
export function lengthOf({ pattern }: Form): number {
  return [...pattern.matchAll(PART)].reduce((sum, [, count]) => sum + Number(count ?? 1), 0);
}

/**
 * The characters other than digits and letters that the patterns contain, such as the sign for the
 * century in Finland.
 */
export function signsOf(forms: readonly Form[]): string {
  const patterns = forms.map(({ pattern }) => pattern.replace(/\\d|\{\d+\}/g, "")).join("");
  // A dash is a literal at the start of a class; elsewhere it makes a range.
  return patterns.replace(/([^[])-/g, "$1").replace(/[0-9A-Z[\]\\]/g, "");
}

export function holds(condition: Condition, text: string): boolean {
  const { at, in: among, not } = condition;
  return (among === undefined || isAmong(text, at, among)) && (not === undefined || !isAmong(text, at, not));
}

/** Whether one of the words, or a word in one of the ranges, is at this position. */
export function isAmong(text: string, at: number, words: Words): boolean {
  return words.split(" ").some((word) => {
    const [, first, last] = /^(.+)-(.+)$/u.exec(word) ?? [undefined, word, word];
    const found = text.slice(at, at + (first ?? "").length);
    // All words have one length, so that comparing texts compares their digits and letters.
    return found >= (first ?? "") && found <= (last ?? "");
  });
}
