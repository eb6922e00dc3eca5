// Owns the view of the shared table of kinds: which there are, and what the table says of each.
// The table is data, the same that the Rust side reads. The rules that it names live in phone.ts and shape.ts.

import table from "../../../identifier/kinds.json";
import { InvalidOption } from "./errors.js";

export type CheckAlgorithm = "iso7064-mod-11-2";

export interface ShapeRule {
  /** `9` a digit, `X` a digit or the letter X. */
  readonly shape: string;
  readonly birth?: { readonly at: number; readonly form: "YYYYMMDD" };
  readonly check?: { readonly algorithm: CheckAlgorithm };
  readonly legacy?: {
    readonly shape: string;
    readonly insert: { readonly at: number; readonly text: string };
    readonly append: "check";
  };
}

export interface Kind {
  readonly name: string;
  readonly country: string | null;
  readonly label: { readonly en: string; readonly native: string };
  readonly rule: { readonly named: "phone" } | ShapeRule;
  readonly mask: { readonly head: number; readonly tail: number };
  /** How many identifiers of this kind there could be; null where it depends on the identifier. */
  readonly possible: number | null;
  /** Clearly made up, in canonical form. */
  readonly samples: readonly string[];
}

/** Every kind this client knows. */
export const kinds = table as readonly Kind[];

/** @throws {InvalidOption} for a kind that this client does not know. */
export function kindNamed(name: string): Kind {
  const kind = kinds.find((kind) => kind.name === name);
  if (kind === undefined) throw new InvalidOption("kind");
  return kind;
}
