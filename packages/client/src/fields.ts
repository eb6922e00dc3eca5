// Reads fields of parsed JSON: a value of the right type, or an `Unfinished`. Unknown fields are
// ignored, as the protocol demands. Knows no particular message.

import { Unfinished } from "./errors.js";

export type Fields = Readonly<Record<string, unknown>>;

export function record(value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw malformed("an object is missing");
  return value as Fields;
}

export function list(fields: Fields, name: string): readonly unknown[] {
  const value = fields[name];
  if (!Array.isArray(value)) throw malformed(name);
  return value;
}

export function integer(fields: Fields, name: string, least: number, most: number): number {
  const value = fields[name];
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < least || value > most) throw malformed(name);
  return value;
}

export function matching(fields: Fields, name: string, pattern: RegExp): string {
  const value = fields[name];
  if (typeof value !== "string" || !pattern.test(value)) throw malformed(name);
  return value;
}

/** Accepts strings only; `name` is the name of the list. */
export function strings(values: readonly unknown[], name: string): string[] {
  return values.map((value) => {
    if (typeof value !== "string") throw malformed(name);
    return value;
  });
}

export function malformed(field: string): Unfinished {
  return new Unfinished("shape", `answer: ${field}`);
}
