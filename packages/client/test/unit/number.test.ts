// Proves what KINDS.md says about numbers, step by step, each with a table of its own: what is
// dropped and restored, which form decides, what is rewritten, and the reason for each rejection.
// Dates and check characters have their own tests.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Rejected } from "../../src/index.js";
import { canonicalNumber } from "../../src/number.js";
import type { Form, Rules } from "../../src/rules.js";
import { lengthOf, signsOf } from "../../src/words.js";

const TODAY = new Date("2026-01-01T00:00:00Z");
const LUHN = [{ algorithm: "luhn" }] as const;

/** The canonical form of a piece, or the reason after `!`. */
function read(rules: Rules, piece: string): string {
  try {
    return canonicalNumber(rules, piece, TODAY);
  } catch (error) {
    assert.ok(error instanceof Rejected, String(error));
    return `!${error.reason}`;
  }
}

function reads(rules: Rules, cases: Record<string, string>): void {
  for (const [piece, expected] of Object.entries(cases)) assert.equal(read(rules, piece), expected, piece);
}

function forms(...forms: (string | Form)[]): Rules {
  return { forms: forms.map((form) => (typeof form === "string" ? { pattern: form } : form)) };
}

test("white space and the kind's separators are dropped; other signs are rejected", () => {
  const plain = forms("\\d{3}[A-Z]");
  reads(plain, {
    "12 3\u00a0a": "123A",
    "12-3A": "!character",
    "12.3.A": "!character",
    "12ı3": "!character",
    "12à3": "!character",
  });
  reads({ ...plain, separators: "-./" }, { "12-3.A": "123A", "1‐2–3—A": "123A", "1−23/A": "123A" });
});

test("a mask is rejected, unless its sign is a separator", () => {
  const kind = forms("[0-9X]{4}");
  for (const sign of "*•●○■█×?_") reads(kind, { [`12${sign}4`]: "!masked" });
  reads(kind, { "1..4": "!masked", "1xX4": "1XX4", xXxX: "XXXX" });
  reads(forms("[0-9X]{6}"), { "1xxxxx": "!masked", XXXXX1: "!masked", "1XXXX1": "1XXXX1" });
  reads(
    { ...kind, separators: "_." },
    { "1_2_34": "1234", "12.34": "!float", "1.2.34": "1234", "12..34": "!masked", "12*34": "!masked" },
  );
});

test("text that matches no form is a mask if it contains two x in a row", () => {
  reads(forms("\\d{4}"), { "12xx": "!masked", "1xX": "!masked", "12x4": "!character", "123": "!length" });
});

test("a float is rejected; digits, E and digits only if no form matches", () => {
  reads(
    { ...forms("\\d{6}"), separators: ".-" },
    {
      "1.5": "!float",
      "+1.5e3": "!float",
      "+1E9": "!float",
      "1E+10": "!float",
      "1E-10": "!float",
      "12.34.56": "123456",
    },
  );
  reads(forms("\\d{6}E\\d{4}"), {
    "010103E0027": "010103E0027",
    "010103e0027": "010103E0027",
    "010103E00": "!float",
    "010103F0027": "!character",
  });
  reads(forms("\\d{11}"), { "010103E0027": "!float" });
});

test("signs in the patterns are part of a number, including dashes of any kind", () => {
  const [signed] = forms("\\d{2}[-+A-F]\\d").forms;
  assert.ok(signed);
  assert.equal(signsOf([signed]), "-+");
  assert.equal(signsOf(forms("[A-Z&Ñ]{3}\\d{6}[0-9A-V]\\+").forms), "&Ñ+");
  reads(forms(signed), {
    "12-3": "12-3",
    "12−3": "12-3",
    "12+3": "12+3",
    "12c3": "12C3",
    "12G3": "!character",
    "12&3": "!character",
  });
  reads(forms("[A-Z&Ñ]{3}"), { "a&ñ": "A&Ñ", "a-ñ": "!character" });
});

test("a pattern's length is that of its numbers", () => {
  const lengths = { "\\d": 1, "\\d{6}[-+A-F]\\d{3}[0-9A-Z]": 11, "AB\\+[A-HJ-N0-9]{2}x": 6 };
  for (const [pattern, length] of Object.entries(lengths)) assert.equal(lengthOf({ pattern }), length, pattern);
});

test("a prefix is removed once, and not if nothing follows", () => {
  reads(
    { ...forms("\\d{3}", "[A-Z]{2}", "HR\\d{2}"), prefixes: ["HR", "OIB"] },
    {
      HR123: "123",
      "hr 123": "123",
      OIB123: "123",
      HR: "HR",
      HRHR12: "HR12",
      "123": "123",
      HROIB123: "!length",
    },
  );
});

test("leading zeros are stripped down to a length, and added up to one", () => {
  reads({ ...forms("\\d{3}", "\\d{4}"), strip_zeros_to: 3 }, { "000123": "123", "0001": "001", "01234": "1234" });
  reads(
    { ...forms("\\d{6}", "\\d{2}[A-Z]"), pad: { from: 3, to: 6 } },
    { "123": "000123", "12345": "012345", "12A": "12A", "12": "!length" },
  );
});

