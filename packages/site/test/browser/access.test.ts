// Proves that everyone can use the form: no violation that axe detects in any state, language and
// colour scheme; usable by keyboard alone; no sideways scrolling at 360 px. What axe cannot detect
// is for people to judge.

import assert from "node:assert/strict";
import { test } from "node:test";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { answer, ask, choose, edit, failure, holdKinds, LANGUAGES, open, openKey } from "./form.js";
import { missing, withStage } from "./harness.js";

const skip = missing();
const stage = withStage();

/** Each brings an open page into a state. */
const STATES: Record<string, (page: Page) => Promise<unknown>> = {
  empty: async () => undefined,
  "bad input": async (page) => {
    await ask(page, "cn.ric", "990101199001010018");
    await page.waitForSelector("#fault:not([hidden])");
  },
  "another country's ID": async (page) => {
    await holdKinds(page);
    await ask(page, "gr.amka", "01013099990");
    await page.waitForSelector("#fault:not([hidden])");
  },
  found: async (page) => {
    const [sample] = stage.demo.found;
    assert.ok(sample);
    await ask(page, sample.kind, sample.value);
    await answer(page);
    await openAll(page);
  },
  "not found": async (page) => {
    const [sample] = stage.demo.absent;
    assert.ok(sample);
    await ask(page, sample.kind, sample.value);
    await answer(page);
    await openAll(page);
  },
  checking: async (page) => {
    await page.route("**/v1/evaluate", () => undefined);
    await ask(page, "phone", "15400001234");
    await page.waitForSelector(".progress li:nth-child(2)[aria-current]");
  },
  "not started": async (page) => {
    await page.route("**/assets/page-*.js", (route) => route.abort());
    await page.reload();
    await page.waitForSelector("#waiting", { state: "visible", timeout: 10_000 });
  },
  "a second kind": async (page) => {
    await ask(page, "phone", "15400009999");
    await answer(page);
    await choose(page, "cn.ric");
    await page.waitForSelector("#caution:not([hidden])");
  },
  "a made-up number": async (page) => {
    await page.click("#sample");
    await page.waitForSelector("#note:not([hidden])");
  },
  "another fingerprint": async (page) => {
    await openKey(page);
    await page.fill("#key-compared", "0000");
    await page.waitForSelector("#key-verdict:not(:empty)");
    await openAll(page);
  },
  "nothing held": async (page) => {
    await page.route("**/v1/source-sets", (route) =>
      edit(route, (text) => JSON.stringify({ ...JSON.parse(text), source_sets: [] })),
    );
    await ask(page, "phone", "15400009999");
    await answer(page);
  },
  failed: async (page) => {
    await page.route("**/v1/evaluate", (route) => route.fulfill({ status: 500 }));
    await ask(page, "phone", "15400001234");
    await failure(page);
  },
};

/** The pages besides the form; the leak is one of the demo's. */
const PAGES = [
  "how",
  "leaks",
  "leaks?status=verified&class=phone",
  "leaks/demo-police",
  "leaks/none",
  "partners",
  "privacy",
  "about",
];

async function openAll(page: Page): Promise<void> {
  await page.$$eval("details", (all) => {
    for (const details of all) details.open = true;
  });
}

for (const [state, reach] of Object.entries(STATES)) {
  test(`axe finds nothing: ${state}`, { skip }, async () => {
    for (const language of LANGUAGES) {
      const page = await open(stage, language, { viewport: { width: 360, height: 740 } });
      await reach(page);
      await inBothSchemes(page, language);
      await page.context().close();
    }
  });
}

for (const path of PAGES) {
  test(`axe finds nothing: /${path}`, { skip }, async () => {
    for (const language of LANGUAGES) {
      const page = await open(stage, language, { viewport: { width: 360, height: 740 } });
      await page.goto(`${stage.demo.ready}${path}${path.includes("?") ? "&" : "?"}lang=${language}`);
      await inBothSchemes(page, language);
      await page.context().close();
    }
  });
}

async function inBothSchemes(page: Page, what: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    const said = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
    assert.deepEqual(said, [], `${what} ${colorScheme}`);
  }
  // 320 px is a wide screen at 400 % zoom (WCAG 2.2, 1.4.10); at 200 %, it is 640.
  for (const width of [360, 320, 640, 1280]) {
    await page.setViewportSize({ width, height: 740 });
    await fits(page, `${what} ${width}`);
  }
}

/** Nothing is wider than the screen. */
async function fits(page: Page, what: string): Promise<void> {
  const [content, width] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok((content ?? 0) <= (width ?? 0), `wider than the screen: ${what}`);
}

test("by keyboard alone", { skip }, async () => {
  const sample = stage.demo.absent.find(({ kind }) => kind === "phone");
  assert.ok(sample);
  const page = await open(stage, "en");
  await page.waitForSelector("#number:enabled");
  const visited: string[] = [];
  for (let at = 0; at < 12; at++) {
    await page.keyboard.press("Tab");
    visited.push(await page.evaluate(() => document.activeElement?.id ?? ""));
    if (visited.at(-1) === "number") break;
  }
  assert.equal(visited.at(-1), "number");
  await page.keyboard.type(sample.value);
  await page.keyboard.press("Enter");
  await answer(page);
  assert.equal(await page.evaluate(() => document.activeElement?.id), "status");
  await page.context().close();
});

test("nothing is cut off at twice the text size", { skip }, async () => {
  const page = await open(stage, "zh-Hans", { viewport: { width: 640, height: 740 } });
  const [sample] = stage.demo.found;
  assert.ok(sample);
  await page.evaluate(() => document.documentElement.style.setProperty("font-size", "200%"));
  await ask(page, sample.kind, sample.value);
  await answer(page);
  await fits(page, "twice the size");
  await page.context().close();
});
