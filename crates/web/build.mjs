// Owns what is built: the page (dist/, embedded by the service) and the client package (lib/), and prints what
// they weigh. Fails if the page's script outgrows its budget.
// Names of assets carry a hash of their content, so that they may be cached for ever; index.html may not.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { kindsTable } from "./kinds-table.mjs";

/** Script until the form can be used, gzipped, in bytes. */
const SCRIPT_BUDGET = 25_000;

const here = fileURLToPath(new URL(".", import.meta.url));
const common = {
  absWorkingDir: here,
  bundle: true,
  // What is imported with import() stays a file of its own, loaded when it is needed.
  splitting: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  plugins: [kindsTable],
};

for (const folder of ["dist", "lib"]) rmSync(`${here}/${folder}`, { recursive: true, force: true });

const page = await build({
  ...common,
  entryPoints: { page: "src/page/main.ts", style: "src/page/page.css" },
  outdir: "dist/assets",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  minify: true,
  metafile: true,
});

await build({ ...common, entryPoints: { client: "src/client/index.ts" }, outdir: "lib", packages: "external" });

const outputs = Object.entries(page.metafile.outputs).map(([path, { entryPoint, imports }]) => ({
  path,
  entryPoint,
  imports: imports.filter(({ kind }) => kind === "import-statement").map(({ path }) => path),
  bytes: readFileSync(`${here}/${path}`),
}));
const script = outputs.find(({ entryPoint }) => entryPoint === "src/page/main.ts");
const style = outputs.find(({ entryPoint }) => entryPoint === "src/page/page.css");

const html = readFileSync(`${here}/src/page/index.html`, "utf8")
  .replace(/<!--.*?-->\s*/s, "")
  .replace("%SCRIPT%", `assets/${basename(script.path)}`)
  .replace("%STYLE%", `assets/${basename(style.path)}`);
mkdirSync(`${here}/dist`, { recursive: true });
writeFileSync(`${here}/dist/index.html`, html);

/** A file and what it imports before it can run. */
function withImports(path, found = new Set()) {
  if (found.has(path)) return found;
  found.add(path);
  for (const imported of outputs.find((output) => output.path === path).imports) withImports(imported, found);
  return found;
}

function weight(files) {
  return outputs.filter(({ path }) => files.has(path)).reduce((sum, { bytes }) => sum + gzipSync(bytes, { level: 9 }).length, 0);
}

function entry(source) {
  return outputs.find(({ entryPoint }) => entryPoint === source).path;
}

for (const { path, bytes } of outputs) console.log(`${path}  ${bytes.length} B, ${gzipSync(bytes, { level: 9 }).length} B gz`);

const languages = ["src/page/messages/en.ts", "src/page/messages/zh.ts"].map((source) => weight(withImports(entry(source))));
const toUse = weight(withImports(script.path)) + Math.max(...languages);
const toCheck = weight(new Set([...withImports(script.path), ...withImports(entry("src/client/protocol.ts"))])) + Math.max(...languages);
console.log(`script until the form can be used:            ${toUse} B gz of ${SCRIPT_BUDGET}`);
console.log(`with the arithmetic, loaded behind it:        ${toCheck} B gz`);
console.log(`rules of IDs, when one is checked:            ${weight(withImports(entry("src/client/number.ts")))} B gz`);
console.log(`phone numbering plans, when one is checked:   ${weight(withImports(entry("src/client/phone.ts")))} B gz`);
if (toUse > SCRIPT_BUDGET) throw new Error("the page's script is over its budget");
