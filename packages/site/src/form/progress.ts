// Owns what is shown while a check runs: its four steps, that it is still running after a while,
// and the button that cancels it. The client says which step it is.

import type { CheckStep } from "@exposure-checker/client/evaluate";
import { make, painted } from "./dom.js";
import { say } from "./language.js";

const STEPS: readonly (readonly [CheckStep, string])[] = [
  ["scramble", say("stepScramble")],
  ["ask", say("stepAsk")],
  ["verify", say("stepVerify")],
  ["compare", say("stepCompare")],
];

/** In milliseconds, until the check is said to be slow. */
const SLOW = 6000;

export interface Progress {
  readonly view: readonly HTMLElement[];
  /** Marks the step that begins, and waits until it has been painted. */
  readonly begin: (step: CheckStep) => Promise<void>;
  /** Must be called when the check has ended. */
  readonly end: () => void;
}

/** `onSlow` is told what to say when the check takes long. */
export function makeProgress(cancel: () => void, onSlow: (text: string) => void): Progress {
  const items = STEPS.map(([, text]) => make("li", {}, text));
  const slow = make("p", { class: "hint", hidden: "" });
  const timer = setTimeout(() => {
    slow.textContent = say("stillChecking");
    slow.hidden = false;
    onSlow(slow.textContent);
  }, SLOW);
  const button = make("button", { type: "button", class: "quiet" }, say("cancelButton"));
  button.addEventListener("click", cancel);
  const begin = (step: CheckStep): Promise<void> => {
    const current = STEPS.findIndex(([name]) => name === step);
    items.forEach((item, at) => {
      item.className = at < current ? "done" : "";
      if (at === current) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    });
    return painted();
  };
  const view = [make("ol", { class: "progress" }, ...items), slow, make("p", { class: "buttons" }, button)];
  return { view, begin, end: () => clearTimeout(timer) };
}
