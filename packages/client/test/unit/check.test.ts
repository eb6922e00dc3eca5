// Proves what a whole check does: the order of its requests, what it concludes, what it refuses,
// and that no failure is ever taken for "not found".

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type CheckError,
  type CheckOptions,
  check,
  EpochChanged,
  type ExposureError,
  fromBase64url,
  InvalidOption,
  isCheckError,
  ProofFailed,
  RateLimited,
  Refused,
  Rejected,
  toBase64url,
  Unfinished,
} from "../../src/index.js";
import { edit, type FakeOptions, FakeService, type Member } from "../fake-service.js";

const known: Member = { kind: "phone", canonical: "+8615400001234", set: 1 };
const members = [
  known,
  { kind: "cn.ric", canonical: "990101199001010019", set: 0 },
  { kind: "phone", canonical: "+447700900123", set: 0 },
];
const question: CheckOptions = { server: "http://service.test/", kind: "phone", text: "154 0000 1234" };

function ask(
  options: Partial<FakeOptions> = {},
  changes: Partial<CheckOptions> = {},
  service = new FakeService({ members, ...options }),
) {
  return { service, outcome: check(service.fetch, { ...question, ...changes }) };
}

test("found, in the leaks of its set; everything fetched first and nothing afterwards", async () => {
  const { service, outcome } = ask();
  const { found, breaches, held, masked, updated, sent } = await outcome;
  assert.equal(found, true);
  assert.deepEqual(
    breaches?.map(({ slug }) => slug),
    ["harbour", "lantern"],
  );
  assert.deepEqual(
    held.map(({ slug }) => slug),
    ["harbour", "lantern"],
  );
  assert.equal(masked, "+86•••••••••34");
  assert.equal(updated, "2026-05-02");
  const prefix = service.digest("phone", known.canonical).slice(0, 2);
  assert.deepEqual(service.log, [
    "v1/parameters",
    "v1/source-sets",
    "v1/breaches",
    "v1/evaluate",
    `v1/range/${service.index}/${prefix}.bin`,
  ]);
  assert.equal(sent.prefix, prefix);
  assert.equal(sent.possible, Math.floor(1e10 / 256));
});

test("a number that leaks know by another name is found by either", async () => {
  const spain: Member[] = [{ kind: "es.nif", canonical: "00000000T", set: 1 }];
  for (const kind of ["es.dni", "es.nif"]) {
    const { found, masked, sent } = await ask({ members: spain }, { kind, text: "0000 0000-t" }).outcome;
    assert.deepEqual([found, masked, sent.possible], [true, "0••••••0T", Math.floor(3.3e8 / 256)], kind);
  }
});

test("the test identifier needs no text, hides behind nothing, and is no leak to those who ask for another", async () => {
  const sets = [["harbour"], ["harbour", "lantern"], ["test"]];
  const withTest = [...members, { kind: "test", canonical: "exposure-checker", set: 2 }];
  const catalogue = [{ slug: "harbour" }, { slug: "test", title: { en: "Test entry" } }];
  const asked = (changes: Partial<CheckOptions>) => ask({ members: withTest, sets, catalogue }, changes).outcome;
  const { text: _, ...nothing } = question;
  const service = new FakeService({ members: withTest, sets, catalogue });
  const { found, breaches, held, masked, sent } = await check(service.fetch, { ...nothing, kind: "test" });
  assert.deepEqual([found, masked, sent.prefixBits], [true, "exposure-checker", 8]);
  assert.deepEqual(
    [breaches, held].map((list) => list?.map(({ slug }) => slug)),
    [["test"], ["test"]],
  );
  assert.equal((await asked({ kind: "test", text: "exposure-checker" })).found, true);
  await rejects(asked({ kind: "test", text: "another" }), Rejected, "unissued");
  await rejects(asked({ ...nothing, text: undefined }), Rejected, "empty");
  assert.deepEqual(
    (await asked({})).held.map(({ slug }) => slug),
    ["harbour", "lantern"],
  );
  const empty = await ask({ members: [], sets: [["test"]], parameters: { kinds: [{ kind: "test", possible: 1 }] } })
    .outcome;
  assert.deepEqual([empty.found, empty.held], [false, []]);
});

test("absent makes the very same requests", async () => {
  const { service, outcome } = ask({}, { text: "15400009999" });
  const { found, breaches } = await outcome;
  assert.deepEqual([found, breaches], [false, []]);
  assert.equal(service.log.length, 5);
});

