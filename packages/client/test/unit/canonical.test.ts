// Proves that this client canonicalises as docs/canonical.md says: the shared cases, and that
// reasons never quote the text, possible numbers are counted, and masks hide.

import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalise, InvalidOption, kinds, masked, possibleIdentifiers, Rejected } from "../../src/index.js";
import {
  type IdentifierVectors,
  type NationalIdVectors,
  type PhoneVectors,
  type Printed,
  readVectors,
} from "../vectors.js";

const vectors = readVectors<IdentifierVectors>("identifiers.json");

const nationalIds = readVectors<NationalIdVectors>("national-ids.json");
const phones = readVectors<PhoneVectors>("phones.json");

/** What `exposure canonical` would print for a case. All files of cases have the same day. */
async function outcome(kind: string, input: string, region?: string): Promise<string> {
  const today = new Date(`${vectors.today}T00:00:00Z`);
  try {
    return (await canonicalise(kind, input, { today, ...(region === undefined ? {} : { region }) })).join("\t");
  } catch (error) {
    assert.ok(error instanceof Rejected, String(error));
    return `!${error.reason}`;
  }
}

test("every shared case has the shared answer", async () => {
  assert.ok(vectors.cases.length > 0);
  for (const { kind, region, input, canonical, rejected } of vectors.cases) {
    const expected = canonical === undefined ? `!${rejected}` : canonical.join("\t");
    assert.equal(await outcome(kind, input, region), expected, `${kind} ${JSON.stringify(input)}`);
  }
});

test("every kind is read as python-stdnum reads it, except for the list in tools/vectors", async () => {
  assert.deepEqual(
    Object.keys(nationalIds.kinds).sort(),
    kinds
      .map(({ name }) => name)
      .filter((name) => name !== "phone")
      .sort(),
  );
  for (const [kind, cases] of Object.entries(nationalIds.kinds)) await haveOutcomes(kind, cases);
});

test("phone numbers of every region are read as the original library reads them", async () => {
  for (const [region, cases] of Object.entries(phones.regions)) await haveOutcomes("phone", cases, region);
});

test("dialled prefixes are read as the original library reads them, even if its port does not", async () => {
  await haveOutcomes(
    "phone",
    [
      ["+990447700900123", "+447700900123"],
      ["+999447700900123", "+447700900123"],
    ],
    "FI",
  );
  await haveOutcomes("phone", [["4407700900123", "+447700900123"]], "GB");
  await haveOutcomes(
    "phone",
    [
      ["11555012345", "!length"],
      ["12025550123", "+12025550123"],
    ],
    "US",
  );
  // libphonenumber drops one trunk digit at a time, so its own answer would become another number.
  await haveOutcomes(
    "phone",
    [
      ["6100255501234", "+61255501234"],
      ["0004708", "!not-a-number"],
    ],
    "AU",
  );
});

async function haveOutcomes(kind: string, cases: readonly Printed[], region?: string): Promise<void> {
  assert.ok(cases.length > 0);
  const wrong: string[] = [];
  for (const [input, printed] of cases) {
    const found = await outcome(kind, input, region);
    if (found !== printed)
      wrong.push(`${kind} ${region ?? ""} ${JSON.stringify(input)}: ${found}, expected ${printed}`);
  }
  assert.deepEqual(wrong, []);
}

test("every sample of every kind is its own canonical form", async () => {
  for (const kind of kinds) {
    for (const sample of kind.samples) assert.equal(await outcome(kind.name, sample), sample);
  }
});

test("digits of every script are digits", async () => {
  for (const digits of ["١٥٤٠٠٠٠١٢٣٤", "۱۵۴۰۰۰۰۱۲۳۴", "१५४००००१२३४", "𝟏𝟓𝟒𝟎𝟎𝟎𝟎𝟏𝟐𝟑𝟒", "１５４００００１２３４"]) {
    assert.equal(await outcome("phone", digits), "+8615400001234", digits);
  }
});

test("a rejection quotes nothing of the text", async () => {
  for (const text of ["99010119900101001X", "138****1234", "1540000123456789"]) {
    await assert.rejects(canonicalise("phone", `${text}y`), (error: Error) => {
      assert.ok(error instanceof Rejected);
      return !`${error.message}${error.stack}${JSON.stringify(error)}`.includes(text);
    });
  }
});

test("an unknown kind is a programmer's error, not a rejection", async () => {
  await assert.rejects(canonicalise("cn.unknown", "1"), InvalidOption);
});

// Numbers that belong to nobody: unassigned, or reserved for fiction.
test("possible numbers are counted by country, and conservatively for shared plans", async () => {
  const expected: [string, string, number][] = [
    ["cn.ric", "990101199001010019", 1e11],
    ["phone", "+8615400001234", 1e10],
    ["phone", "+85312345678", 1e7], // Macau
    ["phone", "+12015550123", 1e9], // United States, the main country of its code
    ["phone", "+16135550123", 1e9], // Canada
    ["phone", "+12425550123", 1e6], // Bahamas
    ["phone", "+447700900123", 1e9], // reserved for drama: in no country's plan, so in the main one's
  ];
  for (const [kind, canonical, possible] of expected) {
    assert.equal(await possibleIdentifiers(kind, canonical), possible, canonical);
  }
});

test("a masked identifier shows only the ends that the table allows, and a calling code", async () => {
  assert.equal(await masked("phone", "+8615400001234"), "+86•••••••••34");
  assert.equal(await masked("phone", "+12425550123"), "+1••••••••23");
  assert.equal(await masked("cn.ric", "990101199001010019"), "99••••••••••••••19");
});
