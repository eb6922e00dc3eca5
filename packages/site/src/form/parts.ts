// Loads parts of the script on demand. Each is checked against the hash in the page before the
// first `import()` can run it.

/**
 * The arithmetic; the numbering plans of phones; the rules of IDs; what reads the field; what
 * checks and shows answers; the advice in one language.
 */
type Part = "protocol" | "phone" | "number" | "reading" | "checking" | `advice-${string}`;

const loading = new Map<Part, Promise<void>>();

/** Loads a part and all that it imports. A failed part can be loaded again. */
export function loadPart(part: Part): Promise<void> {
  const known = loading.get(part);
  if (known !== undefined) return known;
  const files = [...document.querySelectorAll<HTMLTemplateElement>(`[data-part="${part}"]`)];
  const loaded = Promise.all(files.map(preload)).then(() => undefined);
  loading.set(part, loaded);
  loaded.catch(() => loading.delete(part));
  return loaded;
}

/** Loads what is needed to read a number of this kind. */
export function loadRules(kind: string): Promise<void> {
  return loadPart(kind === "phone" ? "phone" : "number");
}

/** The module map keeps what was preloaded here, and `import()` takes it from there. */
function preload({ dataset }: HTMLTemplateElement): Promise<void> {
  const link = document.createElement("link");
  // A browser without modulepreload checks no hashes of imports, but works.
  if (!link.relList.supports("modulepreload")) return Promise.resolve();
  link.rel = "modulepreload";
  link.href = dataset.file ?? "";
  link.integrity = dataset.integrity ?? "";
  return new Promise((resolve, reject) => {
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => {
      link.remove();
      reject(new Error("a part of the script could not be loaded, or does not match its hash"));
    });
    document.head.append(link);
  });
}
