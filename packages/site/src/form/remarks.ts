// Owns what is said beside the field: what is wrong with the text, how a phone number was
// understood, what it could be instead, and notes. Decides nothing; what somebody answers is passed
// on.

import { kindNamed } from "@exposure-checker/client/kinds";
import type { PhoneReading } from "@exposure-checker/client/phone";
import { byId, make } from "./dom.js";
import { isHeld, kindName } from "./identities.js";
import { locale, say } from "./language.js";
import type { Mistaken } from "./mistaken.js";
import type { Reading } from "./reading.js";
import { regionName } from "./regions.js";

const input = byId("number", HTMLInputElement);
const fault = byId("fault", HTMLElement);
const echo = byId("echo", HTMLElement);
const instead = byId("instead", HTMLElement);
const question = byId("instead-question", HTMLElement);
const answers = byId("instead-answers", HTMLElement);
const note = byId("note", HTMLElement);
const caution = byId("caution", HTMLElement);

/** More would not be read. */
const MAX_CHOICES = 4;

/** What somebody can answer. */
export interface Replies {
  /** Of several phone numbers, this one is meant. */
  readonly meant: (phone: PhoneReading) => void;
  /** The text is of this kind. */
  readonly moved: (kind: string) => void;
}

/** Shows how the text was read; null shows nothing of it. */
export function showReading(reading: Reading | null, replies: Replies): void {
  const others = reading?.others ?? [];
  const email = reading?.mistaken === "email" ? say("emailTyped") : null;
  showFault(others.length > 0 ? null : (email ?? reading?.fault?.text ?? null));
  showEcho(others.length > 0 ? null : (reading?.phone ?? null));
  showInstead(reading, replies);
}

/** Asks which number is meant, with the focus on the question. */
export function focusQuestion(): void {
  instead.focus();
}

function showEcho(phone: PhoneReading | null): void {
  const parts = phone === null ? [] : [say("willBeChecked"), " ", number(phone)];
  if (phone !== null && !phone.isKnown) parts.push(" ", say("notInUse", { country: nameOf(phone) }));
  echo.replaceChildren(...parts);
  echo.hidden = phone === null;
}

function number(phone: PhoneReading): HTMLElement {
  return make("b", {}, make("bdi", { translate: "no" }, phone.international), ` ${nameOf(phone)}`);
}

function nameOf({ country }: PhoneReading): string {
  return country === null ? "" : regionName(locale, country);
}

function showInstead(reading: Reading | null, { meant, moved }: Replies): void {
  const { phone = null, others = [], mistaken = null } = reading ?? {};
  const kind = kindOf(mistaken);
  if (others.length > 0) {
    const phones = [...others.slice(0, MAX_CHOICES - Number(phone !== null)), ...(phone === null ? [] : [phone])];
    ask(
      [say("whichNumber")],
      phones.map((one) => answer([number(one)], () => meant(one))),
      say("noneOfThese"),
    );
  } else if (kind !== null && isHeld(kind)) {
    ask([looksLike(kind)].flat(), [answer([say("checkAsThat")], () => moved(kind))]);
  } else if (kind !== null) {
    ask([...looksLike(kind), " ", say("kindNotHeld")], []);
  } else {
    instead.hidden = true;
    for (const node of [question, answers]) node.replaceChildren();
  }
}

function kindOf(mistaken: Mistaken | null): string | null {
  return mistaken === null || mistaken === "email" ? null : mistaken.kind;
}

/** "This looks like a …". */
function looksLike(kind: string): (Node | string)[] {
  if (kind === "phone") return [say("looksLikePhone")];
  const [before = "", after = ""] = say("looksLike", { kind: "\n" }).split("\n");
  return [before, ...kindName(kindNamed(kind)), after];
}

function ask(asked: readonly (Node | string)[], offered: readonly HTMLElement[], otherwise = ""): void {
  question.replaceChildren(...asked);
  answers.replaceChildren(...offered, ...(otherwise === "" ? [] : [make("p", { class: "hint" }, otherwise)]));
  instead.hidden = false;
}

function answer(text: readonly Node[] | readonly string[], act: () => void): HTMLElement {
  const button = make("button", { type: "button", class: "choice" }, ...text);
  button.addEventListener("click", act);
  return button;
}

/**
 * Shows what is wrong with the text, unless it is shown already: screen readers would repeat it.
 */
export function showFault(text: string | null): void {
  if (fault.textContent === (text ?? "") && fault.hidden === (text === null)) return;
  fault.textContent = text;
  fault.hidden = text === null;
  input.setAttribute("aria-invalid", String(text !== null));
}

/**
 * A note beside the number. Hidden text is removed, because the field's description includes it
 * even so.
 */
export function showNote(text: string | null): void {
  note.textContent = text;
  note.hidden = text === null;
}

/** A warning that applies before the button is pressed, whatever is typed. */
export function showCaution(text: string | null): void {
  caution.textContent = text;
  caution.hidden = text === null;
}
