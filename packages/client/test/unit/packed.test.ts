// Proves with the shared vectors that packed ranges are read here as Rust writes and reads them.

import assert from "node:assert/strict";
import { test } from "node:test";
import { hexToBytes } from "@noble/hashes/utils.js";
import { decodeRange, type RangeRequest, Unfinished } from "../../src/index.js";
import { type PackedVectors, readVectors } from "../vectors.js";

const { ranges, refused } = readVectors<PackedVectors>("packed.json");

function request(place: number): RangeRequest {
  const range = ranges[place];
  assert.ok(range !== undefined);
  const { index, prefix, nonce, digest_bits: digestBits, seal_bits: sealBits, prefix_bits: longestPrefix } = range;
  return {
    index,
    prefix,
    nonce: hexToBytes(nonce),
    digestBits,
    sealBits,
    longestPrefix,
    entries: range.range_lines,
    bytes: range.range_bytes,
  };
}

test("every range, entry by entry", () => {
  assert.ok(ranges.length > 3);
  for (const [place, { what, body, entries }] of ranges.entries()) {
    const found = decodeRange(hexToBytes(body), request(place));
    assert.equal(found.length, entries.length, what);
    for (const [at, [suffix, seal]] of entries.entries()) {
      assert.deepEqual(found.at(at), { suffix, seal }, what);
      assert.ok(found.seals(suffix).includes(seal), what);
    }
  }
});

test("every invalid body is refused", () => {
  assert.ok(refused.length > 20);
  for (const { what, range, body } of refused) {
    assert.throws(
      () => decodeRange(hexToBytes(body), request(range)),
      (error) => error instanceof Unfinished && error.reason === "shape",
      what,
    );
  }
});
