// Owns the order of a check: everything that could depend on the answer is fetched before the question,
// and nothing is requested after a match. Arithmetic, reading and refusing live in the files it uses.

import { outcomeOf, prefixBitsOf, questionOf, type Given, type Outcome, type Question } from "./question.js";
import { evaluate, loadProtocol, type Digest, type OnStep } from "./evaluate.js";
import { GONE, Service, type Fetch } from "./http.js";
import { readParameters, type Acceptance, type ServiceParameters } from "./parameters.js";
import { Shown, upToTwice } from "./shown.js";
import { Snapshot, type Parties } from "./snapshot.js";

export type { Step } from "./evaluate.js";
export type { Given, Outcome, Sent } from "./question.js";

/** Whom to ask, and what of them is accepted. */
export interface AskOptions extends Acceptance {
  /** Where the service is, absolute, without query and fragment; its API is below `v1/`. */
  readonly server: string | URL;
  /**
   * Where a copy of the index is served, in the same form as a service serves it: parameters, source sets, breaches and ranges below
   * `v1/`. Then the service sees blinded elements and no prefix, and whoever serves the copy sees prefixes and no element. Its
   * index is what answers, as old as it is; its key and epoch must be those of the service.
   */
  readonly mirror?: string | URL | undefined;
  /** Stops it: `Unfinished`, reason `aborted`. What was sent before stays sent. */
  readonly signal?: AbortSignal | undefined;
}

export interface CheckOptions extends AskOptions, Given {
  /** Told before each step begins, and waited for. */
  readonly onStep?: OnStep;
}

/** What the service and its index are, without asking about anybody. */
export async function readService(fetch: Fetch, server: string | URL, acceptance: Acceptance = {}): Promise<ServiceParameters> {
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

async function tryOnce(parties: Parties, question: Question, options: CheckOptions, shown: Shown): Promise<Outcome | typeof GONE> {
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

/** @throws {InvalidOption} where they cannot be asked. */
export function partiesOf(fetch: Fetch, { server, mirror, signal }: AskOptions): Parties {
  const evaluator = new Service(fetch, server, signal);
  return { evaluator, holder: mirror === undefined ? evaluator : new Service(fetch, mirror, signal, "mirror") };
}
