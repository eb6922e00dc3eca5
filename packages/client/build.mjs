// Owns what the package ships: lib/, made of src/ and the table of kinds. Libraries stay imports, for whoever installs it.

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
  // What is imported with import() stays a file of its own, loaded when it is needed.
  splitting: true,
  packages: "external",
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  plugins: [kindsTable],
});
