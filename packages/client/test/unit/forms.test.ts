// Proves what a client says of an index whose canonical forms are of another version: what is found
// is found, and what is not found is no answer.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { canonicalVersionOf, check, checkMany, kinds, OtherForms, readService, Unfinished } from "../../src/index.js";
import { ask, members, question, rejects } from "../ask-one.js";
import { edit, FakeService, routed } from "../fake-service.js";
import { readVectors } from "../vectors.js";

const own = canonicalVersionOf("phone");
const absent = { text: "154 0000 9999" };

async function refusal(promise: Promise<unknown>): Promise<OtherForms> {
  const error = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  assert.ok(error instanceof OtherForms, String(error));
  return error;
}

test("versions of kinds are those of the table", () => {
  const path = "../../crates/identifier/canonical-versions.json";
  const table = JSON.parse(readFileSync(path, "utf8")) as { version: number; changes: Record<string, string[]> }[];
  const { canonical_versions: vectors } = readVectors<{ canonical_versions: Record<string, number> }>(
    "identifiers.json",
  );
  for (const { name, part_of } of kinds) {
    const naming = table.filter(({ changes }) => (part_of ?? name) in changes);
    assert.equal(canonicalVersionOf(name), Math.max(1, ...naming.map(({ version }) => version)), name);
    assert.equal(canonicalVersionOf(name), vectors[part_of ?? name] ?? 1, name);
  }
  assert.ok(own > 1, "phones have changed");
  assert.equal(canonicalVersionOf("test"), 1);
});

for (const [name, phone] of [
  ["older", [own - 1]],
  ["newer", [own + 1]],
  ["mixed", [own - 1, own]],
] as const) {
  test(`an index in ${name} forms: found stands, not found is no answer`, async () => {
    const versions = { phone };
    assert.equal((await ask({ versions }).outcome).found, true);
    const { service, outcome } = ask({ versions }, absent);
    const error = await refusal(outcome);
    assert.deepEqual([error.kind, error.indexVersions, error.ownVersion], ["phone", [...phone], own]);
    assert.equal(error.isClientOlder, name === "newer");
    assert.equal(error.code, "other-forms");
    assert.ok(!/154|9999/.test(error.message), error.message);
    // Found or not, the same is asked.
    assert.equal(service.log.length, 5);
    // The rules of this kind did not change.
    const resident = await ask({ versions }, { kind: "cn.ric", text: "110105491231002" }).outcome;
    assert.equal(resident.found, false);
  });
}

test("the same version says nothing", async () => {
  assert.equal((await ask({ versions: { phone: [own] } }, absent).outcome).found, false);
});

test("of many, each is told for itself", async () => {
  const service = new FakeService({ members, versions: { phone: [own - 1] } });
  const questions = [question, { ...question, ...absent }, { kind: "cn.ric", text: "110105491231002" }];
  const answers = await checkMany(service.fetch, { server: question.server, questions });
  assert.deepEqual(
    answers.map(({ outcome, error }) => outcome?.found ?? error?.code),
    [true, "other-forms", false],
  );
});

test("a service that says no version has the first", async () => {
  const older = (path: string, answer: Response) =>
    path === "v1/parameters"
      ? edit(answer, (json) => ({ ...json, kinds: [{ kind: "phone" }, { kind: "cn.ric" }] }))
      : undefined;
  assert.deepEqual((await refusal(ask({ tamper: older }, absent).outcome)).indexVersions, [1]);
  assert.equal((await ask({ tamper: older }).outcome).found, true);
  assert.equal((await ask({ tamper: older }, { kind: "cn.ric", text: "110105491231002" }).outcome).found, false);
});

test("with a mirror, the mirror's index counts", async () => {
  const [old, current] = [new FakeService({ members, versions: { phone: [1] } }), new FakeService({ members })];
  const hosts = { server: "http://service.test/", mirror: "http://mirror.test/" };
  const asked = (service: FakeService, mirror: FakeService) =>
    check(routed({ "service.test": service, "mirror.test": mirror }), { ...question, ...absent, ...hosts });
  assert.equal((await asked(old, current)).found, false);
  assert.deepEqual((await refusal(asked(current, old))).indexVersions, [1]);
});

test("versions that are no versions are malformed", async () => {
  for (const phone of [[], [0], [1.5], ["1"], 1, null]) {
    const parameters = { kinds: [{ kind: "phone", canonical_versions: phone }] };
    await rejects(ask({ parameters }).outcome, Unfinished, "shape");
  }
  const service = new FakeService({ members, versions: { phone: [1, 2] } });
  const { canonicalVersions, kinds: held } = await readService(service.fetch, question.server);
  assert.deepEqual([canonicalVersions.get("phone"), held.includes("phone")], [[1, 2], true]);
});