test("a body holds one element of 32 bytes, new each time; the prefix stays", async () => {
  const service = new FakeService({ members });
  const first = await ask({}, {}, service).outcome;
  const second = await ask({}, {}, service).outcome;
  assert.equal(first.sent.prefix, second.sent.prefix);
  const elements = service.bodies.map((body) => JSON.parse(body).blinded_elements);
  for (const sent of elements) assert.ok(sent.length === 1 && fromBase64url(sent[0], 32) !== null);
  assert.notEqual(elements[0][0], elements[1][0]);
});

test("a shorter prefix where the longest would leave too few", async () => {
  const macau = await ask({}, { text: "+853 1234 5678" }).outcome;
  assert.equal(macau.sent.prefixBits, 8);
  const shared = await ask({}, { text: "+1 242 555 0123" }).outcome;
  assert.equal(shared.sent.prefixBits, 8);
  const few = new FakeService({ members });
  few.served.splice(0, 2, 12);
  await rejects(ask({}, { text: "+1 242 555 0123" }, few).outcome, Refused, "too-few-possible");
});

test("several matches: found, source undetermined", async () => {
  const { outcome } = ask({ members: [known, known] });
  const { found, breaches } = await outcome;
  assert.deepEqual([found, breaches], [true, null]);
});

test("a set number out of range is an error", async () => {
  await rejects(ask({ members: [{ ...known, set: 7 }] }).outcome, Unfinished, "shape");
});

test("a match in a leak that the catalogue does not list still shows its slug", async () => {
  const { breaches } = await ask({ catalogue: [] }).outcome;
  assert.deepEqual(
    breaches?.map(({ slug }) => slug),
    ["harbour", "lantern"],
  );
});

test("only leaks that hold the kind count as asked; where no counts are known, all do", async () => {
  const catalogue = [
    { slug: "harbour", identifiers: { phone: 3, "cn.ric": 2 } },
    { slug: "lantern", identifiers: { phone: 1, "cn.ric": 0 } },
  ];
  const held = async (options: Partial<FakeOptions>, changes: Partial<CheckOptions>) =>
    (await ask(options, changes).outcome).held.map(({ slug }) => slug);
  const identity = { kind: "cn.ric", text: "990101199001010019" };
  assert.deepEqual(await held({ catalogue }, identity), ["harbour"]);
  assert.deepEqual(await held({ catalogue }, {}), ["harbour", "lantern"]);
  assert.deepEqual(await held({ catalogue: [catalogue[0]] }, identity), ["harbour", "lantern"]);
  assert.deepEqual(await held({ members: [], sets: [] }, identity), []);
});

test("a possible number that no plan knows is told apart", async () => {
  const known = async (changes: Partial<CheckOptions>) => (await ask({}, changes).outcome).isInNumberingPlan;
  assert.equal(await known({ text: "+852 9123456" }), false);
  assert.equal(await known({ text: "+852 91234567" }), true);
  assert.equal(await known({ kind: "cn.ric", text: "990101199001010019" }), true);
});

test("an option that is not valid is named, before the text is looked at, without a request", async () => {
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

test("a signal stops the check where it is, also while nobody answers", async () => {
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

test("what a client refuses, it refuses before sending anything", async () => {
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

test("the pinned key is accepted, and the key of an answer told", async () => {
  const service = new FakeService({ members });
  const { found, publicKey } = await ask({}, { pinnedKey: service.keys.publicKey }, service).outcome;
  assert.equal(found, true);
  assert.deepEqual(publicKey, service.keys.publicKey);
});

test("the unkeyed scheme, where it is allowed, evaluates nothing", async () => {
  const { service, outcome } = ask({ unkeyed: true }, { allowUnkeyed: true });
  const { found, breaches, sent } = await outcome;
  assert.deepEqual([found, breaches?.map(({ slug }) => slug), sent.element], [true, ["harbour", "lantern"], null]);
  assert.ok(!service.log.includes("v1/evaluate"));
});

test("parameters that contradict themselves are unfinished", async () => {
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

test("seconds to wait are the server's", async () => {
  const tamper = () => new Response(null, { status: 429, headers: { "retry-after": "17" } });
  await assert.rejects(
    ask({ tamper }).outcome,
    (error) => error instanceof RateLimited && error.retryAfterSeconds === 17,
  );
});

test("a retired index: once more under the same key, and a stop under another", async () => {
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

test("once a prefix is out, nothing says that nothing was sent", async () => {
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

test("source sets of another index start the check again", async () => {
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

test("errors can be switched on by their code", async () => {
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
        return 0;
    }
  };
  const tamper = () => new Response(null, { status: 429, headers: { "retry-after": "17" } });
  const error: unknown = await ask({ tamper }).outcome.catch((error: unknown) => error);
  assert.ok(isCheckError(error));
  assert.equal(waitFor(error), 17);
  assert.equal(isCheckError(new TypeError()), false);
});

test("no error says anything about the number", async () => {
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

async function rejects(
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
