// Proves what a check of many identifiers does: each distinct one is evaluated once, ranges follow
// all evaluations in an order that reveals nothing, and each question gets one answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { OutsidePlans, type Query, Rejected } from "../../src/index.js";
import { absent, ask, found, identity, members, ranges, words } from "../ask-many.js";
import type { Member } from "../fake-service.js";

test("answers are in the order of the questions and from one snapshot; batches first, then ranges, then nothing", async () => {
  const { service, answers } = ask([...absent(9), found, identity], { batch: 4 });
  assert.deepEqual(words(await answers), [...Array(9).fill("absent"), "found", "found"]);
  const [outcome] = (await answers).slice(-2).map((answer) => answer.outcome);
  assert.deepEqual(
    outcome?.breaches?.map(({ slug }) => slug),
    ["harbour", "lantern"],
  );
  assert.equal(outcome?.masked, "+86•••••••••34");
  assert.deepEqual(service.log.slice(0, 7), [
    "v1/parameters",
    "v1/source-sets",
    "v1/breaches",
    "v1/limits",
    "v1/evaluate",
    "v1/evaluate",
    "v1/evaluate",
  ]);
  assert.deepEqual(
    service.bodies.map((body) => JSON.parse(body).blinded_elements.length),
    [4, 4, 3],
  );
  assert.ok(service.log.slice(7).every((path) => path.includes("/range/")));
});

test("each distinct prefix is requested once, in the order of the prefixes", async () => {
  const questions = absent(40);
  const { service, answers } = ask(questions);
  const sent = (await answers).map(({ outcome }) => outcome?.sent.prefix ?? "");
  assert.ok(new Set(sent).size < sent.length, "40 numbers of 256 prefixes share some");
  assert.deepEqual(
    ranges(service),
    [...new Set(sent)].sort().map((prefix) => `${prefix}.bin`),
  );
  const reversed = ask([...questions].reverse());
  await reversed.answers;
  assert.deepEqual(ranges(reversed.service), ranges(service));
});

test("an identifier given several times, under any spelling and kind, is evaluated once", async () => {
  const spain: Member[] = [{ kind: "es.nif", canonical: "00000000T", set: 1 }];
  const { service, answers } = ask(
    [
      found,
      { kind: "phone", text: "+86 15400001234" },
      { kind: "es.dni", text: "00000000T" },
      { kind: "es.nif", text: "0000 0000-t" },
    ],
    { members: [...members, ...spain] },
  );
  assert.deepEqual(words(await answers), Array(4).fill("found"));
  assert.deepEqual(
    service.bodies.map((body) => JSON.parse(body).blinded_elements.length),
    [2],
  );
});

test("the same number, with its country in doubt and without, is asked about once and doubted once", async () => {
  const { service, answers } = ask([
    { kind: "phone", text: "0151 23456789" },
    { kind: "phone", text: "+86 151 2345 6789" },
    { kind: "phone", text: "13400001234", region: "DE" },
  ]);
  const [doubted, sure, outside] = await answers;
  assert.deepEqual([doubted?.outcome?.elsewhere, sure?.outcome?.elsewhere], [["DE"], []]);
  assert.equal(doubted?.outcome?.sent, sure?.outcome?.sent);
  assert.ok(outside?.error instanceof OutsidePlans);
  assert.deepEqual(outside.error.elsewhere, ["CN"]);
  assert.deepEqual(
    service.bodies.map((body) => JSON.parse(body).blinded_elements.length),
    [2],
  );
});

test("no request is made without questions, nor if all are invalid", async () => {
  for (const questions of [[], [{ kind: "phone", text: "138****1234" }, { kind: "phone" }]]) {
    const { service, answers } = ask(questions);
    assert.equal((await answers).length, questions.length);
    assert.deepEqual(service.log, []);
  }
});

test("an invalid or refused question does not affect the others", async () => {
  const questions: Query[] = [
    { kind: "phone", text: "138****1234" },
    found,
    { kind: "passport", text: "1" },
    { kind: "phone", text: "15400001234", region: "ZZ" },
    { kind: "fi.hetu", text: "131052-308T" },
    { kind: "phone", text: "15400001234, 15400001235" },
    ...absent(1),
  ];
  assert.deepEqual(words(await ask(questions).answers), [
    "Rejected masked",
    "found",
    "InvalidOption",
    "InvalidOption",
    "Refused kind-not-served",
    "Rejected several",
    "absent",
  ]);
  assert.ok((await ask(questions.slice(0, 1)).answers)[0]?.error instanceof Rejected);
});
