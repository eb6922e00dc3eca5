// The kinds of the shared table, and what may be shown of each. Rust reads the same table. How a
// number is read is in rules.ts and phone.ts, which are loaded on demand.

import table from "../../../crates/identifier/kinds.json?display";
import { InvalidOption } from "./errors.js";

export interface Kind {
  readonly name: string;
  /** The country that issues it, ISO 3166-1 alpha-2; null for phones. */
  readonly country: string | null;
  /** The kind under which its numbers are hashed, if that is another. */
  readonly part_of?: string;
  /** Set if no table of forms describes its numbers. */
  readonly named?: "phone";
  readonly label: { readonly en: string; readonly native: string };
  readonly mask: { readonly head: number; readonly tail: number };
  /** How many possible identifiers there are; null if it depends on the identifier. */
  readonly possible: number | null;
  /** Made up, or published as specimens; in canonical form. */
  readonly samples: readonly string[];
}

/** All kinds that this client knows. */
export const kinds = table as readonly Kind[];

/** The kind of the test identifier. It is not in the table of kinds. */
export const TEST_KIND = "test";
/** The source of the test identifier, which every index has. */
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

/**
 * The kind under which the numbers of this one are hashed: itself, or a kind that accepts all of
 * them in the same form.
 */
export function hashedAs(name: string): string {
  return kindNamed(name).part_of ?? name;
}

/**
 * One of {@link kinds}, or the kind of the test identifier.
 * @throws {InvalidOption} for an unknown kind.
 */
export function kindNamed(name: string): Kind {
  const kind = name === TEST_KIND ? test : kinds.find((kind) => kind.name === name);
  if (kind === undefined) throw new InvalidOption("kind");
  return kind;
}
