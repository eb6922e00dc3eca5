// Owns the panel of the server's key: its checksum, and the comparison with one that the person
// obtained elsewhere. It is for those who come for it, by an address that ends in #key. main.ts
// asks here before each check, and does not start it if they differ.

import { byId } from "./dom.js";
import { say } from "./language.js";
import { loadPart } from "./parts.js";

const ADDRESS = "#key";

const panel = byId("key", HTMLDetailsElement);
const shown = byId("fingerprint", HTMLElement);
const compared = byId("key-compared", HTMLInputElement);
const verdict = byId("key-verdict", HTMLElement);

const VERDICTS = { same: say("keySame"), other: say("keyOther"), unknown: say("keyNotYet") };

let publicKey: Uint8Array | undefined;
let fingerprint = "";

export function startKeyPanel(): void {
  compared.addEventListener("input", judge);
  addEventListener("hashchange", open);
  open();
}

/** Shows the panel to those who ask for it, once for all. */
function open(): void {
  if (location.hash !== ADDRESS) return;
  panel.hidden = false;
  panel.open = true;
  panel.scrollIntoView();
  // Without the arithmetic there is no checksum; a check loads it again.
  showFingerprint().catch(() => undefined);
}

export async function showKey(received: Uint8Array): Promise<void> {
  publicKey = received;
  if (!panel.hidden) await showFingerprint();
}

/** Loads the arithmetic, which the first check will need, too. */
async function showFingerprint(): Promise<void> {
  if (publicKey === undefined) return;
  await loadPart("protocol");
  const { keyFingerprint } = await import("@exposure-checker/client/protocol");
  fingerprint = keyFingerprint(publicKey);
  shown.textContent = fingerprint;
  judge();
}

/**
 * The verdict on the checksum that was entered; null if there is none; `unknown` until the server
 * has sent its key.
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
