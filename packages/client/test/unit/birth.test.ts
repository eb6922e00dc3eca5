// Proves that birth dates are read out of numbers as KINDS.md says: position, added amounts,
// century, existence, and that they are not in the future.

import assert from "node:assert/strict";
import { test } from "node:test";
import { rejectImpossibleBirth } from "../../src/birth.js";
import { Rejected } from "../../src/index.js";
import type { Birth } from "../../src/rules.js";

const TODAY = new Date("2026-02-28T23:59:59Z");

function judges(birth: Birth, cases: Record<string, "ok" | "date" | "future-date">): void {
  for (const [text, expected] of Object.entries(cases)) assert.equal(verdict(birth, text), expected, text);
}

function verdict(birth: Birth, text: string): string {
  try {
    rejectImpossibleBirth(birth, text, TODAY);
    return "ok";
  } catch (error) {
    assert.ok(error instanceof Rejected);
    return error.reason;
  }
}

test("a date exists in the Gregorian calendar, and is not after today", () => {
  judges(
    { at: 1, form: "YYYYMMDD" },
    {
      A19900101: "ok",
      A20000229: "ok",
      A19000229: "date",
      A19900230: "date",
      A19901301: "date",
      A19900001: "date",
      A19900100: "date",
      A00000101: "date",
      A00010101: "ok",
      A20260228: "ok",
      A20260301: "future-date",
      A20260229: "date",
    },
  );
});

test("the parts are in the order of the form; a year may be alone", () => {
  judges({ at: 0, form: "DDMMYYYY" }, { "31121999": "ok", "19991231": "date" });
  judges({ at: 0, form: "DDMMYY", centuries: [{ add: 1900 }] }, { "311299": "ok", "991231": "date" });
  judges(
    { at: 0, form: "DDMMYYY", centuries: [{ if: [{ at: 4, in: "9" }], add: 1000 }, { add: 2000 }] },
    { "0101006": "ok", "0101900": "ok", "0101100": "future-date" },
  );
  judges({ at: 2, form: "YYYY" }, { AA2026: "ok", AA2027: "future-date", AA0000: "date" });
  judges({ at: 0, form: "YY", centuries: [{ add: 2000 }] }, { "26": "ok", "27": "future-date", "00": "ok" });
});

test("the first matching shift of days and months is subtracted", () => {
  const birth: Birth = {
    at: 0,
    form: "YYMMDD",
    centuries: [{ add: 1900 }],
    days: [{ in: "41-71", minus: 40 }],
    months: [
      { in: "21-32", minus: 20 },
      { in: "51-62 71-82", minus: 50 },
    ],
  };
  judges(birth, {
    "900101": "ok",
    "900141": "ok",
    "900171": "ok",
    "900172": "date",
    "902141": "ok",
    "905101": "ok",
    "907101": "date",
    "901301": "date",
    "900240": "date",
  });
});

test("the century is that of the first matching condition; without a match there is no date", () => {
  const birth: Birth = {
    at: 0,
    form: "YYMMDD",
    centuries: [
      {
        if: [
          { at: 6, in: "5-8" },
          { at: 0, in: "58-99" },
        ],
        add: 1800,
      },
      { if: [{ at: 6, not: "9" }], add: 1900 },
    ],
  };
  judges(birth, {
    "5801015": "ok",
    "5701015": "ok",
    "9002294": "date",
    "0002290": "date",
    "0402290": "ok",
    "0002289": "date",
  });
});

test("without a stated century, one in which the date is possible is enough", () => {
  judges(
    { at: 0, form: "YYMMDD", centuries: [{ add: [1900, 2000] }] },
    { "000229": "ok", "990101": "ok", "990230": "date", "260301": "ok" },
  );
  judges(
    { at: 0, form: "YYMMDD", centuries: [{ add: [2000, 2100] }] },
    { "260301": "future-date", "260230": "date", "000229": "ok" },
  );
});

test("the Italian code writes dates with letters", () => {
  // RCCMNL83S18D969H is python-stdnum's example; the others vary its date.
  judges(
    { named: "codice-fiscale" },
    {
      RCCMNL83S18D969H: "ok",
      RCCMNL83S58D969H: "ok",
      RCCMNL83S31D969H: "date",
      RCCMNL83S40D969H: "date",
      RCCMNL83S71D969H: "date",
      RCCMNL83R71D969H: "ok",
      RCCMNL83S81D969H: "date",
      RCCMNL83F18D969H: "date",
      RCCMNLUPSMUD969H: "ok",
      RCCMNL00B29D969H: "ok",
      RCCMNL83B29D969H: "date",
    },
  );
});
