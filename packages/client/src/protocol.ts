// Owns the client's half of the protocol: blinding, verifying, finalizing, and the parts of a
// digest. RFC 9497, ristretto255-SHA512, mode 0x01 (docs/protocol.md). Does no I/O and knows no
// JSON. Public as `@exposure-checker/client/protocol`.

import { ristretto255_oprf } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { toHex } from "./encoding.js";
import { ProofFailed } from "./errors.js";

/** Enough that no second key with the same fingerprint can be found. */
const FINGERPRINT_BITS = 128;
const SEAL_LABEL = utf8ToBytes("exposure seal v1");
/** The part of the digest that seals source sets. Never published. */
const SEAL_KEY = { start: 8, end: 24 };

const { voprf } = ristretto255_oprf;

/** What the client keeps between request and answer. */
export interface Blinded {
  readonly input: Uint8Array;
  /** Secret: with it, the element can be tested against every number. */
  readonly blind: Uint8Array;
  /** The only part that is sent. */
  readonly element: Uint8Array;
}

/** The bytes that are hashed. */
export function inputOf(kind: string, canonical: string): Uint8Array {
  return utf8ToBytes(`${kind}:${canonical}`);
}

/**
 * Multiplies the hashed input by a fresh random scalar, so that the element says nothing about the
 * input.
 */
export function blind(input: Uint8Array): Blinded {
  const { blind, blinded } = voprf.blind(input);
  return { input, blind, element: blinded };
}

/**
 * The digest y, 64 bytes.
 * @throws {ProofFailed} unless the proof shows that `evaluated` was made with the key of
 *   `publicKey`; also for the identity element and for bytes that are not a canonical element.
 */
export function finalize(
  blinded: Blinded,
  evaluated: Uint8Array,
  proof: Uint8Array,
  publicKey: Uint8Array,
): Uint8Array {
  return finalizeAll([blinded], [evaluated], proof, publicKey)[0] as Uint8Array;
}

/**
 * The digests of a batch, in order, under one proof.
 * @throws {ProofFailed} as {@link finalize}, for all of them.
 */
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
    // The library's message could describe the bytes, so it is dropped.
    throw new ProofFailed();
  }
}

/**
 * For people to compare: the first 16 bytes of the public key's SHA-256, in groups of four digits.
 */
export function keyFingerprint(publicKey: Uint8Array): string {
  return leadingBits(sha256(publicKey), FINGERPRINT_BITS).replace(/(.{4})(?=.)/g, "$1 ");
}

/** The unkeyed scheme's digest, 32 bytes. Whoever has the index can find every number in it. */
export function sha256Digest(input: Uint8Array): Uint8Array {
  return sha256(input);
}

/** The first `bits` bits of a digest, a multiple of 4, as lower-case hex. */
function leadingBits(digest: Uint8Array, bits: number): string {
  return toHex(digest.subarray(0, Math.ceil(bits / 8))).slice(0, bits / 4);
}

export interface Tag {
  /** All that a range request reveals. */
  readonly prefix: string;
  /** Looked up on this device, in the range that comes back. */
  readonly suffix: string;
}

export function tagOf(digest: Uint8Array, digestBits: number, prefixBits: number): Tag {
  const tag = leadingBits(digest, digestBits);
  return { prefix: tag.slice(0, prefixBits / 4), suffix: tag.slice(prefixBits / 4) };
}

/**
 * The number of the source set in a seal, which is lower-case hex, possibly empty, at most 32 bits.
 */
export function unseal(seal: string, digest: Uint8Array, nonce: Uint8Array): number {
  const key = digest.subarray(SEAL_KEY.start, SEAL_KEY.end);
  const keystream = leadingBits(sha256(concatBytes(SEAL_LABEL, key, nonce)), seal.length * 4);
  // Unsigned: the XOR of two 32-bit numbers is negative in half of all cases otherwise.
  return (parseInt(seal || "0", 16) ^ parseInt(keystream || "0", 16)) >>> 0;
}
