// Proves every way in which a check can fail in a browser: the message says what happened, and none
// looks like an answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalVersionOf } from "@exposure-checker/client";
import type { Route } from "playwright-core";
import type { Key } from "../../src/messages.js";
import { answer, ask, edit, failure, inEach, LANGUAGES, type Language, open, openKey, says } from "./form.js";
import { missing, withStage } from "./harness.js";
import { record } from "./leaks.js";

const skip = missing();
const stage = withStage();

/** Each failure: how the service's answers are changed, and the expected message. */
const FAILURES: [name: string, pattern: string, act: (route: Route) => Promise<void>, key: Key][] = [
  [
    "bad proof",
    "**/v1/evaluate",
    (route) =>
      edit(route, (text) => {
        const json = JSON.parse(text) as { proof: string };
        const proof = Buffer.from(json.proof, "base64url");
        proof[40] = (proof[40] ?? 0) ^ 1;
        return JSON.stringify({ ...json, proof: proof.toString("base64url") });
      }),
    "proofFailed",
  ],
  ["429", "**/v1/evaluate", (route) => route.fulfill({ status: 429, headers: { "retry-after": "17" } }), "rateLimited"],
  ["500", "**/v1/evaluate", (route) => route.fulfill({ status: 500 }), "serverFailed"],
  ["connection cut", "**/v1/range/**", (route) => route.abort("connectionreset"), "serverDown"],
  ["another key", "**/v1/parameters", (route) => edit(route, otherKey), "keyMismatch"],
];

function otherKey(parameters: string): string {
  return JSON.stringify({ ...JSON.parse(parameters), public_key: Buffer.alloc(32, 8).toString("base64url") });
}

for (const [name, pattern, act, key] of FAILURES) {
  test(`failure: ${name}`, { skip }, () =>
    inEach(stage, async (page, language) => {
      await page.route(pattern, act);
      await ask(page, "phone", "15400001234");
      const text = await failure(page);
      says(language, key, text);
      if (key === "rateLimited")
        says(language, "tryAgainAt", await page.textContent("#failure [role=alert] > p:nth-of-type(2)"));
      await page.unroute(pattern);
      await page.click("#check");
      await answer(page);
    }),
  );
}

test("failure: 429 for a long time, given in hours", { skip }, () =>
  inEach(stage, async (page, language) => {
    await page.route("**/v1/evaluate", (route) => route.fulfill({ status: 429, headers: { "retry-after": "43200" } }));
    await ask(page, "phone", "15400001234");
    says(language, "rateLimited", await failure(page, "unfinishedHeading"));
    const wait = (await page.textContent("#failure [role=alert] > p:nth-of-type(2)")) ?? "";
    assert.ok(wait.includes({ en: "12 hours", "zh-Hans": "12小时后", "zh-Hant": "12 小時後" }[language]), wait);
    // On the clock: a time that may be tomorrow's.
    assert.match(wait, /[0-9]{2}:[0-9]{2}/);
  }),
);

test("failure: the key changed after the prefix was sent", { skip }, () =>
  inEach(stage, async (page, language) => {
    let asked = 0;
    await page.route("**/v1/range/**", (route) => route.fulfill({ status: 410 }));
    await page.route("**/v1/parameters", (route) => (++asked > 1 ? edit(route, otherKey) : route.continue()));
    const requests = record(page);
    await ask(page, "phone", "15400001234");
    says(language, "epochChanged", await failure(page));
    assert.equal(requests.filter(({ url }) => url.includes("/v1/range/")).length, 1);
    assert.equal(requests.filter(({ url }) => url.includes("/v1/evaluate")).length, 1);
  }),
);

test("failure: overloaded, and when to try again", { skip }, () =>
  inEach(stage, async (page, language) => {
    await page.route("**/v1/evaluate", (route) => route.fulfill({ status: 503, headers: { "retry-after": "23" } }));
    await ask(page, "phone", "15400001234");
    says(language, "busy", await failure(page, "unfinishedHeading"));
    const wait = (await page.textContent("#failure [role=alert] > p:nth-of-type(2)")) ?? "";
    assert.ok(wait.includes("23"), wait);
  }),
);

test("failure: a truncated range is unfinished, never 'not found'", { skip }, () =>
  inEach(stage, async (page, language) => {
    await page.route("**/v1/range/**", (route) => edit(route, (text) => text.slice(0, -1)));
    await ask(page, "phone", "15400009999");
    says(language, "answerDamaged", await failure(page, "unfinishedHeading"));
  }),
);

test("failure: offline, and online again", { skip }, () =>
  inEach(stage, async (page, language) => {
    await page.context().setOffline(true);
    await ask(page, "phone", "15400001234");
    says(language, "offline", await failure(page));
    await page.context().setOffline(false);
    await page.click("#check");
    await answer(page);
  }),
);

