// Proves that the form asks about the number that was meant: it shows how a text is understood,
// asks where several are meant as likely, reads what people type around a number, and knows a
// number of another kind. Nothing is sent before somebody has answered.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { answer, ask, choose, holdKinds, inEach, type Language, open, says } from "./form.js";
import { missing, withStage } from "./harness.js";
import { record } from "./leaks.js";

const skip = missing();
const stage = withStage();

/** Browsers as they are set where readers of the pages live, and where Chinese live abroad. */
const LOCALES: readonly (readonly [locale: string, language: Language])[] = [
  ...["zh-TW", "zh-HK", "zh-SG", "zh-MO"].map((locale) => [locale, "zh-Hant"] as const),
  ...["en-CA", "fr-CA", "en-GB", "en-AU", "en-NZ", "en-SG", "en-IN", "en-JM", "en-MY"].map(
    (tag) => [tag, "en"] as const,
  ),
  ...["ja-JP", "ko-KR", "de-DE", "it-IT", "fr-FR", "es-MX", "th-TH", "zh-Hans-CA"].map((tag) => [tag, "en"] as const),
];

function questions(requests: readonly { url: string }[]): string[] {
  return requests.map(({ url }) => url).filter((url) => /\/v1\/(evaluate|range|breaches|source-sets)/.test(url));
}

function leaked(): string {
  const sample = stage.demo.found.find(({ kind }) => kind === "phone");
  assert.ok(sample);
  return sample.value;
}

test("a leaked mainland number, typed without a code, is found on every browser, or asked about", {
  skip,
}, async () => {
  for (const [locale, language] of LOCALES) {
    const page = await open(stage, language, { locale });
    const requests = record(page);
    await page.fill("#number", leaked());
    await page.click("#check");
    await page.waitForSelector("#instead:not([hidden])");
    says(language, "whichNumber", await page.textContent("#instead-question"));
    assert.deepEqual(questions(requests), [], `${locale}: asked before anything is sent`);
    assert.equal(await page.evaluate(() => document.activeElement?.id), "instead");
    const first = page.locator("#instead-answers button").first();
    assert.match((await first.textContent()) ?? "", /^\+86 1[0-9]{2} [0-9]{4} [0-9]{4} /, locale);
    // One tap, and the check goes on.
    await first.click();
    says(language, "foundHeading", await answer(page));
    assert.match((await page.textContent("#status .asked")) ?? "", /Mainland China|中國大陸/);
    await page.context().close();
  }
});

test("readers of Simplified Chinese are asked about mainland numbers wherever they are", { skip }, async () => {
  for (const locale of ["zh-TW", "en-CA", "de-DE", "zh-CN"]) {
    const page = await open(stage, "zh-Hans", { locale });
    await page.fill("#number", leaked());
    await page.click("#check");
    says("zh-Hans", "foundHeading", await answer(page));
    await page.context().close();
  }
});

test("another country's number under China is asked about before anything is sent", { skip }, async () => {
  const cases: [locale: string, text: string, offered: string][] = [
    ["en-US", "(212) 555-0123", "+1 212 555 0123"],
    ["en-US", "07700 900123", "+44 7700 900123"],
    ["en-US", "98765 43210", "+91 98765 43210"],
    ["zh-CN", "0912 345 678", "+886 912 345 678"],
    ["zh-CN", "9123 4567", "+852 9123 4567"],
  ];
  for (const [locale, text, offered] of cases) {
    const page = await open(stage, "en", { locale });
    const requests = record(page);
    assert.equal(await page.inputValue("#region"), "CN");
    await page.fill("#number", text);
    await page.click("#check");
    await page.waitForSelector("#instead:not([hidden])");
    const choices = await page.locator("#instead-answers button").allTextContents();
    assert.ok(choices.some((choice) => choice.startsWith(offered)) && choices.length <= 4, `${text}: ${choices}`);
    assert.deepEqual(questions(requests), []);
    await page.context().close();
  }
});

test("a country that somebody chose is not doubted, but for a mainland mobile number", { skip }, async () => {
  const page = await open(stage, "en", { locale: "en-GB" });
  await page.selectOption("#region", "CN");
  await ask(page, "phone", "07700 900123");
  says("en", "absentHeading", await answer(page));
  await page.selectOption("#region", "CA");
  await page.fill("#number", "13400001234");
  await page.click("#check");
  await page.waitForSelector("#instead:not([hidden])");
  await page.context().close();
});

