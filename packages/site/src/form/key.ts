// The panel of the server's key: its fingerprint, and the comparison with one that the person
// obtained elsewhere. main.ts asks here before each check, and does not start it if they differ.

import { byId } from "./dom.js";
import { say } from "./language.js";
import { loadPart } from "./parts.js";

const shown = byId("fingerprint", HTMLElement);
const compared = byId("key-compared", HTMLInputElement);
const verdict = byId("key-verdict", HTMLElement);

const VERDICTS = { same: say("keySame"), other: say("keyOther"), unknown: say("keyNotYet") };

let fingerprint = "";

export function startKeyPanel(): void {
  compared.addEventListener("input", judge);
}

/** Loads the arithmetic, which the first check will need, too. */
export async function showKey(publicKey: Uint8Array): Promise<void> {
  await loadPart("protocol");
  const { keyFingerprint } = await import("@exposure-checker/client/protocol");
  fingerprint = keyFingerprint(publicKey);
  shown.textContent = fingerprint;
  judge();
}

/**
 * The verdict on the fingerprint that was entered; null if there is none; `unknown` until the
 * server has sent its key.
 */
export function keyVerdict(): "same" | "other" | "unknown" | null {
  const given = hex(compared.value);
  if (given === "") return null;
  if (fingerprint === "") return "unknown";
  return given === hex(fingerprint) ? "same" : "other";
}

function judge(): void {
  const found = keyVerdict();
  verdict.textContent = found === null ? "" : VERDICTS[found];
}

function hex(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s:-]/g, "");
}
