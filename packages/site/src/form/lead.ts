// Owns the sentence above the form: what leaves this device, and how many numbers it fits.

import { choosePrefixBits } from "@exposure-checker/client/anonymity";
import { Refused } from "@exposure-checker/client/errors";
import { hashedAs, kindNamed } from "@exposure-checker/client/kinds";
import { byId } from "./dom.js";
import { about, say } from "./language.js";
import { DEFAULT_REGION } from "./regions.js";

/** Possible numbers in mainland China, by the count in docs/canonical.md. */
const MAINLAND_PHONES = 1e10;
/** People who have a resident number today. The possible numbers are many times as many. */
const RESIDENTS = 1.4e9;

const lead = byId("lead", HTMLElement);

/** `served` are the prefix lengths that the server offers, in bits; none until it has answered. */
export function describeCode({ kind, region }: { kind: string; region: string }, served: readonly number[]): void {
  const possible = kindNamed(hashedAs(kind)).possible ?? (region === DEFAULT_REGION ? MAINLAND_PHONES : null);
  const bits = possible === null ? null : bitsFor(possible, served);
  if (possible === null || bits === null) lead.textContent = say("lead");
  else if (kind === "cn.ric") lead.textContent = say("leadPeople", { n: about(RESIDENTS / 2 ** bits) });
  // A typed calling code overrides the region, so the count is promised for mainland numbers only.
  else lead.textContent = say(kind === "phone" ? "leadMainland" : "leadCounted", { n: about(possible / 2 ** bits) });
}

/** The length of the prefix; null if unknown, or if a check would refuse to send one. */
function bitsFor(possible: number, served: readonly number[]): number | null {
  if (served.length === 0) return null;
  try {
    return choosePrefixBits(served, possible);
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}
