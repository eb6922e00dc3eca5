// Proves each algorithm of check characters, on numbers that standards, authorities and
// python-stdnum publish as examples.

import assert from "node:assert/strict";
import { test } from "node:test";
import { holdsCheck } from "../../src/checks.js";
import type { Check, Modulo } from "../../src/rules.js";

const TODAY = new Date("2026-01-01T00:00:00Z");

/**
 * Each number in `right` passes, and fails with any other character at position `at` (from the
 * end).
 */
function holdsFor(check: Check, right: readonly string[], at = 1, characters = "0123456789"): void {
  for (const text of right) {
    assert.ok(holdsCheck(check, text, TODAY), text);
    const place = text.length - at;
    for (const other of characters.replace(text.charAt(place), "")) {
      const wrong = text.slice(0, place) + other + text.slice(place + 1);
      assert.ok(!holdsCheck(check, wrong, TODAY), wrong);
    }
  }
}

test("weighted: a character for each remainder; no number is valid without one", () => {
  const estonian: Check = {
    algorithm: "weighted",
    weights: [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 0],
    modulus: 11,
    digits: "0123456789>",
    second: { weights: [3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 0], digits: "01234567890" },
  };
  holdsFor(estonian, ["36805280109", "37605030299"]);
  const norwegian: Check[] = [
    { algorithm: "weighted", weights: [3, 7, 6, 1, 8, 9, 4, 5, 2, 0, 0], modulus: 11, digits: "0!987654321", at: 9 },
    { algorithm: "weighted", weights: [5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 0], modulus: 11, digits: "0!987654321" },
  ];
  const [first, second] = norwegian;
  assert.ok(first && second);
  holdsFor(first, ["15108695088"], 2);
  holdsFor(second, ["15108695088"]);
  holdsFor(
    { algorithm: "weighted", weights: [7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 0], modulus: 11, digits: "0!987654321" },
    ["0101006500006"],
  );
});

test("weighted: a remainder of the whole number", () => {
  // 111222333 is the Dutch example of a citizen service number.
  const dutch: Check = { algorithm: "weighted", weights: [9, 8, 7, 6, 5, 4, 3, 2, -1], modulus: 11, equals: 0 };
  holdsFor(dutch, ["111222333", "123456782"]);
  assert.ok(!holdsCheck({ ...dutch, plus: 1 }, "111222333", TODAY));
  assert.ok(holdsCheck({ ...dutch, plus: 11 }, "111222333", TODAY));
});

test("weighted: weights are aligned to the end", () => {
  const check: Check = { algorithm: "weighted", weights: [3, 1], modulus: 10, equals: 0 };
  assert.ok(holdsCheck(check, "9931", TODAY));
  assert.ok(!holdsCheck(check, "3199", TODAY));
});

test("values: digits, letters from 10, an alphabet, and single letters", () => {
  const equals = (text: string, equals: number, values = {}) =>
    holdsCheck({ algorithm: "weighted", weights: [1, 1, 1], modulus: 100, equals, ...values }, text, TODAY);
  assert.ok(equals("1AZ", 46));
  assert.ok(equals("XYZ", 3, { alphabet: "ZYX21" }));
  assert.ok(equals("9YZ", 10, { alphabet: "ZYX21" }), "a digit that is not in the alphabet keeps its own value");
  assert.ok(equals("1AB", 98, { letters: { A: -1, B: -2 } }));
  assert.ok(equals("AAA", 16, { letters: [{ A: 1 }, { A: 5 }] }));
  for (const sum of Array(100).keys()) assert.ok(!equals("1&2", sum), "a character without a value makes no sum");
});

test("modulo: a character for each remainder, over several pieces", () => {
  // The Finnish authority's specimen.
  const finnish: Check = {
    algorithm: "modulo",
    over: [
      [0, 6],
      [7, 10],
    ],
    modulus: 31,
    digits: "0123456789ABCDEFHJKLMNPRSTUVWXY",
  };
  holdsFor(finnish, ["131052-308T"], 1, "0123456789ABCDEFHJKLMNPRSTUVWXY");
  holdsFor(
    { algorithm: "modulo", over: [[0, 8]], modulus: 23, digits: "TRWAGMYFPDXBNJZSQVHLCKE" },
    ["54362315K", "12345678Z"],
    1,
    "TRWAGMYFPDXBNJZSQVHLCKE",
  );
});

test("modulo: two digits, complemented, with letters of negative value", () => {
  const french: Check = {
    algorithm: "modulo",
    over: [[0, 13]],
    modulus: 97,
    width: 2,
    complement: 97,
    letters: { A: -1, B: -2 },
  };
  holdsFor(french, ["295109912611193", "253072B07300470", "253072A07300443"]);
  const check: Modulo = { algorithm: "modulo", over: [[0, 2]], modulus: 97, width: 2 };
  assert.ok(holdsCheck(check, "0505", TODAY));
  assert.ok(holdsCheck({ ...check, zero: 97 }, "9797", TODAY));
  assert.ok(!holdsCheck({ ...check, zero: 97 }, "9700", TODAY));
  assert.ok(holdsCheck({ ...check, over: [[2, 4]] as const, at: 0 }, "0505", TODAY));
  assert.ok(!holdsCheck({ ...check, width: 1 }, "12", TODAY), "a remainder of two digits is not written with one");
});

test("Luhn, of the whole number or from a position", () => {
  holdsFor({ algorithm: "luhn" }, ["79927398713", "4111111111111111"]);
  holdsFor({ algorithm: "luhn", from: 3 }, ["XYZ79927398713"]);
  assert.ok(!holdsCheck({ algorithm: "luhn" }, "79927398731", TODAY));
});

test("Verhoeff", () => {
  // The last is the Indian authority's example of its masked numbers.
  holdsFor({ algorithm: "verhoeff" }, ["2363", "12340", "123451"]);
  assert.ok(!holdsCheck({ algorithm: "verhoeff" }, "2633", TODAY));
});

test("ISO/IEC 7064, pure and hybrid", () => {
  holdsFor(
    { algorithm: "iso7064-pure", modulus: 11, radix: 2, characters: "0123456789X" },
    ["07940", "079X", "11010519491231002X"],
    1,
    "0123456789X",
  );
  holdsFor({ algorithm: "iso7064-hybrid", modulus: 10 }, ["794623", "002006673085", "36574261809"]);
  holdsFor(
    { algorithm: "iso7064-hybrid", modulus: 36 },
    ["A12425GABC1234002M"],
    1,
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  );
});

test("Belgium: a 2 in front for births from 2000 on, if that year is not in the future", () => {
  const check: Check = { algorithm: "be-nn" };
  holdsFor(check, ["85073003328", "17073003384"]);
  assert.ok(!holdsCheck(check, "17073003384", new Date("2016-12-31T00:00:00Z")));
});

test("Italy: odd and even positions have different values", () => {
  const check: Check = { algorithm: "codice-fiscale" };
  holdsFor(check, ["RCCMNL83S18D969H", "MRTMTT25D09F205Z"], 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
});
