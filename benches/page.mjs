// The main-thread cost of a check in the browser: time in tasks, and tasks over 50 ms, over several
// checks on an open page.
// The peer, in the same run, is the bare arithmetic of a check with the page's own module: no page
// can take less.
// Usage: node benches/page.mjs [CHECKS], after `make web binary`; needs Chromium ($CHROMIUM or on
// the path).

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const CHECKS = Number(process.argv[2] ?? 30);
/** Until the code is compiled and caches are filled. */
const WARM = 5;

const repository = fileURLToPath(new URL("../", import.meta.url));
const { chromium } = createRequire(`${repository}packages/site/package.json`)("playwright-core");
const binary = process.env.EXPOSURE_BIN ?? `${repository}target/debug/exposure`;

const data = mkdtempSync(join(tmpdir(), "exposure-page-"));
const service = spawn(binary, ["demo", "--people", "2000", "--data", data, "--listen", "127.0.0.1:0", "--json"], { stdio: ["ignore", "pipe", "ignore"] });
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? onPath(), args: ["--headless", "--disable-gpu", "--no-sandbox"] });
try {
  const { ready, absent } = await firstLine(service);
  for (const kind of ["phone", "cn.ric"]) {
    const value = [...absent].find((sample) => sample.kind === kind)?.value ?? "990101199001010019";
    await measure(ready, kind, value);
  }
} finally {
  await browser.close();
  service.kill("SIGTERM");
  rmSync(data, { recursive: true, force: true });
}

async function measure(ready, kind, value) {
  const page = await browser.newPage();
  await page.goto(`${ready}?lang=en`);
  await page.waitForFunction(() => /^[0-9a-f]{4} /.test(document.querySelector("#fingerprint")?.textContent ?? ""));
  if (kind !== "phone") {
    await page.click('[data-topic="identity"]');
    await page.selectOption("#country", "CN");
  }
  await page.evaluate(() => {
    window.longTasks = [];
    new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: "longtask" });
  });
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  const rows = [];
  for (let check = 0; check < WARM + CHECKS; check++) {
    await page.evaluate((value) => {
      const input = document.querySelector("#number");
      input.value = value;
      window.longTasks.length = 0;
    }, value);
    const before = await metrics(session);
    // Clicked from within the page: the browser's remote control is not part of a check.
    await page.evaluate(() => new Promise((resolve) => {
      const status = document.querySelector("#status");
      new MutationObserver((_, observer) => {
        if (status.querySelector("h2") === null) return;
        observer.disconnect();
        requestAnimationFrame(() => setTimeout(resolve));
      }).observe(status, { childList: true });
      document.querySelector("#check").click();
    }));
    const after = await metrics(session);
    const longest = Math.max(0, ...(await page.evaluate(() => window.longTasks)));
    const row = { tasks: after.TaskDuration - before.TaskDuration, longest };
    if (check === 0) console.log(`${kind}: the first check of a page ${ms(row.tasks)}, longest task over 50 ms: ${longest === 0 ? "none" : ms(longest / 1000)}`);
    if (check >= WARM) rows.push(row);
  }
  const of = (name) => rows.map((row) => row[name]).sort((a, b) => a - b);
  const middle = (name) => of(name)[Math.floor(rows.length / 2)];
  const high = (name) => of(name)[Math.floor(rows.length * 0.9)];
  const arithmetic = await bare(page);
  console.log(`${kind}: main thread ${ms(middle("tasks"))} a check (90th percentile ${ms(high("tasks"))});`
    + ` bare arithmetic ${ms(arithmetic / 1000)}, ratio ${(middle("tasks") * 1000 / arithmetic).toFixed(2)};`
    + ` tasks over 50 ms in ${of("longest").filter((task) => task > 0).length} of ${rows.length} checks, longest ${Math.max(...of("longest")).toFixed(0)} ms`);
  await page.close();
}

/** Milliseconds of one blinding, verification and unblinding, by the module that the page itself uses. */
function bare(page) {
  return page.evaluate(async (rounds) => {
    const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    const text = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    const file = document.querySelector('[data-part="protocol"]').dataset.file;
    const { blind, finalize, inputOf } = await import(new URL(file, location.href).href);
    const { epoch, public_key } = await (await fetch("v1/parameters")).json();
    const times = [];
    for (let round = 0; round < rounds; round++) {
      const begun = performance.now();
      const blinded = blind(inputOf("phone", "+8615400009999"));
      const blinding = performance.now() - begun;
      const body = JSON.stringify({ epoch, blinded_elements: [text(blinded.element)] });
      const answer = await (await fetch("v1/evaluate", { method: "POST", headers: { "content-type": "application/json" }, body })).json();
      const answered = performance.now();
      finalize(blinded, bytes(answer.evaluated_elements[0]), bytes(answer.proof), bytes(public_key));
      times.push(blinding + performance.now() - answered);
    }
    return times.sort((a, b) => a - b)[Math.floor(rounds / 2)];
  }, CHECKS);
}

async function metrics(session) {
  const { metrics } = await session.send("Performance.getMetrics");
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

function ms(seconds) {
  return `${(seconds * 1000).toFixed(1)} ms`;
}

function firstLine(child) {
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the demo ended with status ${code}`)));
    createInterface(child.stdout).once("line", (line) => resolve(JSON.parse(line)));
  });
}

function onPath() {
  return spawnSync("sh", ["-c", "command -v chromium || command -v google-chrome"]).stdout.toString().trim();
}
