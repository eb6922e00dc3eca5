// Owns one check of what was asked, and the view of its answer. Loaded with the first check. The
// check itself is the client's.

import { check } from "@exposure-checker/client/check";
import type { CheckStep } from "@exposure-checker/client/evaluate";
import { loadRules } from "./parts.js";
import type { Question } from "./question.js";
import { answerView } from "./result.js";
import { rememberAsked } from "./visit.js";

export interface Conditions {
  readonly server: URL;
  readonly pinnedKey: Uint8Array | undefined;
  readonly signal: AbortSignal;
  /** Called, and awaited, before each step begins. */
  readonly onStep: (step: CheckStep) => Promise<void>;
}

/** Asks about a text that was read without a fault or doubt. */
export async function conduct(question: Question, conditions: Conditions): Promise<Node[]> {
  const { kind, region, text, isSample } = question;
  await loadRules(kind);
  const onStep = async (step: CheckStep) => {
    // This step requests the range, so from here on the prefix counts as sent, whatever the answer
    // is. A sample belongs to nobody.
    if (step === "compare" && !isSample) rememberAsked(kind);
    await conditions.onStep(step);
  };
  const outcome = await check(fetch, { ...conditions, kind, region, text, onStep });
  return answerView(question, outcome);
}
