// Proves that ranges are read strictly: valid bodies of many layouts, and every way to be invalid.
// The shared vectors, which Rust reads too, are in packed.test.ts.

import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32c } from "../../src/crc32c.js";
import { decodeRange, type Entry, type RangeRequest, Unfinished } from "../../src/index.js";
import { type Packing, packed, padded, withChecksum } from "../pack.js";

const packing: Packing = {
  index: "00112233445566778899aabbccddeeff",
  digestBits: 32,
  sealBits: 4,
  depth: 8,
  lowBits: 21,
  nonce: new Uint8Array(16).fill(5),
};
const entries: Entry[] = [
  { suffix: "000001", seal: "a" },
  { suffix: "0000ff", seal: "0" },
  { suffix: "0000ff", seal: "3" },
  { suffix: "f00000", seal: "f" },
];
const BYTES = 100;
const request: RangeRequest = { ...packing, prefix: "a7", longestPrefix: 8, entries: 4, bytes: BYTES };
const good = padded(packed(packing, "a7", entries), BYTES);

function all(body: Uint8Array, asked: RangeRequest): Entry[] {
  const found = decodeRange(body, asked);
  return Array.from({ length: found.length }, (_, place) => found.at(place));
}

/** What is read back from packed entries. */
function again(changes: Partial<Packing>, prefix: string, given: readonly Entry[]): Entry[] {
  const shape = { ...packing, ...changes };
  const body = packed(shape, prefix, given);
  const longestPrefix = Math.min(16, shape.depth);
  return all(body, { ...shape, prefix, longestPrefix, entries: given.length, bytes: body.length });
}

test("CRC-32C uses the Castagnoli polynomial", () => {
  assert.equal(crc32c(new TextEncoder().encode("1234"), new TextEncoder().encode("56789")), 0xe3069283);
});

test("a valid range is decoded and searched", () => {
  assert.deepEqual(all(good, request), entries);
  const found = decodeRange(good, request);
  const sought = ["000001", "0000ff", "f00000", "000000", "ffffff"].map((suffix) => found.seals(suffix));
  assert.deepEqual(sought, [["a"], ["0", "3"], ["f"], [], []]);
});

test("every width can be read: no seals, wide ones, one bucket, many leaves, suffixes of 60 bits", () => {
  const bare = entries.map(({ suffix }) => ({ suffix, seal: "" }));
  assert.deepEqual(again({ sealBits: 0 }, "a7", bare), bare);
  assert.deepEqual(again({ lowBits: 24 }, "a7", entries), entries);
  assert.deepEqual(again({ lowBits: 8 }, "a7", entries), entries);
  assert.deepEqual(again({}, "a7", []), []);
  // Sixteen leaves, most of them empty.
  assert.deepEqual(again({ depth: 12, lowBits: 12 }, "a7", entries), entries);
  const wide = ["000000000000001", "7fffffffffffffe", "7ffffffffffffff", "fffffffffffffff"].map((suffix) => ({
    suffix,
    seal: "ffffffff",
  }));
  for (const lowBits of [60, 59, 53, 38, 37])
    assert.deepEqual(again({ digestBits: 64, sealBits: 32, depth: 4, lowBits }, "e", wide), wide, `${lowBits}`);
  const body = packed({ ...packing, digestBits: 64, sealBits: 32, depth: 4, lowBits: 55 }, "e", wide);
  const found = decodeRange(body, {
    ...request,
    digestBits: 64,
    sealBits: 32,
    longestPrefix: 4,
    prefix: "e",
    bytes: body.length,
  });
  assert.deepEqual(found.seals("7ffffffffffffff"), ["ffffffff"]);
  assert.deepEqual(found.seals("7fffffffffffffd"), []);
});

test("equal entries are allowed: two digests can share tag and seal", () => {
  const twice = [
    { suffix: "000001", seal: "a" },
    { suffix: "000001", seal: "a" },
  ];
  assert.deepEqual(again({}, "a7", twice), twice);
});

test("any flipped bit and any truncation is unfinished, never an empty answer", () => {
  for (let bit = 0; bit < good.length * 8; bit++) {
    const body = good.slice();
    body[bit >> 3] = (body[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    refused(body, request, `bit ${bit}`);
  }
  for (let length = 0; length < good.length; length++) refused(good.slice(0, length), request, `cut to ${length}`);
  refused(padded(good, BYTES + 1), request, "a byte more");
});

test("a valid range that was not requested is unfinished, too", () => {
  const asked: Record<string, Partial<RangeRequest>> = {
    "another index": { index: `f${packing.index.slice(1)}` },
    "another prefix": { prefix: "a8" },
    "a longer prefix": { prefix: "a70" },
    "another nonce": { nonce: new Uint8Array(16) },
    "another width of tags": { digestBits: 36 },
    "another width of seals": { sealBits: 8 },
    "a longer prefix served": { longestPrefix: 16 },
    "fewer entries announced": { entries: 3 },
  };
  for (const [what, changes] of Object.entries(asked)) refused(good, { ...request, ...changes }, what);
});

test("correct checksums do not make invalid leaves valid", () => {
  const unsorted = [entries[1], entries[0], entries[2], entries[3]] as Entry[];
  refused(padded(packed(packing, "a7", unsorted), BYTES), request, "unsorted");
  refused(
    padded(packed(packing, "a7", [entries[0], entries[2], entries[1], entries[3]] as Entry[]), BYTES),
    request,
    "seals unsorted",
  );
  const leaf = packed(packing, "a7", entries).slice(48);
  const changed: Record<string, (rest: Uint8Array) => void> = {
    "no ones": (rest) => rest.fill(0, 4, 6),
    "only ones": (rest) => rest.fill(0xff, 4, 6),
    "a one in the last bucket's place": (rest) => (rest[5] = (rest[5] ?? 0) ^ 0x08),
    "a one behind the buckets": (rest) => (rest[5] = (rest[5] ?? 0) | 0x80),
    "a bit behind the low bits": (rest) => (rest[16] = (rest[16] ?? 0) | 0x80),
    "a count of three": (rest) => (rest[0] = 3),
    "a count of five": (rest) => (rest[0] = 5),
    "a count of millions": (rest) => rest.fill(0xff, 0, 4),
  };
  for (const [what, change] of Object.entries(changed)) {
    const rest = leaf.slice(4);
    change(rest);
    const body = good.slice();
    body.set(withChecksum(packing.nonce, 0xa7, rest), 48);
    refused(body, request, what);
  }
  const intact = good.slice();
  intact.set(withChecksum(packing.nonce, 0xa7, leaf.slice(4)), 48);
  assert.deepEqual(all(intact, request), entries);
});

test("a header with 2^40 leaves is refused at once", () => {
  const body = padded(packed({ ...packing, digestBits: 64, sealBits: 0, depth: 16, lowBits: 40 }, "a7ff", []), BYTES);
  body[11] = 56;
  body[14] = 8;
  refused(body, { ...request, digestBits: 64, sealBits: 0, prefix: "a7ff", longestPrefix: 16 }, "leaves");
});

function refused(body: Uint8Array, asked: RangeRequest, what: string): void {
  assert.throws(
    () => decodeRange(body, asked),
    (error) => error instanceof Unfinished && error.reason === "shape",
    what,
  );
}
