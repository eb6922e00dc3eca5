// Owns how tests run: bundles one folder of TypeScript tests and hands it to Node's own test runner.
// Node 20 reads no TypeScript; esbuild, which we have anyway, makes it what Node reads.
// usage: node test/run.mjs unit|service|package|browser|screens

import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { kindsTable } from "../kinds-table.mjs";
import { languages } from "../languages.mjs";

const suite = process.argv[2] ?? "unit";
const here = fileURLToPath(new URL("..", import.meta.url));
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
  plugins: [kindsTable, languages],
});

const files = tests.map((name) => `${out}/${name.replace(/\.ts$/, ".js")}`);
const args = ["--enable-source-maps", "--test", "--test-concurrency=2", ...files];
process.exit(spawnSync(process.execPath, args, { stdio: "inherit", cwd: here }).status ?? 1);
