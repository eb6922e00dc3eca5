// Where the shared vectors are, and the types of their fields. Rust reads the same files.

import { readFileSync } from "node:fs";

export interface IdentifierCase {
  readonly kind: string;
  readonly region?: string;
  readonly input: string;
  readonly canonical?: readonly string[];
  readonly rejected?: string;
}

export interface IdentifierVectors {
  readonly today: string;
  readonly cases: readonly IdentifierCase[];
}

/**
 * An input, and what `exposure canonical` prints for it: forms separated by tabs, or a reason after
 * `!`.
 */
export type Printed = readonly [input: string, printed: string];

/**
 * Written by tools/vectors: by kind, checked against python-stdnum; by region, checked against the
 * original libphonenumber.
 */
export interface NationalIdVectors {
  readonly today: string;
  readonly kinds: Readonly<Record<string, readonly Printed[]>>;
}

export interface PhoneVectors {
  readonly today: string;
  readonly regions: Readonly<Record<string, readonly Printed[]>>;
}

/**
 * How texts are understood: a canonical form or `!reason`, and `COUNTRY +number` for the others.
 */
export interface UnderstoodVectors {
  readonly cases: readonly {
    readonly text: string;
    readonly region: string;
    readonly home?: readonly string[];
    readonly reading: string;
    readonly country?: string | null;
    readonly international?: string;
    readonly known?: boolean;
    readonly others: readonly string[];
  }[];
}

/** Byte strings are lower-case hex. */
export interface ProtocolVectors {
  readonly secret_key: string;
  readonly public_key: string;
  readonly digest_bits: number;
  readonly prefix_bits: number;
  readonly seal_bits: number;
  readonly nonce: string;
  readonly examples: readonly {
    readonly input: string;
    readonly blind: string;
    readonly blinded_element: string;
    readonly evaluated_element: string;
    readonly proof: string;
    readonly y: string;
    readonly tag: string;
    readonly prefix: string;
    readonly suffix: string;
    readonly source_set: number;
    readonly seal: string;
    readonly range_line: string;
  }[];
}

/** Packed ranges, and invalid bodies made of some of them. Bytes are lower-case hex. */
export interface PackedVectors {
  readonly ranges: readonly {
    readonly what: string;
    readonly index: string;
    readonly nonce: string;
    readonly digest_bits: number;
    readonly prefix_bits: number;
    readonly seal_bits: number;
    readonly range_lines: number;
    readonly range_bytes: number;
    readonly prefix: string;
    readonly body: string;
    readonly entries: readonly (readonly [suffix: string, seal: string])[];
  }[];
  readonly refused: readonly { readonly what: string; readonly range: number; readonly body: string }[];
}

/** Appendix A.1.2 of the RFC; byte strings are lower-case hex. */
export interface Rfc9497Vectors {
  readonly public_key: string;
  readonly vectors: readonly {
    readonly inputs: readonly string[];
    readonly blinds: readonly string[];
    readonly blinded_elements: readonly string[];
    readonly evaluated_elements: readonly string[];
    readonly proof: string;
    readonly outputs: readonly string[];
  }[];
}

// Relative to the bundled test, in build/unit/.
const folder = new URL("../../../../tests/vectors", import.meta.url);

export function readVectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`${folder}/${name}`), "utf8")) as T;
}
