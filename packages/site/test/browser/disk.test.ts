// Proves that the browser keeps no number on disk: everything that a profile holds after checks is
// searched, in the encodings in which browsers write text. A planted number shows that the search
// would notice.

import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { BrowserContext, Page } from "playwright-core";
import { answer, ask, introduced } from "./form.js";
import { launchWithProfile, missing, withStage } from "./harness.js";

const skip = missing();
const stage = withStage();

/** Belongs to nobody; rejected, so that nothing is asked about it. */
const REJECTED = "1544567123456";

async function withProfile(use: (context: BrowserContext, page: Page) => Promise<void>): Promise<string[]> {
  const profile = mkdtempSync(join(tmpdir(), "exposure-profile-"));
  try {
    const context = await launchWithProfile(profile);
    const page = await context.newPage();
    await page.goto(`${stage.demo.ready}?lang=en`);
    await introduced(page);
    await use(context, page);
    // Browsers write what they keep some seconds later, or when they are closed.
    await page.waitForTimeout(1000);
    await context.close();
    return heldIn(profile);
  } finally {
    rmSync(profile, { recursive: true, force: true });
  }
}

/** The numbers of this test that some file of the profile holds. */
function heldIn(profile: string): string[] {
  const numbers = [...stage.demo.found, ...stage.demo.absent].map(({ value }) => value).concat(REJECTED);
  const files = readdirSync(profile, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const held = files.flatMap((entry) => {
    const bytes = readFileSync(join(entry.parentPath, entry.name));
    const isIn = (number: string) => bytes.includes(number) || bytes.includes(Buffer.from(number, "utf16le"));
    return numbers.filter(isIn).map((number) => `${number} in ${entry.name}`);
  });
  assert.ok(files.length > 10, "a real profile");
  return held;
}

test("no number that was checked or rejected is in the profile afterwards", { skip }, async () => {
  const held = await withProfile(async (_, page) => {
    for (const { kind, value } of [...stage.demo.found, ...stage.demo.absent]) {
      await ask(page, kind, value);
      await answer(page);
    }
    await page.click('[data-topic="phone"]');
    await page.fill("#number", "");
    await page.locator("#number").pressSequentially(REJECTED);
    await page.keyboard.press("Enter");
    await page.waitForSelector("#fault:not([hidden])");
    assert.equal(await page.getAttribute("#number", "autocomplete"), "off");
  });
  assert.deepEqual(held, []);
});

test("the search finds a number that a page did store", { skip }, async () => {
  const [sample] = stage.demo.found;
  const held = await withProfile(async (_, page) => {
    await page.evaluate((value) => localStorage.setItem("planted", value), sample?.value ?? "");
  });
  assert.notDeepEqual(held, []);
});

test("the search finds a number that a field told the browser to remember", { skip }, async () => {
  const sample = stage.demo.found.find(({ kind }) => kind === "phone");
  const held = await withProfile(async (_, page) => {
    await page.evaluate(() => {
      const form = document.querySelector("#form");
      const input = document.querySelector("#number");
      form?.setAttribute("autocomplete", "on");
      input?.setAttribute("autocomplete", "tel");
      input?.setAttribute("name", "tel");
    });
    await page.locator("#number").pressSequentially(sample?.value ?? "");
    await page.click("#check");
    await answer(page);
  });
  assert.notDeepEqual(held, []);
});
