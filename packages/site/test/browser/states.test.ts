// Proves every state of the form in a browser: that it can be reached, and shows what it is. No
// failure may look like an answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Key } from "../../src/messages.js";
import { answer, ask, choose, edit, failure, inEach, LANGUAGES, open, openKey, says } from "./form.js";
import { missing, withStage } from "./harness.js";
import { record } from "./leaks.js";

const skip = missing();
const stage = withStage();

test("empty: the form is enabled, says what is sent, and how many numbers share a prefix", { skip }, () =>
  inEach(stage, async (page, language) => {
    says(language, "leadMainland", await page.textContent("#lead"));
    says(language, "title", await page.textContent("h1"));
    assert.equal(await page.getAttribute("html", "lang"), language);
    assert.equal(await page.isEnabled("#number"), true);
    assert.equal(await page.locator("form [name]").count(), 0);
    // The key is for those who come for it.
    assert.equal(await page.isVisible("#key"), false);
    assert.match(await openKey(page), /^([0-9a-f]{4} ){7}[0-9a-f]{4}$/);
    assert.equal(await page.isVisible("#key-compared"), true);
  }),
);

test("bad input: the precise reason is beside the field, which has the focus", { skip }, () =>
  inEach(stage, async (page, language) => {
    const faults: [string, string, Key][] = [
      ["phone", "", "emptyInput"],
      ["phone", "1540000123", "phoneLengthMobile"],
      ["phone", "154000012345", "phoneLengthMobile"],
      ["phone", "1540000a234", "phoneLetter"],
      ["phone", "154****1234", "masked"],
      ["phone", "154000#1234", "phoneCharacter"],
      ["phone", "+999 1234567", "phoneCountry"],
      ["phone", "+44 12", "phoneLength"],
      ["phone", "1.54E+10", "float"],
      ["phone", "15400001234, 15400001235", "several"],
      ["cn.ric", "99010119900101001", "ricLength"],
      ["cn.ric", "990101199002300018", "ricDate"],
      ["cn.ric", "990101299901010018", "ricFutureDate"],
      ["cn.ric", "990101199001010018", "ricCheck"],
      ["cn.ric", "9901011990010100AB", "ricCharacter"],
    ];
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    for (const [kind, text, key] of faults) {
      await ask(page, kind, text);
      await page.waitForSelector("#fault:not([hidden])");
      says(language, key, await page.textContent("#fault"));
      assert.equal(await page.evaluate(() => document.activeElement?.id), "number");
      assert.equal(await page.getAttribute("#number", "aria-invalid"), "true");
    }
    assert.deepEqual(
      requests.filter((url) => url.includes("/v1/")),
      [],
      "a rejected number makes no request",
    );
  }),
);

test(
  "while a number is typed: the reason after a pause; a wrong length after a longer one, or when the field is left",
  { skip },
  () =>
    inEach(stage, async (page, language) => {
      const requests: string[] = [];
      page.on("request", (request) => requests.push(request.url()));
      const fault = page.locator("#fault:not([hidden])");
      await page.locator("#number").pressSequentially("1540000a");
      await fault.waitFor();
      says(language, "phoneLetter", await page.textContent("#fault"));
      assert.equal(await page.evaluate(() => document.activeElement?.id), "number", "the focus stays");
      await page.locator("#number").press("Backspace");
      await fault.waitFor({ state: "hidden" });
      await page.fill("#number", "");
      await page.locator("#number").pressSequentially("15400001");
      await page.waitForTimeout(700);
      assert.equal(await fault.count(), 0, "somebody is typing still");
      await fault.waitFor();
      says(language, "phoneLengthMobile", await page.textContent("#fault"));
      await page.locator("#number").pressSequentially("234");
      await fault.waitFor({ state: "hidden" });
      await choose(page, "cn.ric");
      await page.fill("#number", "");
      await page.locator("#number").pressSequentially("99010119900101");
      await page.click("h1");
      await fault.waitFor({ timeout: 1500 });
      says(language, "ricLength", await page.textContent("#fault"));
      await page.fill("#number", "990101199001010018");
      await page.waitForFunction(() => !/14/.test(document.querySelector("#fault")?.textContent ?? ""));
      says(language, "ricCheck", await page.textContent("#fault"));
      assert.deepEqual(
        requests.filter((url) => url.includes("/v1/")),
        [],
        "numbers are validated on this device",
      );
    }),
);

