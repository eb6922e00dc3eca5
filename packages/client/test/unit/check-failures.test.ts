// Proves how a check fails: what it refuses and when, and that no failure is ever taken for "not
// found".

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type CheckError,
  type CheckOptions,
  check,
  EpochChanged,
  InvalidOption,
  isCheckError,
  ProofFailed,
  RateLimited,
  Refused,
  Rejected,
  toBase64url,
  Unfinished,
} from "../../src/index.js";
import { ask, known, members, question, rejects } from "../ask-one.js";
import { edit, type FakeOptions, FakeService } from "../fake-service.js";

test("an invalid option is reported before the text is looked at, and without a request", async () => {
  const invalid: [InvalidOption["option"], Partial<CheckOptions>][] = [
    ["kind", { kind: "passport" }],
    ["region", { region: "ZZ" }],
    ["region", { region: "constructor" }],
    ...[
      "",
      "/api",
      "service.test",
      "ftp://service.test/",
      "http://service.test/?a=b",
      "http://service.test/#a",
      "http://service.test/?",
      "http://a:b@service.test/",
      "http://",
    ].map((server): [InvalidOption["option"], Partial<CheckOptions>] => ["server", { server }]),
  ];
  for (const [option, changes] of invalid) {
    const { service, outcome } = ask({}, { text: "", ...changes });
    await assert.rejects(
      outcome,
      (error) => error instanceof InvalidOption && error.option === option,
      JSON.stringify(changes),
    );
    assert.deepEqual(service.log, []);
  }
  assert.equal((await ask({}, { region: "cn" }).outcome).found, true);
});

test("a signal stops the check at any point, even while waiting for an answer", async () => {
  const early = ask({}, { signal: AbortSignal.abort() });
  await rejects(early.outcome, Unfinished, "aborted");
  assert.deepEqual(early.service.log, []);
  const stop = new AbortController();
  const tamper = (path: string) => {
    if (path !== "v1/evaluate") return undefined;
    stop.abort();
    return new Response(null, { status: 500 });
  };
  const late = ask({ tamper }, { signal: stop.signal });
  await rejects(late.outcome, Unfinished, "aborted");
  assert.equal(late.service.log.at(-1), "v1/evaluate");
  const hanging = new AbortController();
  const silent = (_: unknown, init?: RequestInit) =>
    new Promise<Response>((_, reject) => init?.signal?.addEventListener("abort", () => reject(new Error("stopped"))));
  setTimeout(() => hanging.abort(), 10);
  await rejects(check(silent, { ...question, signal: hanging.signal }), Unfinished, "aborted");
});

test("refusals come before anything is sent", async () => {
  const refused: [string, Record<string, unknown>, Partial<CheckOptions>][] = [
    ["prefix-too-long", { prefix_bits: 20 }, {}],
    ["unkeyed", { scheme: "sha256", epoch: 0, suite: null, mode: null, public_key: null }, {}],
    ["key-mismatch", {}, { pinnedKey: new Uint8Array(32) }],
    [
      "key-mismatch",
      { scheme: "sha256", suite: null, public_key: null },
      { pinnedKey: new Uint8Array(32), allowUnkeyed: true },
    ],
    ["kind-not-served", { kinds: [{ kind: "cn.ric", possible: 1e11 }] }, {}],
  ];
  for (const [reason, parameters, changes] of refused) {
    const { service, outcome } = ask({ parameters }, changes);
    await rejects(outcome, Refused, reason);
    assert.ok(!service.log.some((path) => path.includes("evaluate") || path.includes("range")), reason);
  }
});

test("the pinned key is accepted, and an outcome contains the key", async () => {
  const service = new FakeService({ members });
  const { found, publicKey } = await ask({}, { pinnedKey: service.keys.publicKey }, service).outcome;
  assert.equal(found, true);
  assert.deepEqual(publicKey, service.keys.publicKey);
});

