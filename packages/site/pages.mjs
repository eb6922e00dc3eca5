// Checks that pages and messages match: the build fails if a page names a message that does not
// exist, or if no page uses a message that only the server could use. The server fills the pages
// in.

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("./src/pages/", import.meta.url));
/** Messages that the server names itself because it chooses among them. */
const NAMED_BY_SERVER = /^(nav|filter)[A-Z]|^mainlandPhone$/;

/** The text of each page, by its name. */
export function readPages([{ messages, pageKeys }]) {
  const pages = new Map(readdirSync(FOLDER).map((name) => [name, readFileSync(`${FOLDER}${name}`, "utf8")]));
  const named = new Set([...pages.values()].flatMap((text) => [...text.matchAll(/\bm\.(\w+)/g)].map(([, key]) => key)));
  const missing = [...named].filter((key) => !(key in messages));
  if (missing.length > 0)
    throw new Error(`pages name messages that do not exist, or have plural forms: ${missing.join(", ")}`);
  const unused = pageKeys.filter((key) => !named.has(key) && !NAMED_BY_SERVER.test(key));
  if (unused.length > 0) throw new Error(`messages that no page has: ${unused.join(", ")}`);
  return pages;
}