test("found and not found: heading, meaning, actions, cards, what the server saw", { skip }, () =>
  inEach(stage, async (page, language) => {
    for (const sample of stage.demo.found) {
      await ask(page, sample.kind, sample.value);
      says(language, "foundHeading", await answer(page));
      says(language, "foundMeaning", await page.textContent("#status .meaning"));
      assert.equal(await page.locator("#status .card").count(), sample.sources?.length);
      const actions = await page.locator("#status .actions > .steps > li").count();
      assert.ok(actions >= 1 && actions <= 3);
      assert.match((await page.textContent("#status .saw")) ?? "", /[A-Za-z0-9_-]{43}/);
      // Chinese text in an English sentence is marked as such.
      if (language === "en") {
        const marked = await page.$$eval("#status .steps [lang=zh-Hans]", (spans) =>
          spans.map((span) => span.textContent),
        );
        assert.ok(
          marked.includes("一证通查") && marked.every((text) => /^\p{Script=Han}+$/u.test(text ?? "")),
          String(marked),
        );
      }
    }
    for (const sample of stage.demo.absent) {
      await ask(page, sample.kind, sample.value);
      says(language, "absentHeading", await answer(page));
      says(language, "absentMeaning", await page.textContent("#status .meaning"));
      // One of the two leaks holds no ID numbers, and is not counted.
      assert.equal(await page.locator("#status .card").count(), { phone: 2, "cn.ric": 1 }[sample.kind]);
    }
  }),
);

test("not found in an index without leaks: nothing is said about the number", { skip }, () =>
  inEach(stage, async (page, language) => {
    await page.route("**/v1/source-sets", (route) =>
      edit(route, (text) => JSON.stringify({ ...JSON.parse(text), source_sets: [] })),
    );
    await ask(page, "phone", "15400009999");
    says(language, "nothingHeld", await answer(page));
    assert.equal(await page.locator("#status .card").count(), 0);
  }),
);

test("not found, and in no numbering plan: that is no answer", { skip }, () =>
  inEach(stage, async (page, language) => {
    await ask(page, "phone", "+852 9123456");
    says(language, "notInPlan", await failure(page, "cannotTellHeading"));
    await ask(page, "phone", "+852 91234567");
    await page.waitForSelector("#status .asked b:text('+852••••••67')");
    assert.equal(await page.locator("#status .note").count(), 0);
  }),
);

test("the count of possible numbers is promised for mainland numbers only", { skip }, () =>
  inEach(stage, async (page, language) => {
    await page.selectOption("#region", "MO");
    says(language, "lead", await page.textContent("#lead"));
    // Of these it is known how many people have one.
    await choose(page, "cn.ric");
    says(language, "leadPeople", await page.textContent("#lead"));
  }),
);

test("a browser without AbortSignal.timeout and AbortSignal.any", { skip }, async () => {
  const page = await open(stage, "en");
  await page.addInitScript(() => {
    for (const name of ["timeout", "any"]) Reflect.deleteProperty(AbortSignal, name);
  });
  await page.reload();
  await ask(page, "phone", "15400009999");
  says("en", "absentHeading", await answer(page));
  await page.context().close();
});

test("found and not found look alike", { skip }, async () => {
  const page = await open(stage, "en");
  const looks = [];
  for (const sample of [stage.demo.found[0], stage.demo.absent[0]]) {
    assert.ok(sample);
    await ask(page, sample.kind, sample.value);
    await answer(page);
    looks.push(
      await page.$$eval("#status > h2, #status > .meaning", (nodes) =>
        nodes.map((node) => [
          getComputedStyle(node).color,
          getComputedStyle(node).font,
          getComputedStyle(node).backgroundColor,
        ]),
      ),
    );
  }
  assert.deepEqual(looks[0], looks[1]);
  await page.context().close();
});

