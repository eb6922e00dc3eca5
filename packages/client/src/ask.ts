// Owns the order of requests for many questions. It is the order of a single check (check.ts):
// everything that could depend on an answer is fetched first, all questions are evaluated before
// any range is requested, and nothing is requested after a match.

import { Disclosure, retryOnce } from "./disclosure.js";
import { type CheckError, isCheckError, Unfinished } from "./errors.js";
import { type Digest, evaluate, loadProtocol } from "./evaluate.js";
import type { Hosts } from "./hosts.js";
import { GONE, type Service } from "./http.js";
import { type Outcome, outcomeOf } from "./outcome.js";
import { type Acceptance, type ServiceParameters, sameKey } from "./parameters.js";
import { prefixBitsOf, type Question } from "./question.js";
import { Snapshot } from "./snapshot.js";

export interface BatchOptions extends Acceptance {
  /** The host that evaluates, with the partner's key if there is one. */
  readonly evaluator: Service;
  /** How many elements go into one request. Called before the first. */
  readonly batchSize: (parameters: ServiceParameters) => Promise<number>;
}

/** The result for one question. */
export type Result = Outcome | CheckError;

/** A question with its digest, ready to be looked up. */
interface Lookup extends Digest {
  readonly question: Question;
  readonly prefix: string;
  readonly suffix: string;
}

/**
 * One result for each question; the questions must be distinct. Throws only what is not a {@link
 * CheckError}.
 */
export async function ask(
  hosts: Hosts,
  questions: readonly Question[],
  options: BatchOptions,
): Promise<Map<Question, Result>> {
  const run = new Run(hosts, questions, options);
  const results = await settled(() => retryOnce(() => run.tryOnce()));
  return isCheckError(results) ? run.all(() => results) : results;
}

class Run {
  readonly #hosts: Hosts;
  readonly #questions: readonly Question[];
  readonly #options: BatchOptions;
  readonly #disclosure = new Disclosure();
  /** What has been evaluated or has failed: under one key, no question is evaluated twice. */
  readonly #digests = new Map<Question, Digest | CheckError>();
  #under: ServiceParameters | undefined;

  constructor(hosts: Hosts, questions: readonly Question[], options: BatchOptions) {
    [this.#hosts, this.#questions, this.#options] = [hosts, questions, options];
  }

  all(result: (question: Question) => Result): Map<Question, Result> {
    return new Map(
      this.#questions.map((question) => [question, this.#disclosure.corrected(question, result(question))]),
    );
  }

  async tryOnce(): Promise<Map<Question, Result> | typeof GONE> {
    const snapshot = await Snapshot.read(this.#hosts, this.#disclosure.acceptance(this.#options));
    if (snapshot === GONE) return GONE;
    const { parameters } = snapshot;
    if (this.#disclosure.keyChanged(parameters)) return this.all((question) => this.#keyChanged(question));
    const results = new Map<Question, Result>();
    const lengths = new Map<Question, number>();
    for (const question of this.#questions) {
      const bits = await settled(() => prefixBitsOf(question, parameters));
      if (isCheckError(bits)) results.set(question, bits);
      else lengths.set(question, bits);
    }
    if ((await this.#evaluate([...lengths.keys()], parameters)) === GONE) return GONE;
    const { tagOf } = await loadProtocol();
    const lookups: Lookup[] = [];
    for (const [question, bits] of lengths) {
      const digest = this.#digests.get(question);
      if (isCheckError(digest)) results.set(question, digest);
      else if (digest !== undefined)
        lookups.push({ ...digest, question, ...tagOf(digest.y, parameters.digestBits, bits) });
    }
    const seals = await this.#seals(lookups, parameters);
    if (seals === GONE) return GONE;
    for (const [lookup, own] of seals) {
      const { question, prefix } = lookup;
      results.set(
        question,
        isCheckError(own) ? own : await settled(() => outcomeOf(question, snapshot, lookup, prefix, own)),
      );
    }
    return this.all((question) => results.get(question) as Result);
  }

  /**
   * A question whose prefix has not been sent has disclosed nothing by itself, so it is only
   * unfinished.
   */
  #keyChanged(question: Question): CheckError {
    return this.#disclosure.has(question)
      ? this.#disclosure.epochChanged(question)
      : new Unfinished("moved", "the server changed its key during the check");
  }

  /**
   * After a failure nothing more is sent, and the remaining questions get the same error. What was
   * evaluated before has been counted against the quota, and is used.
   */
  async #evaluate(questions: readonly Question[], parameters: ServiceParameters): Promise<typeof GONE | undefined> {
    if (this.#under !== undefined && !sameKey(this.#under, parameters)) this.#digests.clear();
    this.#under = parameters;
    const left = questions.filter((question) => !this.#digests.has(question));
    const size = left.length === 0 ? 1 : await this.#options.batchSize(parameters);
    for (let at = 0; at < left.length; at += size) {
      const batch = left.slice(at, at + size);
      const digests = await settled(() => evaluate(this.#options.evaluator, batch, parameters));
      if (digests === GONE) return GONE;
      if (isCheckError(digests)) {
        for (const question of left.slice(at)) this.#digests.set(question, digests);
        return;
      }
      for (const [i, question] of batch.entries()) this.#digests.set(question, digests[i] as Digest);
    }
    return;
  }

  /**
   * The seals of each suffix. One range is requested for each distinct prefix, in the order of the
   * prefixes, so that the order reveals nothing about the order of the questions. A malformed range
   * fails only the questions that need it; after any other failure nothing more is sent.
   */
  async #seals(
    lookups: readonly Lookup[],
    parameters: ServiceParameters,
  ): Promise<Map<Lookup, string[] | CheckError> | typeof GONE> {
    const seals = new Map<Lookup, string[] | CheckError>();
    let failure: CheckError | undefined;
    for (const [prefix, own] of byPrefix(lookups)) {
      const shared = own.map(({ question }) => question);
      const range =
        failure ??
        (await settled(() => this.#disclosure.fetchRange(this.#hosts.rangeHost, parameters, prefix, shared)));
      if (range === GONE) return GONE;
      if (isCheckError(range) && !(range instanceof Unfinished && range.reason === "shape")) failure = range;
      for (const lookup of own) seals.set(lookup, isCheckError(range) ? range : range.seals(lookup.suffix));
    }
    return seals;
  }
}

function byPrefix(lookups: readonly Lookup[]): [string, Lookup[]][] {
  const groups = new Map<string, Lookup[]>();
  for (const lookup of lookups) {
    const group = groups.get(lookup.prefix);
    if (group === undefined) groups.set(lookup.prefix, [lookup]);
    else group.push(lookup);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The value of a step, or the {@link CheckError} that it threw. */
export async function settled<T>(step: () => T | Promise<T>): Promise<T | CheckError> {
  try {
    return await step();
  } catch (error) {
    if (isCheckError(error)) return error;
    throw error;
  }
}
