// Loads what the page does at once no more than it must: reading the field, and checking. The parts
// themselves are checked against their hashes by parts.ts.

import { locale } from "./language.js";
import { loadPart, loadRules } from "./parts.js";

/** What reads the text in the field. */
export async function loadReading(): Promise<typeof import("./reading.js")> {
  await loadPart("reading");
  return import("./reading.js");
}

/** What makes a check: the same files whatever is checked and whatever is found. */
export async function loadChecking(): Promise<typeof import("./checking.js")> {
  await Promise.all([loadPart("checking"), loadPart("protocol"), loadPart(`advice-${locale}`)]);
  return import("./checking.js");
}

/** Loads ahead what a check of this kind will need: somebody is about to type. */
export function prefetchRules(kind: string): void {
  // What cannot be loaded now is loaded, or reported, when it is needed.
  Promise.all([loadReading(), loadRules(kind), loadChecking()]).catch(() => undefined);
}
