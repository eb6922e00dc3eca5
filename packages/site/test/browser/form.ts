// Uses the form as a person would: opens the page, types, presses, reads. Expected sentences come
// from the page's own messages; whether they are right is for people to judge.

import assert from "node:assert/strict";
import { canonicalVersionOf, hashedAs, kindNamed, kinds } from "@exposure-checker/client";
import type { BrowserContextOptions, Page, Route } from "playwright-core";
import * as en from "../../src/languages/en.js";
import * as zhHans from "../../src/languages/zh-Hans.js";
import * as zhHant from "../../src/languages/zh-Hant.js";
import type { Key, PageKey, Template } from "../../src/messages.js";
import type { Stage } from "./harness.js";

export const LANGUAGES = ["en", "zh-Hans", "zh-Hant"] as const;
export type Language = (typeof LANGUAGES)[number];

/** All messages of a page. */
const CATALOGUES: Record<Language, Record<Key | PageKey, Template>> = {
  en: { ...en.form, ...en.pages },
  "zh-Hans": { ...zhHans.form, ...zhHans.pages },
  "zh-Hant": { ...zhHant.form, ...zhHant.pages },
};

/**
 * The browser locale of each language's readers in China: the demo's phones are of that country.
 */
const LOCALES: Record<Language, string> = { en: "en-CN", "zh-Hans": "zh-CN", "zh-Hant": "zh-Hant-CN" };

export async function open(
  { browser, demo }: Stage,
  language: Language,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const context = await browser.newContext({ locale: LOCALES[language], ...options });
  const page = await context.newPage();
  await page.goto(`${demo.ready}?lang=${language}`);
  if (options.javaScriptEnabled !== false) await introduced(page);
  return page;
}

/** Does the same on a page in each language. */
export async function inEach(stage: Stage, what: (page: Page, language: Language) => Promise<void>): Promise<void> {
  for (const language of LANGUAGES) {
    const page = await open(stage, language);
    await what(page, language);
    await page.context().close();
  }
}

/** Waits until the page has loaded the service's parameters. */
export async function introduced(page: Page): Promise<void> {
  await page.waitForSelector("#form[data-ready]");
}

/** Opens the panel of the key as those do who come for it, and waits for the checksum. */
export async function openKey(page: Page): Promise<string> {
  await page.evaluate(() => {
    location.hash = "#key";
  });
  await page.waitForFunction(() => /^[0-9a-f]{4} /.test(document.querySelector("#fingerprint")?.textContent ?? ""));
  return (await page.textContent("#fingerprint")) ?? "";
}

/** Has the service say that it holds these kinds, and opens the page again. */
export async function holdKinds(page: Page, names: readonly string[] = kinds.map(({ name }) => name)): Promise<void> {
  await page.route("**/v1/parameters", (route) =>
    edit(route, (text) => {
      const versions = (kind: string) => ({ kind, canonical_versions: [canonicalVersionOf(kind)] });
      return JSON.stringify({ ...JSON.parse(text), kinds: [...new Set(names.map(hashedAs))].map(versions) });
    }),
  );
  await page.reload();
  await introduced(page);
}

/**
 * Chooses a kind as a person would: the tab, and for an ID the country and, if it has several, the
 * kind.
 */
export async function choose(page: Page, kind: string): Promise<void> {
  const { country } = kindNamed(kind);
  await page.click(`[data-topic="${country === null ? "phone" : "identity"}"]`);
  if (country === null) return;
  if (await page.isVisible("#country")) await page.selectOption("#country", country);
  if (await page.isVisible("#kind")) await page.selectOption("#kind", kind);
}

export async function ask(page: Page, kind: string, text: string): Promise<void> {
  await choose(page, kind);
  await page.fill("#number", text);
  await page.click("#check");
}

/** The heading of the answer. Fails at once if a failure or a fault is shown instead. */
export async function answer(page: Page): Promise<string> {
  await page.waitForSelector("#status h2, #failure:not(:empty), #fault:not([hidden]), #instead:not([hidden])");
  assert.equal(await page.textContent("#failure"), "");
  return (await page.textContent("#status h2")) ?? "";
}

/** The cause that is shown instead of an answer. The heading says that it is none. */
export async function failure(page: Page, heading?: Key): Promise<string> {
  await page.waitForSelector("#failure:not(:empty), #status h2");
  assert.equal(await page.locator("#status h2").count(), 0, "a failure must show no answer");
  const language = (await page.getAttribute("html", "lang")) as Language;
  const said = (await page.textContent("#failure h2")) ?? "";
  const headings: Key[] =
    heading === undefined ? ["unfinishedHeading", "cannotTellHeading", "stoppedHeading"] : [heading];
  assert.ok(
    headings.some((key) => isMessage(language, key, said)),
    said,
  );
  return (await page.textContent("#failure [role=alert] > p")) ?? "";
}

/** Fails unless the text is this message. */
export function says(language: Language, key: Key | PageKey, text: string | null): void {
  assert.ok(isMessage(language, key, text ?? ""), `${language} ${key}: ${text}`);
}

/** Lets a request through, and changes the answer. */
export async function edit(route: Route, change: (text: string) => string): Promise<void> {
  const response = await route.fetch();
  await route.fulfill({ response, body: change(await response.text()) });
}

/** Whether `text` is this message, whatever its variables and plural form. */
export function isMessage(language: Language, key: Key | PageKey, text: string): boolean {
  const template = CATALOGUES[language][key];
  const forms = typeof template === "string" ? [template] : Object.values(template);
  return forms.some((form) => pattern(form).test(text));
}

function pattern(form: string): RegExp {
  const parts = form.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join("[^<>]+?")}$`);
}
