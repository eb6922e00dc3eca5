// Takes the pictures of the pages in docs/screens, for people to look at before a release: each
// state at two widths; those that look alike on a wide screen, only as on a phone. Asserts nothing.
// Run by hand: npm run screens, with $SCREENS for another folder.

import { mkdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { answer, ask, failure, type Language, open } from "../browser/form.js";
import { missing, withStage } from "../browser/harness.js";

const FOLDER = process.env.SCREENS ?? fileURLToPath(new URL("../../../../docs/screens", import.meta.url));
const WIDTHS = { phone: 360, desktop: 1100 };
const WIDE = ["empty-en-light", "found-zh-Hans-light", "not-found-en-dark", "how-en-light", "leaks-zh-Hans-light"];

const skip = missing();
const stage = withStage();

type Picture = readonly [
  name: string,
  language: Language,
  scheme: "light" | "dark",
  reach: (page: Page) => Promise<unknown>,
];

async function see(page: Page, kind: string, of: "found" | "absent"): Promise<void> {
  const sample = stage.demo[of].find((sample) => sample.kind === kind);
  await ask(page, kind, sample?.value ?? "");
  await answer(page);
}

/** The form asks which number is meant. */
async function doubt(page: Page, text: string): Promise<void> {
  await ask(page, "phone", text);
  await page.waitForSelector("#instead:not([hidden])");
}

function visit(path: string): (page: Page) => Promise<unknown> {
  return (page) => page.goto(new URL(path, page.url()).href + new URL(page.url()).search);
}

const PICTURES: readonly Picture[] = [
  ["empty", "en", "light", async () => undefined],
  ["empty", "zh-Hans", "dark", async () => undefined],
  ["empty", "zh-Hant", "light", async () => undefined],
  [
    "fault",
    "en",
    "light",
    async (page) => {
      await ask(page, "cn.ric", "990101199002300018");
      await page.waitForSelector("#fault:not([hidden])");
    },
  ],
  ["which-number", "en", "light", (page) => doubt(page, "(212) 555-0123")],
  ["which-number", "zh-Hans", "dark", (page) => doubt(page, "0912 345 678")],
  ["which-number", "zh-Hant", "light", (page) => doubt(page, "9123 4567")],
  [
    "understood",
    "zh-Hans",
    "light",
    async (page) => {
      await page.fill("#number", "15445671234");
      await page.waitForSelector("#echo:not([hidden])");
    },
  ],
  [
    "other-kind",
    "zh-Hant",
    "dark",
    async (page) => {
      await ask(page, "phone", "990101199001010019");
      await page.waitForSelector("#instead:not([hidden])");
    },
  ],
  [
    "cannot-tell",
    "zh-Hant",
    "light",
    async (page) => {
      await ask(page, "phone", "+852 9123456");
      await failure(page);
    },
  ],
  [
    "checking",
    "en",
    "dark",
    async (page) => {
      await page.route("**/v1/evaluate", () => undefined);
      await ask(page, "phone", "15400001234");
      await page.waitForSelector(".progress li:nth-child(2)[aria-current]");
    },
  ],
  ["found", "en", "light", (page) => see(page, "phone", "found")],
  ["found", "zh-Hans", "light", (page) => see(page, "cn.ric", "found")],
  ["found", "zh-Hant", "dark", (page) => see(page, "phone", "found")],
  ["not-found", "en", "dark", (page) => see(page, "phone", "absent")],
  ["not-found", "zh-Hans", "light", (page) => see(page, "phone", "absent")],
  [
    "unfinished",
    "zh-Hans",
    "dark",
    async (page) => {
      await page.route("**/v1/evaluate", (route) => route.fulfill({ status: 429, headers: { "retry-after": "40" } }));
      await ask(page, "phone", "15400001234");
      await failure(page);
    },
  ],
  ["how", "en", "light", visit("how")],
  ["how", "zh-Hant", "dark", visit("how")],
  ["leaks", "zh-Hans", "light", visit("leaks")],
  ["leak", "en", "dark", visit("leaks/demo-police")],
  ["partners", "en", "light", visit("partners")],
  ["privacy", "zh-Hans", "light", visit("privacy")],
];

for (const [name, language, colorScheme, reach] of PICTURES) {
  test(`${name} ${language} ${colorScheme}`, { skip }, async () => {
    mkdirSync(FOLDER, { recursive: true });
    const picture = `${name}-${language}-${colorScheme}`;
    for (const [device, width] of Object.entries(WIDTHS)) {
      if (device === "desktop" && process.env.SCREENS === undefined && !WIDE.includes(picture)) continue;
      const page = await open(stage, language, { colorScheme, viewport: { width, height: 800 } });
      await reach(page);
      await page.screenshot({ path: `${FOLDER}/${picture}-${device}.png`, fullPage: true });
      await page.context().close();
    }
  });
}

test("the README's picture: the form, and the heading of an answer", { skip }, async () => {
  mkdirSync(FOLDER, { recursive: true });
  const viewport = { width: 760, height: 800 };
  const page = await open(stage, "en", { colorScheme: "light", viewport, deviceScaleFactor: 1.5 });
  await see(page, "phone", "found");
  await page.mouse.click(1, 1);
  const heading = await page.locator("#status .asked").boundingBox();
  const top = await page.evaluate(() => scrollY);
  const height = top + (heading?.y ?? 0) + (heading?.height ?? 0) + 32;
  const clip = { x: 0, y: 0, width: viewport.width, height };
  await page.screenshot({ path: `${FOLDER}/readme.png`, fullPage: true, clip });
  await page.context().close();
});
