// Reads the catalogue: what is publicly said about each leak. Missing texts are allowed. Which
// leaks an identifier is in is decided in outcome.ts.

import { type Fields, list, malformed, matching, record, strings } from "./fields.js";

/** One text, in the languages it was written in. */
export interface Localised {
  readonly en?: string;
  readonly zh?: string;
  readonly "zh-Hant"?: string;
}

export interface Breach {
  readonly slug: string;
  /** A proper name, the same in every language. */
  readonly name: string | null;
  readonly title: Localised;
  /** When it happened, YYYY-MM-DD. */
  readonly date: string | null;
  readonly added: string | null;
  readonly description: Localised;
  readonly records: number | null;
  /** Distinct identifiers by kind. */
  readonly identifiers: ReadonlyMap<string, number>;
  readonly dataClasses: readonly string[];
  /** Whether the operator has confirmed the leak; otherwise it is only claimed. */
  readonly verified: boolean;
  readonly sensitive: boolean;
  /** Whether its data could be read only in part: a number can be in it and not be found. */
  readonly incomplete: boolean;
  readonly origin: Localised;
  readonly advice: Localised;
}

export function readCatalogue(json: unknown): Breach[] {
  return list(record(json), "breaches").map((entry) => readBreach(record(entry)));
}

/** A leak that the catalogue does not list: only its slug is known. */
export function unlistedBreach(slug: string): Breach {
  return readBreach({ slug });
}

function readBreach(fields: Fields): Breach {
  return {
    slug: matching(fields, "slug", /./),
    name: isText(fields.name) ? fields.name : null,
    title: readLocalised(fields.title),
    date: readDate(fields, "date"),
    added: readDate(fields, "added"),
    description: readLocalised(fields.description),
    records: readCount(fields.records),
    identifiers: readCounts(fields.identifiers),
    dataClasses: Array.isArray(fields.data_classes) ? strings(fields.data_classes, "data_classes") : [],
    verified: fields.verified === true,
    sensitive: fields.sensitive === true,
    incomplete: fields.incomplete === true,
    origin: readLocalised(fields.origin),
    advice: readLocalised(fields.advice),
  };
}

function readLocalised(value: unknown): Localised {
  if (value === null || value === undefined) return {};
  const texts = record(value);
  const written = (["en", "zh", "zh-Hant"] as const).flatMap((tag) =>
    isText(texts[tag]) ? [[tag, texts[tag]] as const] : [],
  );
  return Object.fromEntries(written);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.trim() !== "";
}

function readDate(fields: Fields, name: string): string | null {
  return fields[name] === null || fields[name] === undefined ? null : matching(fields, name, /^\d{4}-\d{2}-\d{2}$/);
}

function readCount(value: unknown): number | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0) throw malformed("records");
  return value;
}

function readCounts(value: unknown): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [kind, count] of Object.entries(record(value ?? {}))) counts.set(kind, readCount(count) ?? 0);
  return counts;
}