test("a different fingerprint blocks the check", { skip }, () =>
  inEach(stage, async (page, language) => {
    const real = await openKey(page);
    await page.fill("#key-compared", real.replaceAll(" ", "").toUpperCase());
    says(language, "keySame", await page.textContent("#key-verdict"));
    await page.fill("#key-compared", `0000 ${real.slice(5)}`);
    says(language, "keyOther", await page.textContent("#key-verdict"));
    const requests = record(page);
    await ask(page, "phone", "15400001234");
    says(language, "keyMismatch", await failure(page));
    await page.waitForTimeout(300);
    assert.deepEqual(
      requests.filter(({ url }) => /\/v1\/(evaluate|range)/.test(url)),
      [],
    );
    for (const blank of [" - ", ":", ""]) {
      await page.fill("#key-compared", blank);
      assert.equal(await page.textContent("#key-verdict"), "");
    }
    await page.click("#check");
    await answer(page);
  }),
);

test("a key that is not known yet is neither the same nor another, and is requested before a check", { skip }, () =>
  inEach(stage, async (page, language) => {
    const real = await openKey(page);
    await page.route("**/v1/parameters", (route) => route.abort());
    await page.reload();
    await page.waitForSelector("#number:enabled");
    says(language, "keyUnknown", await page.textContent("#fingerprint"));
    await page.fill("#key-compared", real);
    says(language, "keyNotYet", await page.textContent("#key-verdict"));
    await ask(page, "phone", "15400009999");
    says(language, "serverDown", await failure(page));
    await page.unroute("**/v1/parameters");
    await page.click("#check");
    says(language, "absentHeading", await answer(page));
    says(language, "keySame", await page.textContent("#key-verdict"));
    // Pinned from now on.
    await page.route("**/v1/parameters", (route) => edit(route, otherKey));
    await page.fill("#key-compared", "");
    await ask(page, "phone", "15400009999");
    says(language, "keyMismatch", await failure(page));
  }),
);

test("a form whose script is missing or does not match its hash says so after a while", {
  skip,
}, async () => {
  const losses: [Language, (route: Route) => Promise<void>][] = [
    ...LANGUAGES.map((language): [Language, (route: Route) => Promise<void>] => [language, (route) => route.abort()]),
    // What somebody in between could send in its place.
    ["en", (route) => edit(route, (script) => `${script}\n`)],
  ];
  // In parallel: each waits some seconds.
  await Promise.all(
    losses.map(async ([language, lose]) => {
      const page = await open(stage, language);
      assert.equal(await page.locator("#waiting").count(), 0);
      await page.route("**/assets/page-*.js", lose);
      await page.reload();
      assert.equal(await page.isVisible("#waiting"), false);
      await page.waitForSelector("#waiting", { state: "visible", timeout: 10_000 });
      says(language, "notStarted", await page.textContent("#waiting"));
      assert.equal(await page.isDisabled("#number"), true);
      await page.emulateMedia({ media: "print" });
      assert.equal(await page.isVisible("#waiting"), false);
      await page.context().close();
    }),
  );
});

test("failure: a part loaded on demand does not match its hash", { skip }, () =>
  inEach(stage, async (page, language) => {
    const samples = [...stage.demo.found, ...stage.demo.absent];
    for (const [part, kind] of [
      ["phone", "phone"],
      ["number", "cn.ric"],
    ] as const) {
      await page.route(`**/assets/${part}-*.js`, (route) => edit(route, (script) => `${script}\n`));
      const value = samples.find((sample) => sample.kind === kind)?.value ?? "";
      const requests = record(page);
      await ask(page, kind, value);
      says(language, "serverDown", await failure(page, "unfinishedHeading"));
      assert.deepEqual(
        requests.filter(({ url }) => /\/v1\/(evaluate|range)/.test(url)),
        [],
        "nothing is sent",
      );
    }
  }),
);

/** The parameters of an index whose phones are in other canonical forms. */
function inVersion(version: number): (parameters: string) => string {
  return (parameters) => {
    const { kinds, ...others } = JSON.parse(parameters) as { kinds: { kind: string }[] };
    const phones = (kind: { kind: string }) =>
      kind.kind === "phone" ? { ...kind, canonical_versions: [version] } : kind;
    return JSON.stringify({ ...others, kinds: kinds.map(phones) });
  };
}

for (const [name, version, key] of [
  ["older", canonicalVersionOf("phone") - 1, "otherForms"],
  ["newer", canonicalVersionOf("phone") + 1, "otherFormsNewer"],
] as const) {
  test(`an index in ${name} forms: found is found, and not found is no answer`, { skip }, () =>
    inEach(stage, async (page, language) => {
      await page.route("**/v1/parameters", (route) => edit(route, inVersion(version)));
      await ask(page, "phone", "15400009999");
      says(language, key, await failure(page, "cannotTellHeading"));
      // Nothing that looks like an answer.
      assert.equal(await page.locator("#status h2").count(), 0);
      const phone = stage.demo.found.find(({ kind }) => kind === "phone");
      await ask(page, "phone", phone?.value ?? "");
      says(language, "foundHeading", await answer(page));
      // The rules of this kind did not change.
      await ask(page, "cn.ric", "990101199001010019");
      says(language, "absentHeading", await answer(page));
    }),
  );
}
