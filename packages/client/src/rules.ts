// The types of the table's rules: how a number of each kind is read. Their meaning is in
// crates/identifier/KINDS.md; number.ts and the modules it uses apply them.

import table from "../../../crates/identifier/kinds.json?rules";

export interface Rules {
  readonly separators?: string;
  readonly prefixes?: readonly string[];
  readonly pad?: { readonly from: number; readonly to: number };
  readonly strip_zeros_to?: number;
  readonly prepare?: "cr-parts";
  readonly forms: readonly Form[];
}

export interface Form {
  readonly pattern: string;
  readonly becomes?: readonly RewriteStep[];
  readonly where?: readonly Condition[];
  readonly never?: readonly ("palindrome" | "idnr-repeats")[];
  readonly birth?: Birth;
  readonly checks?: readonly Check[];
  readonly keep?: number;
}

export type RewriteStep =
  | { readonly insert: string; readonly at: number }
  | { readonly remove: number; readonly at: number }
  | { readonly replace: string; readonly with: string; readonly at: number }
  | { readonly century: number; readonly at: number }
  | { readonly append: "check" };

/** Words and ranges of words, such as `01-48 51 52`. */
export type Words = string;

export interface Condition {
  readonly at: number;
  readonly in?: Words;
  readonly not?: Words;
  /** Applies to running text only, which this client never reads. */
  readonly text?: boolean;
}

export type Birth = { readonly named: "codice-fiscale" } | BirthDigits;

export interface BirthDigits {
  readonly at: number;
  /** `Y`, `M` and `D` for the digits of year, month and day. */
  readonly form: string;
  readonly days?: readonly Shift[];
  readonly months?: readonly Shift[];
  readonly centuries?: readonly { readonly if?: readonly Condition[]; readonly add: number | readonly number[] }[];
}

export interface Shift {
  readonly in: Words;
  readonly minus: number;
}

export type Check =
  | Weighted
  | Modulo
  | { readonly algorithm: "luhn"; readonly from?: number }
  | { readonly algorithm: "verhoeff" }
  | {
      readonly algorithm: "iso7064-pure";
      readonly modulus: number;
      readonly radix: number;
      readonly characters: string;
    }
  | { readonly algorithm: "iso7064-hybrid"; readonly modulus: number }
  | { readonly algorithm: "be-nn" | "codice-fiscale" };

/** The values of characters. */
export interface Values {
  readonly alphabet?: string;
  readonly letters?: LetterValues | readonly LetterValues[];
}

type LetterValues = Readonly<Record<string, number>>;

export interface Weighted extends Values {
  readonly algorithm: "weighted";
  readonly weights: readonly number[];
  readonly plus?: number;
  readonly modulus: number;
  readonly digits?: string;
  readonly equals?: number;
  readonly at?: number;
  readonly second?: { readonly weights: readonly number[]; readonly digits: string };
}

export interface Modulo extends Values {
  readonly algorithm: "modulo";
  readonly over: readonly (readonly [from: number, to: number])[];
  readonly modulus: number;
  readonly digits?: string;
  readonly width?: number;
  readonly complement?: number;
  readonly zero?: number;
  readonly at?: number;
}

const rules = new Map((table as readonly (Rules & { readonly name: string })[]).map((entry) => [entry.name, entry]));

/** Every kind in the table but phones has rules. */
export function rulesOf(kindName: string): Rules {
  const found = rules.get(kindName);
  if (found === undefined) throw new Error(`no rules for ${kindName}`);
  return found;
}
