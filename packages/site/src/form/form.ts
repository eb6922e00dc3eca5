// Owns the text field and its button: what was typed for which choice, and what is said about it.
// Sends nothing and remembers nothing: the text is passed to the listener, and cleared on request.

import { kindNamed } from "@exposure-checker/client/kinds";
import type { PhoneReading } from "@exposure-checker/client/phone";
import { choice, chooseKind, fixChoice, isOffered, offerHeld, startChooser } from "./chooser.js";
import { byId } from "./dom.js";
import { kindName, offerOnly } from "./identities.js";
import { say } from "./language.js";
import { prefetchRules } from "./later.js";
import type { Question } from "./question.js";
import type { Reading } from "./reading.js";
import { focusQuestion, showFault, showNote, showReading } from "./remarks.js";
import { cancelValidation, validateTyping } from "./typing.js";

const form = byId("form", HTMLFormElement);
const fields = byId("fields", HTMLFieldSetElement);
const numberRow = byId("number-row", HTMLElement);
const input = byId("number", HTMLInputElement);
const button = byId("check", HTMLButtonElement);
const sample = byId("sample", HTMLButtonElement);

let isBusy = false;
/** The sample that was filled in: while the text is that, nobody's number is asked about. */
let filled = "";
let listener: (question: Question) => void = () => undefined;
let onChoice: () => void = () => undefined;

/** Adds listeners, and only then enables the form. */
export function startForm(onAsk: (question: Question) => void, onChange: () => void): void {
  listener = onAsk;
  onChoice = onChange;
  startChooser(changeChoice);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!isBusy && isOffered()) onAsk(question());
  });
  input.addEventListener("input", () => {
    wasPressed = false;
    showNote(null);
  });
  input.addEventListener("focus", () => prefetchRules(choice().kind));
  validateTyping(input, question, (reading) => showReading(reading, REPLIES));
  sample.addEventListener("click", fillSample);
  showChosen();
  setBusy(false);
  fields.disabled = false;
  byId("waiting", HTMLElement).remove();
}

/** Offers only kinds that the service holds. */
export function offerServed(kinds: readonly string[]): void {
  offerOnly(kinds);
  offerHeld();
  showChosen();
  form.dataset.ready = "";
}

/** The text stays: it may have been typed for what is chosen now. */
function changeChoice(): void {
  clearRemarks();
  showChosen();
  onChoice();
  input.dispatchEvent(new Event("change"));
}

/** What somebody answers whom the form has asked. Asked at a check, the check goes on. */
const REPLIES = {
  meant: (phone: PhoneReading) => {
    if (isBusy) return;
    const goesOn = wasPressed;
    input.value = phone.international;
    clearRemarks();
    if (goesOn) listener(question());
    else input.dispatchEvent(new Event("change"));
    input.focus();
  },
  moved: (kind: string) => {
    if (isBusy) return;
    chooseKind(kind);
    changeChoice();
    input.focus();
  },
};

/** Whether the question beside the field was asked because the button was pressed. */
let wasPressed = false;

function showChosen(): void {
  const { kind } = choice();
  const isPhone = kind === "phone";
  numberRow.hidden = button.hidden = sample.hidden = !isOffered();
  byId("number-label", HTMLElement).replaceChildren(...(isPhone ? [say("numberPhone")] : kindName(kindNamed(kind))));
  byId("hint", HTMLElement).textContent = hint(kind);
  // An ID may contain letters, so no numeric keyboard.
  input.type = input.inputMode = isPhone ? "tel" : "text";
}

function hint(kind: string): string {
  if (kind === "phone") return say("hintPhone");
  return say(kind === "cn.ric" ? "hintRic" : "hintIdentity");
}

function fillSample(): void {
  if (isBusy) return;
  filled = kindNamed(choice().kind).samples[0] ?? "";
  input.value = filled;
  clearRemarks();
  showNote(say("sampleNote"));
  input.focus();
}

/** The choice with the text. */
function question(): Question {
  return { ...choice(), text: input.value, isSample: filled !== "" && input.value === filled };
}

/** During a check the form keeps the focus, and ignores input. */
export function setBusy(now: boolean): void {
  isBusy = now;
  cancelValidation();
  button.textContent = say(now ? "checkingButton" : "checkButton");
  button.setAttribute("aria-disabled", String(now));
  input.readOnly = now;
  fixChoice(now);
}

/** Says why nothing was asked: a faulty text, or one that means several things. */
export function refuseText(reading: Reading): void {
  showFault(null);
  showReading(reading, REPLIES);
  wasPressed = true;
  if (reading.others.length > 0) focusQuestion();
  else input.focus();
}

/** Asks again what is in the field. */
export function askAgain(): void {
  form.requestSubmit();
}

/** For another number: the field, empty and in view. */
export function startOver(): void {
  clearForm();
  input.scrollIntoView({ block: "center" });
  input.focus({ preventScroll: true });
}

export function clearForm(): void {
  input.value = filled = "";
  clearRemarks();
}

export function clearRemarks(): void {
  wasPressed = false;
  cancelValidation();
  showReading(null, REPLIES);
  showNote(null);
}
