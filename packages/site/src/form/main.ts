// The page as a whole: starts its parts, runs one check at a time, and clears up. The check itself
// is the client's.

import {
  type CheckStep,
  check,
  choosePrefixBits,
  hashedAs,
  kindNamed,
  Refused,
  Rejected,
  readService,
  Unfinished,
} from "@exposure-checker/client";
import { byId } from "./dom.js";
import { failureText, faultText } from "./failure.js";
import { choice, clearForm, rejectText, setBusy, showCaution, showFault, startForm } from "./form.js";
import { keyVerdict, showKey, startKeyPanel } from "./key.js";
import { about, say } from "./language.js";
import { loadPart, loadRules } from "./parts.js";
import { makeProgress } from "./progress.js";
import type { Question } from "./question.js";
import { DEFAULT_REGION } from "./regions.js";
import { resultView } from "./result.js";
import { askedAnother, rememberAsked } from "./visit.js";

/** Possible numbers in mainland China, by the count in docs/canonical.md. */
const MAINLAND_PHONES = 1e10;

const SERVER = new URL("./", location.href);

const lead = byId("lead", HTMLElement);
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
  describeCode();
  startKeyPanel();
  startForm((question) => void ask(question), changeChoice);
  caution();
  void ensureParameters();
  addEventListener("pagehide", forget);
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
  const { publicKey, ranges } = await readService(fetch, SERVER, { pinnedKey });
  served = [...ranges.keys()];
  describeCode();
  if (publicKey === null) return;
  pinnedKey = publicKey;
  await showKey(publicKey);
}

/** Refuses a key other than the fingerprint that the person entered, if there is one. */
function refuseOtherKey(): void {
  const verdict = keyVerdict();
  if (verdict === "other") throw new Refused("key-mismatch");
  if (verdict === "unknown") throw new Unfinished("network", "key not received yet");
}

/** Says how many numbers share the prefix, if that can be known before a number is typed. */
function describeCode(): void {
  const { kind, region } = choice();
  const possible = kindNamed(hashedAs(kind)).possible ?? (region === DEFAULT_REGION ? MAINLAND_PHONES : null);
  const sharing = possible === null ? null : sharingCode(possible);
  if (sharing === null) {
    lead.textContent = say("lead");
    return;
  }
  const n = about(sharing);
  // A typed calling code overrides the region, so the count is promised for mainland numbers only.
  lead.textContent = kind === "phone" ? say("leadMainland", { n }) : say("leadCounted", { n });
}

/** How many numbers share a prefix; null if unknown, or if a check would refuse to send one. */
function sharingCode(possible: number): number | null {
  if (served.length === 0) return null;
  try {
    return possible / 2 ** choosePrefixBits(served, possible);
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

function empty(): void {
  for (const node of [status, failure, said]) node.replaceChildren();
}

function changeChoice(): void {
  empty();
  describeCode();
  caution();
}

function caution(): void {
  showCaution(askedAnother(choice().kind) ? say("secondKind") : null);
}

async function ask(question: Question): Promise<void> {
  running?.abort();
  const mine = new AbortController();
  running = mine;
  showFault(null);
  empty();
  setBusy(true);
  try {
    const progress = makeProgress();
    status.replaceChildren(progress.view);
    status.scrollIntoView({ block: "nearest" });
    await Promise.all([ensureParameters(), loadRules(question.kind), loadPart("protocol")]);
    if (mine !== running) return;
    refuseOtherKey();
    const onStep = async (step: CheckStep) => {
      if (mine !== running) return;
      // This step requests the range, so from here on the prefix counts as sent, whatever the
      // answer is.
      if (step === "compare") rememberAsked(question.kind);
      said.textContent = progress.nameOf(step);
      await progress.begin(step);
    };
    const outcome = await check(fetch, { ...question, server: SERVER, pinnedKey, onStep, signal: mine.signal });
    if (mine !== running) return;
    clearForm();
    const answer = resultView(question, outcome);
    status.replaceChildren(...answer);
    said.textContent = answer
      .slice(0, 2)
      .map((node) => node.textContent)
      .join(" ");
    status.focus();
  } catch (error) {
    if (mine !== running) return;
    empty();
    if (error instanceof Rejected) rejectText(faultText(error, question.kind, question.text));
    else fail(failureText(error));
  } finally {
    if (mine === running) setBusy(false);
  }
}

function fail(text: string): void {
  failure.textContent = text;
  failure.scrollIntoView({ block: "nearest" });
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
