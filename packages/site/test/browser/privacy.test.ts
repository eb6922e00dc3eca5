// Proves the promise on the page: what leaves the browser during a check contains no number, in no
// encoding and no bare hash; and that this test would notice if it did.

import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalise } from "@exposure-checker/client";
import type { Sample } from "../../../client/test/demo.js";
import { ask as askIndependently } from "../../../client/test/independent.mjs";
import { answer, ask, introduced, isMessage, LANGUAGES, open } from "./form.js";
import { missing, withStage } from "./harness.js";
import { encodings, leaksIn, type Recorded, record } from "./leaks.js";

const skip = missing();
const stage = withStage();

async function canonicalOf({ kind, value }: Sample): Promise<string> {
  return (await canonicalise(kind, value))[0] ?? "";
}

async function needlesFor(sample: Sample): Promise<Map<string, string>> {
  const canonical = await canonicalOf(sample);
  return encodings([
    ...new Set([sample.value, canonical, canonical.replace("+", ""), `${sample.kind}:${canonical}`, `${canonical}\n`]),
  ]);
}

function elementOf(requests: readonly Recorded[]): string {
  const bodies = requests.filter(({ url }) => url.endsWith("/v1/evaluate")).map(({ body }) => JSON.parse(body ?? ""));
  assert.equal(bodies.length, 1);
  assert.deepEqual(Object.keys(bodies[0]).sort(), ["blinded_elements", "epoch"]);
  assert.equal(bodies[0].blinded_elements.length, 1);
  const element: string = bodies[0].blinded_elements[0];
  assert.match(element, /^[A-Za-z0-9_-]{43}$/);
  assert.equal(Buffer.from(element, "base64url").length, 32);
  return element;
}

function prefixOf(requests: readonly Recorded[]): string {
  const ranges = requests
    .map(({ url }) => /\/v1\/range\/[0-9a-f]{32}\/([0-9a-f]+)\.bin$/.exec(url)?.[1])
    .filter((prefix) => prefix !== undefined);
  assert.equal(ranges.length, 1);
  return ranges[0] ?? "";
}

test("no request contains the number, found or not; one host only; nothing after the range", { skip }, async () => {
  for (const sample of [...stage.demo.found, ...stage.demo.absent]) {
    const page = await open(stage, "en");
    const errors: string[] = [];
    page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
    page.on("pageerror", (error) => errors.push(error.message));
    const requests = record(page);
    await ask(page, sample.kind, sample.value);
    const heading = await answer(page);
    const isFound = isMessage("en", "foundHeading", heading) || isMessage("en", "foundUndetermined", heading);
    assert.equal(isFound, sample.sources !== undefined, heading);
    // Gives a request that depends on the answer time to happen.
    await page.waitForTimeout(300);
    const needles = await needlesFor(sample);
    for (const request of requests) assert.deepEqual(leaksIn(request, needles), []);
    for (const { url } of requests) assert.equal(new URL(url).origin, new URL(stage.demo.ready).origin);
    assert.match(requests.at(-1)?.url ?? "", /\/v1\/range\//);
    assert.deepEqual(errors, []);
    await page.context().close();
  }
});

test("the search finds each planted leak", { skip }, async () => {
  const [sample] = stage.demo.found;
  assert.ok(sample);
  const needles = await needlesFor(sample);
  const page = await open(stage, "en");
  const requests = record(page);
  const planted = [...needles.values()];
  await page.evaluate(async (values) => {
    for (const value of values) {
      await fetch(`v1/parameters?leak=${encodeURIComponent(value)}`);
      await fetch("v1/parameters", { headers: { "x-leak": encodeURIComponent(value) } });
      await fetch("v1/parameters", { method: "POST", body: value });
    }
  }, planted);
  assert.equal(requests.length, planted.length * 3);
  for (const request of requests) assert.notDeepEqual(leaksIn(request, needles), [], request.url);
  await page.context().close();
});

test("checking again changes the body but not the prefix, which is part of the keyed output", { skip }, async () => {
  const sample = stage.demo.found.find(({ kind }) => kind === "phone");
  assert.ok(sample);
  const page = await open(stage, "zh-Hans");
  const runs = [];
  for (let run = 0; run < 2; run++) {
    const requests = record(page);
    await ask(page, sample.kind, sample.value);
    await answer(page);
    await page.waitForSelector("#status h2");
    runs.push({ element: elementOf(requests), prefix: prefixOf(requests) });
    page.context().removeAllListeners("request");
  }
  assert.notEqual(runs[0]?.element, runs[1]?.element);
  assert.equal(runs[0]?.prefix, runs[1]?.prefix);
  const [independent] = await askIndependently(stage.demo.ready, [`${sample.kind}:${await canonicalOf(sample)}`]);
  assert.equal(runs[0]?.prefix, independent?.prefix);
  await page.context().close();
});

test("input and answer are cleared when the page is left", { skip }, async () => {
  const [sample] = stage.demo.found;
  assert.ok(sample);
  const page = await open(stage, "en");
  await ask(page, sample.kind, sample.value);
  await answer(page);
  assert.equal(await page.inputValue("#number"), "");
  const shown = await page.textContent("#status");
  assert.ok(!shown?.includes(sample.value.slice(2, -2)), "only a masked number is echoed");
  await page.fill("#number", sample.value);
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide")));
  assert.equal(await page.inputValue("#number"), "");
  assert.equal(await page.textContent("#status"), "");
  assert.deepEqual(await page.evaluate(() => [{ ...sessionStorage }, { ...localStorage }]), [
    { "kinds-asked": sample.kind },
    {},
  ]);
  await page.context().close();
});

test("the first view takes at most 45 kB of transfer, from one host", { skip }, async () => {
  for (const language of LANGUAGES) {
    const context = await stage.browser.newContext();
    const page = await context.newPage();
    const requests = record(page);
    const session = await context.newCDPSession(page);
    await session.send("Network.enable");
    let bytes = 0;
    session.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
    await page.goto(`${stage.demo.ready}?lang=${language}`);
    await introduced(page);
    await page.waitForLoadState("networkidle");
    assert.ok(bytes > 20_000 && bytes <= 45_000, `${language}: ${bytes}`);
    for (const { url } of requests)
      assert.ok(url.startsWith(stage.demo.ready) || url.startsWith("data:image/svg+xml"), url);
    // Each script has a hash: the page's own in an attribute, later ones checked by the script.
    const scripts = requests.map(({ url }) => url).filter((url) => url.endsWith(".js"));
    const held = await page.$$eval("[integrity]", (nodes) =>
      nodes.map((node) => node.getAttribute("href") ?? node.getAttribute("src") ?? ""),
    );
    for (const script of scripts)
      assert.ok(
        held.some((file) => script.endsWith(file)),
        script,
      );
    await context.close();
  }
});
