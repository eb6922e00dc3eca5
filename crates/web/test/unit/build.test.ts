// Owns the proof that the same sources make the same bytes, wherever they lie: whoever doubts a page can build it.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const WEB = fileURLToPath(new URL("../../", import.meta.url));
/** Copied, since it matters to the bundler where they are. */
const BUNDLED = ["@noble", "libphonenumber-js"];
const TOOLS = ["esbuild", "@esbuild"];
const SOURCES = ["src", "build.mjs", "kinds-table.mjs", "languages.mjs", "pages.mjs", "package.json"];

test("a build elsewhere makes the same bytes", () => {
  const elsewhere = mkdtempSync(join(tmpdir(), "exposure-build-"));
  try {
    const web = join(elsewhere, "some", "where", "web");
    for (const name of SOURCES) cpSync(join(WEB, name), join(web, name), { recursive: true });
    cpSync(join(WEB, "../identifier/kinds.json"), join(web, "../identifier/kinds.json"));
    for (const name of BUNDLED) cpSync(join(WEB, "node_modules", name), join(web, "node_modules", name), { recursive: true });
    for (const name of TOOLS) symlinkSync(join(WEB, "node_modules", name), join(web, "node_modules", name));
    const { status, stderr } = spawnSync(process.execPath, ["build.mjs"], { cwd: web, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    const built = (folder: string) => readdirSync(join(folder, "dist"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), "base64")] as const)
      .sort(([a], [b]) => a.localeCompare(b));
    const [here, there] = [built(WEB), built(web)];
    assert.deepEqual(there.map(([name]) => name), here.map(([name]) => name));
    for (const [at, [name, bytes]] of here.entries()) assert.equal(there[at]?.[1], bytes, name);
  } finally {
    rmSync(elsewhere, { recursive: true, force: true });
  }
});
