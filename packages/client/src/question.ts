// Owns one question: which identifier it is about, how long a prefix it may show in an index, and what a range says of it.
// What is fetched for it, and when, is check.ts's and ask.ts's.

import { choosePrefixBits } from "./anonymity.js";
import { normalise, type NormaliseOptions } from "./canonical.js";
import type { Breach } from "./catalogue.js";
import { Refused, Rejected } from "./errors.js";
import { isInNumberingPlan, masked, possibleIdentifiers } from "./identifier.js";
import { hashedAs, TEST_IDENTIFIER, TEST_KIND } from "./kinds.js";
import { loadProtocol, type Digest } from "./evaluate.js";
import type { ServiceParameters } from "./parameters.js";
import { rangesOf } from "./shown.js";
import type { Snapshot } from "./snapshot.js";

/** One identifier, as a caller writes it. */
export interface Given extends Pick<NormaliseOptions, "region"> {
  /** One of `kinds`, or `test`: the test identifier, which every index holds. */
  readonly kind: string;
  /** One identifier, in any spelling. Not needed for the kind `test`, which has one. */
  readonly text?: string | undefined;
}

export interface Question {
  /** As which it is hashed. */
  readonly kind: string;
  readonly canonical: string;
  /** How many identifiers of its kind and country there could be. */
  readonly possible: number;
}

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

/** @throws {InvalidOption} for the kind or region, before the text is looked at; {@link Rejected} for the text. */
export async function questionOf({ kind: name, region, ...given }: Given): Promise<Question> {
  const text = given.text ?? (name === TEST_KIND ? TEST_IDENTIFIER : "");
  const [canonical, another] = await normalise(name, text, region === undefined ? {} : { region });
  // Two identifiers asked together narrow down one person.
  if (canonical === undefined || another !== undefined) throw new Rejected("several");
  const kind = hashedAs(name);
  return { kind, canonical, possible: await possibleIdentifiers(kind, canonical) };
}

/** How long a prefix is shown. @throws {Refused} where the index, or this client, has no answer for such an identifier. */
export function prefixBitsOf({ kind, possible }: Question, { kinds, ranges, longestPrefix }: ServiceParameters): number {
  // An index from which everything was withdrawn holds the test identifier alone, and answers "not found" of everybody.
  const isEmpty = kinds.every((held) => held === TEST_KIND);
  if (!isEmpty && !kinds.includes(kind)) throw new Refused("kind-not-served");
  // Nobody stands behind the test identifier, and nothing has to be left of it.
  return kind === TEST_KIND ? longestPrefix : choosePrefixBits([...ranges.keys()], possible);
}

/** From the seals that stand behind its suffix, in the range of this prefix, and its digest, which opens them. */
export async function outcomeOf(
  { kind, canonical, possible }: Question, snapshot: Snapshot, { element, y }: Digest, prefix: string, seals: readonly string[],
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
    sent: { element, prefix, prefixBits, bytes: rangesOf(snapshot.parameters, prefix).bytes, possible: Math.floor(possible / 2 ** prefixBits) },
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
