// The four steps that are shown while a check runs. check.ts says which one it is.

import type { CheckStep } from "@exposure-checker/client";
import { make, painted } from "./dom.js";
import { say } from "./language.js";

const STEPS: readonly (readonly [CheckStep, string])[] = [
  ["scramble", say("stepScramble")],
  ["ask", say("stepAsk")],
  ["verify", say("stepVerify")],
  ["compare", say("stepCompare")],
];

export interface Progress {
  readonly view: HTMLElement;
  /** Marks the step that begins, and waits until it has been painted. */
  readonly begin: (step: CheckStep) => Promise<void>;
  readonly nameOf: (step: CheckStep) => string;
}

export function makeProgress(): Progress {
  const items = STEPS.map(([, text]) => make("li", {}, text));
  const begin = (step: CheckStep): Promise<void> => {
    const current = STEPS.findIndex(([name]) => name === step);
    items.forEach((item, at) => {
      item.className = at < current ? "done" : "";
      if (at === current) item.setAttribute("aria-current", "step");
      else item.removeAttribute("aria-current");
    });
    return painted();
  };
  const nameOf = (step: CheckStep) => STEPS.find(([name]) => name === step)?.[1] ?? "";
  return { view: make("ol", { class: "progress" }, ...items), begin, nameOf };
}
