// Decodes packed ranges (docs/protocol.md) and looks suffixes up in them. A body that differs from
// what was announced could lack the one entry that matters, so it is an error and never "not
// found". The text form (.txt) is not read here.

import { crc32c } from "./crc32c.js";
import { toHex } from "./encoding.js";
import { Unfinished } from "./errors.js";
import { RANGE_HEADER_BYTES } from "./suite.js";

/** What all ranges of an index and prefix length have in common, as the service announced it. */
export interface RangeLayout {
  readonly digestBits: number;
  readonly sealBits: number;
  /** Bits of the longest served prefix. */
  readonly longestPrefix: number;
  readonly nonce: Uint8Array;
  /** The most entries in a range of this prefix length. */
  readonly entries: number;
  /** The bytes of every range of this prefix length. */
  readonly bytes: number;
}

export interface RangeRequest extends RangeLayout {
  readonly index: string;
  readonly prefix: string;
}

export interface Entry {
  readonly suffix: string;
  /** Hex; empty if the index has only one source set. */
  readonly seal: string;
}

const MAGIC = "EXPRANGE";
const VERSION = 1;
/** Checksum and count. */
const LEAF_HEAD_BYTES = 8;
/** Limits of an index's widths (crates/index/FORMAT.md). */
const LOW_BITS_MIN = 8;
const HIGH_BITS_MAX = 24;
/**
 * Fields are read in parts of at most this width: with up to 7 bits before them in their first
 * byte, they stay exact numbers.
 */
const PART_BITS = 30;

/** Widths that the header states in addition to the announced ones. */
interface Widths {
  /** Bits of a leaf's prefix beyond the range's. */
  readonly below: number;
  readonly highBits: number;
  readonly lowBits: number;
}

/**
 * The entries of a range, in compact form: there are thousands, and usually none is the one looked
 * for.
 */
export interface Entries {
  readonly length: number;
  /** The suffix and the seal at a position, in hex. */
  at(place: number): Entry;
  /** The seals of all entries with this suffix. Compares every entry. */
  seals(suffix: string): string[];
}

/**
 * Decodes all entries of one range.
 * @throws {Unfinished} if size, index, prefix, widths, checksums, order or padding differ from
 *   what was announced.
 */
export function decodeRange(body: Uint8Array, request: RangeRequest): Entries {
  if (body.length !== request.bytes || body.length < RANGE_HEADER_BYTES)
    throw malformedRange("the size is not the announced one");
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const widths = readHeader(body, view, request);
  const end = RANGE_HEADER_BYTES + view.getUint32(40, true);
  if (view.getUint32(44, true) !== 0 || end > body.length) throw malformedRange("the leaves are longer than the range");
  if (body.subarray(end).some((byte) => byte !== 0)) throw malformedRange("the padding is not zero");
  const leaves = 2 ** widths.below;
  // The smallest leaf has nine bytes, so no loop is longer than the body, whatever the header says.
  if (leaves * (LEAF_HEAD_BYTES + 1) > body.length) throw malformedRange("there are fewer leaves than the header says");
  const found = new PackedEntries(request, widths);
  const first = parseInt(request.prefix, 16) * leaves;
  let at = RANGE_HEADER_BYTES;
  for (let leaf = 0; leaf < leaves; leaf++) at = found.readLeaf(body.subarray(at, end), leaf, first + leaf) + at;
  if (at !== end) throw malformedRange("trailing bytes after the leaves");
  return found;
}

function readHeader(body: Uint8Array, view: DataView, request: RangeRequest): Widths {
  const magic = String.fromCharCode(...body.subarray(0, MAGIC.length));
  if (magic !== MAGIC || view.getUint16(8, true) !== VERSION) throw malformedRange("unknown format or version");
  const [prefixBits = 0, depth = 0, digestBits, sealBits, lowBits = 0, zero] = body.subarray(10, 16);
  const asked =
    toHex(body.subarray(16, 32)) === request.index &&
    prefixBits === request.prefix.length * 4 &&
    view.getUint32(32, true) === parseInt(request.prefix, 16) &&
    view.getUint32(36, true) === 0;
  if (!asked) throw malformedRange("belongs to another index or prefix");
  const highBits = request.digestBits - depth - lowBits;
  const sound =
    zero === 0 &&
    digestBits === request.digestBits &&
    sealBits === request.sealBits &&
    depth % 4 === 0 &&
    depth >= prefixBits &&
    Math.min(depth, 16) === request.longestPrefix &&
    lowBits >= LOW_BITS_MIN &&
    highBits >= 0 &&
    highBits <= HIGH_BITS_MAX;
  if (!sound) throw malformedRange("the widths are not the announced ones");
  return { below: depth - prefixBits, highBits, lowBits };
}

/**
 * Entries by the parts of their suffixes: leaf and bucket together, then the low bits in two parts.
 * Each part is an exact number.
 */
class PackedEntries implements Entries {
  readonly #request: RangeRequest;
  readonly #widths: Widths;
  readonly #fronts: Float64Array;
  readonly #uppers: Uint32Array;
  readonly #lowers: Uint32Array;
  readonly #seals: Uint32Array;
  length = 0;