test("checking: four steps, one after the other, before the answer", { skip }, () =>
  inEach(stage, async (page, language) => {
    await page.route("**/v1/evaluate", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      await route.continue();
    });
    await ask(page, "phone", "15400009999");
    await page.waitForSelector(".progress li:nth-child(2)[aria-current]");
    assert.equal(await page.locator(".progress li").count(), 4);
    assert.equal(await page.locator(".progress .done").count(), 1);
    // Said once by screen readers: the steps follow each other too fast to be read out.
    says(language, "checkingButton", await page.textContent("#said"));
    assert.equal(await page.getAttribute("#check", "aria-disabled"), "true");
    await page.waitForSelector("#status h2");
    // The answer is read out once, since it has the focus.
    assert.equal(await page.textContent("#said"), "");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "status");
    assert.equal(await page.getAttribute("#said", "role"), "status");
  }),
);

test("leaving the page stops the check", { skip }, async () => {
  const page = await open(stage, "en");
  const requests = record(page);
  await page.route("**/v1/evaluate", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await route.continue().catch(() => undefined);
  });
  await ask(page, "phone", "15400009999");
  await page.waitForSelector(".progress li:nth-child(2)[aria-current]");
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide")));
  await page.waitForTimeout(800);
  assert.deepEqual(
    requests.filter(({ url }) => url.includes("/v1/range/")),
    [],
  );
  for (const empty of ["#status", "#failure", "#said"]) assert.equal(await page.textContent(empty), "", empty);
  await page.context().close();
});

test("a second kind on one visit: the form says what that reveals", { skip }, () =>
  inEach(stage, async (page, language) => {
    await choose(page, "cn.ric");
    assert.equal(await page.isVisible("#caution"), false);
    await ask(page, "phone", "15400009999");
    await answer(page);
    await choose(page, "cn.ric");
    says(language, "secondKind", await page.textContent("#caution"));
    await page.fill("#number", "9");
    assert.equal(await page.isVisible("#caution"), true);
    const other = { en: "zh-Hans", "zh-Hans": "zh-Hant", "zh-Hant": "en" } as const;
    await page.click(`.languages [hreflang="${other[language]}"]`);
    await page.waitForSelector("#number:enabled");
    assert.equal(await page.isVisible("#caution"), false, "one kind by itself gives nothing away");
    await choose(page, "cn.ric");
    says(other[language], "secondKind", await page.textContent("#caution"));
    assert.deepEqual(await page.evaluate(() => ({ ...sessionStorage })), { "kinds-asked": "phone" });
  }),
);

test("a check that fails after its prefix was sent counts as asked; one that fails before does not", { skip }, () =>
  inEach(stage, async (page, language) => {
    await page.route("**/v1/evaluate", (route) => route.fulfill({ status: 500 }));
    await ask(page, "phone", "15400009999");
    await failure(page);
    await page.unroute("**/v1/evaluate");
    await choose(page, "cn.ric");
    assert.equal(await page.isVisible("#caution"), false);
    await page.route("**/v1/range/**", (route) => route.abort());
    await ask(page, "phone", "15400009999");
    await failure(page);
    await choose(page, "cn.ric");
    says(language, "secondKind", await page.textContent("#caution"));
  }),
);

test("without scripts: the form is disabled and says so; every other page is complete", { skip }, async () => {
  for (const language of LANGUAGES) {
    const page = await open(stage, language, { javaScriptEnabled: false });
    assert.equal(await page.isDisabled("#number"), true);
    assert.equal(await page.isDisabled("#check"), true);
    says(language, "noScript", (await page.textContent("noscript"))?.trim() ?? "");
    assert.equal(
      await page.locator("#waiting").evaluate((node) => getComputedStyle(node).display),
      "none",
      "one text is enough",
    );
    for (const [link, title] of [
      ["how", "howTitle"],
      ["leaks", "leaksTitle"],
      ["partners", "partnersTitle"],
      ["privacy", "privacyTitle"],
      ["about", "aboutTitle"],
    ] as const) {
      await page.click(`footer a[href^="${link}?"]`);
      says(language, title, await page.textContent("h1"));
      assert.equal(await page.getAttribute("html", "lang"), language, "the language is kept");
    }
    await page.context().close();
  }
});

test("printed pages leave out the number and what was sent", { skip }, async () => {
  const page = await open(stage, "en");
  await ask(page, "phone", "15400009999");
  await answer(page);
  await page.emulateMedia({ media: "print" });
  for (const hidden of [".asked", ".saw", "form"]) assert.equal(await page.isVisible(hidden), false, hidden);
  assert.equal(await page.isVisible("#status h2"), true);
  await page.context().close();
});
