// Builds the languages: every file in src/languages is one, named by its tag. The form's script
// loads one of them, without the messages that only the server uses. The server gets all messages
// of all languages as JSON, with each language's formats of numbers and dates, which Intl knows and
// the server does not.

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { kindsTable } from "../client/kinds-table.mjs";

const SOURCES = fileURLToPath(new URL("./src/", import.meta.url));
const FOLDER = `${SOURCES}languages/`;
/** The language whose keys and variables all others must have. */
export const REFERENCE = "en";

/** All tags, the reference first. */
export const TAGS = readdirSync(FOLDER)
  .map((name) => name.replace(/\.ts$/, ""))
  .sort((a, b) => Number(b === REFERENCE) - Number(a === REFERENCE) || a.localeCompare(b));

/**
 * The module `languages`: by tag, a function that loads a language's messages for the form from a
 * file of its own.
 */
export const languages = {
  name: "languages",
  setup(build) {
    build.onResolve({ filter: /^languages$|^language:/ }, ({ path }) => ({ path, namespace: "languages" }));
    build.onLoad({ filter: /.*/, namespace: "languages" }, ({ path }) => ({
      contents:
        path === "languages"
          ? table()
          : `export { form } from ${JSON.stringify(`${FOLDER}${path.slice("language:".length)}.ts`)};`,
      resolveDir: FOLDER,
    }));
  },
};

function table() {
  const entries = TAGS.map((tag) => `${JSON.stringify(tag)}: () => import("language:${tag}")`);
  return `export const languages = { ${entries.join(", ")} };`;
}

/** What the server needs of each language, in the order of `TAGS`. */
export async function forServer() {
  const sources = TAGS.map((tag, at) => `export * as language${at} from "./languages/${tag}.ts";`);
  const contents = [
    ...sources,
    'export { kinds } from "@exposure-checker/client";',
    'export { namesOf } from "./names.ts";',
  ].join("\n");
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: SOURCES },
    plugins: [kindsTable],
    bundle: true,
    format: "esm",
    write: false,
  });
  const modules = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`
  );
  return TAGS.map((tag, at) => {
    const { about, form, pages } = modules[`language${at}`];
    const { name, serves, formats } = about;
    const identities = modules.kinds.filter(({ country }) => country !== null);
    const kinds = Object.fromEntries(identities.map((kind) => [kind.name, modules.namesOf(kind, tag)]));
    return {
      tag,
      name,
      serves,
      direction: direction(tag),
      ...habits(formats),
      kinds,
      pageKeys: Object.keys(pages),
      messages: { ...singular(form), ...pages },
    };
  });
}

/** `ltr` or `rtl`: where lines begin. Newer engines have a method in place of the property. */
function direction(tag) {
  const locale = new Intl.Locale(tag);
  return (locale.getTextInfo?.() ?? locale.textInfo).direction;
}

/** The server does not use messages with plural forms. */
function singular(form) {
  return Object.fromEntries(Object.entries(form).filter(([, message]) => typeof message === "string"));
}

/** How a language writes numbers and dates. */
function habits(locale) {
  const parts = (format, value) => format.formatToParts(value);
  const group = parts(new Intl.NumberFormat(locale), 1e6).find(({ type }) => type === "group")?.value ?? "";
  const date = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });
  const pattern = parts(date, new Date("2001-02-03"))
    .map(({ type, value }) => (type === "literal" ? value : `{${type}}`))
    .join("");
  const months = Array.from(
    { length: 12 },
    (_, month) => parts(date, Date.UTC(2001, month, 3)).find(({ type }) => type === "month").value,
  );
  return { group, date: { pattern, months }, scales: scales(locale) };
}

/**
 * Words for round numbers, such as "39 million": the smallest number, the divisor, and the unit.
 */
function scales(locale) {
  const compact = new Intl.NumberFormat(locale, {
    notation: "compact",
    compactDisplay: "long",
    maximumSignificantDigits: 2,
  });
  const found = new Map();
  for (let power = 3; power <= 15; power++) {
    const parts = compact.formatToParts(10 ** power);
    const digits = parts
      .filter(({ type }) => type === "integer")
      .map(({ value }) => value)
      .join("").length;
    const unit = parts
      .filter(({ type }) => type === "compact" || type === "literal")
      .map(({ value }) => value)
      .join("");
    const divisor = 10 ** (power - digits + 1);
    if (unit !== "" && !found.has(divisor)) found.set(divisor, unit);
  }
  return [...found].map(([divisor, unit]) => ({ divisor, unit }));
}
