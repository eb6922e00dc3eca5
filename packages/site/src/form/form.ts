// The form: its labels, the chosen kind, the text, and the fault that is shown beside it. Sends
// nothing and remembers nothing: the text is passed to the listener, and cleared on request.

import { kindNamed } from "@exposure-checker/client";
import { byId, make } from "./dom.js";
import { COUNTRIES, homeCountry, kindName, kindsOf, kindText } from "./identities.js";
import { locale, say } from "./language.js";
import type { Question } from "./question.js";
import { homeRegion, namedRegions, REGIONS } from "./regions.js";
import { cancelValidation, validateTyping } from "./typing.js";

/** A phone number, or an ID, whose country and kind two more fields choose. */
type Topic = "phone" | "identity";

const form = byId("form", HTMLFormElement);
const fields = byId("fields", HTMLFieldSetElement);
const tabs = byId("kinds", HTMLElement);
const regionRow = byId("region-row", HTMLElement);
const region = byId("region", HTMLSelectElement);
const countryRow = byId("country-row", HTMLElement);
const country = byId("country", HTMLSelectElement);
const kindRow = byId("kind-row", HTMLElement);
const identity = byId("kind", HTMLSelectElement);
const input = byId("number", HTMLInputElement);
const fault = byId("fault", HTMLElement);
const note = byId("note", HTMLElement);
const caution = byId("caution", HTMLElement);
const button = byId("check", HTMLButtonElement);
const sample = byId("sample", HTMLButtonElement);

let topic: Topic = "phone";
let busy = false;

/** Fills in the choices, adds listeners, and only then enables the form. */
export function startForm(onAsk: (question: Question) => void, onChoice: () => void): void {
  for (const tab of tabs.querySelectorAll("button")) {
    tab.addEventListener("click", () => chooseTopic(tab.dataset.topic === "phone" ? "phone" : "identity", onChoice));
  }
  offerCountries(region, REGIONS, homeRegion());
  offerCountries(country, COUNTRIES, homeCountry());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!busy) onAsk(question());
  });
  region.addEventListener("change", () => {
    clearRemarks();
    onChoice();
    // The same digits may be valid in another country.
    input.dispatchEvent(new Event("change"));
  });
  country.addEventListener("change", () => {
    offerKinds();
    showChosen();
    onChoice();
  });
  identity.addEventListener("change", () => {
    showChosen();
    onChoice();
  });
  input.addEventListener("input", () => showNote(null));
  validateTyping(input, question, showFault);
  sample.addEventListener("click", fillSample);
  offerKinds();
  showChosen();
  setBusy(false);
  fields.disabled = false;
  byId("waiting", HTMLElement).remove();
}

function chooseTopic(chosen: Topic, onChoice: () => void): void {
  if (busy || topic === chosen) return;
  topic = chosen;
  showChosen();
  onChoice();
}

function offerCountries(select: HTMLSelectElement, codes: readonly string[], chosen: string): void {
  select.replaceChildren(...namedRegions(locale, codes).map(({ code, name }) => make("option", { value: code }, name)));
  select.value = chosen;
}

function offerKinds(): void {
  identity.replaceChildren(
    ...kindsOf(country.value).map((kind) => make("option", { value: kind.name }, kindText(kind))),
  );
}

/** Shows the fields of the chosen kind, and clears what was typed for another. */
function showChosen(): void {
  const isPhone = topic === "phone";
  for (const button of tabs.querySelectorAll("button"))
    button.setAttribute("aria-pressed", String(button.dataset.topic === topic));
  regionRow.hidden = !isPhone;
  countryRow.hidden = isPhone;
  // A single kind is not a choice.
  kindRow.hidden = isPhone || identity.options.length < 2;
  byId("number-label", HTMLElement).replaceChildren(
    ...(isPhone ? [say("numberPhone")] : kindName(kindNamed(identity.value))),
  );
  byId("hint", HTMLElement).textContent = hint();
  // An ID may contain letters, so no numeric keyboard.
  input.type = input.inputMode = isPhone ? "tel" : "text";
  input.autocomplete = isPhone ? "tel" : "off";
  clearForm();
}

function hint(): string {
  if (topic === "phone") return say("hintPhone");
  return say(identity.value === "cn.ric" ? "hintRic" : "hintIdentity");
}

function fillSample(): void {
  if (busy) return;
  input.value = kindNamed(choice().kind).samples[0] ?? "";
  clearRemarks();
  showNote(say("sampleNote"));
  input.focus();
}

/** The chosen kind and country, without the number. */
export function choice(): { kind: string; region: string } {
  return { kind: topic === "phone" ? topic : identity.value, region: region.value };
}

/** The choice with the text. */
function question(): Question {
  return { ...choice(), text: input.value };
}

/** During a check the form keeps the focus, and ignores input. */
export function setBusy(now: boolean): void {
  busy = now;
  cancelValidation();
  button.textContent = say(now ? "checkingButton" : "checkButton");
  button.setAttribute("aria-disabled", String(now));
  input.readOnly = now;
  // Select elements have no read-only state. None has the focus when a check begins.
  for (const select of [region, country, identity]) select.disabled = now;
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

/** Shows why a text was rejected that was to be checked, and focuses the field. */
export function rejectText(text: string): void {
  showFault(null);
  showFault(text);
  input.focus();
}

/**
 * A note beside the number. Hidden text is removed, because the field's description includes it
 * even so.
 */
function showNote(text: string | null): void {
  note.textContent = text;
  note.hidden = text === null;
}

/** A warning that applies before the button is pressed, whatever is typed. */
export function showCaution(text: string | null): void {
  caution.textContent = text;
  caution.hidden = text === null;
}

export function clearForm(): void {
  input.value = "";
  clearRemarks();
}

function clearRemarks(): void {
  cancelValidation();
  showFault(null);
  showNote(null);
}
