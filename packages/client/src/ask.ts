// Owns the order in which many questions are asked. It is that of a single one (check.ts): all that could depend on an answer is
// fetched first, all are evaluated before any range is asked for, and nothing is requested after a match.

import { type CheckError, isCheckError, Unfinished } from "./errors.js";
import { type Digest, evaluate, loadProtocol } from "./evaluate.js";
import { GONE, type Service } from "./http.js";
import { type Outcome, outcomeOf } from "./outcome.js";
import { type Acceptance, type ServiceParameters, sameKey } from "./parameters.js";
import type { Parties } from "./parties.js";
import { prefixBitsOf, type Question } from "./question.js";
import { Shown, upToTwice } from "./shown.js";
import { Snapshot } from "./snapshot.js";

export interface Terms extends Acceptance {
  /** Of the parties, the one that evaluates, with the partner's key if there is one. */
  readonly partner: Service;
  /** How many are evaluated at a time; asked for before the first. */
  readonly batch: (parameters: ServiceParameters) => Promise<number>;
}

/** What became of one question. */
export type Result = Outcome | CheckError;

/** A question on its way into a range. */
interface Lookup extends Digest {
  readonly question: Question;
  readonly prefix: string;
  readonly suffix: string;
}

/** What became of each question, which are distinct. Throws only what is no {@link CheckError}. */
export async function ask(
  parties: Parties,
  questions: readonly Question[],
  terms: Terms,
): Promise<Map<Question, Result>> {
  const run = new Run(parties, questions, terms);
  const results = await settled(() => upToTwice(() => run.tryOnce()));
  return isCheckError(results) ? run.all(() => results) : results;
}

class Run {
  readonly #parties: Parties;
  readonly #questions: readonly Question[];
  readonly #terms: Terms;
  readonly #shown = new Shown();
  /** What has been evaluated, and what failed: under one key, nobody is evaluated twice. */
  readonly #digests = new Map<Question, Digest | CheckError>();
  #under: ServiceParameters | undefined;

  constructor(parties: Parties, questions: readonly Question[], terms: Terms) {
    [this.#parties, this.#questions, this.#terms] = [parties, questions, terms];
  }

  all(result: (question: Question) => Result): Map<Question, Result> {
    return new Map(this.#questions.map((question) => [question, this.#shown.truthful(question, result(question))]));
  }

  async tryOnce(): Promise<Map<Question, Result> | typeof GONE> {
    const snapshot = await Snapshot.read(this.#parties, this.#shown.acceptance(this.#terms));
    if (snapshot === GONE) return GONE;
    const { parameters } = snapshot;
    if (this.#shown.isUnderAnother(parameters)) return this.all((question) => this.#keyChanged(question));
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

  /** Whose turn had not yet come has shown nothing; but who they are asked about together with has. */
  #keyChanged(question: Question): CheckError {
    return this.#shown.has(question)
      ? this.#shown.cost(question)
      : new Unfinished("moved", "the server changed its key during the check");
  }

  /** After a failure nothing more is sent, and the rest fail alike; what was evaluated has been paid for, and is used. */
  async #evaluate(questions: readonly Question[], parameters: ServiceParameters): Promise<typeof GONE | undefined> {
    if (this.#under !== undefined && !sameKey(this.#under, parameters)) this.#digests.clear();
    this.#under = parameters;
    const left = questions.filter((question) => !this.#digests.has(question));
    const size = left.length === 0 ? 1 : await this.#terms.batch(parameters);
    for (let at = 0; at < left.length; at += size) {
      const batch = left.slice(at, at + size);
      const digests = await settled(() => evaluate(this.#terms.partner, batch, parameters));
      if (digests === GONE) return GONE;
      if (isCheckError(digests)) {
        for (const question of left.slice(at)) this.#digests.set(question, digests);
        return;
      }
      for (const [i, question] of batch.entries()) this.#digests.set(question, digests[i] as Digest);
    }
    return;
  }

  /** The seals behind each suffix, out of one range for each distinct prefix, in the order of prefixes: so the order says nothing of
   *  the questions'. A range that is not as announced fails those who need it; after any other failure nothing more is sent. */
  async #seals(
    lookups: readonly Lookup[],
    parameters: ServiceParameters,
  ): Promise<Map<Lookup, string[] | CheckError> | typeof GONE> {
    const seals = new Map<Lookup, string[] | CheckError>();
    let failure: CheckError | undefined;
    for (const [prefix, own] of byPrefix(lookups)) {
      const shared = own.map(({ question }) => question);
      const range =
        failure ?? (await settled(() => this.#shown.range(this.#parties.holder, parameters, prefix, shared)));
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

/** What a step comes to, or why it comes to nothing. */
export async function settled<T>(step: () => T | Promise<T>): Promise<T | CheckError> {
  try {
    return await step();
  } catch (error) {
    if (isCheckError(error)) return error;
    throw error;
  }
}
