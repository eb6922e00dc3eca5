// Proves mirror mode: the service sees elements and no prefix, the mirror prefixes and no element;
// the mirror's index answers, only under the service's key, and its bytes are checked like a
// service's.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type CheckError,
  check,
  checkMany,
  EpochChanged,
  InvalidOption,
  isCheckError,
  type Query,
  Refused,
  Unfinished,
} from "../../src/index.js";
import { edit, type FakeOptions, FakeService, type Member, routed } from "../fake-service.js";

const known: Member = { kind: "phone", canonical: "+8615400001234", set: 1 };
const copied = [known, { kind: "cn.ric", canonical: "990101199001010019", set: 0 }];
const question: Query = { kind: "phone", text: "154 0000 1234" };
const places = { server: "http://service.test/", mirror: "http://mirror.test/copies/" };

/** A service, and a mirror of an older or newer index of it. */
function setUp(mirrored: Partial<FakeOptions> = {}, served: Partial<FakeOptions> = {}) {
  const service = new FakeService({ members: copied, ...served });
  const mirror = new FakeService({ members: copied, ...mirrored });
  // The mirror's folder is not its host's root.
  const inFolder = {
    fetch: (input: RequestInfo | URL, init?: RequestInit) => mirror.fetch(String(input).replace("/copies/", "/"), init),
  } as FakeService;
  return { service, mirror, fetch: routed({ "service.test": service, "mirror.test": inFolder }) };
}

async function errorOf(outcome: Promise<unknown>): Promise<CheckError> {
  const error: unknown = await outcome.then(
    () => assert.fail("an answer"),
    (error: unknown) => error,
  );
  assert.ok(isCheckError(error));
  return error;
}

test("the service sees an element and no prefix, the mirror a prefix and no element", async () => {
  const { service, mirror, fetch } = setUp();
  const { found, breaches, sent } = await check(fetch, { ...places, ...question });
  assert.deepEqual([found, breaches?.map(({ slug }) => slug)], [true, ["harbour", "lantern"]]);
  assert.deepEqual(service.log, ["v1/parameters", "v1/evaluate"]);
  assert.deepEqual(mirror.log, [
    "v1/parameters",
    "v1/source-sets",
    "v1/breaches",
    `v1/range/${mirror.index}/${sent.prefix}.bin`,
  ]);
  assert.deepEqual(mirror.bodies, []);
});

test("not found makes the same requests as found", async () => {
  const { service, mirror, fetch } = setUp();
  assert.equal((await check(fetch, { ...places, kind: "phone", text: "15400009999" })).found, false);
  assert.deepEqual([service.log.length, mirror.log.length], [2, 4]);
});

test("the same for many, and the partner key goes only to the service", async () => {
  const { service, mirror, fetch } = setUp();
  const answers = await checkMany(fetch, {
    ...places,
    questions: [question, { kind: "cn.ric", text: "990101199001010019" }, { kind: "phone", text: "15400009999" }],
    partnerKey: "expk_a",
  });
  assert.deepEqual(
    answers.map(({ outcome }) => outcome?.found),
    [true, true, false],
  );
  assert.deepEqual(service.log, ["v1/parameters", "v1/account", "v1/evaluate"]);
  assert.deepEqual(
    service.authorised.map(([path]) => path),
    ["v1/account", "v1/evaluate"],
  );
  assert.deepEqual(mirror.authorised, []);
  assert.ok(mirror.log.every((path) => !/evaluate|limits|account/.test(path)));
});

test("with another index under the same key, the mirror's answers", async () => {
  const { service, mirror, fetch } = setUp({ members: [], sets: [["test"]], parameters: { updated: "2026-04-01" } });
  mirror.index = "a".repeat(32);
  const { found, updated } = await check(fetch, { ...places, ...question });
  assert.deepEqual([found, updated], [false, "2026-04-01"]);
  const newer = setUp({}, { members: [] });
  newer.service.index = "b".repeat(32);
  assert.equal((await check(newer.fetch, { ...places, ...question })).found, true);
  assert.deepEqual(service.log, ["v1/parameters", "v1/evaluate"]);
});

