// Builds the advice: every file in advice/ is a country, named by its code. The form's script loads
// what one language needs of all of them, with a check. What the files hold, and that they are
// complete, is tested in test/unit/advice.test.ts.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { TAGS } from "./languages.mjs";

const FOLDER = fileURLToPath(new URL("./advice/", import.meta.url));

/** All files, by country. */
export function readAdvice() {
  const names = readdirSync(FOLDER).sort();
  return new Map(
    names.map((name) => [name.replace(/\.json$/, ""), JSON.parse(readFileSync(`${FOLDER}${name}`, "utf8"))]),
  );
}

/**
 * The module `advice`: by language, a function that loads the table in it from a file of its own.
 */
export const advice = {
  name: "advice",
  setup(build) {
    build.onResolve({ filter: /^advice$|^advice:/ }, ({ path }) => ({ path, namespace: "advice" }));
    build.onLoad({ filter: /.*/, namespace: "advice" }, ({ path }) => ({
      contents: path === "advice" ? index() : `export const advice = ${JSON.stringify(table(path.split(":")[1]))};`,
      resolveDir: FOLDER,
    }));
  },
};

function index() {
  const entries = TAGS.map((tag) => `${JSON.stringify(tag)}: () => import("advice:${tag}")`);
  return `export const advice = { ${entries.join(", ")} };`;
}

function table(tag) {
  return Object.fromEntries(
    [...readAdvice()].map(([country, { phone, identity }]) => [
      country,
      { phone: inLanguage(phone, tag), identity: inLanguage(identity, tag) },
    ]),
  );
}

/** Of each entry what is shown; null where a country has no such thing. */
function inLanguage(entries, tag) {
  return Object.fromEntries(
    Object.entries(entries).map(([deed, entry]) => [deed, entry.none ? null : shown(entry, tag)]),
  );
}

function shown({ title, text, url, telephone, inside }, tag) {
  return {
    title: title[tag],
    text: text[tag],
    url,
    telephone: telephone?.map(({ name, number, sms }) => ({ name: name?.[tag], number, sms })),
    wechat: inside?.wechat?.[tag],
    alipay: inside?.alipay?.[tag],
  };
}
