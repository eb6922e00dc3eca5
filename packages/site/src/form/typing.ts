// Owns when the text is read while it is typed: after a pause, or when the field is left. That it
// is too short or too long is said after a longer pause. Sends nothing.

import { loadReading } from "./later.js";
import type { Question } from "./question.js";
import type { Reading } from "./reading.js";

/**
 * In milliseconds: longer than between two keys, and than between leaving the field and pressing
 * the button.
 */
const PAUSE = 400;
/** Long enough to have stopped typing. */
const LONG_PAUSE = 2000;

/** Counts up; results for an earlier text are dropped. */
let latest = 0;

/** Reads the text after each change, and shows how it was read, or nothing. */
export function validateTyping(
  input: HTMLInputElement,
  question: () => Question,
  show: (reading: Reading | null) => void,
): void {
  const judge = async (isComplete: boolean) => {
    const mine = ++latest;
    await pause(PAUSE);
    const reading = mine === latest ? await read(question()) : null;
    if (mine !== latest) return;
    const isPerhapsHalf = reading?.fault?.isLength === true || (reading !== null && reading.others.length > 0);
    if (isComplete || !isPerhapsHalf) return show(reading);
    show(null);
    await pause(LONG_PAUSE - PAUSE);
    if (mine === latest) show(reading);
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

/** Null if there is no text, and if what reads it cannot be loaded. */
async function read(question: Question): Promise<Reading | null> {
  if (question.text.trim() === "") return null;
  try {
    const { readText } = await loadReading();
    return await readText(question);
  } catch {
    // A check loads it again, and says so.
    return null;
  }
}
