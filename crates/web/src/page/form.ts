// Owns the one form: its labels, the kind that is chosen, what is typed, and the fault that is shown beside it.
// Asks nothing and remembers nothing: what is typed is handed to whoever listens, and cleared when told.

import { kindNamed } from "../client/kinds.js";
import { byId, make } from "./dom.js";
import { locale, say } from "./language.js";
import { DEFAULT_REGION, namedRegions } from "./regions.js";

export interface Question {
  readonly kind: string;
  readonly region: string;
  readonly text: string;
}

type FormKind = "phone" | "cn.ric";

const KINDS = {
  phone: { tab: say("kindPhone"), label: say("numberPhone"), hint: say("hintPhone"), type: "tel", mode: "tel", complete: "tel" },
  // The last character may be a letter, so no numeric keyboard.
  "cn.ric": { tab: say("kindRic"), label: say("numberRic"), hint: say("hintRic"), type: "text", mode: "text", complete: "off" },
} as const;

const form = byId("form", HTMLFormElement);
const fields = byId("fields", HTMLFieldSetElement);
const tabs = byId("kinds", HTMLElement);
const regionRow = byId("region-row", HTMLElement);
const region = byId("region", HTMLSelectElement);
const input = byId("number", HTMLInputElement);
const fault = byId("fault", HTMLElement);
const note = byId("note", HTMLElement);
const caution = byId("caution", HTMLElement);
const button = byId("check", HTMLButtonElement);
const sample = byId("sample", HTMLButtonElement);

let kind: FormKind = "phone";
let busy = false;

/** Writes the labels, listens, and only then lets anybody type. */
export function startForm(onAsk: (question: Question) => void, onChoice: () => void): void {
  byId("kinds-label", HTMLElement).textContent = say("kindLegend");
  byId("region-label", HTMLElement).textContent = say("regionLabel");
  byId("one", HTMLElement).textContent = say("oneAtATime");
  sample.textContent = say("sampleButton");
  tabs.replaceChildren(...(["phone", "cn.ric"] as const).map((name) => tab(name, onChoice)));
  region.replaceChildren(...namedRegions(locale).map(({ code, name }) => make("option", { value: code }, name)));
  region.value = DEFAULT_REGION;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!busy) onAsk({ kind, region: region.value, text: input.value });
  });
  region.addEventListener("change", onChoice);
  input.addEventListener("input", clearRemarks);
  sample.addEventListener("click", fillSample);
  choose("phone");
  setBusy(false);
  fields.disabled = false;
  byId("waiting", HTMLElement).remove();
}

function tab(name: FormKind, onChoice: () => void): HTMLButtonElement {
  const button = make("button", { type: "button", "data-kind": name }, KINDS[name].tab);
  button.addEventListener("click", () => {
    if (busy || kind === name) return;
    choose(name);
    onChoice();
  });
  return button;
}

function choose(name: FormKind): void {
  kind = name;
  for (const button of tabs.querySelectorAll("button")) button.ariaPressed = String(button.dataset.kind === name);
  const { label, hint, type, mode, complete } = KINDS[name];
  byId("number-label", HTMLElement).textContent = label;
  byId("hint", HTMLElement).textContent = hint;
  input.type = type;
  input.inputMode = mode;
  input.autocomplete = complete;
  regionRow.hidden = name !== "phone";
  clearForm();
}

function fillSample(): void {
  if (busy) return;
  input.value = kindNamed(kind).samples[0] ?? "";
  clearRemarks();
  note.textContent = say("sampleNote");
  note.hidden = false;
  input.focus();
}

/** What would be asked about: kind and country, without the number. */
export function choice(): { kind: string; region: string } {
  return { kind, region: region.value };
}

/** While a check runs the form keeps the focus where it is, and ignores what is pressed. */
export function setBusy(now: boolean): void {
  busy = now;
  button.textContent = say(now ? "checkingButton" : "checkButton");
  button.ariaDisabled = String(now);
  input.readOnly = now;
}

/** Says what is wrong with the text, and goes there. */
export function showFault(text: string | null): void {
  fault.textContent = text;
  fault.hidden = text === null;
  input.ariaInvalid = String(text !== null);
  if (text !== null) input.focus();
}

/** Something to know before pressing the button, whatever is typed. */
export function showCaution(text: string | null): void {
  caution.textContent = text;
  caution.hidden = text === null;
}

export function clearForm(): void {
  input.value = "";
  clearRemarks();
}

function clearRemarks(): void {
  showFault(null);
  note.hidden = true;
}
