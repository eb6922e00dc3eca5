// Owns the guess what a text is that is no number of the chosen kind: a phone number, an ID of
// another kind, or an e-mail address. The form offers to check it as that; nothing is sent.

import { canonicalise } from "@exposure-checker/client/canonical";
import { Rejected } from "@exposure-checker/client/errors";
import { understand } from "@exposure-checker/client/understood";
import { countries, homeCountry, kindsOf } from "./identities.js";
import { loadRules } from "./parts.js";
import type { Question } from "./question.js";

/** What a text is instead: an e-mail address, or a number of a kind. */
export type Mistaken = "email" | { readonly kind: string };

const EMAIL = /^[^\s@]+[@＠][^\s@]+\.[^\s@]+$/u;
/** Looked for first, whether the service holds them or not. */
const CHINESE = ["cn.ric", "hk.id", "tw.id"];
/** Any eight digits are a number of Macau, and more often a phone number. */
const WITHOUT_CHECK = ["mo.bir"];
/** With more, any digits would be a number of some country. */
const MAX_COUNTRIES = 8;
/** Shorter phone numbers are as likely something else. */
const MIN_PHONE = 8;

/** Null if it is nothing else for sure. */
export async function mistaken({ kind, region, home, text }: Question): Promise<Mistaken | null> {
  if (EMAIL.test(text.trim())) return "email";
  if (text.normalize("NFKC").replace(/[^0-9A-Za-z]/g, "").length < MIN_PHONE) return null;
  if (kind !== "phone" && (await isPhone(text, region, home))) return { kind: "phone" };
  for (const other of kind === "phone" ? candidates() : [...candidates(), ...WITHOUT_CHECK])
    if (other !== kind && (await isOne(other, text))) return { kind: other };
  return null;
}

async function isPhone(text: string, region: string, home: readonly string[]): Promise<boolean> {
  await loadRules("phone");
  const { reading, others } = await understand(text, { region, home });
  return others.length > 0 || (!(reading instanceof Rejected) && reading.isKnown);
}

function candidates(): string[] {
  const offered = countries();
  const nearby = offered.length > MAX_COUNTRIES ? [homeCountry()] : offered;
  const others = nearby.flatMap((country) => kindsOf(country).map(({ name }) => name));
  return [...new Set([...CHINESE, ...others])].filter((name) => !WITHOUT_CHECK.includes(name));
}

async function isOne(kind: string, text: string): Promise<boolean> {
  await loadRules(kind);
  try {
    const [form, another] = await canonicalise(kind, text);
    return form !== undefined && another === undefined;
  } catch (error) {
    if (error instanceof Rejected) return false;
    throw error;
  }
}
