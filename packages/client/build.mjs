// Builds lib/, which the package ships, from src/ and the table of kinds. Libraries stay imports:
// the package's user installs them.

import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { kindsTable } from "./kinds-table.mjs";

const here = fileURLToPath(new URL(".", import.meta.url));

rmSync(`${here}/lib`, { recursive: true, force: true });
await build({
  absWorkingDir: here,
  entryPoints: { client: "src/index.ts", protocol: "src/protocol.ts" },
  outdir: "lib",
  bundle: true,
  // What is loaded with import() stays in a file of its own.
  splitting: true,
  packages: "external",
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  plugins: [kindsTable],
});
