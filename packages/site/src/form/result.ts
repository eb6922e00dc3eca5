// Owns the two answers. They deliberately have the same structure and weight: "not found" is no
// all-clear, and "found" is no alarm. Failures are in failure.ts.

import type { Breach } from "@exposure-checker/client/catalogue";
import { kindNamed } from "@exposure-checker/client/kinds";
import type { Outcome } from "@exposure-checker/client/outcome";
import { actions, precautions } from "./actions.js";
import { loadAdvice } from "./advice.js";
import { breachCard, breachTitle } from "./breach.js";
import { copyOf, make } from "./dom.js";
import { kindText } from "./identities.js";
import { clockTime, day, locale, say, today } from "./language.js";
import type { Question } from "./question.js";
import { regionName } from "./regions.js";
import { sentPanel } from "./sent.js";

/** In reading order: the answer, what it means, what to do, what was found, what the server saw. */
export async function answerView(question: Question, outcome: Outcome): Promise<Node[]> {
  await loadAdvice();
  const { kind, region, isSample } = question;
  const { found, breaches, held, country, sent } = outcome;
  const cards = found ? matchedCards(breaches) : [heldCards(held)];
  const names = found ? nameList(breaches, cards) : null;
  return [
    make("h2", { id: "answer" }, found ? foundHeading(breaches) : absentHeading(outcome)),
    names,
    make("p", { class: "meaning" }, say(found ? "foundMeaning" : "absentMeaning")),
    isSample ? make("p", { class: "note" }, say("sampleAnswer")) : null,
    found ? null : copyFor("partial", kind),
    asked(kind, outcome),
    found ? actions(kind, country, breaches ?? held) : precautions(kind, country),
    localHelp(kindNamed(kind).country ?? region),
    ...cards,
    copyOf("left-out"),
    sentPanel(sent),
    make("p", { class: "hint" }, say("keptNowhere")),
    onPaper(),
  ].filter((node) => node !== null);
}

function foundHeading(breaches: readonly Breach[] | null): string {
  return breaches === null ? say("foundUndetermined") : say("foundHeading", { n: breaches.length });
}

function absentHeading({ held, updated }: Outcome): string {
  const n = held.length;
  if (n === 0) return say("nothingHeld");
  return updated === null ? say("absentHeadingUndated", { n }) : say("absentHeading", { n, date: day(updated) });
}

/** What was asked about: masked, with its country; said, not spelled, to those who listen. */
function asked(kind: string, { masked, country }: Outcome): HTMLElement {
  const where = kind === "phone" ? country && regionName(locale, country) : kindText(kindNamed(kind));
  const end = /[^•]*$/u.exec(masked)?.[0] ?? "";
  return make(
    "p",
    { class: "asked private" },
    `${say("numberAsked")} `,
    make("b", { translate: "no", "aria-hidden": "true" }, masked),
    make("span", { class: "unseen" }, say("endingIn", { end })),
    where ? ` ${where}` : null,
  );
}

/** The names of the leaks. They lead down to the cards; no address changes, and nothing is sent. */
function nameList(breaches: readonly Breach[] | null, [section]: readonly (HTMLElement | null)[]): HTMLElement | null {
  if (breaches === null) return null;
  const cards = new Map([...(section?.querySelectorAll<HTMLElement>(".card") ?? [])].map((card) => [card.id, card]));
  const names = breaches.map((breach) => {
    const button = make("button", { type: "button", class: "link" }, breachTitle(breach));
    button.addEventListener("click", () => {
      const card = cards.get(cardId(breach));
      card?.scrollIntoView({ block: "start" });
      card?.focus({ preventScroll: true });
    });
    return make("li", {}, button);
  });
  return make("ul", { class: "names" }, ...names);
}

function cardId({ slug }: Breach): string {
  return `leak-${slug}`;
}

function matchedCards(breaches: readonly Breach[] | null): HTMLElement[] {
  if (breaches === null) return [];
  return [make("section", {}, make("h3", {}, say("breachesHeading")), ...cards(breaches, { matched: true }))];
}

function heldCards(held: readonly Breach[]): HTMLElement | null {
  if (held.length === 0) return null;
  return make(
    "details",
    {},
    make("summary", {}, say("heldSummary", { n: held.length })),
    ...cards(held, { matched: false }),
  );
}

/** Leaks whose source is confirmed first, separate from those that are only claimed. */
function cards(breaches: readonly Breach[], { matched }: { matched: boolean }): HTMLElement[] {
  return ([true, false] as const).flatMap((verified) => {
    const group = breaches.filter((breach) => breach.verified === verified);
    if (group.length === 0) return [];
    const heading = make(matched ? "h4" : "h3", { class: "label" }, say(verified ? "verifiedGroup" : "claimedGroup"));
    return [
      heading,
      ...group.map((breach) => {
        const card = breachCard(breach, { matched });
        if (matched) Object.assign(card, { id: cardId(breach), tabIndex: -1 });
        return card;
      }),
    ];
  });
}

/** What the operator of this service says to people of all countries, and to those of this one. */
function localHelp(country: string): DocumentFragment {
  const help = copyFor("local", country);
  const isEmpty = help.querySelector(".prose, .card") === null;
  return isEmpty ? document.createDocumentFragment() : help;
}

/** A copy of a template without what is for others. */
function copyFor(template: string, asked: string): DocumentFragment {
  const copy = copyOf(template);
  for (const node of copy.querySelectorAll<HTMLElement>("[data-for]")) if (node.dataset.for !== asked) node.remove();
  return copy;
}

/** On paper only: when and where this was asked. Without the language, which is no part of it. */
function onPaper(): HTMLElement {
  const now = new Date();
  const site = new URL("./", location.href).href;
  return make("p", { class: "on-paper" }, say("checkedOn", { date: today(now), time: clockTime(now), site }));
}
