// Validates a number while it is typed: reports the same reasons as a check, after a pause; that it
// is too short or too long, after a longer pause or when the field is left. Sends nothing.

import { canonicalise, Rejected } from "@exposure-checker/client";
import { faultText } from "./failure.js";
import { loadRules } from "./parts.js";
import type { Question } from "./question.js";

/**
 * In milliseconds: longer than between two keys, and than between leaving the field and pressing
 * the button.
 */
const PAUSE = 400;
/** Long enough to have stopped typing. */
const LONG_PAUSE = 2000;

/** Counts up; results for an earlier text are dropped. */
let latest = 0;

/** Validates the text after each change, and shows what is wrong or clears it. */
export function validateTyping(
  input: HTMLInputElement,
  question: () => Question,
  show: (fault: string | null) => void,
): void {
  const judge = async (isComplete: boolean) => {
    const mine = ++latest;
    await pause(PAUSE);
    const asked = question();
    const rejected = mine === latest ? await rejection(asked) : null;
    if (mine !== latest) return;
    const fault = rejected && faultText(rejected, asked.kind, asked.text);
    if (isComplete || rejected?.reason !== "length") return show(fault);
    show(null);
    await pause(LONG_PAUSE - PAUSE);
    if (mine === latest) show(fault);
  };
  input.addEventListener("input", () => void judge(false));
  input.addEventListener("change", () => void judge(true));
}

/** Drops a running validation: a check has begun, or the field was cleared. */
export function cancelValidation(): void {
  latest++;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * Why a text is not a number of its kind; null if it is one, if there is no text, and if the rules
 * cannot be loaded.
 */
async function rejection({ kind, region, text }: Question): Promise<Rejected | null> {
  if (text.trim() === "") return null;
  try {
    await loadRules(kind);
    const [, another] = await canonicalise(kind, text, { region });
    return another === undefined ? null : new Rejected("several");
  } catch (error) {
    return error instanceof Rejected ? error : null;
  }
}
