// Owns the panel of the server's key: its fingerprint, and the comparison with one that came by another way.
// While they differ, no check may start; main.ts asks here before each.

import { byId } from "./dom.js";
import { say } from "./language.js";

const shown = byId("fingerprint", HTMLElement);
const compared = byId("key-compared", HTMLInputElement);
const verdict = byId("key-verdict", HTMLElement);

let fingerprint = "";

export function startKeyPanel(): void {
  byId("key-heading", HTMLElement).textContent = say("keyHeading");
  byId("fingerprint-label", HTMLElement).textContent = say("keyFingerprint");
  byId("key-compare-label", HTMLElement).textContent = say("keyCompareLabel");
  byId("key-compare-hint", HTMLElement).textContent = say("keyCompareHint");
  shown.textContent = say("keyUnknown");
  compared.addEventListener("input", judge);
}

/** Loads the arithmetic on the way, which the first check will need. */
export async function showKey(publicKey: Uint8Array): Promise<void> {
  const { keyFingerprint } = await import("../client/protocol.js");
  fingerprint = keyFingerprint(publicKey);
  shown.textContent = fingerprint;
  judge();
}

/** That a fingerprint was given and is not this server's. */
export function keyDiffers(): boolean {
  const given = hex(compared.value);
  return given !== "" && given !== hex(fingerprint);
}

function judge(): void {
  verdict.textContent = compared.value.trim() === "" ? "" : say(keyDiffers() ? "keyOther" : "keySame");
}

function hex(text: string): string {
  return text.normalize("NFKC").toLowerCase().replace(/[\s:-]/g, "");
}
