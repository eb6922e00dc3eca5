// Asks the fake service about one identifier, for tests of check().

import assert from "node:assert/strict";
import { type CheckOptions, check, type ExposureError } from "../src/index.js";
import { type FakeOptions, FakeService, type Member } from "./fake-service.js";

export const known: Member = { kind: "phone", canonical: "+8615400001234", set: 1 };
export const members = [
  known,
  { kind: "cn.ric", canonical: "990101199001010019", set: 0 },
  { kind: "phone", canonical: "+447700900123", set: 0 },
];
export const question: CheckOptions = { server: "http://service.test/", kind: "phone", text: "154 0000 1234" };

export function ask(
  options: Partial<FakeOptions> = {},
  changes: Partial<CheckOptions> = {},
  service = new FakeService({ members, ...options }),
) {
  return { service, outcome: check(service.fetch, { ...question, ...changes }) };
}

/** Fails unless the promise rejects with this error and reason. */
export async function rejects(
  promise: Promise<unknown>,
  type: new (...args: never[]) => ExposureError,
  reason?: string,
): Promise<void> {
  const error: unknown = await promise.then(
    (value) => value,
    (error: unknown) => error,
  );
  assert.ok(error instanceof type, `${type.name} ${reason ?? ""}: ${String(error)}`);
  if (reason !== undefined) assert.equal((error as { reason?: string }).reason, reason);
}
