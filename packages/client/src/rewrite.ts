// Owns the steps that turn an older form of a number into the current one (`becomes` in the table).
// Which form is rewritten, and how often, is decided in number.ts.

import { holdsCheck } from "./checks.js";
import { Rejected } from "./errors.js";
import type { RewriteStep, Rules } from "./rules.js";
import { fits } from "./words.js";

const CHECK_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

export function rewritten(rules: Rules, steps: readonly RewriteStep[], text: string, today: Date): string {
  return steps.reduce(
    (text, step) => ("append" in step ? withCheck(rules, text, today) : edited(step, text, today)),
    text,
  );
}

function edited(step: Exclude<RewriteStep, { append: "check" }>, text: string, today: Date): string {
  const { at } = step;
  const head = text.slice(0, at);
  if ("insert" in step) return head + step.insert + text.slice(at);
  if ("remove" in step) return head + text.slice(at + step.remove);
  if ("century" in step) return head + centuryOf(Number(text.slice(at, at + 2)), step.century, today) + text.slice(at);
  const place = step.replace.indexOf(text.charAt(at));
  return head + (step.with[place] ?? text.charAt(at)) + text.slice(at + 1);
}

/** The latest century in which this year is not in the future, minus `before`. */
function centuryOf(yearInCentury: number, before: number, today: Date): string {
  return String(Math.floor((today.getUTCFullYear() - yearInCentury) / 100) - before).padStart(2, "0");
}

/** Found by trial, so that an algorithm need only verify. */
function withCheck({ forms }: Rules, body: string, today: Date): string {
  for (const character of CHECK_CHARACTERS) {
    const text = body + character;
    const form = forms.find((form) => fits(form, text));
    if (form?.checks?.every((check) => holdsCheck(check, text, today))) return text;
  }
  throw new Rejected("character");
}
