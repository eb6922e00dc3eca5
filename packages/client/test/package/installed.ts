// Installs the package as a user gets it: packed from a copy of the sources, because packing
// builds, and installed from the tarball into an empty project.

import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

export const CLIENT = resolve(".");
/** Where tools and libraries are installed. */
export const PACKAGES = resolve("..");
const REPOSITORY = resolve("../..");
const NOT_COPIED = ["lib", "build"];

export interface Installed {
  /** The project, with the package in its `node_modules`. */
  readonly project: string;
  /** Paths in the tarball. */
  readonly files: readonly string[];
  readonly remove: () => void;
}

/**
 * The dependencies could not be installed because no registry can be reached. Nothing is wrong with
 * the package.
 */
export class NoRegistry extends Error {}

export async function install(): Promise<Installed> {
  const folder = mkdtempSync(join(tmpdir(), "exposure-package-"));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const { filename, files } = await pack(folder);
    const project = join(folder, "project");
    mkdirSync(project);
    writeFileSync(join(project, "package.json"), JSON.stringify({ name: "a-partner", private: true, type: "module" }));
    await npm(project, "install", "--prefer-offline", "--no-audit", "--no-fund", "--fetch-retries=1", filename).catch(
      (error: Error) => {
        const isAway = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/.test(
          error.message,
        );
        throw isAway ? new NoRegistry() : error;
      },
    );
    return { project, files, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

async function pack(folder: string): Promise<{ filename: string; files: string[] }> {
  const client = join(folder, "packages/client");
  cpSync(CLIENT, client, {
    recursive: true,
    filter: (path) => !NOT_COPIED.some((name) => path === join(CLIENT, name)),
  });
  symlinkSync(join(PACKAGES, "node_modules"), join(folder, "packages/node_modules"));
  const tables = ["kinds.json", "canonical-versions.json", "phone_moves.json", "phone_spellings.txt"].map(
    (name) => `crates/identifier/${name}`,
  );
  for (const path of ["packages/tsconfig.json", ...tables, "LICENSE-MIT", "LICENSE-APACHE"]) {
    cpSync(join(REPOSITORY, path), join(folder, path));
  }
  const text = await npm(client, "pack", "--json", "--pack-destination", folder);
  // The output of prepack comes before it.
  const [packed] = JSON.parse(text.slice(text.search(/^\[$/m))) as [{ filename: string; files: { path: string }[] }];
  return { filename: join(folder, packed.filename), files: packed.files.map(({ path }) => path).sort() };
}

/** Removes what an outer `npm run` says about its own package, which npm would believe here. */
function npm(folder: string, ...args: string[]): Promise<string> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle|command|config_local_prefix)/.test(name)),
  );
  return run("npm", args, folder, env);
}

/** Returns standard output; the error holds standard output and standard error. */
export async function run(
  command: string,
  args: readonly string[],
  folder: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  try {
    return (await promisify(execFile)(command, args, { cwd: folder, env, maxBuffer: 1 << 26 })).stdout;
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args[0]}: ${stdout}${stderr}`);
  }
}
