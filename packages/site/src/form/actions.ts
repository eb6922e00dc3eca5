// What a person can do after a match: which advice, in order of urgency, for which kind of data. At
// most three actions for one kind of data, because a longer list is not followed.

import type { Breach } from "@exposure-checker/client";
import { make } from "./dom.js";
import { locale, say } from "./language.js";

interface Action {
  readonly title: string;
  readonly text: string;
}

/**
 * Data classes that call for the same actions. Precise advice on IDs is known for Chinese ones
 * only.
 */
type Topic = "phone" | "chinese-id" | "national-id" | "card" | "address" | "email";

/** Most urgent first. */
const ACTIONS: Record<Topic, readonly Action[]> = {
  phone: [
    { title: say("simTitle"), text: say("simText") },
    { title: say("callersTitle"), text: say("callersText") },
    { title: say("smsTitle"), text: say("smsText") },
  ],
  "chinese-id": [
    { title: say("linesTitle"), text: say("linesText") },
    { title: say("creditTitle"), text: say("creditText") },
    { title: say("misuseTitle"), text: say("misuseText") },
  ],
  "national-id": [
    { title: say("bureausTitle"), text: say("bureausText") },
    { title: say("callersTitle"), text: say("callersText") },
    { title: say("misuseTitle"), text: say("misuseAbroadText") },
  ],
  card: [
    { title: say("cardBlockTitle"), text: say("cardBlockText") },
    { title: say("statementsTitle"), text: say("statementsText") },
  ],
  email: [
    { title: say("passwordsTitle"), text: say("passwordsText") },
    { title: say("mailsTitle"), text: say("mailsText") },
  ],
  address: [
    { title: say("scamsTitle"), text: say("scamsText") },
    { title: say("supportTitle"), text: say("supportText") },
  ],
};

const TOPICS: Record<string, Topic> = {
  phone: "phone",
  address: "address",
  "police-record": "address",
  "delivery-order": "address",
  "bank-card": "card",
  email: "email",
};

const ALSO: Record<Topic, string> = {
  phone: say("alsoPhone"),
  "chinese-id": say("alsoNationalId"),
  "national-id": say("alsoNationalId"),
  card: say("alsoCard"),
  address: say("alsoAddress"),
  email: say("alsoEmail"),
};

/**
 * Actions for the number that matched are shown at once; those for other data of the same leaks,
 * one click away.
 */
export function actions(kind: string, breaches: readonly Breach[]): HTMLElement {
  const asked = kind === "phone" ? "phone" : identityTopic([kind]);
  // Only one advice on IDs: for the one that was asked about, otherwise for those in the leaks.
  const identity = kind === "phone" ? identityTopic(breaches.flatMap(identitiesIn)) : asked;
  const held = new Set(
    breaches.flatMap(({ dataClasses }) =>
      dataClasses.map((name) => (name === "national-id" ? identity : TOPICS[name])),
    ),
  );
  const others = (["card", "address", identity, "phone", "email"] as const).filter(
    (topic) => topic !== asked && held.has(topic),
  );
  return make(
    "section",
    { class: "actions" },
    make("h3", {}, say("actionsHeading")),
    asked === "chinese-id" ? make("p", {}, say("idFixed")) : null,
    asked === "national-id" ? make("p", {}, say("idSeldomChanged")) : null,
    steps(asked),
    ...others.map((topic) => make("details", {}, make("summary", {}, ALSO[topic]), steps(topic))),
  );
}

/**
 * Leaks without counts are taken to be of Chinese IDs, as most leaks that this page was made for
 * are.
 */
function identityTopic(kinds: readonly string[]): Topic {
  return kinds.length === 0 || kinds.includes("cn.ric") ? "chinese-id" : "national-id";
}

function identitiesIn({ identifiers }: Breach): string[] {
  return [...identifiers].filter(([kind, count]) => kind !== "phone" && count > 0).map(([kind]) => kind);
}

function steps(topic: Topic): HTMLElement {
  const items = ACTIONS[topic].map(({ title, text }) =>
    make("li", {}, make("strong", {}, title), make("span", {}, ...marked(text))),
  );
  return make("ol", { class: "steps" }, ...items);
}

/** Chinese names in an English sentence, marked for screen readers. */
function marked(text: string): (Node | string)[] {
  if (locale.startsWith("zh")) return [text];
  return text
    .split(/(\p{Script=Han}+)/u)
    .map((part, at) => (at % 2 === 0 ? part : make("span", { lang: "zh-Hans" }, part)));
}
