// Owns what is shown when there is no answer: for each kind of failure its heading, its cause, what
// to do, and how long to wait. Distinguishes errors by type; creates none.

import {
  EpochChanged,
  ExposureError,
  OtherForms,
  OutsidePlans,
  ProofFailed,
  RateLimited,
  Refused,
  Unfinished,
} from "@exposure-checker/client/errors";
import { make } from "./dom.js";
import { about, clockTime, duration, locale, say } from "./language.js";
import { regionName } from "./regions.js";

/** The check was cancelled by the person. */
export class Cancelled extends Error {}

interface Failure {
  readonly heading: string;
  readonly text: string;
  /** Whether the same question may be asked again without harm. */
  readonly canRetry: boolean;
  /** Seconds after which trying again makes sense. */
  readonly wait?: number;
}

const unfinished = say("unfinishedHeading");
const unknowable = say("cannotTellHeading");
const stopped = say("stoppedHeading");

/** For all failures except a rejected text, which is shown at the field. */
function failureOf(error: unknown): Failure {
  if (error instanceof Cancelled) return { heading: unfinished, text: say("cancelled"), canRetry: true };
  if (error instanceof RateLimited) return waiting(say("rateLimited"), error.retryAfterSeconds);
  if (error instanceof ProofFailed) return { heading: stopped, text: say("proofFailed"), canRetry: true };
  if (error instanceof EpochChanged)
    return { heading: stopped, text: say("epochChanged", { n: about(error.possibleAfter) }), canRetry: false };
  if (error instanceof OtherForms)
    return {
      heading: unknowable,
      text: say(error.isClientOlder ? "otherFormsNewer" : "otherForms"),
      canRetry: false,
    };
  if (error instanceof OutsidePlans) return { heading: unknowable, text: outsidePlans(error), canRetry: false };
  if (error instanceof Refused) return { heading: stopped, text: refusal(error), canRetry: false };
  return unreachable(error);
}

function unreachable(error: unknown): Failure {
  // A part of the script that could not be loaded is not a client error, but has the same cause:
  // the network.
  const isNetwork = !(error instanceof ExposureError) || (error instanceof Unfinished && error.reason === "network");
  if (isNetwork && !navigator.onLine) return { heading: unfinished, text: say("offline"), canRetry: true };
  if (error instanceof Unfinished && error.retryAfterSeconds !== undefined)
    return waiting(say("busy"), error.retryAfterSeconds);
  const isDamaged = error instanceof Unfinished && error.reason === "shape";
  const isServer = error instanceof Unfinished && error.reason === "server";
  const text = say(isDamaged ? "answerDamaged" : isServer ? "serverFailed" : "serverDown");
  return { heading: unfinished, text, canRetry: true };
}

function waiting(text: string, wait: number): Failure {
  return { heading: unfinished, text, canRetry: true, wait };
}

function outsidePlans({ country }: OutsidePlans): string {
  return country === null ? say("inNoPlan") : say("notInPlan", { country: regionName(locale, country) });
}

function refusal({ reason }: Refused): string {
  switch (reason) {
    case "key-mismatch":
      return say("keyMismatch");
    case "kind-not-served":
      return say("kindNotServed");
    case "too-few-possible":
      return say("tooFewPossible");
    case "unkeyed":
    case "prefix-too-long":
      return say("revealsTooMuch");
  }
}

/** Heading, cause, and a button that tries again; with a countdown, if waiting makes sense. */
export function failureView(error: unknown, retry: () => void): HTMLElement[] {
  const { heading, text, canRetry, wait } = failureOf(error);
  const said = [make("h2", {}, heading), make("p", {}, text)];
  if (wait !== undefined) {
    const time = clockTime(new Date(Date.now() + wait * 1000));
    said.push(make("p", {}, say("tryAgainAt", { wait: duration(wait), time })));
  }
  // Not announced each second: outside of what is read out.
  const alert = make("div", { role: "alert" }, ...said);
  if (!canRetry) return [alert];
  const button = make("button", { type: "button", class: "quiet" }, say("retryButton"));
  button.addEventListener("click", retry);
  const left = make("span", { class: "hint", "aria-hidden": "true" });
  if (wait !== undefined) countDown(wait, button, left);
  return [alert, make("p", { class: "buttons" }, button, left)];
}

/** Enables the button when the time is over. Ends by itself when the view is gone. */
function countDown(seconds: number, button: HTMLButtonElement, left: HTMLElement): void {
  const end = Date.now() + seconds * 1000;
  button.disabled = true;
  const tick = () => {
    const remaining = Math.ceil((end - Date.now()) / 1000);
    button.disabled = remaining > 0;
    left.textContent = remaining > 0 ? say("timeLeft", { wait: duration(remaining) }) : null;
    if (remaining > 0) setTimeout(() => left.isConnected && tick(), 1000);
  };
  tick();
}
