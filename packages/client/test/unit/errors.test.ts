// Proves that an error shows its name in logs even if minifying has renamed its class.

import assert from "node:assert/strict";
import { test } from "node:test";
import { build } from "esbuild";

test("a minified error has its name, in its stack too", async () => {
  const { outputFiles } = await build({
    entryPoints: ["src/errors.ts"],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
  });
  const text = outputFiles[0]?.text ?? "";
  const errors = (await import(
    `data:text/javascript,${encodeURIComponent(text)}`
  )) as typeof import("../../src/errors.js");
  const made = {
    InvalidOption: new errors.InvalidOption("kind"),
    Rejected: new errors.Rejected("empty"),
    Refused: new errors.Refused("unkeyed"),
    ProofFailed: new errors.ProofFailed(),
    RateLimited: new errors.RateLimited(1),
    EpochChanged: new errors.EpochChanged(1),
    OtherForms: new errors.OtherForms("phone", [1], 2),
    Unfinished: new errors.Unfinished("shape", "detail"),
  };
  for (const [name, error] of Object.entries(made)) {
    assert.equal(error.name, name);
    assert.ok(error.stack?.startsWith(`${name}: `), error.stack);
  }
});
