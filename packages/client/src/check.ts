// Owns the order of a check: everything that could depend on the answer is fetched before the question,
// and nothing is requested after a match. Arithmetic, reading and refusing live in the files it uses.

import { type Digest, evaluate, loadProtocol, type OnStep } from "./evaluate.js";
import { type Fetch, GONE, Service } from "./http.js";
import { type Outcome, outcomeOf } from "./outcome.js";
import { type Acceptance, readParameters, type ServiceParameters } from "./parameters.js";
import { type AskOptions, type Parties, partiesOf } from "./parties.js";
import { type Given, prefixBitsOf, type Question, questionOf } from "./question.js";
import { Shown, upToTwice } from "./shown.js";
import { Snapshot } from "./snapshot.js";

export interface CheckOptions extends AskOptions, Given {
  /** Told before each step begins, and waited for. */
  readonly onStep?: OnStep;
}

/** What the service and its index are, without asking about anybody. */
export async function readService(
  fetch: Fetch,
  server: string | URL,
  acceptance: Acceptance = {},
): Promise<ServiceParameters> {
  return readParameters(await new Service(fetch, server).json("v1/parameters"), acceptance);
}

/**
 * Asks whether one identifier is in a known leak. The server learns a prefix shared by at least 1,000
 * possible identifiers, and nothing else about it; with a `mirror`, the mirror learns that instead, and the server nothing.
 * @throws {CheckError} whenever there is no answer; {@link InvalidOption} before all others. Besides, only what
 *   `onStep` throws, and a part of this package that could not be loaded.
 */
export async function check(fetch: Fetch, options: CheckOptions): Promise<Outcome> {
  const parties = partiesOf(fetch, options);
  const question = await questionOf(options);
  const shown = new Shown();
  try {
    return await upToTwice(() => tryOnce(parties, question, options, shown));
  } catch (error) {
    throw shown.truthful(question, error);
  }
}

async function tryOnce(
  parties: Parties,
  question: Question,
  options: CheckOptions,
  shown: Shown,
): Promise<Outcome | typeof GONE> {
  const { onStep } = options;
  const snapshot = await Snapshot.read(parties, shown.acceptance(options));
  if (snapshot === GONE) return GONE;
  const { parameters } = snapshot;
  if (shown.isUnderAnother(parameters)) throw shown.cost(question);
  const prefixBits = prefixBitsOf(question, parameters);
  const digests = await evaluate(parties.evaluator, [question], parameters, onStep);
  if (digests === GONE) return GONE;
  const [digest] = digests as [Digest];
  await onStep?.("compare");
  const { prefix, suffix } = (await loadProtocol()).tagOf(digest.y, parameters.digestBits, prefixBits);
  const range = await shown.range(parties.holder, parameters, prefix, [question]);
  return range === GONE ? GONE : outcomeOf(question, snapshot, digest, prefix, range.seals(suffix));
}
