// Proves that an answer "not found" says which leaks could be read only in part. That the server
// writes the sentence into the page is proved by the service's tests.

import assert from "node:assert/strict";
import { test } from "node:test";
import { answer, ask, inEach, says } from "./form.js";
import { missing, withStage } from "./harness.js";

const skip = missing();
const stage = withStage();

test("not found, among leaks of which one could be read only in part: the answer says so", { skip }, () =>
  inEach(stage, async (page, language) => {
    // The server writes the sentence into the page, for each kind.
    await page.evaluate(() => {
      const template = document.querySelector<HTMLTemplateElement>("#partial");
      for (const kind of ["phone", "cn.ric"]) {
        const sentence = Object.assign(document.createElement("p"), { className: "partial", textContent: kind });
        sentence.dataset.for = kind;
        template?.content.append(sentence);
      }
    });
    await ask(page, "phone", "15400009999");
    says(language, "absentHeading", await answer(page));
    assert.deepEqual(await page.locator("#status .partial").allTextContents(), ["phone"]);
    const found = stage.demo.found.find(({ kind }) => kind === "phone");
    await ask(page, "phone", found?.value ?? "");
    await page.waitForSelector("#status .actions");
    assert.equal(await page.locator("#status .partial").count(), 0, "what was found is found");
  }),
);
