// Builds dist/, which the service embeds: the form's script and style, and the pages and languages
// for the server. Prints hashes and sizes, and fails if the script exceeds its budget. Names of
// assets contain a hash of their content, so that they may be cached for ever.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { kindsTable } from "../client/kinds-table.mjs";
import { advice } from "./advice.mjs";
import { icons } from "./icon.mjs";
import { forServer, languages, TAGS } from "./languages.mjs";
import { readPages } from "./pages.mjs";

/** Bytes of script, gzipped, until the form can be used. */
const SCRIPT_BUDGET = 25_600;
/** Bytes of the whole first view, gzipped, including the page itself. */
const VIEW_BUDGET = 45_000;
/** Parts that are loaded on demand, by their names in src/form/parts.ts. */
const LATER = {
  protocol: "../client/src/protocol.ts",
  number: "../client/src/number.ts",
  phone: "../client/src/phone.ts",
  reading: "src/form/reading.ts",
  checking: "src/form/checking.ts",
  ...Object.fromEntries(TAGS.map((tag) => [`advice-${tag}`, `advice:advice:${tag}`])),
};

const here = fileURLToPath(new URL(".", import.meta.url));

rmSync(`${here}/dist`, { recursive: true, force: true });
const page = await build({
  absWorkingDir: here,
  entryPoints: { page: "src/form/main.ts", style: "src/style.css" },
  outdir: "dist/assets",
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  bundle: true,
  // What is loaded with import() stays in a file of its own.
  splitting: true,
  minify: true,
  metafile: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  logLevel: "warning",
  plugins: [kindsTable, languages, advice],
});

const outputs = Object.entries(page.metafile.outputs).map(([path, { entryPoint, imports }]) => {
  const bytes = readFileSync(`${here}/${path}`);
  const before = imports.filter(({ kind }) => kind === "import-statement").map(({ path }) => path);
  // Compressed once, here, at the highest level.
  return { path, entryPoint, imports: before, bytes, gz: gzipped(bytes) };
});

const script = output("src/form/main.ts");
const style = output("src/style.css");
const spoken = TAGS.map((tag) => withImports(output(`languages:language:${tag}`)));
const later = Object.entries(LATER).map(([name, source]) => [name, withImports(output(source))]);

const served = await forServer();
const pages = readPages(served);
mkdirSync(`${here}/dist/pages`, { recursive: true });
mkdirSync(`${here}/dist/icons`, { recursive: true });
for (const [name, bytes] of icons()) writeFileSync(`${here}/dist/icons/${name}`, bytes);
for (const [name, text] of pages) writeFileSync(`${here}/dist/pages/${name}`, text);
const assets = {
  script: asset(script),
  style: asset(style),
  preload: withImports(script)
    .filter((other) => other !== script)
    .map(asset),
  later: Object.fromEntries(later.map(([name, parts]) => [name, parts.map(asset)])),
  languages: Object.fromEntries(TAGS.map((tag, at) => [tag, spoken[at].map(asset)])),
};
for (const { path, gz } of outputs) writeFileSync(`${here}/${path}.gz`, gz);
report();
// Written last: make takes the build for finished if this file exists.
writeFileSync(
  `${here}/dist/site.json`,
  JSON.stringify({ languages: served.map(({ pageKeys, ...language }) => language), assets }),
);

function output(source) {
  return outputs.find(({ entryPoint }) => entryPoint === source);
}

/** A file and everything that it imports statically. */
function withImports(file, found = []) {
  if (found.includes(file)) return found;
  found.push(file);
  for (const imported of file.imports)
    withImports(
      outputs.find(({ path }) => path === imported),
      found,
    );
  return found;
}

function asset({ path, bytes }) {
  return {
    file: `assets/${basename(path)}`,
    integrity: `sha384-${createHash("sha384").update(bytes).digest("base64")}`,
  };
}

function gzipped(bytes) {
  return gzipSync(bytes, { level: 9 });
}

function weight(files) {
  return [...new Set(files)].reduce((sum, { gz }) => sum + gz.length, 0);
}

function report() {
  for (const { path, bytes, gz } of outputs) {
    console.log(
      `${path}  ${bytes.length} B, ${gz.length} B gz, sha256 ${createHash("sha256").update(bytes).digest("hex")}`,
    );
  }
  const toUse = Math.max(...spoken.map((language) => weight([...withImports(script), ...language])));
  // The templates, which leave room for what the server fills in: a few hundred bytes of figures
  // and hashes.
  const html = Math.max(
    ...served.map(
      ({ messages }) =>
        gzipped(`${pages.get("layout.html")}${pages.get("form.html")}${JSON.stringify(messages)}`).length,
    ),
  );
  const view = toUse + weight([style]) + html;
  console.log(`script until the form can be used:            ${toUse} B gz of ${SCRIPT_BUDGET}`);
  console.log(`first view, with style and page:              at most ${view} B gz of ${VIEW_BUDGET}`);
  for (const [name, parts] of later)
    console.log(`loaded on demand,         ${`${name}:`.padEnd(20)}${weight(parts)} B gz`);
  if (toUse > SCRIPT_BUDGET) throw new Error("the page's script is over its budget");
  if (view > VIEW_BUDGET) throw new Error("the first view is over its budget");
}
