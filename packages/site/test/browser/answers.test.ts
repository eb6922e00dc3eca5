// Proves that an answer, or the lack of one, leads on: to the leaks, to what helps, to another
// number; that a check can be cancelled and tried again; and that the page stands still, prints
// well, and bears large text, forced colours and the other direction.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Page } from "playwright-core";
import { answer, ask, choose, failure, inEach, LANGUAGES, open, says } from "./form.js";
import { missing, withStage } from "./harness.js";
import { record } from "./leaks.js";

const skip = missing();
const stage = withStage();

async function find(page: Page, kind = "phone"): Promise<void> {
  const sample = stage.demo.found.find((sample) => sample.kind === kind);
  await ask(page, kind, sample?.value ?? "");
  await answer(page);
}

test("found: the names of the leaks under the heading lead to their cards, and nothing is sent", { skip }, () =>
  inEach(stage, async (page) => {
    await find(page);
    const requests = record(page);
    const address = page.url();
    const names = await page.locator("#status .names button").allTextContents();
    const cards = await page.locator("#status .card > h5").allTextContents();
    assert.ok(names.length > 0);
    assert.deepEqual([...names].sort(), [...cards].sort());
    assert.equal(await page.locator("#status > h2 + .names").count(), 1);
    await page.locator("#status .names button").last().click();
    assert.equal(await page.evaluate(() => document.activeElement?.className), "card");
    assert.equal(page.url(), address);
    await page.waitForTimeout(300);
    assert.deepEqual(requests, []);
  }),
);

test("both answers: nobody gets a code, before all other advice; none about a PIN of the SIM", { skip }, () =>
  inEach(stage, async (page, language) => {
    for (const sample of [...stage.demo.found, ...stage.demo.absent]) {
      await ask(page, sample.kind, sample.value);
      await answer(page);
      const first = (await page.textContent("#status .actions .never strong")) ?? "";
      says(language, "neverTitle", first);
      const actions = (await page.textContent("#status .actions")) ?? "";
      const [before] = actions.split(first);
      for (const step of await page.locator("#status .actions .steps strong").allTextContents())
        assert.ok(!before?.includes(step));
      assert.ok(!/SIM PIN|PIN 码|PIN 碼/.test(actions));
      if (sample.sources === undefined) says(language, "comeBack", await page.textContent("#status .actions > p"));
    }
  }),
);

test("advice can be reached: links tell no one where they are from, and numbers can be dialled", { skip }, () =>
  inEach(stage, async (page) => {
    await find(page, "cn.ric");
    const links = await page.$$eval("#status .actions a", (all) =>
      all.map((link) => ({
        href: link.getAttribute("href") ?? "",
        rel: link.getAttribute("rel"),
        policy: link.getAttribute("referrerpolicy"),
      })),
    );
    assert.ok(links.some(({ href }) => href === "tel:110"));
    assert.ok(links.some(({ href }) => href.startsWith("https://ipcrs.pbccrc.org.cn")));
    for (const { href, rel, policy } of links) {
      assert.match(href, /^(?:tel:\+?[0-9]+|sms:[0-9]+|https:\/\/)/);
      if (href.startsWith("https:")) assert.deepEqual([rel, policy], ["noreferrer noopener", "no-referrer"]);
    }
  }),
);

test("an operator's advice replaces the built-in one of its place", { skip }, async () => {
  const page = await open(stage, "en");
  await page.evaluate(() => {
    const own = [{ country: "CN", kind: "phone", does: "lock", title: "Ours <b>", text: "Text.", telephone: "0000 1" }];
    const template = Object.assign(document.createElement("template"), { id: "own-advice" });
    template.content.append(JSON.stringify(own));
    document.body.append(template);
  });
  await find(page);
  const [first] = await page.locator("#status .actions > .steps > li").all();
  assert.equal(await first?.locator("strong").textContent(), "Ours <b>");
  assert.equal(await first?.locator("a").getAttribute("href"), "tel:00001");
  assert.equal(await page.locator("#status .actions > .steps > li").count(), 3);
  await page.context().close();
});

test("check another: an empty field in view, with the focus, and no answer left", { skip }, () =>
  inEach(stage, async (page, language) => {
    await find(page);
    says(language, "keptNowhere", await page.textContent("#status > .hint"));
    says(language, "againButton", await page.textContent("#status [data-again]"));
    // Pages that answer the next questions do not replace the answer.
    const targets = () => page.$$eval("footer a", (links) => links.map((link) => link.getAttribute("target")));
    assert.ok((await targets()).every((target) => target === "_blank"));
    await page.click("#status [data-again]");
    assert.equal(await page.textContent("#status"), "");
    assert.equal(await page.inputValue("#number"), "");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "number");
    assert.ok((await targets()).every((target) => target === null));
  }),
);

test("a check can be cancelled, by Escape and by its button, and tried again", { skip }, () =>
  inEach(stage, async (page, language) => {
    await page.route("**/v1/evaluate", () => undefined);
    for (const cancel of [() => page.keyboard.press("Escape"), () => page.click("#status .buttons button")]) {
      await ask(page, "phone", "15400009999");
      await page.waitForSelector(".progress li:nth-child(2)[aria-current]");
      await cancel();
      says(language, "cancelled", await failure(page, "unfinishedHeading"));
      assert.equal(await page.inputValue("#number"), "15400009999", "nothing is lost");
      assert.equal(await page.getAttribute("#check", "aria-disabled"), "false");
    }
    await page.unroute("**/v1/evaluate");
    await page.click("#failure button");
    says(language, "absentHeading", await answer(page));
  }),
);