  constructor(request: RangeRequest, widths: Widths) {
    this.#request = request;
    this.#widths = widths;
    // An entry takes more than one byte of its leaf, so the memory is bounded by a small multiple
    // of the body, whatever was announced.
    const most = Math.min(request.entries, request.bytes);
    this.#fronts = new Float64Array(most);
    [this.#uppers, this.#lowers, this.#seals] = [new Uint32Array(most), new Uint32Array(most), new Uint32Array(most)];
  }

  at(place: number): Entry {
    const { lowBits } = this.#widths;
    const low = (BigInt(this.#uppers[place] ?? 0) << BigInt(PART_BITS)) | BigInt(this.#lowers[place] ?? 0);
    const suffix = (BigInt(this.#fronts[place] ?? 0) << BigInt(lowBits)) | low;
    return { suffix: suffix.toString(16).padStart(this.#suffixBits() / 4, "0"), seal: this.#seal(place) };
  }

  seals(suffix: string): string[] {
    const sought = BigInt(`0x${suffix}`);
    const front = Number(sought >> BigInt(this.#widths.lowBits));
    const low = BigInt.asUintN(this.#widths.lowBits, sought);
    const [upper, lower] = [Number(low >> BigInt(PART_BITS)), Number(BigInt.asUintN(PART_BITS, low))];
    const seals: string[] = [];
    for (let i = 0; i < this.length; i++) {
      if (this.#fronts[i] === front && this.#uppers[i] === upper && this.#lowers[i] === lower)
        seals.push(this.#seal(i));
    }
    return seals;
  }

  /** Reads the entries of the leaf at the start of `bytes`, and returns the leaf's length. */
  readLeaf(bytes: Uint8Array, leaf: number, place: number): number {
    const { highBits, lowBits } = this.#widths;
    const { sealBits, nonce, entries } = this.#request;
    const buckets = 2 ** highBits;
    const [stored, count] = [number(bytes, 0, 4), number(bytes, 4, 4)];
    const [high, low] = [Math.ceil((count + buckets) / 8), Math.ceil((count * lowBits) / 8)];
    const [lowAt, sealsAt] = [LEAF_HEAD_BYTES + high, LEAF_HEAD_BYTES + high + low];
    const length = sealsAt + Math.ceil((count * sealBits) / 8);
    if (bytes.length < length) throw malformedRange("a leaf is truncated");
    if (stored !== checksum(nonce, place, bytes.subarray(4, length)))
      throw malformedRange("a leaf's checksum does not match");
    if (this.length + count > entries) throw malformedRange("there are more entries than announced");
    // The last high bit is the zero that ends the last bucket. Bits after the end of a field are
    // unused.
    const unused =
      read(bytes.subarray(0, lowAt), LEAF_HEAD_BYTES * 8 + count + buckets - 1, 8) +
      read(bytes.subarray(0, sealsAt), lowAt * 8 + count * lowBits, 8) +
      read(bytes.subarray(0, length), sealsAt * 8 + count * sealBits, 8);
    if (unused !== 0) throw malformedRange("unused bits of a leaf are not zero");
    let n = 0;
    for (let bit = 0; bit < high * 8; bit++) {
      if ((((bytes[LEAF_HEAD_BYTES + (bit >> 3)] ?? 0) >> (bit & 7)) & 1) === 0) continue;
      if (n === count) throw malformedRange("a leaf has more entries than its count");
      const lowBit = lowAt * 8 + n * lowBits;
      const upper = lowBits > PART_BITS ? read(bytes, lowBit + PART_BITS, lowBits - PART_BITS) : 0;
      const seal = sealBits === 0 ? 0 : read(bytes, sealsAt * 8 + n * sealBits, sealBits);
      this.#push(leaf * buckets + bit - n, upper, read(bytes, lowBit, Math.min(lowBits, PART_BITS)), seal);
      n++;
    }
    if (n !== count) throw malformedRange("a leaf has fewer entries than its count");
    return length;
  }

  /**
   * Entries ascend by suffix, then by seal. Equal ones are allowed: two digests can share a tag,
   * and even a seal.
   */
  #push(front: number, upper: number, lower: number, seal: number): void {
    const last = this.length - 1;
    const steps = [
      front - (this.#fronts[last] ?? 0),
      upper - (this.#uppers[last] ?? 0),
      lower - (this.#lowers[last] ?? 0),
      seal - (this.#seals[last] ?? 0),
    ];
    if ((steps.find((step) => step !== 0) ?? 0) < 0) throw malformedRange("the entries are not in order");
    this.#fronts[this.length] = front;
    this.#uppers[this.length] = upper;
    this.#lowers[this.length] = lower;
    this.#seals[this.length] = seal;
    this.length++;
  }

  #suffixBits(): number {
    return this.#request.digestBits - this.#request.prefix.length * 4;
  }

  #seal(place: number): string {
    const { sealBits } = this.#request;
    return sealBits === 0 ? "" : (this.#seals[place] ?? 0).toString(16).padStart(sealBits / 4, "0");
  }
}

/** CRC-32C over nonce ‖ position of the leaf (8 bytes) ‖ the leaf after its checksum. */
function checksum(nonce: Uint8Array, place: number, leaf: Uint8Array): number {
  const where = new DataView(new ArrayBuffer(8));
  where.setUint32(0, place % 2 ** 32, true);
  where.setUint32(4, Math.floor(place / 2 ** 32), true);
  return crc32c(nonce, new Uint8Array(where.buffer), leaf);
}

/**
 * The number of `width` bits (at most 32) that starts at bit `at`, least significant bit first.
 * Bits after the end are zero.
 */
function read(bytes: Uint8Array, at: number, width: number): number {
  const start = Math.floor(at / 8);
  return Math.floor(number(bytes, start, 5) / 2 ** (at % 8)) % 2 ** width;
}

/** A little-endian number of `width` bytes, at most 6. */
function number(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let i = width - 1; i >= 0; i--) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}

function malformedRange(what: string): Unfinished {
  return new Unfinished("shape", `range: ${what}`);
}
