// Owns the real things that the browser tests need: a service with synthetic leaks, and a Chromium.
// What is missing is said, and skips the tests; with EXPOSURE_REQUIRE_BROWSER=1 it fails them.

import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium, type Browser } from "playwright-core";

export interface Sample {
  readonly kind: string;
  readonly value: string;
  /** Of found ones: the slugs, sorted. */
  readonly sources?: readonly string[];
}

export interface Demo {
  readonly ready: string;
  readonly found: readonly Sample[];
  readonly absent: readonly Sample[];
  readonly stop: () => Promise<void>;
}

const REPOSITORY = fileURLToPath(new URL("../../../../", import.meta.url));
const BINARY = process.env.EXPOSURE_BIN ?? join(REPOSITORY, "target/debug/exposure");
/** Making 2,000 people with an unoptimised binary, on a busy machine. */
const START_MS = 120_000;

const QUIET = [
  "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

/** Why the tests cannot run here, or false: what node:test takes for `skip`. */
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
  const names = ["chromium", "chromium-browser", "google-chrome"];
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path)) ?? null;
}

export function launch(): Promise<Browser> {
  // Chromium's sandbox refuses to work for root, who runs tests in containers.
  const args = process.getuid?.() === 0 ? [...QUIET, "--no-sandbox"] : QUIET;
  return chromium.launch({ executablePath: chromiumPath() ?? "", args });
}

export async function startDemo(): Promise<Demo> {
  const data = mkdtempSync(join(tmpdir(), "exposure-web-"));
  const generous = { EXPOSURE_BUDGET_ADDRESS_PER_DAY: "100000", EXPOSURE_BUDGET_ADDRESS_PER_MINUTE: "100000" };
  const args = ["demo", "--people", "2000", "--data", data, "--listen", "127.0.0.1:0", "--json"];
  const service = spawn(BINARY, args, { env: { ...process.env, ...generous }, stdio: ["ignore", "pipe", "inherit"] });
  const stop = async () => {
    await ended(service);
    rmSync(data, { recursive: true, force: true });
  };
  try {
    return { ...(await firstLine(service)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function firstLine(service: ChildProcess): Promise<Omit<Demo, "stop">> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("the demo did not say that it is ready")), START_MS);
    service.once("error", reject);
    service.once("exit", (code) => reject(new Error(`the demo ended with status ${code}`)));
    if (service.stdout === null) return;
    createInterface(service.stdout).once("line", (line) => {
      clearTimeout(late);
      resolve(JSON.parse(line) as Omit<Demo, "stop">);
    });
  });
}

function ended(service: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (service.exitCode !== null || service.pid === undefined) return resolve();
    service.once("exit", () => resolve());
    service.kill("SIGTERM");
  });
}