test("Costa Rica: three parts, each of which may lack zeros", () => {
  const kind: Rules = { ...forms("0\\d{9}"), prepare: "cr-parts", separators: "-", pad: { from: 9, to: 10 } };
  // python-stdnum's examples.
  reads(kind, {
    "3-0455-0175": "0304550175",
    "1-613-584": "0106130584",
    "30-1234-1234": "!character",
    "01-0913-0259": "0109130259",
    "1 – 613 – 584": "0106130584",
  });
  reads(kind, { "1-613584": "!length", "701610395": "0701610395" });
});

test("the first matching form decides", () => {
  const kind = forms({ pattern: "1\\d{3}", keep: 2 }, { pattern: "\\d{4}", keep: 3 }, "[A-C]\\d");
  reads(kind, { "1234": "12", "2345": "234", b1: "B1", d1: "!character", "123": "!length" });
});

test("a rewritten number is matched again", () => {
  const kind = (...becomes: NonNullable<Form["becomes"]>) =>
    forms({ pattern: "A\\d{4}", becomes }, "\\d{4}", "A19\\d{4}", "A20\\d{4}", "A\\d{3}", "A\\d[J-N]\\d{2}");
  reads(kind({ insert: "19", at: 1 }), { A1234: "A191234" });
  reads(kind({ remove: 1, at: 0 }), { A1234: "1234" });
  reads(kind({ remove: 2, at: 3 }, { insert: "7", at: 1 }), { A1234: "A712" });
  reads(kind({ replace: "123", with: "JKL", at: 2 }), { A1234: "A1K34" });
  // No form matches the rewritten number.
  reads(kind({ remove: 3, at: 1 }), { A1234: "!length" });
  // At most two rewrites: it does not loop.
  reads(
    forms({
      pattern: "\\d",
      becomes: [
        { insert: "0", at: 0 },
        { remove: 1, at: 0 },
      ],
    }),
    { 1: "1" },
  );
  reads(
    forms(
      { pattern: "\\d", becomes: [{ insert: "0", at: 0 }] },
      { pattern: "\\d{2}", becomes: [{ insert: "0", at: 0 }] },
      "\\d{3}",
    ),
    { 1: "001" },
  );
});

test("the century of a year: the latest that is not in the future, or earlier by a given number", () => {
  const kind = (century: number) => forms({ pattern: "\\d{2}", becomes: [{ century, at: 0 }] }, "\\d{4}");
  reads(kind(0), { "26": "2026", "27": "1927", "00": "2000" });
  reads(kind(1), { "26": "1926", "27": "1827" });
});

test("the appended check character is the one that makes the longer number valid", () => {
  reads(forms({ pattern: "\\d{10}", becomes: [{ append: "check" }] }, { pattern: "\\d{11}", checks: LUHN }), {
    "7992739871": "79927398713",
  });
  const x = [{ algorithm: "iso7064-pure", modulus: 11, radix: 2, characters: "0123456789X" }] as const;
  reads(forms({ pattern: "\\d{3}", becomes: [{ append: "check" }] }, { pattern: "\\d{3}[0-9X]", checks: x }), {
    "079": "079X",
  });
  const digitOnly = forms({ pattern: "\\d{3}", becomes: [{ append: "check" }] }, { pattern: "\\d{4}", checks: x });
  reads(digitOnly, { "079": "!character" });
});

test("numbers that are never issued are rejected as unissued", () => {
  reads(
    forms({
      pattern: "\\d{4}",
      where: [
        { at: 1, in: "01-48 51" },
        { at: 0, not: "8 9" },
      ],
    }),
    {
      "1014": "1014",
      "1484": "1484",
      "1514": "1514",
      "1494": "!unissued",
      "1004": "!unissued",
      "8014": "!unissued",
    },
  );
  // Conditions for running text do not apply to a labelled number.
  reads(forms({ pattern: "\\d{2}", where: [{ at: 0, in: "1", text: true }] }), { "20": "20" });
  reads(forms({ pattern: "[A-Z]\\d", where: [{ at: 0, in: "A-C -" }] }), { B1: "B1", D1: "!unissued" });
  reads(forms({ pattern: "\\d{4}", never: ["palindrome"] }), { "1221": "!unissued", "1222": "1222" });
});

test("exactly one of the first ten digits of a German tax number occurs two or three times", () => {
  // python-stdnum's examples, and numbers that the tax office excludes.
  const kind = forms({
    pattern: "[1-9]\\d{10}",
    never: ["idnr-repeats"],
    checks: [{ algorithm: "iso7064-hybrid", modulus: 10 }],
  });
  reads(
    { ...kind, separators: "/" },
    {
      "36 574 261 809": "36574261809",
      "36574261890": "!check",
      "36554266806": "!unissued",
      "12345678903": "!unissued",
      "11112345670": "!unissued",
    },
  );
});

test("reasons are in order: form, issue, date, check", () => {
  const kind = forms({
    pattern: "\\d{7}",
    where: [{ at: 0, not: "9" }],
    birth: { at: 0, form: "YYMMDD", centuries: [{ add: 1900 }] },
    checks: LUHN,
  });
  reads(kind, {
    "999999": "!length",
    "9999999": "!unissued",
    "8013010": "!date",
    "8001010": "!check",
    "8001018": "8001018",
  });
});
