// Proves that the same sources build to the same bytes in any folder, so that anyone who doubts a
// page can build it.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const REPOSITORY = fileURLToPath(new URL("../../../../", import.meta.url));
/** Libraries are copied, too, because their location matters to the bundler. */
const COPIED = [
  ...["kinds.json", "canonical-versions.json", "phone_moves.json", "phone_spellings.txt"].map(
    (name) => `crates/identifier/${name}`,
  ),
  "packages/tsconfig.json",
  ...["src", "kinds-table.mjs", "package.json", "tsconfig.json"].map((name) => `packages/client/${name}`),
  ...[
    "src",
    "advice",
    "advice.mjs",
    "build.mjs",
    "icon.mjs",
    "languages.mjs",
    "pages.mjs",
    "package.json",
    "tsconfig.json",
  ].map((name) => `packages/site/${name}`),
  ...["@noble", "libphonenumber-js"].map((name) => `packages/node_modules/${name}`),
];
const TOOLS = ["esbuild", "@esbuild"];

test("a build in another folder makes the same bytes", () => {
  const elsewhere = mkdtempSync(join(tmpdir(), "exposure-build-"));
  try {
    const copy = join(elsewhere, "some", "where");
    for (const path of COPIED) cpSync(join(REPOSITORY, path), join(copy, path), { recursive: true });
    for (const name of TOOLS)
      symlinkSync(join(REPOSITORY, "packages/node_modules", name), join(copy, "packages/node_modules", name));
    const { status, stderr } = spawnSync(process.execPath, ["build.mjs"], {
      cwd: join(copy, "packages/site"),
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    const built = (folder: string) =>
      readdirSync(join(folder, "packages/site/dist"), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), "base64")] as const)
        .sort(([a], [b]) => a.localeCompare(b));
    const [here, there] = [built(REPOSITORY), built(copy)];
    assert.deepEqual(
      there.map(([name]) => name),
      here.map(([name]) => name),
    );
    for (const [at, [name, bytes]] of here.entries()) assert.equal(there[at]?.[1], bytes, name);
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
});
