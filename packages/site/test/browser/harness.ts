// Starts Chromium and a service for the browser tests. If one is missing, the tests say so and are
// skipped; with EXPOSURE_REQUIRE_BROWSER=1 they fail.

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { after, before } from "node:test";
import { type Browser, type BrowserContext, chromium } from "playwright-core";
import { BINARY, type Demo, startDemo } from "../../../client/test/demo.js";

const QUIET = [
  "--headless",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Why the tests cannot run here, or false: the type of node:test's `skip`. */
export function missing(): string | false {
  const reason = missingPart();
  if (reason !== false && process.env.EXPOSURE_REQUIRE_BROWSER === "1") throw new Error(reason);
  return reason;
}

function missingPart(): string | false {
  if (chromiumPath() === null) return "no Chromium: set $CHROMIUM or install chromium";
  if (!existsSync(BINARY)) return "no service: build the binary `exposure`, or set $EXPOSURE_BIN";
  return false;
}

function chromiumPath(): string | null {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? "").split(delimiter);
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path)) ?? null;
}

function options(): { executablePath: string; args: string[] } {
  // Chromium's sandbox does not work for root, who runs tests in containers.
  const args = process.getuid?.() === 0 ? [...QUIET, "--no-sandbox"] : QUIET;
  return { executablePath: chromiumPath() ?? "", args };
}

function launch(): Promise<Browser> {
  return chromium.launch(options());
}

/** A browser that keeps what browsers keep, in this folder. */
export function launchWithProfile(folder: string): Promise<BrowserContext> {
  // Otherwise a headless browser has no such data base as people's browsers have.
  const ignoreDefaultArgs = ["--disable-component-extensions-with-background-pages", "--password-store=basic"];
  return chromium.launchPersistentContext(folder, { ...options(), ignoreDefaultArgs });
}

/** A service, and a browser to ask it with. */
export interface Stage {
  readonly demo: Demo;
  readonly browser: Browser;
}

/**
 * Starts a service and a browser before the first test of a file, and stops them after the last.
 */
export function withStage(): Stage {
  const stage: Partial<{ demo: Demo; browser: Browser }> = {};
  before(async () => {
    if (missing() !== false) return;
    stage.demo = await startDemo();
    stage.browser = await launch();
  });
  after(async () => {
    await stage.browser?.close();
    await stage.demo?.stop();
  });
  return stage as Stage;
}
