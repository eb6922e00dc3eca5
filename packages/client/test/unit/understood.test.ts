// Proves how a text is understood as a phone number: the shared cases, that what is in doubt is in
// doubt in every region, and that the countries whose trunk prefix is optional are those of the
// plans.

import assert from "node:assert/strict";
import { test } from "node:test";
import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import plans from "libphonenumber-js/max/metadata";
import { InvalidOption, type PhoneReading, Rejected, understand } from "../../src/index.js";
import { readVectors, type UnderstoodVectors } from "../vectors.js";

const { cases } = readVectors<UnderstoodVectors>("elsewhere.json");
const REGIONS = Object.keys(plans.countries);

test("every shared case is understood as the shared file says", async () => {
  assert.ok(cases.length > 50);
  for (const { text, others, ...expected } of cases) {
    const { region, home, ...reading } = expected;
    const understood = await understand(text, { region, ...(home === undefined ? {} : { home }) });
    assert.deepEqual(shown(understood.reading), reading, `${text} in ${region}`);
    const found = understood.others.slice(0, 4).map(({ country, canonical }) => `${country} ${canonical}`);
    assert.deepEqual(found, others, `${text} in ${region}`);
  }
});

function shown(reading: PhoneReading | Rejected): object {
  if (reading instanceof Rejected) return { reading: `!${reading.reason}` };
  const { canonical, country, international, isKnown } = reading;
  return { reading: canonical, country, international, known: isKnown };
}

test("a mainland mobile number is never read as another country's without a question", async () => {
  for (const region of REGIONS) {
    for (const digits of ["15445671234", "154 0000 1234", "13400001234"]) {
      const { reading, others } = await understand(digits, { region });
      const canonical = `+86${digits.replace(/ /g, "")}`;
      const isRead = !(reading instanceof Rejected) && reading.canonical === canonical;
      assert.ok(isRead || others[0]?.canonical === canonical, `${digits} in ${region}`);
    }
  }
});

test("with a calling code, or of several numbers, nothing is in doubt", async () => {
  for (const text of [
    "+15445671234",
    "0015445671234",
    "＋852 91234567",
    "15445671234、15445671235",
    "",
    "1".repeat(5000),
  ]) {
    assert.deepEqual((await understand(text, { region: "CA" })).others, [], text.slice(0, 20));
  }
});

test("a number is never in doubt in favour of itself, and no other is named twice", async () => {
  for (const { text, region } of cases) {
    const { reading, others } = await understand(text, { region, home: [region, "CN", "US", "US"] });
    const all = [reading instanceof Rejected ? "" : reading.canonical, ...others.map(({ canonical }) => canonical)];
    assert.equal(new Set(all).size, all.length, `${text} in ${region}`);
  }
});

test("an unknown region is an error", async () => {
  await assert.rejects(understand("15445671234", { region: "XX" }), InvalidOption);
  await assert.rejects(understand("15445671234", { region: "CA", home: ["XX"] }), InvalidOption);
});

test("only India, Russia, Turkey and Vietnam write mobile numbers with or without a trunk prefix", () => {
  const optional = REGIONS.flatMap((region) => {
    const [code = ""] = plans.countries[region as keyof typeof plans.countries] ?? [];
    const number = MOBILES[region] === undefined ? undefined : parsePhoneNumberFromString(`+${code}${MOBILES[region]}`);
    const written = number?.formatNational();
    return written === number?.formatNational({ nationalPrefix: false }) ? [] : [code];
  });
  assert.deepEqual([...new Set(optional)].sort(), ["7", "84", "90", "91"]);
});

/** Mobile numbers of the countries whose numbers are looked for first. */
const MOBILES: Record<string, string> = {
  ...{ CN: "15400001234", HK: "91234567", TW: "912345678", SG: "91234567", US: "2125550123", GB: "7700900123" },
  ...{ AU: "412345678", JP: "9012345678", KR: "1012345678", TH: "912345678", VN: "912345678", PH: "9171234567" },
  ...{ ID: "81234567890", PK: "3001234567", IN: "9876543210", BD: "1712345678", DE: "15123456789", FR: "612345678" },
  ...{ IT: "3331234567", ES: "612345678", RU: "9161234567", UA: "501234567", TR: "5321234567", BR: "11987654321" },
  ...{ MX: "2221234567", CO: "3001234567", NG: "8031234567", EG: "1001234567", ZA: "821234567", SA: "501234567" },
  ...{ AE: "501234567", MY: "123456789", NZ: "211234567", AR: "91123456789" },
};
