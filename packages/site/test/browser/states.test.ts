// Proves every state of the form in a browser: that it can be reached, and shows what it is. No
// failure may look like an answer.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Route } from "playwright-core";
import type { Key } from "../../src/messages.js";
import { answer, ask, choose, edit, failure, inEach, LANGUAGES, type Language, open, says } from "./form.js";
import { missing, withStage } from "./harness.js";
import { record } from "./leaks.js";

const skip = missing();
const stage = withStage();

test("empty: the form is on, says what is sent, and among how many it hides", { skip }, () =>
  inEach(stage, async (page, language) => {
    says(language, "leadMainland", await page.textContent("#lead"));
    says(language, "title", await page.textContent("h1"));
    assert.equal(await page.getAttribute("html", "lang"), language);
    assert.equal(await page.isEnabled("#number"), true);
    assert.equal(await page.locator("form [name]").count(), 0);
    assert.match((await page.textContent("#fingerprint")) ?? "", /^([0-9a-f]{4} ){7}[0-9a-f]{4}$/);
  }),
);

test("bad input: the precise reason, beside the field, with the focus in it", { skip }, () =>
  inEach(stage, async (page, language) => {
    const faults: [string, string, Key][] = [
      ["phone", "", "emptyInput"],
      ["phone", "1540000123", "phoneLengthMobile"],
      ["phone", "154000012345", "phoneLengthMobile"],
      ["phone", "1540000a234", "phoneLetters"],
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
  "while a number is typed: the reason after a pause, its length only after a long one or when it is left",
  { skip },
  () =>
    inEach(stage, async (page, language) => {
      const requests: string[] = [];
      page.on("request", (request) => requests.push(request.url()));
      const fault = page.locator("#fault:not([hidden])");
      await page.locator("#number").pressSequentially("1540000a");
      await fault.waitFor();
      says(language, "phoneLetters", await page.textContent("#fault"));
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
        "numbers are judged on this device",
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
        assert.ok(marked.length > 0 && marked.every((text) => text === "一证通查"), String(marked));
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

test("not found in an index without leaks: nothing is said of the number", { skip }, () =>
  inEach(stage, async (page, language) => {
    await page.route("**/v1/source-sets", (route) =>
      edit(route, (text) => JSON.stringify({ ...JSON.parse(text), source_sets: [] })),
    );
    await ask(page, "phone", "15400009999");
    says(language, "nothingHeld", await answer(page));
    assert.equal(await page.locator("#status .card").count(), 0);
  }),
);

test("not found, of a number in no numbering plan: perhaps a typo", { skip }, () =>
  inEach(stage, async (page, language) => {
    await ask(page, "phone", "+852 9123456");
    says(language, "absentHeading", await answer(page));
    says(language, "notInPlan", await page.textContent("#status .note"));
    await ask(page, "phone", "+852 91234567");
    await page.waitForSelector("#status .asked b:text('+852••••••67')");
    assert.equal(await page.locator("#status .note").count(), 0);
  }),
);

test("the count of possible numbers is promised for mainland numbers only", { skip }, () =>
  inEach(stage, async (page, language) => {
    await page.selectOption("#region", "MO");
    says(language, "lead", await page.textContent("#lead"));
    await choose(page, "cn.ric");
    says(language, "leadCounted", await page.textContent("#lead"));
  }),
);

test("a browser without the newer ways to stop a request", { skip }, async () => {
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
  inEach(stage, async (page) => {
    await page.route("**/v1/evaluate", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 400));
      await route.continue();
    });
    await ask(page, "phone", "15400009999");
    await page.waitForSelector(".progress li:nth-child(2)[aria-current]");
    assert.equal(await page.locator(".progress li").count(), 4);
    assert.equal(await page.locator(".progress .done").count(), 1);
    // Read out by screen readers; the list is only visible.
    assert.equal(await page.textContent("#said"), await page.textContent(".progress [aria-current]"));
    assert.equal(await page.getAttribute("#check", "aria-disabled"), "true");
    await page.waitForSelector("#status h2");
    const [heading, meaning] = [await page.textContent("#status h2"), await page.textContent("#status .meaning")];
    assert.equal(await page.textContent("#said"), `${heading} ${meaning}`);
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

test("a second kind on one visit: the form says what that gives away", { skip }, () =>
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

test("a check that failed after its prefix was sent counts as asked; one that failed before does not", { skip }, () =>
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
  ["500", "**/v1/evaluate", (route) => route.fulfill({ status: 500 }), "serverDown"],
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
        assert.ok(text.includes({ en: "17 seconds.", "zh-Hans": "17秒后", "zh-Hant": "17 秒後" }[language]), text);
      await page.unroute(pattern);
      await page.click("#check");
      await answer(page);
    }),
  );
}

test("failure: 429 for a long time, said in hours", { skip }, () =>
  inEach(stage, async (page, language) => {
    await page.route("**/v1/evaluate", (route) => route.fulfill({ status: 429, headers: { "retry-after": "43200" } }));
    await ask(page, "phone", "15400001234");
    const text = await failure(page);
    says(language, "rateLimited", text);
    assert.ok(text.includes({ en: "12 hours.", "zh-Hans": "12小时后", "zh-Hant": "12 小時後" }[language]), text);
  }),
);

test("failure: the key changed once the prefix was out", { skip }, () =>
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

test("failure: overloaded, and when to come back", { skip }, () =>
  inEach(stage, async (page, language) => {
    await page.route("**/v1/evaluate", (route) => route.fulfill({ status: 503, headers: { "retry-after": "23" } }));
    await ask(page, "phone", "15400001234");
    const text = await failure(page);
    assert.ok(
      text.includes(
        { en: "not a “not found”", "zh-Hans": "不等于“未找到”", "zh-Hant": "不等於「未找到」" }[language],
      ) && text.includes("23"),
      text,
    );
  }),
);

test("failure: a range cut short is unfinished, never 'not found'", { skip }, () =>
  inEach(stage, async (page, language) => {
    await page.route("**/v1/range/**", (route) => edit(route, (text) => text.slice(0, -1)));
    await ask(page, "phone", "15400009999");
    const text = await failure(page);
    const expected = { en: "incomplete", "zh-Hans": "不完整", "zh-Hant": "不完整" }[language];
    assert.ok(text.includes(expected), text);
  }),
);

test("failure: offline, and on again", { skip }, () =>
  inEach(stage, async (page, language) => {
    await page.context().setOffline(true);
    await ask(page, "phone", "15400001234");
    says(language, "offline", await failure(page));
    await page.context().setOffline(false);
    await page.click("#check");
    await answer(page);
  }),
);

test("a fingerprint that differs blocks the check", { skip }, () =>
  inEach(stage, async (page, language) => {
    const real = (await page.textContent("#fingerprint")) ?? "";
    await page.click("#key-heading");
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

test("a key that is not known yet is neither the same nor another, and is asked for before a check", { skip }, () =>
  inEach(stage, async (page, language) => {
    const real = (await page.textContent("#fingerprint")) ?? "";
    await page.route("**/v1/parameters", (route) => route.abort());
    await page.reload();
    await page.waitForSelector("#number:enabled");
    says(language, "keyUnknown", await page.textContent("#fingerprint"));
    await page.click("#key-heading");
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

test("a form whose script is lost, or is another than the page says, says so after a while; one that starts does not", {
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

test("failure: a part that is loaded later is another than the page says", { skip }, () =>
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
      says(language, "serverDown", (await failure(page)).split("\n")[0] ?? "");
      assert.deepEqual(
        requests.filter(({ url }) => /\/v1\/(evaluate|range)/.test(url)),
        [],
        "nothing is sent",
      );
    }
  }),
);

test("without script: the form is off and says so; every other page is whole", { skip }, async () => {
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
    ] as const) {
      await page.click(`footer a[href^="${link}?"]`);
      says(language, title, await page.textContent("h1"));
      assert.equal(await page.getAttribute("html", "lang"), language, "the language is kept");
    }
    await page.context().close();
  }
});

test("on paper the number and what was sent are left out", { skip }, async () => {
  const page = await open(stage, "en");
  await ask(page, "phone", "15400009999");
  await answer(page);
  await page.emulateMedia({ media: "print" });
  for (const hidden of [".asked", ".saw", "form"]) assert.equal(await page.isVisible(hidden), false, hidden);
  assert.equal(await page.isVisible("#status h2"), true);
  await page.context().close();
});