test("the unkeyed scheme, if allowed, evaluates nothing", async () => {
  const { service, outcome } = ask({ unkeyed: true }, { allowUnkeyed: true });
  const { found, breaches, sent } = await outcome;
  assert.deepEqual([found, breaches?.map(({ slug }) => slug), sent.element], [true, ["harbour", "lantern"], null]);
  assert.ok(!service.log.includes("v1/evaluate"));
});

test("inconsistent parameters are unfinished", async () => {
  const malformed: Record<string, unknown>[] = [
    { index: "xyz" },
    { epoch: 0 },
    { epoch: 1.5 },
    { scheme: "md5" },
    { suite: "P256-SHA256" },
    { mode: 0 },
    { public_key: "AA" },
    { digest_bits: 30 },
    { digest_bits: 42 },
    { seal_bits: 3 },
    { nonce: "" },
    { updated: "soon" },
    { range_lines: {} },
    { range_lines: { 4: 3, 8: 1, 12: 1 } },
    { range_lines: { 8: 1, "08": 1 } },
    { range_bytes: { bin: { 4: 1, 8: 1 } } },
    { range_bytes: { bin: { 4: 99 } } },
    { range_bytes: { txt: { 4: 99, 8: 99 } } },
    { prefix_bits: 4 },
    { kinds: null },
  ];
  for (const parameters of malformed) await rejects(ask({ parameters }).outcome, Unfinished, "shape");
});

test("an invalid proof stops the check before the range", async () => {
  const { service, outcome } = ask({
    tamper: (path, answer) =>
      path === "v1/evaluate"
        ? edit(answer, (json) => ({ ...json, proof: toBase64url(new Uint8Array(64).fill(1)) }))
        : undefined,
  });
  await rejects(outcome, ProofFailed);
  assert.ok(!service.log.some((path) => path.includes("range")));
});

test("no misbehaviour of the service is a 'not found'", async () => {
  const answers: [string, () => Response | Promise<Response>, typeof Unfinished | typeof RateLimited][] = [
    ["v1/evaluate", () => new Response("{}", { status: 429, headers: { "retry-after": "17" } }), RateLimited],
    ["v1/evaluate", () => new Response("{}", { status: 500 }), Unfinished],
    ["v1/evaluate", () => new Response("not json"), Unfinished],
    ["v1/evaluate", () => Response.json({ epoch: 1, evaluated_elements: [], proof: "" }), Unfinished],
    ["v1/evaluate", () => Promise.reject(new TypeError("no network")), Unfinished],
    ["v1/parameters", () => new Response(null, { status: 503 }), Unfinished],
    ["v1/breaches", () => Response.json({ breaches: null }), Unfinished],
    ["v1/source-sets", () => Response.json([]), Unfinished],
    ["v1/range", () => new Response(""), Unfinished],
    ["v1/range", () => new Response("x".repeat(1e6)), Unfinished],
    ["v1/range", () => new Response(null, { status: 404 }), Unfinished],
  ];
  for (const [start, answer, type] of answers) {
    await rejects(ask({ tamper: (path) => (path.startsWith(start) ? answer() : undefined) }).outcome, type);
  }
});

test("the time to wait is the server's", async () => {
  const tamper = () => new Response(null, { status: 429, headers: { "retry-after": "17" } });
  await assert.rejects(
    ask({ tamper }).outcome,
    (error) => error instanceof RateLimited && error.retryAfterSeconds === 17,
  );
});

test("a replaced index: one retry under the same key, a stop under another", async () => {
  let gone = 1;
  const tamper = (path: string) =>
    path.includes("/range/") && gone-- > 0 ? new Response(null, { status: 410 }) : undefined;
  assert.equal((await ask({ tamper }).outcome).found, true);

  gone = 2;
  await rejects(ask({ tamper }).outcome, Unfinished, "moved");

  gone = 1;
  let asked = 0;
  const rotating = (path: string, answer: Response) =>
    path === "v1/parameters" && ++asked > 1 ? edit(answer, (json) => ({ ...json, epoch: 2 })) : tamper(path);
  const { service, outcome } = ask({ tamper: rotating });
  await assert.rejects(
    outcome,
    (error) => error instanceof EpochChanged && Math.round(error.possibleAfter) === Math.round(1e10 / 2 ** 16),
  );
  assert.equal(service.log.filter((path) => path.includes("/range/")).length, 1);
});

