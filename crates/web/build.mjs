// Owns what is built: the page (dist/, embedded by the service) and the client package (lib/), and prints what
// they weigh. Fails if the page's script outgrows its budget.
// Names of assets carry a hash of their content, so that they may be cached for ever; index.html may not.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** What a page load costs before a phone is checked, gzipped. */
const SCRIPT_BUDGET = 25_000;

const here = new URL(".", import.meta.url).pathname;
const common = { absWorkingDir: here, bundle: true, format: "esm", target: "es2022", charset: "utf8", legalComments: "none", logLevel: "warning" };

for (const folder of ["dist", "lib/client.js"]) rmSync(`${here}/${folder}`, { recursive: true, force: true });

const page = await build({
  ...common,
  entryPoints: { page: "src/page/main.ts", style: "src/page/page.css" },
  outdir: "dist/assets",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  // The numbering plans become a file of their own, loaded when a phone is checked.
  splitting: true,
  minify: true,
  metafile: true,
});

await build({ ...common, entryPoints: ["src/client/index.ts"], outfile: "lib/client.js", packages: "external" });

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

/** The script and what it imports before it can run. */
const first = new Set([script.path]);
for (const path of first) for (const imported of outputs.find((output) => output.path === path).imports) first.add(imported);

for (const { path, bytes } of outputs) {
  const when = first.has(path) ? "at once" : path === style.path ? "style" : "when a phone is checked";
  console.log(`${path}  ${bytes.length} B, ${gzipSync(bytes, { level: 9 }).length} B gz  (${when})`);
}
const size = outputs.filter(({ path }) => first.has(path)).reduce((sum, { bytes }) => sum + gzipSync(bytes, { level: 9 }).length, 0);
console.log(`page script before phone metadata: ${size} B gz of ${SCRIPT_BUDGET}`);
if (size > SCRIPT_BUDGET) throw new Error("the page's script is over its budget");
