// Owns the order of one check: everything that could depend on the answer is fetched before the
// question is asked, and nothing is requested after a match.

import { Disclosure, retryOnce } from "./disclosure.js";
import { type Digest, evaluate, loadProtocol, type OnStep } from "./evaluate.js";
import { type AskOptions, type Hosts, hostsOf } from "./hosts.js";
import { type Fetch, GONE } from "./http.js";
import { type Outcome, outcomeOf } from "./outcome.js";
import { prefixBitsOf, type Query, type Question, questionOf } from "./question.js";
import { Snapshot } from "./snapshot.js";

export interface CheckOptions extends AskOptions, Query {
  /** Called, and awaited, before each step begins. */
  readonly onStep?: OnStep;
}

/**
 * Asks whether one identifier is in a known leak. The server learns a prefix that at least 1,000
 * possible identifiers share, and nothing else about it. With a `mirror`, the mirror learns the
 * prefix, and the server nothing.
 * @throws {CheckError} whenever there is no answer; {@link InvalidOption} before all others.
 *   Other errors come only from `onStep`, or from a part of this package that could not be loaded.
 */
export async function check(fetch: Fetch, options: CheckOptions): Promise<Outcome> {
  const hosts = hostsOf(fetch, options);
  const question = await questionOf(options);
  const disclosure = new Disclosure();
  try {
    return await retryOnce(() => tryOnce(hosts, question, options, disclosure));
  } catch (error) {
    throw disclosure.corrected(question, error);
  }
}

async function tryOnce(
  hosts: Hosts,
  question: Question,
  options: CheckOptions,
  disclosure: Disclosure,
): Promise<Outcome | typeof GONE> {
  const { onStep } = options;
  const snapshot = await Snapshot.read(hosts, disclosure.acceptance(options));
  if (snapshot === GONE) return GONE;
  const { parameters } = snapshot;
  if (disclosure.keyChanged(parameters)) throw disclosure.epochChanged(question);
  const prefixBits = prefixBitsOf(question, parameters);
  const digests = await evaluate(hosts.evaluator, [question], parameters, onStep);
  if (digests === GONE) return GONE;
  const [digest] = digests as [Digest];
  await onStep?.("compare");
  const { prefix, suffix } = (await loadProtocol()).tagOf(digest.y, parameters.digestBits, prefixBits);
  const range = await disclosure.fetchRange(hosts.rangeHost, parameters, prefix, [question]);
  return range === GONE ? GONE : outcomeOf(question, snapshot, digest, prefix, range.seals(suffix));
}
