// Owns the two answers. They have the same shape and the same weight, on purpose: "not found" is no
// all-clear, and "found" is no alarm. Failures are not drawn here: see failure.ts.

import type { Breach } from "../client/catalogue.js";
import type { Outcome } from "../client/check.js";
import { actions } from "./actions.js";
import { breachCard } from "./breach.js";
import { make } from "./dom.js";
import { day, say } from "./language.js";
import { sawPanel } from "./saw.js";

export function resultView(kind: string, outcome: Outcome): HTMLElement[] {
  const { found, breaches, held, isInNumberingPlan, masked, sent } = outcome;
  return [
    make("h2", {}, found ? foundHeading(breaches) : absentHeading(outcome)),
    make("p", { class: "meaning" }, say(found ? "foundMeaning" : "absentMeaning")),
    found || isInNumberingPlan ? null : make("p", { class: "note" }, say("notInPlan")),
    make("p", { class: "asked private" }, `${say("numberAsked")} `, make("b", { translate: "no" }, masked)),
    ...(found ? [actions(kind, breaches ?? held), ...matchedCards(breaches)] : [heldCards(held)]),
    sawPanel(sent),
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
  const cards = breaches.map((breach) => breachCard(breach, { matched: true }));
  return [make("section", {}, make("h3", {}, say("breachesHeading")), ...cards)];
}

function heldCards(held: readonly Breach[]): HTMLElement | null {
  if (held.length === 0) return null;
  const cards = held.map((breach) => breachCard(breach, { matched: false }));
  return make("details", {}, make("summary", {}, say("heldSummary", { n: held.length })), ...cards);
}
