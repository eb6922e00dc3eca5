// Owns the view of the shared table of kinds: which there are, and what may be shown of each.
// The table is data, the same that the Rust side reads. How a number is read is in rules.ts and phone.ts, loaded when needed.

import table from "../../../crates/identifier/kinds.json?display";
import { InvalidOption } from "./errors.js";

export interface Kind {
  readonly name: string;
  /** Of the country that issues it, ISO 3166-1 alpha-2; null for phones. */
  readonly country: string | null;
  /** The kind as whose its numbers are hashed, if that is another. */
  readonly part_of?: string;
  /** Only where no table of forms says what it looks like. */
  readonly named?: "phone";
  readonly label: { readonly en: string; readonly native: string };
  readonly mask: { readonly head: number; readonly tail: number };
  /** How many identifiers of this kind there could be; null where it depends on the identifier. */
  readonly possible: number | null;
  /** Clearly made up, or published as specimens; in canonical form. */
  readonly samples: readonly string[];
}

/** Every kind this client knows. */
export const kinds = table as readonly Kind[];

/** The kind of the test identifier: in no table of kinds, because nobody has a number of it. */
export const TEST_KIND = "test";
/** The source that every index holds it in. */
export const TEST_SOURCE = "test";
export const TEST_IDENTIFIER = "exposure-checker";

const test: Kind = {
  name: TEST_KIND,
  country: null,
  label: { en: "Test identifier", native: "测试标识" },
  mask: { head: TEST_IDENTIFIER.length, tail: 0 },
  possible: 1,
  samples: [TEST_IDENTIFIER],
};

/** The kind as whose the numbers of this one are hashed: its own, or one that accepts all of them in the same form. */
export function hashedAs(name: string): string {
  return kindNamed(name).part_of ?? name;
}

/** One of {@link kinds}, or that of the test identifier. @throws {InvalidOption} for a kind that this client does not know. */
export function kindNamed(name: string): Kind {
  const kind = name === TEST_KIND ? test : kinds.find((kind) => kind.name === name);
  if (kind === undefined) throw new InvalidOption("kind");
  return kind;
}