/** The range is gone, and the next index has edited parameters. */
function replaced(changes: Record<string, unknown>): Partial<FakeOptions> {
  let asked = 0;
  return {
    tamper: (path, answer) => {
      if (path.includes("/range/")) return new Response(null, { status: 410 });
      return path === "v1/parameters" && ++asked > 1 ? edit(answer, (json) => ({ ...json, ...changes })) : undefined;
    },
  };
}

test("once a prefix has been sent, no error says that nothing was", async () => {
  const pinned = { pinnedKey: new FakeService({ members }).keys.publicKey };
  const other = toBase64url(new Uint8Array(32).fill(8));
  const another = ask(replaced({ public_key: other }), pinned);
  await rejects(another.outcome, EpochChanged);
  await rejects(
    ask(replaced({ public_key: other, kinds: [{ kind: "cn.ric", possible: 1e11 }] }), pinned).outcome,
    EpochChanged,
  );
  for (const outcome of [
    ask(replaced({ kinds: [{ kind: "cn.ric", possible: 1e11 }] })).outcome,
    ask(replaced({ prefix_bits: 20 })).outcome,
    ask(replaced({ scheme: "sha256", epoch: 0, suite: null, mode: null, public_key: null }), pinned).outcome,
  ])
    await rejects(outcome, Unfinished, "moved");
  assert.equal(another.service.bodies.length, 1);
});

test("source sets of another index restart the check", async () => {
  let stale = 1;
  const tamper = (path: string, answer: Response) =>
    path === "v1/source-sets" && stale-- > 0 ? edit(answer, (json) => ({ ...json, index: "f".repeat(32) })) : undefined;
  assert.equal((await ask({ tamper }).outcome).found, true);
});

test("several numbers, or none, are rejected without a request", async () => {
  for (const text of ["15400001234, 15400001235", "", "138****1234"]) {
    const { service, outcome } = ask({}, { text });
    await rejects(outcome, Rejected);
    assert.deepEqual(service.log, []);
  }
});

test("a program can switch on the code of an error", async () => {
  const waitFor = (error: CheckError): number => {
    switch (error.code) {
      case "rate-limited":
        return error.retryAfterSeconds;
      case "unfinished":
        return error.retryAfterSeconds ?? 1;
      case "epoch-changed":
        return error.possibleAfter;
      case "invalid-option":
      case "rejected":
      case "refused":
      case "proof-failed":
      case "other-forms":
      case "outside-plans":
        return 0;
    }
  };
  const tamper = () => new Response(null, { status: 429, headers: { "retry-after": "17" } });
  const error: unknown = await ask({ tamper }).outcome.catch((error: unknown) => error);
  assert.ok(isCheckError(error));
  assert.equal(waitFor(error), 17);
  assert.equal(isCheckError(new TypeError()), false);
});

test("no error contains the number", async () => {
  const digest = new FakeService({ members }).digest("phone", known.canonical);
  const failures = [
    ask({ tamper: (path) => (path.includes("range") ? new Response("short") : undefined) }),
    ask({ members: [{ ...known, set: 7 }] }),
  ];
  for (const { outcome } of failures) {
    const error: Error = await outcome.then(
      () => assert.fail(),
      (error: Error) => error,
    );
    const said = `${error.message} ${JSON.stringify(error)}`;
    for (const secret of ["1540000", digest.slice(0, 6), `/${digest.slice(0, 2)}.`]) assert.ok(!said.includes(secret));
  }
});
