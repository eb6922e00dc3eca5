// Proves how a check of many identifiers fails: no failure affects another question, or is taken for
// "not found".

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type CheckManyOptions,
  checkMany,
  EpochChanged,
  InvalidOption,
  ProofFailed,
  RateLimited,
  Refused,
  toBase64url,
  Unfinished,
} from "../../src/index.js";
import { absent, ask, found, identity, KEY, members, ranges, server, words } from "../ask-many.js";
import { edit, FakeService, type Member } from "../fake-service.js";

test("rate limited halfway: questions evaluated before are answered, the rest get the error, and nothing is sent again", async () => {
  let asked = 0;
  const tamper = (path: string) =>
    path === "v1/evaluate" && ++asked === 2
      ? new Response(null, { status: 429, headers: { "retry-after": "17" } })
      : undefined;
  const { service, answers } = ask([found, ...absent(1), identity, found, ...absent(5)], { tamper, batch: 2 });
  assert.deepEqual(words(await answers), [
    "found",
    "absent",
    "RateLimited",
    "found",
    "absent",
    ...Array(4).fill("RateLimited"),
  ]);
  for (const { error } of (await answers).slice(5))
    assert.ok(error instanceof RateLimited && error.retryAfterSeconds === 17);
  assert.equal(service.bodies.length, 2);
});

test("a batch whose proof fails is discarded, and none of its ranges is requested", async () => {
  let asked = 0;
  const forged = (path: string, answer: Response) =>
    path === "v1/evaluate" && ++asked === 2
      ? edit(answer, (json) => ({ ...json, proof: toBase64url(new Uint8Array(64).fill(1)) }))
      : undefined;
  const late = ask([found, ...absent(2)], { tamper: forged, batch: 1 });
  assert.deepEqual(words(await late.answers), ["found", "ProofFailed", "ProofFailed"]);
  assert.equal(ranges(late.service).length, 1);
  const swapped = (path: string, answer: Response) =>
    path === "v1/evaluate"
      ? edit(answer, (json) => ({ ...json, evaluated_elements: [...(json.evaluated_elements as string[])].reverse() }))
      : undefined;
  const early = ask([found, ...absent(1)], { tamper: swapped });
  assert.ok((await early.answers).every(({ error }) => error instanceof ProofFailed));
  assert.deepEqual(ranges(early.service), []);
  const fewer = (path: string, answer: Response) =>
    path === "v1/evaluate"
      ? edit(answer, (json) => ({ ...json, evaluated_elements: (json.evaluated_elements as string[]).slice(1) }))
      : undefined;
  assert.deepEqual(
    words(await ask([found, ...absent(1)], { tamper: fewer }).answers),
    Array(2).fill("Unfinished shape"),
  );
});

test("a truncated range fails only the questions that need it; after another failure nothing more is sent", async () => {
  const prefix = new FakeService({ members }).digest("phone", "+8615400001234").slice(0, 2);
  const cut = ask([found, identity], {
    tamper: (path) => (path.endsWith(`/${prefix}.bin`) ? new Response("short") : undefined),
  });
  assert.deepEqual(words(await cut.answers), ["Unfinished shape", "found"]);
  const down = ask(absent(20), {
    tamper: (path) => (path.includes("/range/") ? new Response(null, { status: 500 }) : undefined),
  });
  assert.deepEqual(words(await down.answers), Array(20).fill("Unfinished server"));
  assert.equal(ranges(down.service).length, 1);
});

test("a match without a source set fails only its question", async () => {
  const questions = [found, identity];
  assert.deepEqual(
    words(await ask(questions, { members: [{ ...(members[0] as Member), set: 7 }, members[1] as Member] }).answers),
    ["Unfinished shape", "found"],
  );
});

/** After this many ranges the index gets another id, and requests for the old one fail with 410. */
function replaced(after: number, changes: Record<string, unknown> = {}) {
  let [ranges, parameters] = [0, 0];
  const service: FakeService = new FakeService({
    members,
    tamper: (path, answer) => {
      if (path === "v1/parameters" && ++parameters > 1) return edit(answer, (json) => ({ ...json, ...changes }));
      if (!path.includes("/range/") || ++ranges !== after + 1) return undefined;
      service.index = "f".repeat(32);
      return new Response(null, { status: 410 });
    },
  });
  return service;
}