test("a mirror with another key or epoch is refused, because everything would seem absent; so is one without the pinned key", async () => {
  const pinnedKey = new FakeService({ members: [] }).keys.publicKey;
  for (const mirrored of [{ seed: 2 }, { parameters: { epoch: 2 } }, { unkeyed: true }]) {
    for (const pin of [{}, { pinnedKey }]) {
      const { service, mirror, fetch } = setUp(mirrored);
      const allowUnkeyed = !("pinnedKey" in pin);
      const error = await errorOf(check(fetch, { ...places, ...question, ...pin, allowUnkeyed }));
      assert.ok(
        error instanceof Refused && (error.reason === "key-mismatch" || error.reason === "unkeyed"),
        error.message,
      );
      const [answer] = await checkMany(fetch, { ...places, ...pin, allowUnkeyed, questions: [question] });
      assert.ok(answer?.error instanceof Refused);
      assert.ok(![...service.log, ...mirror.log].some((path) => /evaluate|range/.test(path)));
    }
  }
  const forged = setUp({ seed: 2 }, { seed: 2 });
  assert.ok((await errorOf(check(forged.fetch, { ...places, ...question, pinnedKey }))) instanceof Refused);
});

test("a mirror's ranges are checked like a service's: truncated, changed or of another index is an error", async () => {
  const changed: [string, (answer: Response) => Promise<Response> | Response][] = [
    ["cut", async (answer) => new Response((await answer.arrayBuffer()).slice(1))],
    ["longer", async (answer) => new Response(new Uint8Array([...new Uint8Array(await answer.arrayBuffer()), 0]))],
    [
      "flipped",
      async (answer) =>
        new Response(new Uint8Array(await answer.arrayBuffer()).map((byte, at) => (at === 60 ? byte ^ 1 : byte))),
    ],
    ["empty", () => new Response("")],
    ["a page", () => new Response("<!doctype html>")],
    ["not there", () => new Response(null, { status: 404 })],
  ];
  for (const [what, change] of changed) {
    const { fetch } = setUp({ tamper: (path, answer) => (path.includes("/range/") ? change(answer) : undefined) });
    assert.ok((await errorOf(check(fetch, { ...places, ...question }))) instanceof Unfinished, what);
    const [answer] = await checkMany(fetch, { ...places, questions: [question] });
    assert.ok(answer?.error instanceof Unfinished, what);
  }
});

test("source sets of another index restart the check; without them the mirror cannot answer", async () => {
  let stale = 1;
  const { fetch } = setUp({
    tamper: (path, answer) =>
      path === "v1/source-sets" && stale-- > 0
        ? edit(answer, (json) => ({ ...json, index: "f".repeat(32) }))
        : undefined,
  });
  assert.equal((await check(fetch, { ...places, ...question })).found, true);
  const bare = setUp({
    tamper: (path) => (path === "v1/source-sets" ? new Response(null, { status: 404 }) : undefined),
  });
  assert.ok((await errorOf(check(bare.fetch, { ...places, ...question }))) instanceof Unfinished);
});

test("a mirror whose index is replaced by one under a new key stops the check", async () => {
  const epoch = (asked: () => number) => (path: string, answer: Response) => {
    if (path.includes("/range/")) return new Response(null, { status: 410 });
    return path === "v1/parameters" && asked() > 1 ? edit(answer, (json) => ({ ...json, epoch: 2 })) : undefined;
  };
  let [mirrored, served] = [0, 0];
  const both = setUp({ tamper: epoch(() => ++mirrored) }, { tamper: epoch(() => ++served) });
  assert.ok((await errorOf(check(both.fetch, { ...places, ...question }))) instanceof EpochChanged);
  mirrored = 0;
  const one = setUp({ tamper: epoch(() => ++mirrored) });
  const error = await errorOf(check(one.fetch, { ...places, ...question }));
  assert.ok(
    error instanceof Unfinished && error.reason === "moved",
    "once a prefix has been sent, no error says that nothing was",
  );
  assert.equal(one.mirror.log.filter((path) => path.includes("/range/")).length, 1);
});

test("an invalid address of a mirror is reported before any request", async () => {
  for (const mirror of [
    "",
    "/copies",
    "mirror.test",
    "ftp://mirror.test/",
    "http://mirror.test/?a=b",
    "http://a:b@mirror.test/",
  ]) {
    const { service, fetch } = setUp();
    const error = await errorOf(check(fetch, { ...places, mirror, ...question }));
    assert.ok(error instanceof InvalidOption && error.option === "mirror", mirror);
    assert.deepEqual(service.log, []);
  }
  assert.equal(
    (await check(setUp().fetch, { ...places, mirror: "http://mirror.test/copies", ...question })).found,
    true,
  );
});
