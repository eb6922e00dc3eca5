// Writes packed ranges for tests, simply and slowly, from crates/index/FORMAT.md; the fake service
// sends them. Can write invalid ones, so that tests show that readers check.

import { crc32c } from "../src/crc32c.js";
import type { Entry, RangeLayout } from "../src/range.js";

export interface Packing extends Pick<RangeLayout, "digestBits" | "sealBits" | "nonce"> {
  readonly index: string;
  readonly depth: number;
  readonly lowBits: number;
}

/** Header and leaves, without padding. Suffixes are those after the prefix, in order. */
export function packed(packing: Packing, prefix: string, entries: readonly Entry[]): Uint8Array {
  const below = packing.depth - prefix.length * 4;
  const suffixBits = packing.digestBits - packing.depth;
  const leaves = Array.from({ length: 2 ** below }, (_, n) => {
    const own = entries.filter(({ suffix }) => Number(BigInt(`0x${suffix}`) >> BigInt(suffixBits)) === n);
    return leafOf(packing, parseInt(prefix, 16) * 2 ** below + n, own);
  });
  const length = leaves.reduce((sum, leaf) => sum + leaf.length, 0);
  const header = new Uint8Array(48);
  header.set(new TextEncoder().encode("EXPRANGE"));
  const { depth, digestBits, sealBits, lowBits, index } = packing;
  header.set([1, 0, prefix.length * 4, depth, digestBits, sealBits, lowBits, 0], 8);
  header.set(Buffer.from(index, "hex"), 16);
  const view = new DataView(header.buffer);
  view.setUint32(32, parseInt(prefix, 16), true);
  view.setUint32(40, length, true);
  return joined([header, ...leaves]);
}

/** Pads with zeros to a length. */
export function padded(body: Uint8Array, length: number): Uint8Array {
  return joined([body, new Uint8Array(length - body.length)]);
}

function leafOf(
  { digestBits, sealBits, depth, lowBits, nonce }: Packing,
  place: number,
  entries: readonly Entry[],
): Uint8Array {
  const suffixBits = BigInt(digestBits - depth);
  const suffixes = entries.map(({ suffix }) => BigInt.asUintN(Number(suffixBits), BigInt(`0x${suffix}`)));
  const highBits = digestBits - depth - lowBits;
  const high = Array<number>(entries.length + 2 ** highBits).fill(0);
  for (const [n, suffix] of suffixes.entries()) high[Number(suffix >> BigInt(lowBits)) + n] = 1;
  const low = suffixes.flatMap((suffix) => bitsOf(suffix, lowBits));
  const seals = entries.flatMap(({ seal }) => bitsOf(BigInt(`0x0${seal}`), sealBits));
  const head = new Uint8Array(4);
  new DataView(head.buffer).setUint32(0, entries.length, true);
  return withChecksum(nonce, place, joined([head, ...[high, low, seals].map(bytesOf)]));
}

/** Replaces the checksum of a leaf with a correct one. */
export function withChecksum(nonce: Uint8Array, place: number, rest: Uint8Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(12));
  view.setBigUint64(0, BigInt(place), true);
  view.setUint32(8, crc32c(nonce, new Uint8Array(view.buffer, 0, 8), rest), true);
  return joined([new Uint8Array(view.buffer, 8), rest]);
}

function bitsOf(value: bigint, width: number): number[] {
  return Array.from({ length: width }, (_, bit) => Number((value >> BigInt(bit)) & 1n));
}

function bytesOf(bits: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [at, bit] of bits.entries()) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (bit << (at & 7));
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
