// Runs a real service for tests: `exposure demo` on a free port, with a small leak of people who do
// not exist.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export interface Sample {
  readonly kind: string;
  readonly value: string;
  /** Of samples that are found: the slugs, sorted. */
  readonly sources?: readonly string[];
}

export interface Demo {
  readonly ready: string;
  readonly found: readonly Sample[];
  readonly absent: readonly Sample[];
  /** The data directory, for other commands. */
  readonly data: string;
  readonly stop: () => Promise<void>;
}

const REPOSITORY = fileURLToPath(new URL("../../../../", import.meta.url));
export const BINARY = process.env.EXPOSURE_BIN ?? join(REPOSITORY, "target/debug/exposure");
/** Enough to generate 2,000 people with an unoptimised binary on a busy machine. */
const START_MS = 120_000;

export async function startDemo(): Promise<Demo> {
  const data = mkdtempSync(join(tmpdir(), "exposure-web-"));
  try {
    const { line, stop } = await start(["demo", "--people", "2000", "--data", data]);
    const stopAndForget = async () => {
      await stop();
      rmSync(data, { recursive: true, force: true });
    };
    return { ...(line as Pick<Demo, "ready" | "found" | "absent">), data, stop: stopAndForget };
  } catch (error) {
    rmSync(data, { recursive: true, force: true });
    throw error;
  }
}

/**
 * A second service on the same data, which knows the partners that were added before it started.
 */
export async function startServe(data: string): Promise<Pick<Demo, "ready" | "stop">> {
  const { line, stop } = await start(["serve", "--data", data]);
  return { ...(line as Pick<Demo, "ready">), stop };
}

/** What the command prints when it is ready. */
async function start(args: readonly string[]): Promise<{ line: unknown; stop: () => Promise<void> }> {
  const generous = { EXPOSURE_BUDGET_ADDRESS_PER_DAY: "100000", EXPOSURE_BUDGET_ADDRESS_PER_MINUTE: "100000" };
  const listen = ["--listen", "127.0.0.1:0", "--json"];
  const service = spawn(BINARY, [...args, ...listen], {
    env: { ...process.env, ...generous },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const stop = () => ended(service);
  try {
    return { line: await firstLine(service), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function firstLine(service: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("the service did not become ready in time")), START_MS);
    service.once("error", reject);
    service.once("exit", (code) => reject(new Error(`the service ended with status ${code}`)));
    if (service.stdout === null) return;
    createInterface(service.stdout).once("line", (line) => {
      clearTimeout(late);
      resolve(JSON.parse(line));
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