test("an index replaced halfway: repeated under the same key, and nothing is evaluated twice", async () => {
  const service = replaced(1);
  assert.deepEqual(words(await checkMany(service.fetch, { server, questions: [found, identity, ...absent(3)] })), [
    "found",
    "found",
    ...Array(3).fill("absent"),
  ]);
  assert.equal(service.bodies.length, 1);
  assert.equal(service.log.filter((path) => path === "v1/parameters").length, 2);
});

test("an index replaced twice, or by one with another key: no second prefix, and the error says what it would cost", async () => {
  const gone = ask([found, identity], {
    tamper: (path) => (path.includes("/range/") ? new Response(null, { status: 410 }) : undefined),
  });
  assert.deepEqual(words(await gone.answers), Array(2).fill("Unfinished moved"));
  const service = replaced(0, { epoch: 2 });
  const answers = await checkMany(service.fetch, { server, questions: [found, ...absent(30)] });
  const changed = answers.map(({ error }) => error).filter((error) => error instanceof EpochChanged);
  assert.ok(
    changed.length > 0 && changed.every(({ possibleAfter }) => possibleAfter === 1e10 / 2 ** 16),
    "those whose prefix was sent",
  );
  assert.ok(
    answers.every(
      ({ error }) => error instanceof EpochChanged || (error instanceof Unfinished && error.reason === "moved"),
    ),
  );
  assert.equal(ranges(service).length, 1);
});

test("once a prefix has been sent, no error says that nothing was", async () => {
  for (const changes of [
    { prefix_bits: 20 },
    { kinds: [{ kind: "cn.ric", possible: 1e11 }] },
    { scheme: "sha256", epoch: 0, suite: null, mode: null, public_key: null },
  ]) {
    const [answer] = await checkMany(replaced(0, changes).fetch, { server, questions: [found] });
    assert.ok(answer?.error instanceof Unfinished && answer.error.reason === "moved");
  }
});

test("an outdated epoch before any prefix was sent: one retry, under the new key", async () => {
  let asked = 0;
  const tamper = (path: string) =>
    path === "v1/evaluate" && ++asked === 2 ? new Response(null, { status: 409 }) : undefined;
  const { service, answers } = ask([found, identity, ...absent(1)], { tamper, batch: 1 });
  assert.deepEqual(words(await answers), ["found", "found", "absent"]);
  assert.equal(service.bodies.length, 4, "the first stays evaluated: the key was the same after all");
});

test("what was evaluated under the old key is evaluated again: under the new one it would seem absent", async () => {
  const renewed = new FakeService({ members, seed: 2, batch: 1, parameters: { epoch: 2 } });
  let [current, asked] = [renewed, 0];
  const tamper = (path: string) => {
    if (path !== "v1/evaluate" || ++asked !== 2) return undefined;
    current = renewed;
    return new Response(null, { status: 409 });
  };
  const old = new FakeService({ members, batch: 1, tamper });
  current = old;
  const answers = await checkMany((input, init) => current.fetch(input, init), {
    server,
    questions: [found, identity],
  });
  assert.deepEqual(words(answers), ["found", "found"]);
  assert.equal(renewed.bodies.length, 2);
  assert.deepEqual(ranges(old), []);
});

test("a refusal, or a service that is down, is the error of every question", async () => {
  const refused = ask([found, identity, { kind: "phone", text: "" }], {}, { pinnedKey: new Uint8Array(32) });
  assert.deepEqual(words(await refused.answers), ["Refused key-mismatch", "Refused key-mismatch", "Rejected empty"]);
  assert.deepEqual(refused.service.log, ["v1/parameters"]);
  for (const start of ["v1/parameters", "v1/breaches", "v1/limits"]) {
    const { service, answers } = ask([found, identity], {
      tamper: (path) => (path === start ? new Response(null, { status: 503 }) : undefined),
    });
    assert.deepEqual(words(await answers), Array(2).fill("Unfinished server"), start);
    assert.deepEqual(service.bodies, []);
  }
  assert.ok((await ask([found], { parameters: { prefix_bits: 20 } }).answers)[0]?.error instanceof Refused);
});

