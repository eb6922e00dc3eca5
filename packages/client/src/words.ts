// Owns the two small languages of the table: patterns of a number, and words that stand at a place in it.
// Both are crates/identifier/KINDS.md's; what follows from a fit is decided in number.ts.

import type { Condition, Form, Words } from "./rules.js";

/** A class, an escape or a character, and how often. */
const PART = /(?:\[[^\]]*\]|\\.|.)(?:\{(\d+)\})?/gu;

export function fits({ pattern }: Form, text: string): boolean {
  return new RegExp(`^${pattern}$`, "u").test(text);
}

/** How many characters every number of this form has. */
export function lengthOf({ pattern }: Form): number {
  return [...pattern.matchAll(PART)].reduce((sum, [, count]) => sum + Number(count ?? 1), 0);
}

/** Beside digits and letters, what the patterns name: such as the sign that stands for a century in Finland. */
export function signsOf(forms: readonly Form[]): string {
  const patterns = forms.map(({ pattern }) => pattern.replace(/\\d|\{\d+\}/g, "")).join("");
  // First in a class, a dash is one; elsewhere it makes a range.
  return patterns.replace(/([^[])-/g, "$1").replace(/[0-9A-Z[\]\\]/g, "");
}

export function holds(condition: Condition, text: string): boolean {
  const { at, in: among, not } = condition;
  return (among === undefined || isAmong(text, at, among)) && (not === undefined || !isAmong(text, at, not));
}

/** Whether one of the words, or a word in one of the ranges, stands at this place. */
export function isAmong(text: string, at: number, words: Words): boolean {
  return words.split(" ").some((word) => {
    const [, first, last] = /^(.+)-(.+)$/u.exec(word) ?? [undefined, word, word];
    const found = text.slice(at, at + (first ?? "").length);
    // Words of one length: their order as texts is that of their digits and letters.
    return found >= (first ?? "") && found <= (last ?? "");
  });
}
