// Owns the check of many identifiers: each distinct one is checked once, in batches of the size
// that the service accepts, and every question gets its answer. The order of requests is in ask.ts.

import { ask, type Result, settled } from "./ask.js";
import { type CheckError, InvalidOption, isCheckError, OutsidePlans } from "./errors.js";
import { integer, record } from "./fields.js";
import { type AskOptions, hostsOf } from "./hosts.js";
import { type Fetch, Service } from "./http.js";
import type { Outcome } from "./outcome.js";
import type { ServiceParameters } from "./parameters.js";
import { type Query, type Question, questionOf } from "./question.js";

/** The protocol's limits for one request. A service may accept fewer. */
const ANONYMOUS_BATCH = 8;
const PARTNER_BATCH = 1000;
/** One line of visible ASCII, at most 256 characters. */
const PARTNER_KEY = /^expk_[!-~]{0,251}$/;

export interface CheckManyOptions extends AskOptions {
  readonly questions: readonly Query[];
  /**
   * `expk_…`. Sent to `server` with evaluations and for the account; never with a range, and never
   * to a mirror.
   */
  readonly partnerKey?: string | undefined;
}

/**
 * Either an outcome or an error. One of them is null, so that an unfinished check cannot be read as
 * "not found".
 */
export type Answer =
  | { readonly outcome: Outcome; readonly error: null }
  | { readonly outcome: null; readonly error: CheckError };

/**
 * Asks about many identifiers and answers each, in order. One that is rejected, refused or
 * unfinished does not affect the others. Each distinct identifier costs one evaluation of the
 * quota. When the service evaluates no more, those evaluated before are answered, and the rest get
 * the same error, usually `RateLimited`.
 *
 * **Identifiers that are asked about together are seen together.** The server, or the mirror, sees
 * all their prefixes, sorted, from one address or under one partner's name. Whoever has a list of
 * people with their numbers can look for the person who matches all of them. A phone and an ID of
 * one person, at 16 bits each, leave 10^9 / 2^32 of 10^9 people: fewer than one. They can identify
 * that person, which is why the web form asks about one identifier at a time. For numbers that
 * belong together, use a `mirror` whose operator you trust with prefixes, or a copy of the index
 * file.
 *
 * @throws {InvalidOption} for `server`, `mirror` or `partnerKey`. Other errors come only from a
 *   part of this package that could not be loaded.
 */
export async function checkMany(
  fetch: Fetch,
  { questions: queries, partnerKey, ...options }: CheckManyOptions,
): Promise<Answer[]> {
  const hosts = hostsOf(fetch, options);
  const evaluator =
    partnerKey === undefined
      ? hosts.evaluator
      : new Service(authorised(fetch, partnerKey), options.server, options.signal);
  const distinct = new Map<string, Question>();
  const read: ([known: Question, written: Question] | CheckError)[] = [];
  for (const query of queries) {
    const question = await settled(() => questionOf(query));
    read.push(isCheckError(question) ? question : [deduplicated(distinct, question), question]);
  }
  const batchSize = (parameters: ServiceParameters) => batchOf(evaluator, parameters, partnerKey !== undefined);
  const nothing = new Map<Question, Result>();
  const results =
    distinct.size === 0 ? nothing : await ask(hosts, [...distinct.values()], { ...options, evaluator, batchSize });
  return read.map((one) => {
    if (isCheckError(one)) return answer(one);
    const [known, question] = one;
    return answer(asWritten(results.get(known) as Result, question));
  });
}

/** A text that is not a partner key is never sent: it may be another secret, pasted by mistake. */
function authorised(fetch: Fetch, partnerKey: string): Fetch {
  const key = String(partnerKey).trim();
  if (!PARTNER_KEY.test(key)) throw new InvalidOption("partnerKey");
  const authorization = `Bearer ${key}`;
  return (input, init) =>
    fetch(input, { ...init, headers: { ...(init?.headers as Record<string, string>), authorization } });
}

/** The first question about the same identifier. */
function deduplicated(distinct: Map<string, Question>, question: Question): Question {
  const name = `${question.kind}:${question.canonical}`;
  const known = distinct.get(name) ?? question;
  distinct.set(name, known);
  return known;
}

/** The same number may be written so that its country is in doubt, and so that it is not. */
function asWritten(result: Result, { elsewhere }: Question): Result {
  if (result instanceof OutsidePlans) return new OutsidePlans(result.country, elsewhere);
  return isCheckError(result) ? result : { ...result, elsewhere };
}

/**
 * The largest batch that the service accepts from this caller. A small quota may allow fewer than
 * the protocol.
 */
async function batchOf(service: Service, { publicKey }: ServiceParameters, isPartner: boolean): Promise<number> {
  if (publicKey === null) return PARTNER_BATCH;
  const [path, most] = isPartner ? (["v1/account", PARTNER_BATCH] as const) : (["v1/limits", ANONYMOUS_BATCH] as const);
  const batch = integer(record(await service.json(path)), "batch", 0, Number.MAX_SAFE_INTEGER);
  return Math.max(1, Math.min(batch, most));
}

function answer(result: Result): Answer {
  return isCheckError(result) ? { outcome: null, error: result } : { outcome: result, error: null };
}
