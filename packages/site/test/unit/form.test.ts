// Proves what can be tested of the page without a browser: that its lists are complete. The
// compiler checks its messages; test/browser, its behaviour.

import assert from "node:assert/strict";
import { test } from "node:test";
import { type CountryCode, getCountries, getCountryCallingCode } from "libphonenumber-js/max";
import { callingCode, homeRegion, homeRegions, namedRegions, REGIONS } from "../../src/form/regions.js";

test("every country with a numbering plan is offered with its code, the common ones first", () => {
  assert.deepEqual([...REGIONS].sort(), [...getCountries()].sort());
  for (const region of REGIONS)
    assert.equal(callingCode(region), `+${getCountryCallingCode(region as CountryCode)}`, region);
  for (const locale of ["en", "zh-Hans"]) {
    const { common, all } = namedRegions(locale);
    assert.deepEqual(
      common.slice(0, 4).map(({ code }) => code),
      ["CN", "HK", "MO", "TW"],
    );
    assert.equal(all.length, REGIONS.length);
    assert.ok(all.every(({ name }) => name !== ""));
  }
});

test("the default country of a phone is the browser's; China's for readers of Simplified Chinese", () => {
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
  for (const [tag, region] of Object.entries(cases)) {
    assert.equal(homeRegion("zh-Hant", tag), region, tag);
    assert.equal(homeRegion("zh-Hans", tag), "CN", tag);
  }
});

test("a number may be of all countries that the browser's languages name; the factory's setting names none", () => {
  assert.deepEqual(homeRegions(["zh-TW", "en-GB", "zh-TW"]), ["TW", "GB"]);
  assert.deepEqual(homeRegions(["ja", "zh-Hant"]), ["JP", "TW"]);
  assert.ok(homeRegions(["en-US"]).includes("GB"));
});