test("a slow check says that it is still running", { skip }, async () => {
  const page = await open(stage, "en");
  await page.clock.install();
  await page.route("**/v1/evaluate", () => undefined);
  await ask(page, "phone", "15400009999");
  for (let second = 0; second < 10; second++) await page.clock.runFor(1000);
  await page.waitForFunction(() => document.querySelector("#said")?.textContent !== "");
  says("en", "stillChecking", await page.textContent("#status > .hint:not([hidden])"));
  await page.context().close();
});

test("too many checks: the button counts down, and then tries again", { skip }, () =>
  inEach(stage, async (page, language) => {
    await page.route("**/v1/evaluate", (route) => route.fulfill({ status: 429, headers: { "retry-after": "2" } }));
    await ask(page, "phone", "15400009999");
    says(language, "rateLimited", await failure(page, "unfinishedHeading"));
    const button = page.locator("#failure button");
    assert.equal(await button.isDisabled(), true);
    says(language, "timeLeft", await page.textContent("#failure .buttons .hint"));
    await page.unroute("**/v1/evaluate");
    await page.waitForSelector("#failure button:enabled");
    await button.click();
    says(language, "absentHeading", await answer(page));
  }),
);

test("the sample belongs to nobody: it counts for no warning, and its answer says what it is", { skip }, () =>
  inEach(stage, async (page, language) => {
    await page.click("#sample");
    await page.click("#check");
    await answer(page);
    says(language, "sampleAnswer", await page.textContent("#status .note"));
    await choose(page, "cn.ric");
    assert.equal(await page.isVisible("#caution"), false);
    assert.deepEqual(await page.evaluate(() => ({ ...sessionStorage })), {});
  }),
);

test("another tab of the same browser warns, too", { skip }, async () => {
  const page = await open(stage, "en");
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.waitForSelector("#form[data-ready]");
  await choose(other, "cn.ric");
  await ask(page, "phone", "15400009999");
  await answer(page);
  await other.waitForSelector("#caution:not([hidden])");
  says("en", "secondKind", await other.textContent("#caution"));
  await page.context().close();
});

test("the page stands still when an answer comes, on a phone at a quarter of the speed", { skip }, async () => {
  for (const language of LANGUAGES) {
    const page = await open(stage, language, { viewport: { width: 360, height: 740 } });
    const session = await page.context().newCDPSession(page);
    await session.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await page.evaluate(() => {
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean })[])
          if (!entry.hadRecentInput) shifts.push(entry.value);
      }).observe({ type: "layout-shift", buffered: true });
      const shifts: number[] = [];
      Object.assign(window, { shifts });
    });
    await page.route("**/v1/evaluate", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1200));
      await route.continue();
    });
    await find(page);
    await page.waitForTimeout(500);
    const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
    const sum = shifts.reduce((sum, shift) => sum + shift, 0);
    assert.ok(sum < 0.1, `${language}: ${sum}`);
    await page.context().close();
  }
});

test("on paper: the answer, when and where it was asked, and all advice unfolded, without the number", { skip }, () =>
  inEach(stage, async (page) => {
    await find(page);
    const folded = () => page.locator("#status details:not(.private):not([open])").count();
    assert.ok((await folded()) > 0);
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    assert.equal(await folded(), 0);
    const paper = (await page.textContent(".on-paper")) ?? "";
    assert.equal(await page.isVisible(".on-paper"), true);
    assert.ok(
      paper.includes(new URL("./", page.url()).href) && paper.includes(String(new Date().getFullYear())),
      paper,
    );
    for (const hidden of [".asked", ".saw", "form", "#status .buttons"])
      assert.equal(await page.isVisible(hidden), false, hidden);
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    assert.ok((await folded()) > 0, "folded again");
  }),
);

test("at twice the text size no word is broken on a small phone", { skip }, async () => {
  for (const language of LANGUAGES) {
    const page = await open(stage, language, { viewport: { width: 360, height: 740 } });
    await page.evaluate(() => document.documentElement.style.setProperty("font-size", "200%"));
    const broken = await page.$$eval(
      "#kinds button, #check, #sample",
      (buttons) =>
        buttons.filter((button) => {
          const words = button.querySelector("span") ?? button;
          const range = document.createRange();
          return [...(words.textContent ?? "").matchAll(/[^\s-]+/g)].some(({ 0: word, index }) => {
            const node = words.firstChild;
            if (node === null) return false;
            range.setStart(node, index);
            range.setEnd(node, index + word.length);
            return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1;
          });
        }).length,
    );
    assert.equal(broken, 0, language);
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), language);
    await page.context().close();
  }
});

test("in forced colours the steps are told apart by their marks", { skip }, async () => {
  const page = await open(stage, "en");
  await page.emulateMedia({ forcedColors: "active" });
  await page.route("**/v1/evaluate", () => undefined);
  await ask(page, "phone", "15400009999");
  await page.waitForSelector(".progress li:nth-child(2)[aria-current]");
  const marks = await page.$$eval(".progress li", (items) =>
    items.slice(0, 3).map((item) => getComputedStyle(item, "::before").content),
  );
  assert.equal(new Set(marks).size, 3, String(marks));
  await page.context().close();
});

test("from right to left nothing leaves the screen", { skip }, async () => {
  const page = await open(stage, "en", { viewport: { width: 360, height: 740 } });
  await page.evaluate(() => {
    document.documentElement.dir = "rtl";
  });
  await find(page);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  const [text, mark] = await page.$eval("#status .steps > li", (item) => {
    const { left, right } = item.getBoundingClientRect();
    const { insetInlineStart } = getComputedStyle(item, "::before");
    return [right - left, insetInlineStart];
  });
  assert.ok((text ?? 0) > 0);
  assert.equal(mark, "0px");
  await page.context().close();
});
