// Owns the proof that a range is read strictly: one good body in many shapes, and every way of not being one.

import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeRange, rangeBytes, Unfinished, type RangeRequest } from "../../src/client/index.js";

const index = "00112233445566778899aabbccddeeff";
const request: RangeRequest = { index, prefix: "a7", digestBits: 32, sealBits: 4, lines: 4 };
const header = `#exposure-range 1 ${index} a7`;
const good = [header, "000001:a", "0000ff:0", "0000ff:3", "~~~~~~~~"];

function body(lines: readonly string[], end = "\r\n"): Uint8Array {
  return new TextEncoder().encode(lines.map((line) => line + end).join(""));
}

test("a good range is read whole", () => {
  assert.equal(body(good).length, rangeBytes(request, 8));
  assert.deepEqual(decodeRange(body(good), request), [
    { suffix: "000001", seal: "a" },
    { suffix: "0000ff", seal: "0" },
    { suffix: "0000ff", seal: "3" },
  ]);
});

test("without seals, all padding, no lines at all", () => {
  const plain = { ...request, sealBits: 0, lines: 2 };
  assert.deepEqual(decodeRange(body([header, "000001", "~~~~~~"]), plain), [{ suffix: "000001", seal: "" }]);
  assert.deepEqual(decodeRange(body([header, "~~~~~~", "~~~~~~"]), plain), []);
  assert.deepEqual(decodeRange(body([header]), { ...request, lines: 0 }), []);
});

test("equal lines may stand beside each other: two digests can share tag and seal", () => {
  assert.equal(decodeRange(body([header, "000001:a", "000001:a", "~~~~~~~~", "~~~~~~~~"]), request).length, 2);
});

test("anything else is unfinished, never an empty answer", () => {
  const bad: Record<string, Uint8Array> = {
    empty: new Uint8Array(),
    "one byte short": body(good).slice(0, -1),
    "one line short": body(good.slice(0, -1)),
    "one byte long": new Uint8Array([...body(good), 10]),
    "one line long": body([...good, "~~~~~~~~"]),
    "line feeds only, filled up": new Uint8Array([...body(good, "\n"), ...new Uint8Array(5)]),
    "another index": body([`#exposure-range 1 f${index.slice(1)} a7`, ...good.slice(1)]),
    "another prefix": body([`#exposure-range 1 ${index} a8`, ...good.slice(1)]),
    "another version": body([`#exposure-range 2 ${index} a7`, ...good.slice(1)]),
    unsorted: body([header, "0000ff:0", "000001:a", "0000ff:3", "~~~~~~~~"]),
    "seals unsorted": body([header, "000001:a", "0000ff:3", "0000ff:0", "~~~~~~~~"]),
    "padding first": body([header, "~~~~~~~~", "000001:a", "0000ff:0", "0000ff:3"]),
    "junk padding": body([...good.slice(0, 4), "~~~~~~:~"]),
    "padding of spaces": body([...good.slice(0, 4), "        "]),
    "upper case": body([header, "00000A:a", ...good.slice(2)]),
    "no colon": body([header, "00000100", ...good.slice(2)]),
    "not hex": body([header, "00000g:a", ...good.slice(2)]),
    "not ASCII": body(good).map((byte, i) => (i === header.length + 2 ? 0xb0 : byte)),
    "line ends swapped": body(good).map((byte) => (byte === 13 ? 10 : byte === 10 ? 13 : byte)),
  };
  for (const [what, bytes] of Object.entries(bad)) {
    assert.throws(() => decodeRange(bytes, request), (error) => error instanceof Unfinished && error.reason === "shape", what);
  }
});
