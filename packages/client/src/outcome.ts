// Owns the outcome of a check: what a range says about one question, and what was sent to learn it.

import type { Breach } from "./catalogue.js";
import { OtherForms, OutsidePlans } from "./errors.js";
import { type Digest, loadProtocol } from "./evaluate.js";
import { countryOf, isInNumberingPlan, masked } from "./identifier.js";
import { rangeSizeOf } from "./parameters.js";
import type { Question } from "./question.js";
import type { Snapshot } from "./snapshot.js";
import { canonicalVersionOf } from "./versions.js";

/** What left this device, to be shown to the person it concerns. */
export interface Sent {
  /** Null in the unkeyed scheme, which sends none. */
  readonly element: Uint8Array | null;
  readonly prefix: string;
  readonly prefixBits: number;
  /** Bytes received: the same number for any prefix of this length. */
  readonly bytes: number;
  /** Possible identifiers that share this prefix. */
  readonly possible: number;
}

export interface Outcome {
  /** The identifier as it may be shown. */
  readonly masked: string;
  readonly found: boolean;
  /** The country of the identifier, ISO 3166-1 alpha-2; null if it is of none. */
  readonly country: string | null;
  /**
   * Countries of which the text is a number as well, or rather, if it names none: what was not
   * found may be one of these. Usually empty. The text with a calling code in front says which is
   * meant.
   */
  readonly elsewhere: readonly string[];
  /** The leaks it is in; empty if it was not found; null if they cannot be determined. */
  readonly breaches: readonly Breach[] | null;
  /**
   * The leaks of which the index holds identifiers of this kind, whether this one was found or not.
   */
  readonly held: readonly Breach[];
  readonly updated: string | null;
  /** The key that the server proved to have used; null in the unkeyed scheme. */
  readonly publicKey: Uint8Array | null;
  readonly sent: Sent;
}

/**
 * `seals` are those of the question's suffix in the range of `prefix`; its digest opens them.
 * @throws {OtherForms} if there are none, and the index holds the kind in other forms than those in
 *   which it was looked up; {@link OutsidePlans} if there are none, and nobody can have the number.
 */
export async function outcomeOf(
  { kind, canonical, possible, elsewhere }: Question,
  snapshot: Snapshot,
  { element, y }: Digest,
  prefix: string,
  seals: readonly string[],
): Promise<Outcome> {
  const { updated, publicKey, canonicalVersions } = snapshot.parameters;
  const country = await countryOf(kind, canonical);
  if (seals.length === 0) {
    refuseOtherForms(kind, canonicalVersions.get(kind) ?? []);
    if (!(await isInNumberingPlan(kind, canonical))) throw new OutsidePlans(country, elsewhere);
  }
  const prefixBits = prefix.length * 4;
  return {
    masked: await masked(kind, canonical),
    found: seals.length > 0,
    country,
    elsewhere,
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

function refuseOtherForms(kind: string, versions: readonly number[]): void {
  const own = canonicalVersionOf(kind);
  if (versions.some((version) => version !== own)) throw new OtherForms(kind, versions, own);
}

/**
 * The leaks of the only match; empty without a match; null for several, of which at most one is the
 * asker's.
 */
async function breachesBehind(seals: readonly string[], snapshot: Snapshot, y: Uint8Array): Promise<Breach[] | null> {
  const [seal, ...others] = seals;
  if (seal === undefined) return [];
  if (others.length > 0) return null;
  const { scheme, nonce } = snapshot.parameters;
  if (scheme === "sha256") return snapshot.breachesOf(parseInt(seal || "0", 16));
  return snapshot.breachesOf((await loadProtocol()).unseal(seal, y, nonce));
}
