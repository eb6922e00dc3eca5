// Owns what can be done in one country, from the table in advice/ and the operator's own entries,
// which replace those of the table. It is loaded with each check, whatever is found.

import { advice as tables } from "advice";
import type { Deed, Topic } from "./deeds.js";
import { byId } from "./dom.js";
import { locale } from "./language.js";

export interface Telephone {
  readonly name?: string;
  /** As it is dialled in the country. */
  readonly number: string;
  /** Whether it takes text messages only. */
  readonly sms?: boolean;
}

/** One thing to do. */
export interface Advice {
  readonly title: string;
  readonly text: string;
  readonly url?: string;
  readonly telephone?: readonly Telephone[];
  /** Where it is inside these programs. */
  readonly wechat?: string;
  readonly alipay?: string;
  /** The language, if it is not the page's. */
  readonly lang?: string;
}

/** By country, kind of number, and deed. Null: the country has no such thing. */
export type AdviceTable = Readonly<
  Record<string, Readonly<Record<Topic, Readonly<Partial<Record<Deed, Advice | null>>>>>>
>;

interface OwnAdvice extends Omit<Advice, "telephone"> {
  readonly country: string;
  readonly kind: Topic;
  readonly does: Deed;
  readonly telephone?: string;
}

let table: AdviceTable = {};
let own: readonly OwnAdvice[] = [];

/** Must be called before the first answer. */
export async function loadAdvice(): Promise<void> {
  const load = tables[locale];
  if (load === undefined) throw new Error("the page and its script have different versions");
  ({ advice: table } = await load());
  own = document.getElementById("own-advice") === null ? [] : readOwn();
}

/** The server has checked its form when the operator wrote it. */
function readOwn(): OwnAdvice[] {
  return JSON.parse(byId("own-advice", HTMLTemplateElement).content.textContent ?? "[]") as OwnAdvice[];
}

/** Null if nothing is known for this country. */
export function adviceFor(country: string | null, topic: Topic, deed: Deed): Advice | null {
  if (country === null) return null;
  const replaced = own.find(({ kind, does, country: where }) => where === country && kind === topic && does === deed);
  if (replaced === undefined) return table[country]?.[topic][deed] ?? null;
  const { telephone, ...others } = replaced;
  return telephone === undefined ? others : { ...others, telephone: [{ number: telephone }] };
}
