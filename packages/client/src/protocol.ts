// Owns the client's half of the protocol: blind, verify and finalize, and what is cut from the output.
// RFC 9497, ristretto255-SHA512, mode 0x01 (docs/protocol.md). Does no I/O and knows no JSON.

import { ristretto255_oprf } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { toHex } from "./encoding.js";
import { ProofFailed } from "./errors.js";

/** A second key with the same 128 bits cannot be found. */
const FINGERPRINT_BITS = 128;
const SEAL_LABEL = utf8ToBytes("exposure seal v1");
/** The part of the output that seals source sets, and is never published. */
const SEAL_KEY = { start: 8, end: 24 };

const { voprf } = ristretto255_oprf;

/** What the client keeps between sending and receiving. */
export interface Blinded {
  readonly input: Uint8Array;
  /** Secret: with it, the element sent can be tried against every number. */
  readonly blind: Uint8Array;
  /** All that is sent. */
  readonly element: Uint8Array;
}

/** The bytes that are hashed. */
export function inputOf(kind: string, canonical: string): Uint8Array {
  return utf8ToBytes(`${kind}:${canonical}`);
}

/** Multiplies the hashed input by a fresh random scalar: the element says nothing about the input. */
export function blind(input: Uint8Array): Blinded {
  const { blind, blinded } = voprf.blind(input);
  return { input, blind, element: blinded };
}

/**
 * The digest y, 64 bytes.
 * @throws {ProofFailed} unless the proof shows that `evaluated` was made with the key behind `publicKey`;
 *   also for the identity element and for anything that is no canonical element.
 */
export function finalize(
  blinded: Blinded,
  evaluated: Uint8Array,
  proof: Uint8Array,
  publicKey: Uint8Array,
): Uint8Array {
  return finalizeAll([blinded], [evaluated], proof, publicKey)[0] as Uint8Array;
}

/** The digests of a batch, in order, which one proof covers. @throws {ProofFailed} as {@link finalize}, for all of them. */
export function finalizeAll(
  batch: readonly Blinded[],
  evaluated: readonly Uint8Array[],
  proof: Uint8Array,
  publicKey: Uint8Array,
): Uint8Array[] {
  if (batch.length !== evaluated.length) throw new ProofFailed();
  const none = new Uint8Array();
  const items = batch.map(({ input, blind, element }, at) => ({
    input,
    blind,
    blinded: element,
    evaluated: evaluated[at] ?? none,
  }));
  try {
    return voprf.finalizeBatch(items, publicKey, proof);
  } catch {
    // The library's words could describe the bytes; nothing of them is passed on.
    throw new ProofFailed();
  }
}

/** What people compare by eye: the first 16 bytes of SHA-256 of the public key, in groups of four digits. */
export function keyFingerprint(publicKey: Uint8Array): string {
  return leadingBits(sha256(publicKey), FINGERPRINT_BITS).replace(/(.{4})(?=.)/g, "$1 ");
}

/** The unkeyed scheme's digest, 32 bytes. Whoever has the index can find every number in it. */
export function sha256Digest(input: Uint8Array): Uint8Array {
  return sha256(input);
}

/** The first `bits` bits of a digest, as lower-case hex; a multiple of 4. */
function leadingBits(digest: Uint8Array, bits: number): string {
  return toHex(digest.subarray(0, Math.ceil(bits / 8))).slice(0, bits / 4);
}

export interface Tag {
  /** All that a range query reveals. */
  readonly prefix: string;
  /** What is looked for, on this device, in the range that comes back. */
  readonly suffix: string;
}

export function tagOf(digest: Uint8Array, digestBits: number, prefixBits: number): Tag {
  const tag = leadingBits(digest, digestBits);
  return { prefix: tag.slice(0, prefixBits / 4), suffix: tag.slice(prefixBits / 4) };
}

/** The number of the source set behind a seal: lower-case hex, possibly empty, at most 32 bits. */
export function unseal(seal: string, digest: Uint8Array, nonce: Uint8Array): number {
  const key = digest.subarray(SEAL_KEY.start, SEAL_KEY.end);
  const keystream = leadingBits(sha256(concatBytes(SEAL_LABEL, key, nonce)), seal.length * 4);
  // Unsigned: the exclusive or of two 32-bit numbers is negative in half of all cases otherwise.
  return (parseInt(seal || "0", 16) ^ parseInt(keystream || "0", 16)) >>> 0;
}
