// Proves that the form accepts the IDs of every country: they can be found by country, have names
// that people know, and are validated and answered like the Chinese ones, with advice that applies
// where they are issued.

import assert from "node:assert/strict";
import { test } from "node:test";
import { kinds } from "@exposure-checker/client";
import type { Page } from "playwright-core";
import { FakeService } from "../../../client/test/fake-service.js";
import type { Key } from "../../src/messages.js";
import { answer, ask, choose, failure, holdKinds, inEach, introduced, open, says } from "./form.js";
import { missing, withStage } from "./harness.js";

const skip = missing();
const stage = withStage();

/**
 * Replaces the demo, which has only Chinese IDs: a service with one Finnish number, the authority's
 * specimen.
 */
async function serveFinland(page: Page): Promise<void> {
  const service = new FakeService({
    members: [{ kind: "fi.hetu", canonical: "131052-308T", set: 0 }],
    catalogue: [
      { slug: "harbour", data_classes: ["national-id"], identifiers: { "fi.hetu": 1 } },
      { slug: "lantern", identifiers: { phone: 1 } },
    ],
    parameters: { kinds: ["fi.hetu", "fi.veronumero"].map((kind) => ({ kind })) },
  });
  await page.route("**/v1/**", async (route) => {
    const request = route.request();
    const response = await service.fetch(request.url(), { body: request.postData() });
    await route.fulfill({ status: response.status, body: Buffer.from(await response.arrayBuffer()) });
  });
  // The page was opened under the demo's key, and would refuse another.
  await page.reload();
  await introduced(page);
}

test("every country whose IDs are held is offered by its name, the common ones first", { skip }, async () => {
  const countries = new Set(kinds.map(({ country }) => country).filter((country) => country !== null));
  for (const [locale, language, home] of [
    ["fi-FI", "en", "FI"],
    ["zh-TW", "zh-Hant", "TW"],
    ["zh-CN", "zh-Hans", "CN"],
    ["is", "en", "IS"],
    ["mi-TO", "en", "CN"],
    ["en-US", "en", "CN"],
  ] as const) {
    const page = await open(stage, language, { locale });
    await holdKinds(page);
    await page.click(`[data-topic="identity"]`);
    assert.equal(await page.inputValue("#country"), home);
    const names = (group: number) =>
      page.$$eval(`#country optgroup:nth-of-type(${group}) option`, (options) =>
        options.map((option) => option.textContent ?? ""),
      );
    const [common, all] = [await names(1), await names(2)];
    assert.equal(common[0], { en: "Mainland China", "zh-Hans": "中国大陆", "zh-Hant": "中國大陸" }[language]);
    assert.equal(all.length, countries.size);
    assert.deepEqual(all, [...all].sort(new Intl.Collator(language).compare));
    await page.context().close();
  }
});

test("only what is held is offered; what is chosen and not held says so", { skip }, () =>
  inEach(stage, async (page, language) => {
    // The demo holds phone numbers, and Chinese IDs.
    await page.click(`[data-topic="identity"]`);
    assert.deepEqual(
      await page.$$eval("#country option", (options) => options.map((option) => (option as HTMLOptionElement).value)),
      ["CN"],
    );
    await holdKinds(page, ["phone"]);
    await page.click(`[data-topic="identity"]`);
    says(language, "identitiesNotHeld", await page.textContent("#not-held"));
    for (const gone of ["#country", "#number", "#check"]) assert.equal(await page.isVisible(gone), false, gone);
    await page.click(`[data-topic="phone"]`);
    for (const there of ["#region", "#number", "#check"]) assert.equal(await page.isVisible(there), true, there);
    await page.unroute("**/v1/parameters");
    await holdKinds(page, ["fi.hetu"]);
    says(language, "phonesNotHeld", await page.textContent("#not-held"));
  }),
);

test("the kind that most people have is the first", { skip }, async () => {
  const page = await open(stage, "en");
  await holdKinds(page);
  await page.click(`[data-topic="identity"]`);
  for (const [country, kind] of [
    ["US", "us.ssn"],
    ["GB", "gb.nino"],
    ["CA", "ca.sin"],
    ["BE", "be.nn"],
    ["IN", "in.aadhaar"],
  ] as const) {
    await page.selectOption("#country", country);
    assert.equal(await page.inputValue("#kind"), kind);
  }
  await page.context().close();
});

test("a country with several kinds offers a choice, and the label names the kind", { skip }, () =>
  inEach(stage, async (page, language) => {
    await holdKinds(page);
    await choose(page, "es.nie");
    const offered = await page.$$eval("#kind option", (options) =>
      options.map((option) => (option as HTMLOptionElement).value),
    );
    assert.deepEqual(
      offered.sort(),
      kinds
        .filter(({ country }) => country === "ES")
        .map(({ name }) => name)
        .sort(),
    );
    assert.equal(
      await page.textContent("#number-label"),
      "Número de identidad de extranjero (NIE) · Spanish foreigner identity number (NIE)",
    );
    assert.deepEqual(
      await page.$$eval("#number-label bdi", (names) => names.map((name) => name.getAttribute("lang"))),
      ["es", "en"],
    );
    says(language, "hintIdentity", await page.textContent("#hint"));
    await choose(page, "fi.hetu");
    await page.selectOption("#country", "PL");
    assert.equal(await page.isVisible("#kind"), false, "a single option is not a choice");
    await choose(page, "cn.ric");
    const chinese = {
      en: "居民身份证号码 · Chinese resident identity number",
      "zh-Hans": "居民身份证号码",
      "zh-Hant": "中國大陸居民身分證號碼",
    };
    assert.equal(await page.textContent("#number-label"), chinese[language]);
    says(language, "hintRic", await page.textContent("#hint"));
    await page.click(`[data-topic="phone"]`);
    assert.equal(await page.isVisible("#country"), false);
    says(language, "numberPhone", await page.textContent("#number-label"));
  }),
);

