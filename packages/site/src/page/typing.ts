// Owns when something is said of a number that is being typed: the same reasons as at a check, once there is a pause; that it
// is too short or too long, once there is a longer one or the field is left. Sends nothing: numbers are judged on this device.

import { canonicalise, Rejected } from "@exposure-checker/client";
import { faultText } from "./failure.js";
import { loadRules } from "./parts.js";
import type { Question } from "./question.js";

/** Longer than between two keys, in milliseconds; and than between leaving the field and pressing the button. */
const PAUSE = 400;
/** Long enough to have stopped typing. */
const LONG_PAUSE = 2000;

/** Counts up; what is found out about an earlier text is dropped. */
let latest = 0;

/** Judges the text of the field after each change of it, and shows what is wrong, or that nothing is. */
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

/** Forgets what is being judged: a check has begun, or the field was cleared. */
export function cancelValidation(): void {
  latest++;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Why a text is no number of its kind; null where it is one, where there is none, and where the rules cannot be loaded. */
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
