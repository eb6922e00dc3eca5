// Bundles the shared table of kinds as two modules: `kinds.json?display` (what can be shown of
// every kind) and `kinds.json?rules` (how each is read). The form needs the first at once and the
// second only when it checks a number. What only indexing needs, such as column headers, is in
// neither. Of the table of canonical versions, `canonical-versions.json?kinds` has what clients
// compare: the last version that changed a kind. Of phone_moves.json, `?moves` has all but sources
// and notes; of phone_spellings.txt, `?valid` has what tells valid numbers.

import { readFileSync } from "node:fs";
import { join } from "node:path";

const KEYS = {
  "?display": ["name", "country", "part_of", "named", "label", "mask", "possible", "samples"],
  "?rules": ["name", "separators", "prefixes", "pad", "strip_zeros_to", "prepare", "forms"],
};

export const kindsTable = {
  name: "kinds-table",
  setup(build) {
    build.onResolve(
      { filter: /(?:kinds\.json\?(?:display|rules)|phone_moves\.json\?moves|phone_spellings\.txt\?valid)$/ },
      ({ path, resolveDir }) => {
        const [file, part] = path.split("?");
        return { path: join(resolveDir, file), suffix: `?${part}` };
      },
    );
    build.onLoad({ filter: /kinds\.json$/ }, ({ path, suffix }) => {
      const table = JSON.parse(readFileSync(path, "utf8"));
      const entries = suffix === "?rules" ? table.filter(({ forms }) => forms !== undefined) : table;
      const contents = JSON.stringify(entries.map((entry) => only(entry, KEYS[suffix])));
      return { contents, loader: "json", watchFiles: [path] };
    });
    build.onLoad({ filter: /canonical-versions\.json$/ }, ({ path }) => {
      const versions = JSON.parse(readFileSync(path, "utf8"));
      const last = versions.flatMap(({ version, changes }) => Object.keys(changes).map((kind) => [kind, version]));
      return { contents: JSON.stringify(Object.fromEntries(last)), loader: "json", watchFiles: [path] };
    });
    build.onLoad({ filter: /phone_moves\.json$/ }, ({ path }) => {
      const { issued, unissued, moved } = JSON.parse(readFileSync(path, "utf8"));
      const table = {
        issued: issued.map((row) => only(row, ["numbers"])),
        unissued: unissued.map((row) => only(row, ["numbers"])),
        moved: moved.map((row) => only(row, ["moves"])),
      };
      return { contents: JSON.stringify(table), loader: "json", watchFiles: [path] };
    });
    build.onLoad({ filter: /phone_spellings\.txt$/ }, ({ path }) => {
      const lines = readFileSync(path, "utf8").split("\n");
      return { contents: lines.filter((line) => !/^[#A-Z]/.test(line)).join("\n"), loader: "text", watchFiles: [path] };
    });
  },
};

function only(entry, keys) {
  return Object.fromEntries(keys.filter((key) => key in entry).map((key) => [key, entry[key]]));
}