test("what was typed stays when another kind is chosen; the sample is of the chosen kind", { skip }, () =>
  inEach(stage, async (page) => {
    await holdKinds(page);
    await choose(page, "fi.hetu");
    await page.fill("#number", "131052-308T");
    await page.selectOption("#country", "EE");
    assert.equal(await page.inputValue("#number"), "131052-308T");
    await page.click("#sample");
    const samples = kinds.find(({ name }) => name === "ee.ik")?.samples;
    assert.equal(await page.inputValue("#number"), samples?.[0]);
  }),
);

test("general reasons beside the field", { skip }, () =>
  inEach(stage, async (page, language) => {
    const faults: [string, string, Key][] = [
      ["fi.hetu", "131052-308", "identityLength"],
      ["fi.hetu", "131052-308U", "identityCheck"],
      ["fi.hetu", "310252-308Y", "identityDate"],
      ["fi.hetu", "131052*308T", "masked"],
      ["fi.hetu", "131052#308T", "identityCharacter"],
      ["fi.hetu", "131099A308T", "identityFutureDate"],
      ["us.ssn", "000-00-0000", "unissued"],
      ["us.ssn", "", "emptyInput"],
    ];
    await holdKinds(page);
    for (const [kind, text, key] of faults) {
      await ask(page, kind, text);
      await page.waitForSelector("#fault:not([hidden])");
      says(language, key, await page.textContent("#fault"));
      assert.equal(await page.evaluate(() => document.activeElement?.id), "number");
    }
  }),
);

test("a kind that the index does not contain is reported before anything is sent", { skip }, () =>
  inEach(stage, async (page, language) => {
    const sent: string[] = [];
    page.on("request", (request) => /evaluate|range/.test(request.url()) && sent.push(request.url()));
    // Chosen before the service has said what it holds.
    let tell: () => void = () => undefined;
    const told = new Promise<void>((resolve) => {
      tell = resolve;
    });
    await page.route("**/v1/parameters", async (route) => {
      await told;
      await route.continue();
    });
    await page.reload();
    await page.waitForSelector("#number:enabled");
    await ask(page, "fi.hetu", "131052-308T");
    tell();
    says(language, "kindNotServed", await failure(page, "stoppedHeading"));
    assert.deepEqual(sent, []);
  }),
);

test("found and not found, with advice that applies in every country", { skip }, () =>
  inEach(stage, async (page, language) => {
    await serveFinland(page);
    await choose(page, "fi.hetu");
    says(language, "leadCounted", await page.textContent("#lead"));
    await ask(page, "fi.hetu", "131052-308t");
    says(language, "foundHeading", await answer(page));
    says(language, "idSeldomChanged", await page.textContent("#status .actions > p:not(.never)"));
    const steps = await page.$$eval("#status .actions > .steps strong", (titles) =>
      titles.map((title) => title.textContent),
    );
    for (const [at, key] of (["bureausTitle", "callersTitle", "misuseTitle"] as const).entries())
      says(language, key, steps[at] ?? "");
    assert.equal(await page.locator("#status .steps [lang=zh-Hans]").count(), 0);
    assert.equal(await page.textContent("#status .asked b"), `${"•".repeat(9)}8T`);
    await ask(page, "fi.hetu", "010101+002S");
    says(language, "absentHeading", await answer(page));
    assert.equal(await page.locator("#status .card").count(), 1, "of the two leaks one holds such numbers");
    assert.deepEqual(await page.evaluate(() => ({ ...sessionStorage })), { "kinds-asked": "fi.hetu" });
    await choose(page, "fi.veronumero");
    says(language, "secondKind", await page.textContent("#caution"));
  }),
);

test("another country's number by keyboard alone", { skip }, async () => {
  const page = await open(stage, "en", { locale: "fi-FI" });
  await serveFinland(page);
  await page.focus(`[data-topic="identity"]`);
  await page.keyboard.press("Enter");
  const visited: string[] = [];
  for (let at = 0; at < 4 && visited.at(-1) !== "number"; at++) {
    await page.keyboard.press("Tab");
    visited.push(await page.evaluate(() => document.activeElement?.id ?? ""));
  }
  assert.deepEqual(visited, ["country", "kind", "number"]);
  await page.keyboard.type("131052-308T");
  await page.keyboard.press("Enter");
  says("en", "foundHeading", await answer(page));
  assert.equal(await page.evaluate(() => document.activeElement?.id), "status");
  await page.context().close();
});
