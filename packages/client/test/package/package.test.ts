// Proves that the installed package is what the README describes: its files, its types without a
// document, the example against a real service, the shared vectors, and a bundle for browsers. Does
// not read src.

import assert from "node:assert/strict";
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, type TestContext, test } from "node:test";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { startDemo } from "../demo.js";
import { CLIENT, type Installed, install, NoRegistry, PACKAGES, run } from "./installed.js";

const NAME = "@exposure-checker/client";
let installed: Installed | undefined;

before(async () => {
  try {
    installed = await install();
  } catch (error) {
    if (!(error instanceof NoRegistry) || process.env.EXPOSURE_REQUIRE_BROWSER === "1") throw error;
  }
});
after(() => installed?.remove());

/** A test that needs the package; skipped with a message if it could not be installed. */
function withPackage(what: string, body: (installed: Installed) => Promise<void> | void): void {
  test(what, (t: TestContext) =>
    installed === undefined ? t.skip("no registry can be reached to install its dependencies") : body(installed),
  );
}

withPackage(
  "the tarball contains the built client, its types, the example, README and licences, and nothing else",
  ({ files, project }) => {
    const expected =
      /^(?:package\.json|README\.md|LICENSE-(?:MIT|APACHE)|example\/check\.mjs|lib\/[a-z]+(?:-[A-Z0-9]+)?\.js|lib\/types\/[a-z0-9]+\.d\.ts)$/;
    assert.deepEqual(
      files.filter((path) => !expected.test(path)),
      [],
    );
    for (const path of [
      "README.md",
      "LICENSE-MIT",
      "LICENSE-APACHE",
      "example/check.mjs",
      "lib/client.js",
      "lib/protocol.js",
      "lib/types/index.d.ts",
      "lib/types/protocol.d.ts",
    ])
      assert.ok(files.includes(path), path);
    const folder = join(project, "node_modules", NAME);
    for (const path of files) {
      const text = readFileSync(join(folder, path), "utf8");
      for (const trace of [PACKAGES, join(project, ".."), "sourceMappingURL"])
        assert.ok(!text.includes(trace), `${path} holds ${trace}`);
    }
  },
);

withPackage("the README shows the package's example", ({ project }) => {
  const read = (path: string) => readFileSync(join(project, "node_modules", NAME, path), "utf8");
  assert.ok(
    read("README.md").includes(
      read("example/check.mjs")
        .replace(/^\/\/.*\n/gm, "")
        .trim(),
    ),
  );
});

withPackage(
  "a strict program compiles against it without the DOM's types, in every module resolution",
  async ({ project }) => {
    copyFileSync(join(CLIENT, "test/package/consumer.ts"), join(project, "consumer.ts"));
    const worlds = [
      { lib: ["ES2022"], types: ["node"], typeRoots: [join(PACKAGES, "node_modules/@types")] },
      { lib: ["ES2022", "WebWorker"], types: [] },
    ];
    const resolutions = [
      ["Node16", "node16"],
      ["NodeNext", "nodenext"],
      ["ESNext", "bundler"],
    ];
    for (const world of worlds) {
      for (const [module, moduleResolution] of resolutions) {
        const strict = {
          strict: true,
          exactOptionalPropertyTypes: true,
          noUncheckedIndexedAccess: true,
          noImplicitReturns: true,
          verbatimModuleSyntax: true,
          skipLibCheck: false,
        };
        const compilerOptions = { target: "ES2022", module, moduleResolution, noEmit: true, ...strict, ...world };
        writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["consumer.ts"] }));
        await run(join(PACKAGES, "node_modules/.bin/tsc"), ["-p", "tsconfig.json"], project);
      }
    }
  },
);

withPackage("the example finds only the demo's samples that are found", async ({ project }) => {
  const demo = await startDemo();
  try {
    const samples = [...demo.found, ...demo.absent];
    const args = [
      join("node_modules", NAME, "example/check.mjs"),
      demo.ready,
      ...samples.map(({ kind, value }) => `${kind}:${value}`),
      "phone:154",
    ];
    const lines = (await run(process.execPath, args, project)).trim().split("\n");
    assert.ok(demo.found.length > 0 && demo.absent.length > 0 && lines.length === samples.length + 1);
    for (const [at, { sources }] of samples.entries()) {
      const expected = sources === undefined ? /: not found in/ : new RegExp(`: found in ${sources.join(" and ")}$`);
      assert.match(lines[at] ?? "", expected);
      assert.ok(!lines[at]?.includes(samples[at]?.value ?? ""), "masked");
    }
    assert.match(lines.at(-1) ?? "", /^no answer: not an identifier of this kind: length$/);
    await assert.rejects(run(process.execPath, [args[0] ?? ""], project), /the option is not valid: server/);
  } finally {
    await demo.stop();
  }
});

withPackage("the shared vectors pass with the installed package", async ({ project }) => {
  const tests = ["canonical", "protocol", "packed"];
  const { metafile } = await build({
    absWorkingDir: CLIENT,
    entryPoints: tests.map((name) => `test/unit/${name}.test.ts`),
    outdir: join(project, "vectors"),
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    metafile: true,
    logLevel: "warning",
    // The tests locate the vectors relative to where they are usually bundled.
    define: { "import.meta.url": JSON.stringify(pathToFileURL(join(CLIENT, "build/unit/any.js")).href) },
    plugins: [
      {
        name: "installed",
        setup({ onResolve }) {
          onResolve({ filter: /\/src\/index\.js$/ }, () => ({ path: NAME, external: true }));
          onResolve({ filter: /\/src\/protocol\.js$/ }, () => ({ path: `${NAME}/protocol`, external: true }));
        },
      },
    ],
  });
  assert.deepEqual(
    Object.keys(metafile.inputs).filter((path) => path.startsWith("src/")),
    [],
  );
  const files = readdirSync(join(project, "vectors")).map((name) => join("vectors", name));
  const output = await run(process.execPath, ["--test", ...files], project, {
    ...process.env,
    NODE_TEST_CONTEXT: undefined,
  });
  assert.match(output, /^(?:#|ℹ) fail 0$/m);
  assert.ok(Number(/^(?:#|ℹ) pass (\d+)$/m.exec(output)?.[1]) >= 15);
});

withPackage("it bundles for browsers, in parts, without Node's modules", async ({ project }) => {
  const { metafile, outputFiles } = await build({
    stdin: { contents: `export * from "${NAME}";`, resolveDir: project },
    bundle: true,
    platform: "browser",
    format: "esm",
    target: "es2022",
    splitting: true,
    outdir: join(project, "bundle"),
    metafile: true,
    write: true,
    minify: true,
    logLevel: "silent",
  }).then((result) => ({ ...result, outputFiles: Object.keys(result.metafile.outputs) }));
  assert.ok(outputFiles.length > 3, "numbering plans and arithmetic are loaded when they are needed");
  const imports = Object.values(metafile.inputs).flatMap(({ imports }) => imports);
  assert.deepEqual(
    imports.filter(({ external, path }) => external === true || path.startsWith("node:")),
    [],
  );
  const bundled = (await import(
    pathToFileURL(join(project, "bundle/stdin.js")).href
  )) as typeof import("../../src/index.js");
  assert.deepEqual(await bundled.canonicalise("phone", "154 0000 1234"), ["+8615400001234"]);
});
