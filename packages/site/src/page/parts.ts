// Owns the parts of the script that are loaded when they are needed: each is held to the hash that the page names, before
// the first `import()` of it can run it. What is in them is the client's.

/** The arithmetic; the numbering plans of phones; the rules of IDs. */
export type Part = "protocol" | "phone" | "number";

const loading = new Map<Part, Promise<void>>();

/** Loads a part and all that it imports; a part that was lost can be tried again. */
export function loadPart(part: Part): Promise<void> {
  const known = loading.get(part);
  if (known !== undefined) return known;
  const files = [...document.querySelectorAll<HTMLTemplateElement>(`[data-part="${part}"]`)];
  const loaded = Promise.all(files.map(preload)).then(() => undefined);
  loading.set(part, loaded);
  loaded.catch(() => loading.delete(part));
  return loaded;
}

/** What reading a number of this kind needs. */
export function loadRules(kind: string): Promise<void> {
  return loadPart(kind === "phone" ? "phone" : "number");
}

/** The module map keeps what was loaded here, and `import()` takes it from there. */
function preload({ dataset }: HTMLTemplateElement): Promise<void> {
  const link = document.createElement("link");
  // A browser without it checks no hashes of what is imported; nor does it fail.
  if (!link.relList.supports("modulepreload")) return Promise.resolve();
  link.rel = "modulepreload";
  link.href = dataset.file ?? "";
  link.integrity = dataset.integrity ?? "";
  return new Promise((resolve, reject) => {
    link.addEventListener("load", () => resolve());
    link.addEventListener("error", () => {
      link.remove();
      reject(new Error("a part of the page was lost, or is not what the page says"));
    });
    document.head.append(link);
  });
}