test("invalid limits are unfinished; no limit allows more than the protocol", async () => {
  const limits = (batch: unknown) =>
    ask(absent(20), { batch: 1000, tamper: (path) => (path === "v1/limits" ? Response.json({ batch }) : undefined) });
  for (const batch of [-1, 1.5, "8", null])
    assert.deepEqual(words(await limits(batch).answers), Array(20).fill("Unfinished shape"));
  for (const [batch, most] of [
    [0, 1],
    [1000, 8],
  ] as const) {
    const { service, answers } = limits(batch);
    await answers;
    assert.equal(JSON.parse(service.bodies[0] ?? "").blinded_elements.length, most);
  }
});

test("a partner key is sent with evaluations and for the account, and nowhere else", async () => {
  const { service, answers } = ask(absent(30), { batch: 25 }, { partnerKey: ` ${KEY}\n` });
  assert.ok((await answers).every(({ error }) => error === null));
  assert.deepEqual(
    service.authorised,
    ["v1/account", "v1/evaluate", "v1/evaluate"].map((path) => [path, `Bearer ${KEY}`]),
  );
  assert.ok(!service.log.includes("v1/limits"));
  const anonymous = ask(absent(3));
  await anonymous.answers;
  assert.deepEqual(anonymous.service.authorised, []);
});

test("an invalid server, mirror or partner key throws before any request, and is not quoted", async () => {
  const invalid: [InvalidOption["option"], Partial<CheckManyOptions>][] = [
    ["server", { server: "ftp://service.test/" }],
    ["mirror", { mirror: "/copies" }],
    ["mirror", { mirror: "http://a:b@mirror.test/" }],
    ...["", "canary", "expk_a\nexpk_canary", "expk_é", `expk_${"a".repeat(300)}`].map(
      (partnerKey): [InvalidOption["option"], Partial<CheckManyOptions>] => ["partnerKey", { partnerKey }],
    ),
  ];
  for (const [option, changes] of invalid) {
    const { service, answers } = ask([found], {}, changes);
    await assert.rejects(
      answers,
      (error) => error instanceof InvalidOption && error.option === option && !error.message.includes("canary"),
    );
    assert.deepEqual(service.log, []);
  }
});

test("no error contains a number, a prefix or a key", async () => {
  const digest = new FakeService({ members }).digest("phone", "+8615400001234");
  for (const status of [401, 404, 429, 500]) {
    for (const start of ["v1/account", "v1/evaluate", "v1/range"]) {
      const { answers } = ask(
        [found],
        { tamper: (path) => (path.startsWith(start) ? new Response(KEY, { status }) : undefined) },
        { partnerKey: KEY },
      );
      const said = JSON.stringify((await answers).map(({ error }) => [error?.message, error?.stack, error]));
      for (const secret of ["canary", "1540000", digest.slice(0, 6), `/${digest.slice(0, 2)}.`])
        assert.ok(!said.includes(secret));
    }
  }
});

test("a signal stops it at any point", async () => {
  const stop = new AbortController();
  const tamper = (path: string) => {
    if (path === "v1/evaluate") stop.abort();
    return undefined;
  };
  const { service, answers } = ask([found, ...absent(20)], { tamper }, { signal: stop.signal });
  assert.deepEqual(words(await answers), Array(21).fill("Unfinished aborted"));
  assert.deepEqual(ranges(service), []);
});

test("the unkeyed scheme, if allowed, requests only ranges", async () => {
  const { service, answers } = ask([found, ...absent(2)], { unkeyed: true }, { allowUnkeyed: true });
  assert.deepEqual(words(await answers), ["found", "absent", "absent"]);
  assert.ok(!service.log.some((path) => /evaluate|limits/.test(path)));
});
