// Proves that checks of many identifiers, partner keys and mirrors work with a real service as they
// do with the fake one.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { after, before, test } from "node:test";
import { type Answer, check, checkMany, type Query, Refused, Unfinished } from "../../src/index.js";
import { BINARY, type Demo, type Sample, startDemo, startServe } from "../demo.js";
import { type MirrorServer, mirrorOf } from "../mirror.js";

let demo: Demo;
let mirror: MirrorServer;

before(async () => {
  demo = await startDemo();
  mirror = await mirrorOf(demo.ready);
});
after(async () => {
  mirror?.stop();
  await demo?.stop();
});

function questionsOf(samples: readonly Sample[]): Query[] {
  return samples.map(({ kind, value }) => ({ kind, text: value }));
}

function sourcesOf({ outcome }: Answer): string[] | undefined {
  return outcome?.breaches?.map(({ slug }) => slug).sort();
}

/** Replaces the global fetch; records host, path and whether there was a key. */
function logged(log: string[], server = demo.ready): typeof fetch {
  return (input, init) => {
    const keyed = new Headers(init?.headers).has("authorization") ? " with a key" : "";
    const { host, pathname } = new URL(String(input));
    log.push(
      `${host === new URL(server).host ? "service" : "mirror"} ${pathname.slice(1).replace(/\/[0-9a-f]+\.bin$/, "")}${keyed}`,
    );
    return fetch(input, init);
  };
}

const OTHERS: Query[] = Array.from({ length: 20 }, (_, n) => ({
  kind: "phone",
  text: `154${String(n * 999_983).padStart(8, "0")}`,
}));

test("many at once are answered as one by one", async () => {
  const samples = [...demo.found, ...demo.absent];
  const bad: Query = { kind: "phone", text: "154****0000" };
  const questions = [...questionsOf(samples), bad, ...OTHERS, ...questionsOf(samples)];
  const answers = await checkMany(fetch, { server: demo.ready, questions });
  assert.equal(answers.length, questions.length);
  for (const [at, { sources }] of [...samples, ...samples].entries()) {
    const place = at < samples.length ? at : at + 1 + OTHERS.length;
    assert.deepEqual(sourcesOf(answers[place] as Answer), [...(sources ?? [])].sort());
  }
  assert.equal(answers[samples.length]?.error?.code, "rejected");
  for (const [at, question] of OTHERS.entries()) {
    const single = await check(fetch, { server: demo.ready, ...question });
    assert.equal(answers[samples.length + 1 + at]?.outcome?.found, single.found);
  }
});

test("with a mirror, the service sees no prefix and the mirror no element", async () => {
  const samples = [...demo.found, ...demo.absent];
  const log: string[] = [];
  const places = { server: demo.ready, mirror: mirror.address };
  const answers = await checkMany(logged(log), { ...places, questions: questionsOf(samples) });
  assert.deepEqual(
    answers.map(sourcesOf),
    samples.map(({ sources }) => [...(sources ?? [])].sort()),
  );
  assert.ok(log.some((line) => line.startsWith("mirror v1/range/")));
  assert.ok(
    !log.some((line) => line.startsWith("service v1/range/") || /^mirror v1\/(evaluate|limits|account)/.test(line)),
  );
  const [sample] = demo.found;
  const { found } = await check(fetch, { ...places, kind: sample?.kind ?? "", text: sample?.value });
  assert.equal(found, true);
  assert.ok(mirror.log.every((path) => /^v1\/(parameters|source-sets|breaches|range\/)/.test(path)));
});

test("a mirror of another service's index is refused: nothing is evaluated, and no prefix sent", async () => {
  const another = await startDemo();
  try {
    const places = { server: another.ready, mirror: mirror.address };
    const before = mirror.log.length;
    const [answer] = await checkMany(fetch, { ...places, questions: questionsOf(demo.found).slice(0, 1) });
    assert.ok(answer?.error instanceof Refused && answer.error.reason === "key-mismatch");
    assert.deepEqual(mirror.log.slice(before), ["v1/parameters"]);
  } finally {
    await another.stop();
  }
});

test("a partner key allows larger batches and is sent with nothing else; an unknown one is an error", async () => {
  const args = ["partner", "add", "a-bank", "--contact", "nobody", "--batch", "50", "--data", demo.data, "--json"];
  const { key: partnerKey } = JSON.parse(execFileSync(BINARY, args, { encoding: "utf8" })) as { key: string };
  const service = await startServe(demo.data);
  try {
    const log: string[] = [];
    const answers = await checkMany(logged(log, service.ready), {
      server: service.ready,
      partnerKey,
      questions: OTHERS,
    });
    assert.deepEqual(
      answers.map(({ error }) => error),
      OTHERS.map(() => null),
    );
    assert.deepEqual(
      log.filter((line) => line.endsWith("with a key")),
      ["service v1/account with a key", "service v1/evaluate with a key"],
    );
    const stale = await checkMany(fetch, {
      server: service.ready,
      partnerKey: partnerKey.replace(/.$/, "!"),
      questions: OTHERS,
    });
    assert.ok(stale.every(({ error }) => error instanceof Unfinished && error.detail === "status 401"));
    const places = { server: service.ready, mirror: demo.ready, partnerKey };
    const mirrored = await checkMany(fetch, { ...places, questions: questionsOf(demo.found) });
    assert.ok(
      mirrored.every(({ outcome }) => outcome?.found),
      "another service with the same index is a mirror, too",
    );
  } finally {
    await service.stop();
  }
});
