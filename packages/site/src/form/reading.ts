// Owns how the text in the field is read, before anything is sent: what it means, what it could
// mean instead, or what is wrong with it. Loaded when somebody types. What is shown of it is
// decided in remarks.ts.

import { canonicalise } from "@exposure-checker/client/canonical";
import { Rejected } from "@exposure-checker/client/errors";
import type { PhoneReading } from "@exposure-checker/client/phone";
import { understand } from "@exposure-checker/client/understood";
import { cleaned } from "./cleaned.js";
import { faultText } from "./faults.js";
import { type Mistaken, mistaken } from "./mistaken.js";
import { loadRules } from "./parts.js";
import type { Question } from "./question.js";

export interface Reading {
  /** The text as it would be asked about. */
  readonly text: string;
  /** What is wrong with it; null if it is a number of the chosen kind. */
  readonly fault: { readonly text: string; readonly isLength: boolean } | null;
  /** What it is instead, if it is no number of the chosen kind. */
  readonly mistaken: Mistaken | null;
  /** A phone number as it was understood. */
  readonly phone: PhoneReading | null;
  /** Phone numbers of other countries that are meant as likely, or rather. */
  readonly others: readonly PhoneReading[];
}

/** Reads the text of a question. Rejects only if a part of the script cannot be loaded. */
export async function readText(question: Question): Promise<Reading> {
  const text = cleaned(question.text, question.kind === "phone");
  const asked = { ...question, text };
  await loadRules(question.kind);
  return question.kind === "phone" ? readPhone(asked) : readIdentity(asked);
}

async function readPhone(asked: Question): Promise<Reading> {
  const { region, home, text } = asked;
  const { reading, others } = await understand(text, { region, home });
  if (!(reading instanceof Rejected)) return { text, fault: null, mistaken: null, phone: reading, others };
  const rejected = reading.reason === "length" && (await isSeveral(asked)) ? new Rejected("several") : reading;
  return { ...(await rejection(asked, rejected, others.length > 0)), others };
}

async function readIdentity(asked: Question): Promise<Reading> {
  try {
    const [, another] = await canonicalise(asked.kind, asked.text);
    if (another !== undefined) return rejection(asked, new Rejected("several"));
    return { text: asked.text, fault: null, mistaken: null, phone: null, others: [] };
  } catch (error) {
    if (error instanceof Rejected) return rejection(asked, error);
    throw error;
  }
}

async function rejection(asked: Question, rejected: Rejected, isElsewhere = false): Promise<Reading> {
  const instead = isElsewhere || rejected.reason === "empty" ? null : await mistaken(asked);
  const fault = { text: faultText(rejected, asked), isLength: rejected.reason === "length" };
  return { text: asked.text, fault, mistaken: instead, phone: null, others: [] };
}

/** Whether the text is two phone numbers with a space between them. */
async function isSeveral({ text, region }: Question): Promise<boolean> {
  const words = text.trim().split(/\s+/u);
  for (let cut = 1; cut < words.length; cut++) {
    const halves = [words.slice(0, cut), words.slice(cut)].map((half) => understand(half.join(" "), { region }));
    const read = (await Promise.all(halves)).map(({ reading }) => reading);
    if (read.every((half) => !(half instanceof Rejected) && half.isKnown)) return true;
  }
  return false;
}
