// Proves what can be tested of the page without a browser: that its lists are complete. The
// compiler checks its messages; test/browser, its behaviour.

import assert from "node:assert/strict";
import { test } from "node:test";
import { getCountries } from "libphonenumber-js/max";
import { DEFAULT_REGION, homeRegion, namedRegions, REGIONS } from "../../src/form/regions.js";

test("every country with a numbering plan is offered, the default first", () => {
  assert.deepEqual([...REGIONS].sort(), [...getCountries()].sort());
  for (const locale of ["en", "zh-Hans"]) {
    const regions = namedRegions(locale);
    assert.equal(regions[0]?.code, DEFAULT_REGION);
    assert.equal(regions.length, REGIONS.length);
    assert.ok(regions.every(({ name }) => name !== ""));
  }
});

test("the default country of a phone is the browser's", () => {
  const cases = {
    "zh-TW": "TW",
    "fi-FI": "FI",
    "en-GB": "GB",
    "zh-CN": "CN",
    zh: "CN",
    "zh-Hant": "CN",
    en: "CN",
    "en-US": "CN",
    "en-001": "CN",
  };
  for (const [tag, region] of Object.entries(cases)) assert.equal(homeRegion(tag), region, tag);
});