test("while typing: the number as it is understood, with its country, in groups", { skip }, () =>
  inEach(stage, async (page, language) => {
    const requests = record(page);
    await page.fill("#number", "15445671234");
    await page.waitForSelector("#echo:not([hidden])");
    const echo = (await page.textContent("#echo")) ?? "";
    const country = { en: "Mainland China", "zh-Hans": "中国大陆", "zh-Hant": "中國大陸" }[language];
    assert.ok(echo.includes(`+86 154 4567 1234 ${country}`), echo);
    await page.fill("#number", "+852 9123456");
    await page.waitForFunction(() => document.querySelector("#echo")?.textContent?.includes("+852"));
    const parts = ((await page.textContent("#echo")) ?? "").split("+852 9123456");
    says(language, "notInUse", parts[1]?.replace(/^ \S+(?: Kong)? /, "") ?? "");
    await page.fill("#number", "");
    await page.waitForSelector("#echo", { state: "hidden" });
    assert.deepEqual(questions(requests), [], "numbers are understood on this device");
  }),
);

test("what people type around a number is read, and what is wrong in it is named", { skip }, () =>
  inEach(stage, async (page, language) => {
    for (const text of [
      "15445671234。",
      "手机：15445671234",
      "手機號碼 15445671234",
      "电话15445671234",
      "Tel: 154 4567 1234.",
      "“154-4567-1234”",
      "tel:+8615445671234",
    ])
      assert.equal(await echoOf(page, text), "+86 154 4567 1234", text);
    for (const text of ["010-62345678-8001", "010-62345678 转 8001", "(010) 6234 5678"])
      assert.equal(await echoOf(page, text), "+86 10 6234 5678", text);
    for (const [text, letter] of [
      ["1544567l234", "l"],
      ["15445671O34", "O"],
    ] as const) {
      await ask(page, "phone", text);
      await page.waitForSelector("#fault:not([hidden])");
      says(language, "phoneLetter", await page.textContent("#fault"));
      assert.ok((await page.textContent("#fault"))?.includes(letter));
    }
    await ask(page, "phone", "15445671234 15445671235");
    await page.waitForSelector("#fault:not([hidden])");
    says(language, "several", await page.textContent("#fault"));
    await choose(page, "cn.ric");
    await ask(page, "cn.ric", "身份证号：990101199001010019。");
    says(language, "absentHeading", await answer(page));
  }),
);

async function echoOf(page: Page, text: string): Promise<string | null> {
  await page.fill("#number", "");
  await page.waitForSelector("#echo", { state: "hidden" });
  await page.fill("#number", text);
  await page.waitForSelector("#echo:not([hidden])");
  return page.textContent("#echo bdi");
}

test("a wrong length names the country; that of the mainland only where it is meant", { skip }, async () => {
  const page = await open(stage, "en", { locale: "en-GB" });
  await ask(page, "phone", "154456712345");
  await page.waitForSelector("#fault:not([hidden])");
  says("en", "phoneLengthIn", await page.textContent("#fault"));
  assert.ok((await page.textContent("#fault"))?.includes("United Kingdom"));
  await ask(page, "phone", "+86 154456712345");
  await page.waitForFunction(() => document.querySelector("#fault")?.textContent?.includes("11"));
  says("en", "phoneLengthMobile", await page.textContent("#fault"));
  await page.context().close();
});

test("a number of another kind is recognised, and moved with one tap", { skip }, () =>
  inEach(stage, async (page, language) => {
    await ask(page, "phone", "990101199001010019");
    await page.waitForSelector("#instead:not([hidden])");
    says(language, "checkAsThat", await page.textContent("#instead-answers button"));
    await page.click("#instead-answers button");
    assert.equal(await page.inputValue("#number"), "990101199001010019", "the text is kept");
    assert.equal(await page.getAttribute('[data-topic="identity"]', "aria-pressed"), "true");
    await page.click("#check");
    says(language, "absentHeading", await answer(page));
    await ask(page, "cn.ric", "154 4567 1234");
    await page.waitForSelector("#instead:not([hidden])");
    says(language, "looksLikePhone", await page.textContent("#instead-question"));
    await page.click("#instead-answers button");
    assert.equal(await page.inputValue("#number"), "154 4567 1234");
    await page.waitForSelector("#echo:not([hidden])");
    await ask(page, "phone", "somebody@example.org");
    await page.waitForFunction(() => !document.querySelector<HTMLElement>("#fault")?.hidden);
    says(language, "emailTyped", await page.textContent("#fault"));
  }),
);

test("an ID of another country is recognised, whether it is held or not", { skip }, () =>
  inEach(stage, async (page) => {
    await ask(page, "cn.ric", "A123456789");
    await page.waitForSelector("#instead:not([hidden])");
    assert.equal(await page.locator("#instead-answers button").count(), 0, "not held");
    await holdKinds(page, ["cn.ric", "tw.id", "phone"]);
    await ask(page, "cn.ric", "A123456789");
    await page.waitForSelector("#instead:not([hidden])");
    await page.click("#instead-answers button");
    assert.equal(await page.inputValue("#country"), "TW");
    assert.equal(await page.inputValue("#number"), "A123456789");
  }),
);
