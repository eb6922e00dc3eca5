// Owns the page as a whole: starts its parts, runs one check at a time, and clears up. How a text
// is read and a number is checked is in parts that are loaded on demand.

import { Refused, Unfinished } from "@exposure-checker/client/errors";
import { readService } from "@exposure-checker/client/service";
import { choice } from "./chooser.js";
import { byId } from "./dom.js";
import { Cancelled, failureView } from "./failure.js";
import { askAgain, clearForm, clearRemarks, offerServed, refuseText, setBusy, startForm, startOver } from "./form.js";
import { keyVerdict, showKey, startKeyPanel } from "./key.js";
import { say } from "./language.js";
import { loadChecking, loadReading } from "./later.js";
import { describeCode } from "./lead.js";
import { forgetAnswer, showAnswer } from "./leaving.js";
import { makeProgress } from "./progress.js";
import type { Question } from "./question.js";
import { showCaution } from "./remarks.js";
import { askedAnother, listenToOthers } from "./visit.js";

const SERVER = new URL("./", location.href);

const status = byId("status", HTMLElement);
const failure = byId("failure", HTMLElement);
const said = byId("said", HTMLElement);

/**
 * The key this page was opened with. If it changes, the check stops and explains what it would cost
 * to go on.
 */
let pinnedKey: Uint8Array | undefined;
/** Prefix lengths that the server offers; empty until it has answered. */
let served: readonly number[] = [];
/** Running or done; undefined before the first attempt and after a failed one. */
let loading: Promise<void> | undefined;
/** Of the running check. A check that is no longer wanted is aborted, and its answer dropped. */
let running: AbortController | undefined;

function start(): void {
  startKeyPanel();
  startForm((question) => void ask(question), changeChoice);
  describeCode(choice(), served);
  caution();
  listenToOthers(caution);
  void ensureParameters();
  addEventListener("pagehide", forget);
  addEventListener("keydown", ({ key }) => key === "Escape" && cancel());
}

/**
 * Loads the parameters once; after a failure, again before the next check, which reports the error.
 */
function ensureParameters(): Promise<void> {
  loading ??= loadParameters().catch(() => {
    loading = undefined;
  });
  return loading;
}

/** Shows what only the server knows, and pins its key. */
async function loadParameters(): Promise<void> {
  const { publicKey, ranges, kinds } = await readService(fetch, SERVER, { pinnedKey });
  served = [...ranges.keys()];
  if (publicKey !== null) pinnedKey = publicKey;
  offerServed(kinds);
  describeCode(choice(), served);
  if (publicKey !== null) await showKey(publicKey);
}

/** Refuses a key other than the checksum that the person entered, if there is one. */
function refuseOtherKey(): void {
  const verdict = keyVerdict();
  if (verdict === "other") throw new Refused("key-mismatch");
  if (verdict === "unknown") throw new Unfinished("network", "key not received yet");
}

function empty(): void {
  forgetAnswer();
  for (const node of [status, failure, said]) node.replaceChildren();
}

function changeChoice(): void {
  empty();
  describeCode(choice(), served);
  caution();
}

function caution(): void {
  showCaution(askedAnother(choice().kind) ? say("secondKind") : null);
}

async function ask(question: Question): Promise<void> {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  const { signal } = mine;
  clearRemarks();
  empty();
  setBusy(true);
  const progress = makeProgress(cancel, (text) => {
    said.textContent = text;
  });
  try {
    status.replaceChildren(...progress.view);
    status.scrollIntoView({ block: "nearest" });
    said.textContent = say("checkingButton");
    const reading = await readAhead(question, signal);
    if (reading === null) return;
    const [{ conduct }] = await Promise.all([loadChecking(), ensureParameters()]);
    signal.throwIfAborted();
    refuseOtherKey();
    const answer = await conduct(
      { ...question, text: reading.text },
      { server: SERVER, pinnedKey, signal, onStep: progress.begin },
    );
    signal.throwIfAborted();
    clearForm();
    said.replaceChildren();
    status.replaceChildren(...answer);
    showAnswer(status, startAgain);
    status.focus();
  } catch (error) {
    if (mine === running) fail(error);
  } finally {
    progress.end();
    if (mine === running) setBusy(false);
  }
}

/** Null if the text cannot be asked about as it stands; the form says why. */
async function readAhead(question: Question, signal: AbortSignal): Promise<{ readonly text: string } | null> {
  const { readText } = await loadReading();
  const reading = await readText(question);
  signal.throwIfAborted();
  if (reading.fault === null && reading.others.length === 0) return reading;
  empty();
  setBusy(false);
  refuseText(reading);
  return null;
}

/** The person wants the running check no more: Escape, or the button. */
function cancel(): void {
  if (running === undefined || status.querySelector(".progress") === null) return;
  const mine = running;
  running = undefined;
  mine.abort();
  setBusy(false);
  fail(new Cancelled());
}

function fail(error: unknown): void {
  empty();
  failure.replaceChildren(...failureView(error, askAgain));
  failure.scrollIntoView({ block: "nearest" });
}

/** For the next number: nothing of the last one stays. */
function startAgain(): void {
  empty();
  caution();
  startOver();
}

/**
 * Leaves nothing for the next person at this screen, even if the browser keeps the page in its
 * history.
 */
function forget(): void {
  running?.abort();
  running = undefined;
  clearForm();
  setBusy(false);
  empty();
  caution();
}

start();
