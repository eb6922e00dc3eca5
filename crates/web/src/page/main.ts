// Owns the page as a whole: starts its parts, runs one check at a time, and forgets.
// What a check is, is the client's; what is said, the messages'; how it looks, page.css's.

import { choosePrefixBits } from "../client/anonymity.js";
import { check, readService } from "../client/check.js";
import { Rejected } from "../client/errors.js";
import { kindNamed } from "../client/kinds.js";
import { byId } from "./dom.js";
import { failureText, faultText } from "./failure.js";
import { choice, clearForm, setBusy, showCaution, showFault, startForm, type Question } from "./form.js";
import { keyDiffers, showKey, startKeyPanel } from "./key.js";
import { about, locale, otherLanguage, say } from "./language.js";
import { makeProgress } from "./progress.js";
import { DEFAULT_REGION } from "./regions.js";
import { resultView } from "./result.js";

/** Possible numbers in mainland China, by the count of docs/canonical.md. */
const MAINLAND_PHONES = 1e10;

const SERVER = new URL("./", location.href);

const lead = byId("lead", HTMLElement);
const status = byId("status", HTMLElement);
const failure = byId("failure", HTMLElement);

/** The key this page was opened with. Another one later means: stop, and say what it costs to go on. */
let pinnedKey: Uint8Array | undefined;
/** Prefix lengths that the server offers; none before it has answered. */
let served: readonly number[] = [];
/** Kinds asked about on this visit; two of them together say more than each. */
const asked = new Set<string>();
/** Counts up; the answer to a check that is no longer wanted is dropped. */
let run = 0;

function start(): void {
  document.documentElement.lang = locale;
  document.title = say("pageTitle");
  byId("title", HTMLElement).textContent = say("title");
  lead.lang = locale;
  describeCode();
  byId("language", HTMLAnchorElement).href = `?lang=${otherLanguage}`;
  for (const id of ["en", "zh"]) byId(`language-${id}`, HTMLElement).hidden = id !== otherLanguage;
  byId("how-heading", HTMLElement).textContent = say("howHeading");
  byId("how-scramble", HTMLElement).textContent = say("howScramble");
  byId("how-compare", HTMLElement).textContent = say("howCompare");
  byId("how-remains", HTMLElement).textContent = say("howRemains");
  byId("background", HTMLElement).hidden = false;
  startKeyPanel();
  startForm((question) => void ask(question), changeChoice);
  void introduce();
  addEventListener("pagehide", forget);
}

/** Fills in what only the server knows. Without it the page still works: a check asks for itself. */
async function introduce(): Promise<void> {
  const parameters = await readService(fetch, SERVER).catch(() => null);
  if (parameters === null) return;
  const { publicKey } = parameters;
  pinnedKey ??= publicKey ?? undefined;
  if (publicKey !== null) void showKey(publicKey);
  served = [...parameters.lines.keys()];
  describeCode();
}

/** Says among how many the short code hides, where that can be known before a number is typed. */
function describeCode(): void {
  const { kind, region } = choice();
  const possible = kindNamed(kind).possible ?? (region === DEFAULT_REGION ? MAINLAND_PHONES : null);
  const isCounted = possible !== null && served.length > 0;
  lead.textContent = isCounted ? say("leadCounted", { n: about(possible / 2 ** choosePrefixBits(served, possible)) }) : say("lead");
}

function changeChoice(): void {
  status.replaceChildren();
  failure.replaceChildren();
  describeCode();
  const another = [...asked].some((earlier) => earlier !== choice().kind);
  showCaution(another ? say("secondKind") : null);
}

async function ask(question: Question): Promise<void> {
  const mine = ++run;
  showFault(null);
  failure.replaceChildren();
  status.replaceChildren();
  if (keyDiffers()) {
    fail(say("keyMismatch"));
    return;
  }
  setBusy(true);
  try {
    const progress = makeProgress();
    status.replaceChildren(progress.view);
    status.scrollIntoView({ block: "nearest" });
    const outcome = await check(fetch, { ...question, server: SERVER, pinnedKey, onStep: progress.begin });
    if (mine !== run) return;
    asked.add(question.kind);
    clearForm();
    status.replaceChildren(...resultView(question.kind, outcome));
    status.focus();
  } catch (error) {
    if (mine !== run) return;
    status.replaceChildren();
    if (error instanceof Rejected) showFault(faultText(error, question.kind, question.text));
    else fail(failureText(error));
  } finally {
    if (mine === run) setBusy(false);
  }
}

function fail(text: string): void {
  failure.textContent = text;
  failure.scrollIntoView({ block: "nearest" });
}

/** Leaves nothing for the next person at this screen, also where the browser keeps the page to go back to. */
function forget(): void {
  run++;
  clearForm();
  setBusy(false);
  status.replaceChildren();
  failure.replaceChildren();
}

start();
