// Asks the fake service about many identifiers, for tests of checkMany().

import { type Answer, type CheckError, type CheckManyOptions, checkMany, type Query } from "../src/index.js";
import { type FakeOptions, FakeService, type Member } from "./fake-service.js";

export const members: Member[] = [
  { kind: "phone", canonical: "+8615400001234", set: 1 },
  { kind: "cn.ric", canonical: "990101199001010019", set: 0 },
];
export const server = "http://service.test/";
export const found: Query = { kind: "phone", text: "154 0000 1234" };
export const identity: Query = { kind: "cn.ric", text: "990101 19900101 0019" };
export const KEY = "expk_1f0c_canary";

/** Numbers that belong to nobody, in no leak. */
export function absent(count: number): Query[] {
  return Array.from({ length: count }, (_, n) => ({ kind: "phone", text: `1540001${String(n).padStart(4, "0")}` }));
}

export function ask(
  questions: readonly Query[],
  options: Partial<FakeOptions> = {},
  changes: Partial<CheckManyOptions> = {},
) {
  const service = new FakeService({ members, ...options });
  return { service, answers: checkMany(service.fetch, { server, questions, ...changes }) };
}

/** `found`, `absent`, or the name of the error and its reason. */
export function words(answers: readonly Answer[]): string[] {
  return answers.map(({ outcome, error }) => (error === null ? (outcome.found ? "found" : "absent") : wordsOf(error)));
}

function wordsOf(error: CheckError): string {
  return "reason" in error ? `${error.name} ${error.reason}` : error.name;
}

export function ranges({ log, index }: FakeService): string[] {
  return log.filter((path) => path.includes("/range/")).map((path) => path.replace(`v1/range/${index}/`, ""));
}
