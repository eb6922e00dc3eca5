// Runs tests: bundles one folder of TypeScript tests with esbuild and passes it to Node's test
// runner, because Node 20 does not read TypeScript.
// usage: node test/run.mjs unit|service|package

import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { kindsTable } from "../kinds-table.mjs";

if (process.argv[1] === fileURLToPath(import.meta.url))
  process.exit(await runTests(fileURLToPath(new URL("..", import.meta.url))));

/**
 * Runs the suite that the command line names, a folder in `test` of a package, and returns its exit
 * status.
 */
export async function runTests(here, plugins = []) {
  const suite = process.argv[2] ?? "unit";
  const tests = readdirSync(`${here}/test/${suite}`).filter((name) => name.endsWith(".test.ts"));
  const out = `${here}/build/${suite}`;
  rmSync(out, { recursive: true, force: true });
  await build({
    absWorkingDir: here,
    entryPoints: tests.map((name) => `test/${suite}/${name}`),
    outdir: out,
    bundle: true,
    platform: "node",
    format: "esm",
    // Libraries are loaded as they are installed; only our own code is bundled.
    packages: "external",
    sourcemap: "inline",
    logLevel: "warning",
    plugins: [kindsTable, ...plugins],
  });
  const files = tests.map((name) => `${out}/${name.replace(/\.ts$/, ".js")}`);
  const args = ["--enable-source-maps", "--test", "--test-concurrency=2", ...files];
  return spawnSync(process.execPath, args, { stdio: "inherit", cwd: here }).status ?? 1;
}
