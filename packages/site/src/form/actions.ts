// Owns what a person can do after an answer: which advice, in order of urgency, for which kind of
// data. At most three actions for one kind of data, because a longer list is not followed. What is
// known of each country is in advice.ts.

import type { Breach } from "@exposure-checker/client/catalogue";
import { kindNamed } from "@exposure-checker/client/kinds";
import { type Advice, adviceFor, type Telephone } from "./advice.js";
import { DEEDS, type Deed, type Topic } from "./deeds.js";
import { make } from "./dom.js";
import { locale, say } from "./language.js";

/** Data that calls for its own actions. */
type Data = Topic | "card" | "address" | "email";

/** For countries of which nothing better is known. */
const GENERAL: Record<Topic, Partial<Record<Deed, Advice>>> = {
  phone: {
    lock: { title: say("carrierTitle"), text: say("carrierText") },
    enquire: { title: say("callersTitle"), text: say("callersText") },
    report: { title: say("supportTitle"), text: say("supportText") },
  },
  identity: {
    freeze: { title: say("bureausTitle"), text: say("bureausText") },
    enquire: { title: say("callersTitle"), text: say("callersText") },
    report: { title: say("misuseTitle"), text: say("misuseText") },
  },
};

const ELSEWHERE: Record<Exclude<Data, Topic>, readonly Advice[]> = {
  card: [
    { title: say("cardBlockTitle"), text: say("cardBlockText") },
    { title: say("statementsTitle"), text: say("statementsText") },
  ],
  email: [
    { title: say("passwordsTitle"), text: say("passwordsText") },
    { title: say("mailsTitle"), text: say("mailsText") },
  ],
  address: [{ title: say("scamsTitle"), text: say("scamsText") }],
};

const DATA: Record<string, Data> = {
  phone: "phone",
  "national-id": "identity",
  address: "address",
  "police-record": "address",
  "delivery-order": "address",
  "bank-card": "card",
  email: "email",
};

const ALSO: Record<Data, string> = {
  phone: say("alsoPhone"),
  identity: say("alsoNationalId"),
  card: say("alsoCard"),
  address: say("alsoAddress"),
  email: say("alsoEmail"),
};

/** Programs whose name people know in Chinese only. */
const INSIDE = { wechat: say("insideWechat"), alipay: say("insideAlipay") } as const;

/**
 * Actions for the number that matched are shown at once; those for other data of the same leaks,
 * one click away. `country` is the number's.
 */
export function actions(kind: string, country: string | null, breaches: readonly Breach[]): HTMLElement {
  const asked: Topic = kind === "phone" ? "phone" : "identity";
  const held = new Set(breaches.flatMap(({ dataClasses }) => dataClasses.map((name) => DATA[name])));
  const others = (["card", "address", "identity", "phone", "email"] as const).filter(
    (data) => data !== asked && held.has(data),
  );
  return make(
    "section",
    { class: "actions" },
    make("h3", {}, say("actionsHeading")),
    never(),
    asked === "identity" ? make("p", {}, say(kind === "cn.ric" ? "idFixed" : "idSeldomChanged")) : null,
    steps(asked, country),
    ...others.map((data) => {
      const where = data === "identity" ? (issuer(breaches) ?? country) : country;
      return make("details", {}, make("summary", {}, ALSO[data]), steps(data, where));
    }),
  );
}

/** After "not found": when to come back, and what protects a number all the same. */
export function precautions(kind: string, country: string | null): HTMLElement {
  const topic: Topic = kind === "phone" ? "phone" : "identity";
  return make(
    "section",
    { class: "actions" },
    make("h3", {}, say("actionsHeading")),
    make("p", {}, say("comeBack")),
    never(),
    make("details", {}, make("summary", {}, say("precautions")), steps(topic, country)),
  );
}

/** What matters before everything else. */
function never(): HTMLElement {
  return make("p", { class: "never" }, make("strong", {}, say("neverTitle")), " ", say("neverText"));
}

/** The country whose IDs these leaks hold, if they say so. */
function issuer(breaches: readonly Breach[]): string | null {
  const counted = breaches.flatMap(({ identifiers }) => [...identifiers]);
  const [kind] = counted.find(([kind, count]) => kind !== "phone" && count > 0) ?? [];
  return kind === undefined ? null : kindNamed(kind).country;
}

function steps(data: Data, country: string | null): HTMLElement {
  const known = data === "phone" || data === "identity" ? deeds(data, country) : ELSEWHERE[data];
  return make("ol", { class: "steps" }, ...known.map(step));
}

function deeds(topic: Topic, country: string | null): Advice[] {
  const known = DEEDS[topic].map((deed) => adviceFor(country, topic, deed) ?? GENERAL[topic][deed]);
  return known.filter((advice) => advice !== undefined);
}

function step({ title, text, url, telephone = [], wechat, alipay, lang }: Advice): HTMLElement {
  const ways = [
    ...telephone.map(phoneLink),
    ...(url === undefined ? [] : [outside(url)]),
    ...(wechat === undefined ? [] : [inside("wechat", wechat)]),
    ...(alipay === undefined ? [] : [inside("alipay", alipay)]),
  ];
  return make(
    "li",
    lang === undefined || lang === locale ? {} : { lang },
    make("strong", {}, ...marked(title)),
    make("span", {}, ...marked(text)),
    ways.length === 0 ? null : make("ul", { class: "ways" }, ...ways.map((way) => make("li", {}, ...way))),
  );
}

function phoneLink({ name, number, sms }: Telephone): (Node | string)[] {
  const before = name === undefined ? [] : [...marked(name), " "];
  // A call to a number that takes messages only would fail.
  const scheme = sms ? "sms" : "tel";
  return [...before, make("a", { href: `${scheme}:${number.replace(/[^0-9+]/g, "")}`, translate: "no" }, number)];
}

/** A site that does not learn from where it was opened. */
function outside(url: string): [HTMLElement] {
  const attributes = { href: url, rel: "noreferrer noopener", referrerpolicy: "no-referrer", target: "_blank" };
  return [make("a", { ...attributes, translate: "no" }, new URL(url).host.replace(/^www\./, ""))];
}

function inside(program: keyof typeof INSIDE, path: string): (Node | string)[] {
  return [`${INSIDE[program]} `, ...marked(path)];
}

/** Chinese names in an English sentence, marked for screen readers. */
function marked(text: string): (Node | string)[] {
  if (locale.startsWith("zh")) return [text];
  return text
    .split(/(\p{Script=Han}+)/u)
    .map((part, at) => (at % 2 === 0 ? part : make("span", { lang: "zh-Hans" }, part)));
}
