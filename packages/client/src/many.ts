// Owns the check of many identifiers at a time: each distinct one once, in batches that the service takes, one answer for each
// that was given. The order of it is ask.ts's.

import { ask, type Result, settled } from "./ask.js";
import { type CheckError, InvalidOption, isCheckError } from "./errors.js";
import { integer, record } from "./fields.js";
import { type AskOptions, hostsOf } from "./hosts.js";
import { type Fetch, Service } from "./http.js";
import type { Outcome } from "./outcome.js";
import type { ServiceParameters } from "./parameters.js";
import { type Query, type Question, questionOf } from "./question.js";

/** What the protocol allows in one request. A service may take fewer, and never more. */
const ANONYMOUS_BATCH = 8;
const PARTNER_BATCH = 1000;
/** One line of visible ASCII, 256 characters at most. */
const PARTNER_KEY = /^expk_[!-~]{0,251}$/;

export interface CheckManyOptions extends AskOptions {
  readonly questions: readonly Query[];
  /** `expk_…`. Sent to `server` with what is to be evaluated and for the account; never with a range, and never to a mirror. */
  readonly partnerKey?: string | undefined;
}

/** An outcome, or why there is none. One of them is null, so that what did not finish cannot be read as "not found". */
export type Answer =
  | { readonly outcome: Outcome; readonly error: null }
  | { readonly outcome: null; readonly error: CheckError };

/**
 * Asks about many identifiers, and answers each, in order: one that is misspelt, refused or not finished says so by itself and
 * spoils no other. Each distinct one costs one evaluation of the budget; when the service evaluates no more, those
 * evaluated before are answered and the rest share its refusal, most often `RateLimited`.
 *
 * **Asking about several at once shows that they are asked about together.** The server, or the mirror, sees all their
 * prefixes, sorted, from one address or under one partner's name; whoever holds a list of people with their numbers can look
 * for the person who fits them all. A phone and an ID of one person, at 16 bits each, leave of 10^9 people 10^9 / 2^32: less
 * than one. It can identify that person, which is why the web form asks about one identifier at a time. For numbers that belong
 * together, ask a `mirror` run by somebody whom you trust with prefixes, or keep a copy of the index file.
 *
 * @throws {InvalidOption} for `server`, `mirror` or `partnerKey`, and nothing else but a part of this package that could
 *   not be loaded.
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
  const read: (Question | CheckError)[] = [];
  for (const query of queries) {
    const question = await settled(() => questionOf(query));
    read.push(isCheckError(question) ? question : deduplicated(distinct, question));
  }
  const batchSize = (parameters: ServiceParameters) => batchOf(evaluator, parameters, partnerKey !== undefined);
  const nothing = new Map<Question, Result>();
  const results =
    distinct.size === 0 ? nothing : await ask(hosts, [...distinct.values()], { ...options, evaluator, batchSize });
  return read.map((one) => answer(isCheckError(one) ? one : (results.get(one) as Result)));
}

/** What is no key is sent to nobody: it may be another secret, pasted by mistake. */
function authorised(fetch: Fetch, partnerKey: string): Fetch {
  const key = String(partnerKey).trim();
  if (!PARTNER_KEY.test(key)) throw new InvalidOption("partnerKey");
  const authorization = `Bearer ${key}`;
  return (input, init) =>
    fetch(input, { ...init, headers: { ...(init?.headers as Record<string, string>), authorization } });
}

/** The question that stands for all about the same identifier. */
function deduplicated(distinct: Map<string, Question>, question: Question): Question {
  const name = `${question.kind}:${question.canonical}`;
  const known = distinct.get(name) ?? question;
  distinct.set(name, known);
  return known;
}

/** How many the service evaluates at a time, for this caller: a small budget may hold fewer than the protocol allows. */
async function batchOf(service: Service, { publicKey }: ServiceParameters, isPartner: boolean): Promise<number> {
  if (publicKey === null) return PARTNER_BATCH;
  const [path, most] = isPartner ? (["v1/account", PARTNER_BATCH] as const) : (["v1/limits", ANONYMOUS_BATCH] as const);
  const batch = integer(record(await service.json(path)), "batch", 0, Number.MAX_SAFE_INTEGER);
  return Math.max(1, Math.min(batch, most));
}

function answer(result: Result): Answer {
  return isCheckError(result) ? { outcome: null, error: result } : { outcome: result, error: null };
}
