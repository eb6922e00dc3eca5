// Proves what a whole check does: the order of its requests, and what it concludes.

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type CheckOptions,
  check,
  fromBase64url,
  OutsidePlans,
  Refused,
  Rejected,
  Unfinished,
} from "../../src/index.js";
import { ask, known, members, question, rejects } from "../ask-one.js";
import { type FakeOptions, FakeService, type Member } from "../fake-service.js";

test("found, in the leaks of its source set; everything is fetched before, and nothing after", async () => {
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

test("a number with two kinds is found under both", async () => {
  const spain: Member[] = [{ kind: "es.nif", canonical: "00000000T", set: 1 }];
  for (const kind of ["es.dni", "es.nif"]) {
    const { found, masked, sent } = await ask({ members: spain }, { kind, text: "0000 0000-t" }).outcome;
    assert.deepEqual([found, masked, sent.possible], [true, "0••••••0T", Math.floor(3.3e8 / 256)], kind);
  }
});

test("the test identifier needs no text and no anonymity, and its source does not count for other identifiers", async () => {
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

test("not found makes the same requests as found", async () => {
  const { service, outcome } = ask({}, { text: "15400009999" });
  const { found, breaches } = await outcome;
  assert.deepEqual([found, breaches], [false, []]);
  assert.equal(service.log.length, 5);
});

test("the body contains one element of 32 bytes, different each time; the prefix stays the same", async () => {
  const service = new FakeService({ members });
  const first = await ask({}, {}, service).outcome;
  const second = await ask({}, {}, service).outcome;
  assert.equal(first.sent.prefix, second.sent.prefix);
  const elements = service.bodies.map((body) => JSON.parse(body).blinded_elements);
  for (const sent of elements) assert.ok(sent.length === 1 && fromBase64url(sent[0], 32) !== null);
  assert.notEqual(elements[0][0], elements[1][0]);
});

test("a shorter prefix if the longest would leave too few", async () => {
  const macau = await ask({}, { text: "+853 6612 3456" }).outcome;
  assert.equal(macau.sent.prefixBits, 8);
  const shared = await ask({}, { text: "+1 242 357 0123" }).outcome;
  assert.equal(shared.sent.prefixBits, 8);
  const few = new FakeService({ members });
  few.served.splice(0, 2, 12);
  await rejects(ask({}, { text: "+1 242 357 0123" }, few).outcome, Refused, "too-few-possible");
});

test("several matches: found, source undetermined", async () => {
  const { outcome } = ask({ members: [known, known] });
  const { found, breaches } = await outcome;
  assert.deepEqual([found, breaches], [true, null]);
});

test("a source set number out of range is an error", async () => {
  await rejects(ask({ members: [{ ...known, set: 7 }] }).outcome, Unfinished, "shape");
});

test("leaks that could be read only in part are held as such; an older service does not say", async () => {
  const catalogue = [{ slug: "harbour", incomplete: true }, { slug: "lantern" }];
  const { held } = await ask({ catalogue }).outcome;
  assert.deepEqual(
    held.map(({ incomplete }) => incomplete),
    [true, false],
  );
});

test("a match in a leak that the catalogue does not list still shows its slug", async () => {
  const { breaches } = await ask({ catalogue: [] }).outcome;
  assert.deepEqual(
    breaches?.map(({ slug }) => slug),
    ["harbour", "lantern"],
  );
});

test("only leaks with this kind are listed; without counts, all are", async () => {
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

test("a number that is in no plan is not said to be absent; if it is found, it is found", async () => {
  const absent = { members: [] };
  await assert.rejects(ask(absent, { text: "+852 9123456" }).outcome, (error) => {
    assert.ok(error instanceof OutsidePlans);
    assert.deepEqual([error.code, error.country, error.elsewhere], ["outside-plans", "HK", []]);
    return true;
  });
  await assert.rejects(ask(absent, { text: "13400001234", region: "DE" }).outcome, (error) => {
    assert.ok(error instanceof OutsidePlans);
    assert.deepEqual(error.elsewhere, ["CN"]);
    return true;
  });
  assert.equal((await ask(absent, { text: "+852 91234567" }).outcome).found, false);
  assert.equal((await ask(absent, { kind: "cn.ric", text: "990101199001010019" }).outcome).found, false);
});

test("an outcome names the country of the number, and those of which it may be as well", async () => {
  const { country, elsewhere } = await ask({}, { text: "020 7946 0958", region: "GB" }).outcome;
  assert.deepEqual([country, elsewhere], ["GB", []]);
  const doubtful = await ask({}, { text: "(212) 555-1234", region: "CN" }).outcome;
  assert.equal(doubtful.country, "CN");
  assert.ok(doubtful.elsewhere.includes("US"), doubtful.elsewhere.join());
  assert.equal((await ask({}, { kind: "cn.ric", text: "990101199001010019" }).outcome).country, "CN");
});
