// Proves the shape of the advice in advice/, and that what must be there is. Whether it is right is
// for people to judge, who say where they looked and when.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { getCountries } from "libphonenumber-js/max";
import { DEEDS, type Topic } from "../../src/form/deeds.js";

const LANGUAGES = ["en", "zh-Hans", "zh-Hant"];
/** Where most askers are. */
const REQUIRED = ["CN", "HK", "MO", "TW"];

type Entry = Record<string, unknown>;

const FOLDER = fileURLToPath(new URL("../../advice/", import.meta.url));
const files = readdirSync(FOLDER).map((name): [string, Record<string, unknown>] => [
  name.replace(/\.json$/, ""),
  JSON.parse(readFileSync(`${FOLDER}${name}`, "utf8")),
]);

function entries(): [path: string, entry: Entry][] {
  return files.flatMap(([country, file]) =>
    Object.keys(DEEDS).flatMap((topic) =>
      Object.entries(file[topic] as Record<string, Entry>).map(([deed, entry]): [string, Entry] => [
        `${country} ${topic} ${deed}`,
        entry,
      ]),
    ),
  );
}

test("every country has an entry for every deed, or says why it has none", () => {
  for (const country of REQUIRED)
    assert.ok(
      files.some(([name]) => name === country),
      country,
    );
  for (const [country, file] of files) {
    assert.deepEqual(Object.keys(file), ["country", "phone", "identity"], country);
    assert.equal(file.country, country);
    assert.ok((getCountries() as string[]).includes(country), country);
    for (const topic of Object.keys(DEEDS) as Topic[])
      assert.deepEqual(Object.keys(file[topic] as object), [...DEEDS[topic]], `${country} ${topic}`);
  }
  for (const [path, entry] of entries()) {
    if (!("none" in entry)) continue;
    assert.ok(!REQUIRED.includes(path.slice(0, 2)), path);
    assert.match(String(entry.none), /^[A-Z].{10,}\.$/, path);
  }
});

test("every sentence is in all languages, short, and not a copy of another language's", () => {
  for (const [path, entry] of entries()) {
    if ("none" in entry) continue;
    spoken(path, entry.title, 60);
    spoken(path, entry.text, 300);
    for (const { name } of (entry.telephone ?? []) as { name?: unknown }[])
      if (name !== undefined) spoken(path, name, 60);
    for (const [program, where] of Object.entries((entry.inside ?? {}) as object)) {
      assert.match(program, /^(?:wechat|alipay)$/, path);
      spoken(path, where, 80);
    }
  }
});

function spoken(path: string, text: unknown, most: number): void {
  const said = text as Record<string, string>;
  assert.deepEqual(Object.keys(said), LANGUAGES, path);
  for (const language of LANGUAGES) {
    const sentence = said[language] ?? "";
    assert.ok(sentence.length > 0 && sentence.length <= most, `${path} ${language}: ${sentence}`);
    assert.equal(sentence, sentence.trim(), path);
    if (language !== "en") assert.ok(!sentence.includes("你"), `${path} ${language}`);
  }
  // Names of firms are the same everywhere.
  if (most > 60 || (said.en ?? "").includes(" ")) assert.notEqual(said.en, said["zh-Hans"], path);
}

test("addresses are https, numbers can be dialled, and sources have dates", () => {
  for (const [path, entry] of entries()) {
    if ("none" in entry) continue;
    const known = ["title", "text", "url", "telephone", "inside", "source", "checked"];
    assert.deepEqual(
      Object.keys(entry).filter((key) => !known.includes(key)),
      [],
      path,
    );
    for (const url of [entry.url, entry.source].filter((url) => url !== undefined))
      assert.equal(new URL(String(url)).protocol, "https:", path);
    assert.ok(entry.source !== undefined, path);
    assert.ok(entry.checked === null || /^20\d\d-\d\d-\d\d$/.test(String(entry.checked)), path);
    for (const { number, sms } of (entry.telephone ?? []) as { number: string; sms?: boolean }[]) {
      assert.match(number, /^\+?[0-9]+(?:[ -][0-9]+)*$/, path);
      assert.ok(sms === undefined || sms === true, path);
    }
  }
});

test("no advice says that a PIN of the SIM stops a second card, or asks for a code", () => {
  for (const [path, entry] of entries()) {
    const text = JSON.stringify(entry);
    assert.ok(!/SIM PIN|PIN 码|PIN 碼/i.test(text), path);
  }
});
