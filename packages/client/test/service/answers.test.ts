// Proves that two clients which share no code get the same answers from a real service: ours, and
// independent.mjs. Needs the binary and no browser.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { canonicalise, check } from "../../src/index.js";
import { type Demo, startDemo } from "../demo.js";
import { ask } from "../independent.mjs";

/** Numbers besides the samples, most of them in no leak. Segment 154 is assigned to nobody. */
const OTHERS = 100;

let demo: Demo;

before(async () => {
  demo = await startDemo();
});
after(() => demo.stop());

test("an independent client gives the same answers as ours", async () => {
  const others = Array.from({ length: OTHERS }, (_, n) => ({
    kind: "phone",
    value: `154${String(n * 999_983).padStart(8, "0")}`,
  }));
  const questions = [...demo.found, ...demo.absent, ...others];
  const inputs = await Promise.all(
    questions.map(async ({ kind, value }) => `${kind}:${(await canonicalise(kind, value))[0]}`),
  );
  const theirs = await ask(demo.ready, inputs);
  for (const [at, { kind, value }] of questions.entries()) {
    const { found, breaches } = await check(fetch, { server: demo.ready, kind, text: value });
    const ours = breaches === null ? null : breaches.map(({ slug }) => slug).sort();
    assert.deepEqual({ found, sources: ours }, { found: theirs[at]?.found, sources: theirs[at]?.sources });
  }
});

test("the samples are in the leaks that the demo names", async () => {
  for (const { kind, value, sources } of [...demo.found, ...demo.absent]) {
    const { found, breaches } = await check(fetch, { server: demo.ready, kind, text: value });
    assert.equal(found, sources !== undefined);
    assert.deepEqual(breaches?.map(({ slug }) => slug).sort(), [...(sources ?? [])].sort());
  }
});
