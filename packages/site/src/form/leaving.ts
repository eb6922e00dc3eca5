// Owns what surrounds an answer: buttons for what comes next, and that links and paper do not lose
// or spoil it. The answer itself is result.ts's.

import { copyOf } from "./dom.js";
import { say } from "./language.js";

/** Connects the buttons of an answer that is shown, and lets links leave it open. */
export function showAnswer(view: HTMLElement, startAgain: () => void): void {
  const buttons = copyOf("afterwards");
  const copied = buttons.querySelector("[role=status]");
  const copy = buttons.querySelector<HTMLButtonElement>("[data-copy]");
  buttons.querySelector("[data-again]")?.addEventListener("click", startAgain);
  buttons.querySelector("[data-print]")?.addEventListener("click", () => print());
  // Only where the browser lets pages write to the clipboard.
  if (copy !== null) copy.hidden = navigator.clipboard === undefined;
  copy?.addEventListener("click", async () => {
    await navigator.clipboard.writeText(adviceIn(view)).then(
      () => copied?.replaceChildren(say("copied")),
      () => copied?.replaceChildren(say("notCopied")),
    );
  });
  view.append(buttons);
  for (const link of outerLinks()) link.target = "_blank";
  addEventListener("beforeprint", unfold);
  addEventListener("afterprint", fold);
}

/** The advice of an answer, a line for each sentence, and where it is from. */
function adviceIn(view: HTMLElement): string {
  const parts = view.querySelectorAll(".actions :is(h3, summary, p, .steps strong, .steps > li > span, .ways li)");
  return [...[...parts].map(({ textContent }) => textContent), location.origin].join("\n");
}

/** Undoes it: links replace the page again. */
export function forgetAnswer(): void {
  for (const link of outerLinks()) link.removeAttribute("target");
  removeEventListener("beforeprint", unfold);
  removeEventListener("afterprint", fold);
}

/** The links to other pages. Those to other languages show the same form, and replace it. */
function outerLinks(): HTMLAnchorElement[] {
  return [...document.querySelectorAll<HTMLAnchorElement>("footer a, .background a")];
}

/** Paper has nothing to click on. */
function unfold(): void {
  for (const details of folded(":not([open])")) {
    details.dataset.unfolded = "";
    details.open = true;
  }
}

function fold(): void {
  for (const details of folded("[data-unfolded]")) {
    delete details.dataset.unfolded;
    details.open = false;
  }
}

/** What is not left out on paper. */
function folded(which: string): HTMLDetailsElement[] {
  return [...document.querySelectorAll<HTMLDetailsElement>(`#status details:not(.private)${which}`)];
}
