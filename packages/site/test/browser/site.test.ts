// Proves that operators can change the pages while the service runs: name, colours, texts, and help
// for the people of each country; that the pages stay accessible, and that hostile text has no
// effect.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { answer, ask, open } from "./form.js";
import { missing, withStage } from "./harness.js";

const skip = missing();
const stage = withStage();

const ABOUT = `
name = { en = "Data Authority", zh-Hans = "数据保护局" }
contact = "mailto:help@example.org"
[colours]
accent = "#5b2a86"
accent_dark = "#d0b3f0"
[[advice]]
country = "CN"
kind = "phone"
does = "lock"
title = { en = "Lock <b>it</b> & ask" }
text = "By our desk."
telephone = "0000 77"
[[helplines]]
name = { en = "Everybody's line", zh-Hans = "全国热线" }
telephone = "0000 (1) 23"
[[helplines]]
name = "Suomen linja"
url = "https://example.org/fi"
country = "FI"
`;

const TEXTS = {
  "intro.en.md": 'Welcome. <img src=x onerror="window.hostile=1"> [x](javascript:window.hostile=1)',
  "advice.en.md": "Keep *calm*.",
  "advice-CN.en.md": "For China.",
  "advice-FI.en.md": "For Finland.",
};

async function named(page: Page): Promise<void> {
  for (let tries = 0; tries < 50; tries++) {
    await page.reload();
    if ((await page.textContent(".name"))?.includes("Data Authority")) return;
    await page.waitForTimeout(200);
  }
  assert.fail("the operator's name did not appear");
}

test("an operator's texts appear while the service runs, for the people they are meant for", { skip }, async () => {
  const page = await open(stage, "en");
  const errors: string[] = [];
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  assert.equal((await page.textContent(".name"))?.trim(), "Exposure Checker");
  const site = join(stage.demo.data, "site");
  mkdirSync(site);
  for (const [name, text] of Object.entries(TEXTS)) writeFileSync(join(site, name), text);
  writeFileSync(join(site, "site.toml"), ABOUT);
  await named(page);
  await page.waitForSelector("#number:enabled");
  assert.match((await page.textContent("main > .prose")) ?? "", /^\s*Welcome\. <img src=x onerror=/);
  assert.equal(await page.locator("main .prose :is(img, [href^=javascript])").count(), 0);
  assert.match((await page.textContent("footer")) ?? "", /Run by Data Authority\./);
  const colour = () => page.$eval("#check", (button) => getComputedStyle(button).backgroundColor);
  assert.equal(await colour(), "rgb(91, 42, 134)");
  await page.emulateMedia({ colorScheme: "dark" });
  assert.equal(await colour(), "rgb(208, 179, 240)");

  const [sample] = stage.demo.found.filter(({ kind }) => kind === "phone");
  assert.ok(sample);
  const help = async () => (await page.textContent("#status .local")) ?? "";
  await ask(page, "phone", sample.value);
  await answer(page);
  for (const said of ["Keep calm.", "For China.", "Everybody's line"]) assert.ok((await help()).includes(said), said);
  for (const other of ["Finland", "Suomen"]) assert.ok(!(await help()).includes(other), other);
  const first = page.locator("#status .actions > .steps > li").first();
  assert.equal(await first.locator("strong").textContent(), "Lock <b>it</b> & ask");
  assert.equal(await first.locator("a").getAttribute("href"), "tel:000077");
  assert.equal(await page.getAttribute("#status .local a[href^=tel]", "href"), "tel:0000123");
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    assert.deepEqual(
      violations.map(({ id }) => id),
      [],
      colorScheme,
    );
  }
  // The same number, asked about by somebody in Finland.
  await page.selectOption("#region", "FI");
  await ask(page, "phone", `+86${sample.value}`);
  await answer(page);
  for (const said of ["Keep calm.", "For Finland.", "Suomen linja"]) assert.ok((await help()).includes(said), said);
  assert.ok(!(await help()).includes("For China."));
  const [absent] = stage.demo.absent.filter(({ kind }) => kind === "phone");
  await ask(page, "phone", `+86${absent?.value}`);
  await page.waitForSelector("#status .meaning");
  assert.equal(await page.evaluate(() => "hostile" in window), false);
  assert.deepEqual(errors, []);
  await page.context().close();

  const chinese = await open(stage, "zh-Hant");
  assert.equal((await chinese.textContent(".name"))?.trim(), "数据保护局");
  assert.equal(await chinese.getAttribute("main > .prose", "lang"), "en", "the only language there is, marked as such");
  await chinese.context().close();
});
