// The two answers. They deliberately have the same structure and weight: "not found" is no
// all-clear, and "found" is no alarm. Failures are in failure.ts.

import { type Breach, kindNamed, type Outcome } from "@exposure-checker/client";
import { actions } from "./actions.js";
import { breachCard } from "./breach.js";
import { copyOf, make } from "./dom.js";
import { day, say } from "./language.js";
import type { Question } from "./question.js";
import { sentPanel } from "./sent.js";

/** In reading order: the answer, what it means, what to do, what was found, what the server saw. */
export function resultView({ kind, region }: Question, outcome: Outcome): Node[] {
  const { found, breaches, held, masked, sent } = outcome;
  return [
    make("h2", { id: "answer" }, found ? foundHeading(breaches) : absentHeading(outcome)),
    make("p", { class: "meaning" }, say(found ? "foundMeaning" : "absentMeaning")),
    found ? null : copyFor("partial", kind),
    make("p", { class: "asked private" }, `${say("numberAsked")} `, make("b", { translate: "no" }, masked)),
    ...(found
      ? [actions(kind, breaches ?? held), localHelp(kindNamed(kind).country ?? region), ...matchedCards(breaches)]
      : [heldCards(held)]),
    copyOf("left-out"),
    sentPanel(sent),
    printing(),
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

/** Leaks that the operator has confirmed first, separate from those that are only claimed. */
function cards(breaches: readonly Breach[], { matched }: { matched: boolean }): HTMLElement[] {
  return ([true, false] as const).flatMap((verified) => {
    const group = breaches.filter((breach) => breach.verified === verified);
    if (group.length === 0) return [];
    const heading = make("p", { class: "label" }, say(verified ? "verifiedGroup" : "claimedGroup"));
    return [heading, ...group.map((breach) => breachCard(breach, { matched }))];
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

function printing(): DocumentFragment {
  const buttons = copyOf("afterwards");
  buttons.querySelector("[data-print]")?.addEventListener("click", () => print());
  return buttons;
}
