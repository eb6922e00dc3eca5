// Owns the result of a check: what a range says of one question, and what was sent to learn it.

import type { Breach } from "./catalogue.js";
import { type Digest, loadProtocol } from "./evaluate.js";
import { isInNumberingPlan, masked } from "./identifier.js";
import { rangeSizeOf } from "./parameters.js";
import type { Question } from "./question.js";
import type { Snapshot } from "./snapshot.js";

/** What left this device, to be shown to the person it belongs to. */
export interface Sent {
  /** Null in the unkeyed scheme, which sends none. */
  readonly element: Uint8Array | null;
  readonly prefix: string;
  readonly prefixBits: number;
  /** Bytes that came back: as many for any prefix of this length. */
  readonly bytes: number;
  /** Possible identifiers that share this prefix. */
  readonly possible: number;
}

export interface Outcome {
  /** The identifier as it may be shown. */
  readonly masked: string;
  readonly found: boolean;
  /** False for a phone number that is possible and in no published numbering plan: most often a typo. */
  readonly isInNumberingPlan: boolean;
  /** The leaks it is in, none if it was not found; null when its source cannot be determined. */
  readonly breaches: readonly Breach[] | null;
  /** The leaks of which the index holds identifiers of this kind, found or not. */
  readonly held: readonly Breach[];
  readonly updated: string | null;
  /** The key under which the server answered, proven; null in the unkeyed scheme. */
  readonly publicKey: Uint8Array | null;
  readonly sent: Sent;
}

/** From the seals that stand behind its suffix, in the range of this prefix, and its digest, which opens them. */
export async function outcomeOf(
  { kind, canonical, possible }: Question,
  snapshot: Snapshot,
  { element, y }: Digest,
  prefix: string,
  seals: readonly string[],
): Promise<Outcome> {
  const { updated, publicKey } = snapshot.parameters;
  const prefixBits = prefix.length * 4;
  return {
    masked: await masked(kind, canonical),
    found: seals.length > 0,
    isInNumberingPlan: await isInNumberingPlan(kind, canonical),
    breaches: await breachesBehind(seals, snapshot, y),
    held: snapshot.held(kind),
    updated,
    publicKey,
    sent: {
      element,
      prefix,
      prefixBits,
      bytes: rangeSizeOf(snapshot.parameters, prefix).bytes,
      possible: Math.floor(possible / 2 ** prefixBits),
    },
  };
}

/** The leaks of the one match; none for no match; null for several, of which only one can be ours. */
async function breachesBehind(seals: readonly string[], snapshot: Snapshot, y: Uint8Array): Promise<Breach[] | null> {
  const [seal, ...others] = seals;
  if (seal === undefined) return [];
  if (others.length > 0) return null;
  const { scheme, nonce } = snapshot.parameters;
  if (scheme === "sha256") return snapshot.breachesOf(parseInt(seal || "0", 16));
  return snapshot.breachesOf((await loadProtocol()).unseal(seal, y, nonce));
}
