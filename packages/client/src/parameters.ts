// Reads the parameters of an index from JSON, checks them against each other, and refuses what a
// client must refuse. Callers can rely on the result without checking again.

import { MAX_PREFIX_BITS } from "./anonymity.js";
import { fromBase64url, sameBytes } from "./encoding.js";
import { Refused } from "./errors.js";
import { type Fields, integer, list, malformed, matching, record, strings } from "./fields.js";
import { ELEMENT_BYTES, NONCE_BYTES, RANGE_HEADER_BYTES, SUITE, VERIFIABLE_MODE } from "./suite.js";
import { FIRST_VERSION } from "./versions.js";

/** No real range is this large. A server must not be able to fill a phone's memory. */
const MAX_RANGE_BYTES = 64 * 1024 * 1024;
const MAX_ENTRIES = MAX_RANGE_BYTES / 8;
/** Canonical versions have two bytes. */
const MAX_VERSION = 65_535;

/** The size of all ranges with prefixes of one length. */
export interface RangeSize {
  /** The most entries in a range. */
  readonly entries: number;
  /** The bytes of every packed range. */
  readonly bytes: number;
}

export interface ServiceParameters {
  readonly index: string;
  readonly epoch: number;
  readonly scheme: "voprf" | "sha256";
  /** Null in the unkeyed scheme. */
  readonly publicKey: Uint8Array | null;
  readonly digestBits: number;
  /** Bits of the longest served prefix. */
  readonly longestPrefix: number;
  readonly sealBits: number;
  readonly nonce: Uint8Array;
  /** Day of the newest leak, YYYY-MM-DD; null for an empty index. */
  readonly updated: string | null;
  /** By prefix length in bits. */
  readonly ranges: ReadonlyMap<number, RangeSize>;
  readonly kinds: readonly string[];
  /** By kind: the canonical versions in which the index holds it, usually one. */
  readonly canonicalVersions: ReadonlyMap<string, readonly number[]>;
}

export interface Acceptance {
  /** The public key, obtained by other means; any other is refused. */
  readonly pinnedKey?: Uint8Array | undefined;
  /** For closed networks: accept plain SHA-256. */
  readonly allowUnkeyed?: boolean | undefined;
}

/** @throws {Refused} for what a client refuses; {@link Unfinished} for a malformed answer. */
export function readParameters(json: unknown, acceptance: Acceptance): ServiceParameters {
  const fields = record(json);
  const scheme = readScheme(fields, acceptance);
  const publicKey = scheme === "voprf" ? readKey(fields) : null;
  refuseOtherKey(publicKey, acceptance);
  const longest = integer(fields, "prefix_bits", 4, 64);
  if (longest > MAX_PREFIX_BITS) throw new Refused("prefix-too-long");
  const digestBits = integer(fields, "digest_bits", 32, 64);
  const sealBits = integer(fields, "seal_bits", 0, 32);
  if (digestBits % 4 !== 0 || sealBits % 4 !== 0) throw malformed("digest_bits or seal_bits");
  const canonicalVersions = readKinds(fields);
  return {
    index: matching(fields, "index", /^[0-9a-f]{32}$/),
    // The unkeyed scheme has no key, and therefore no epochs.
    epoch: integer(fields, "epoch", scheme === "voprf" ? 1 : 0, Number.MAX_SAFE_INTEGER),
    scheme,
    publicKey,
    digestBits,
    longestPrefix: longest,
    sealBits,
    nonce: bytes(fields, "nonce", NONCE_BYTES),
    updated: fields.updated === null ? null : matching(fields, "updated", /^\d{4}-\d{2}-\d{2}$/),
    ranges: readRanges(fields, longest),
    kinds: [...canonicalVersions.keys()],
    canonicalVersions,
  };
}

/** The versions of each kind. A service that says none was there before the second. */
function readKinds(fields: Fields): Map<string, number[]> {
  const kinds = list(fields, "kinds").map(record);
  return new Map(kinds.map((kind) => [matching(kind, "kind", /./), readVersions(kind)]));
}

function readVersions(kind: Fields): number[] {
  const name = "canonical_versions";
  if (kind[name] === undefined) return [FIRST_VERSION];
  const versions = list(kind, name).map((version) => integer({ version }, "version", FIRST_VERSION, MAX_VERSION));
  if (versions.length === 0) throw malformed(name);
  return versions;
}

function readScheme(fields: Fields, acceptance: Acceptance): ServiceParameters["scheme"] {
  const { scheme } = fields;
  if (scheme !== "voprf" && scheme !== "sha256") throw malformed("scheme");
  if (scheme === "sha256" && acceptance.allowUnkeyed !== true) throw new Refused("unkeyed");
  return scheme;
}

function refuseOtherKey(publicKey: Uint8Array | null, { pinnedKey }: Acceptance): void {
  if (pinnedKey === undefined) return;
  if (publicKey === null || !sameBytes(pinnedKey, publicKey)) throw new Refused("key-mismatch");
}

function readKey(fields: Fields): Uint8Array {
  if (fields.suite !== SUITE || fields.mode !== VERIFIABLE_MODE) throw malformed("suite or mode");
  return bytes(fields, "public_key", ELEMENT_BYTES);
}

function bytes(fields: Fields, name: string, length: number): Uint8Array {
  const value = fromBase64url(fields[name], length);
  if (value === null) throw malformed(name);
  return value;
}

/**
 * The sizes of packed ranges, the form that this client requests. That a range has its size is
 * checked when it arrives.
 */
function readRanges(fields: Fields, longest: number): Map<number, RangeSize> {
  const packed = record(record(fields.range_bytes).bin);
  const ranges = new Map<number, RangeSize>();
  const lines = record(fields.range_lines);
  for (const text of Object.keys(lines)) {
    const bits = Number(text);
    if (String(bits) !== text || bits < 4 || bits % 4 !== 0 || bits > longest) throw malformed("range_lines");
    const entries = integer(lines, text, 0, MAX_ENTRIES);
    ranges.set(bits, { entries, bytes: integer(packed, text, RANGE_HEADER_BYTES, MAX_RANGE_BYTES) });
  }
  if (!ranges.has(longest)) throw malformed("range_lines");
  return ranges;
}

/** `{"source_sets": [[slug, …], …]}` of exactly this index; null if it is of another. */
export function readSourceSets(json: unknown, index: string): string[][] | null {
  const fields = record(json);
  if (fields.index !== index) return null;
  return list(fields, "source_sets").map((set) => {
    if (!Array.isArray(set)) throw malformed("source_sets");
    return strings(set, "source_sets");
  });
}

/**
 * Whether prefixes under both are the same. The epoch is only a number that the server names; the
 * key is what matters.
 */
export function sameKey(a: ServiceParameters, b: ServiceParameters): boolean {
  const none = new Uint8Array();
  return a.epoch === b.epoch && sameBytes(a.publicKey ?? none, b.publicKey ?? none);
}

/** The size of ranges for prefixes of this length, which must be served. */
export function rangeSizeOf({ ranges }: ServiceParameters, prefix: string): RangeSize {
  return ranges.get(prefix.length * 4) as RangeSize;
}
