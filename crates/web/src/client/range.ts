// Owns the text form of a range: the announced size of one, and the strict reading of one.
// A body that is not exactly what was announced could be cut off just before the line that matters,
// so it is never read as "not found". The packed form (.bin) is not read here.

import { Unfinished } from "./errors.js";

export interface RangeShape {
  readonly digestBits: number;
  readonly sealBits: number;
  /** Lines of every range with prefixes this long, padding counted. */
  readonly lines: number;
}

export interface RangeRequest extends RangeShape {
  readonly index: string;
  readonly prefix: string;
}

export interface Entry {
  readonly suffix: string;
  /** Hex; empty where the index holds one source set only. */
  readonly seal: string;
}

const LINE_END = "\r\n";

/** Bytes of every range of this shape: one length for all, or the length would tell. */
export function rangeBytes(shape: RangeShape, prefixBits: number): number {
  const header = headerOf("0".repeat(32), "0".repeat(prefixBits / 4));
  return header.length + shape.lines * (lineWidth(shape, prefixBits) + LINE_END.length);
}

/**
 * All entries of one range.
 * @throws {Unfinished} for any other size, index, prefix, line, order or padding than announced.
 */
export function decodeRange(body: Uint8Array, request: RangeRequest): Entry[] {
  const prefixBits = request.prefix.length * 4;
  const header = headerOf(request.index, request.prefix);
  if (body.length !== rangeBytes(request, prefixBits)) throw misshapen("the size is not the announced one");
  // One character a byte: what is not ASCII stays visible as such, and fails the line's pattern.
  const text = new TextDecoder("latin1").decode(body);
  if (!text.startsWith(header)) throw misshapen("the first line names another index or prefix");
  return readLines(text.slice(header.length), request, lineWidth(request, prefixBits));
}

function readLines(text: string, request: RangeRequest, width: number): Entry[] {
  const suffixDigits = (request.digestBits - request.prefix.length * 4) / 4;
  const pattern = linePattern(suffixDigits, request.sealBits / 4);
  const padding = "~".repeat(width);
  const entries: Entry[] = [];
  let previous = "";
  for (let at = 0; at < text.length; at += width + LINE_END.length) {
    const line = text.slice(at, at + width);
    if (text.slice(at + width, at + width + LINE_END.length) !== LINE_END) throw misshapen("a line has another width");
    if (line !== padding && !pattern.test(line)) throw misshapen("a line is neither an entry nor padding");
    // `~` sorts behind every digit, so one comparison keeps entries in order and padding behind them.
    // Equal lines are allowed: two digests can share a tag, and then their seals can be equal too.
    if (line < previous) throw misshapen("the lines are not in order");
    previous = line;
    if (line !== padding) entries.push({ suffix: line.slice(0, suffixDigits), seal: line.slice(suffixDigits + 1) });
  }
  return entries;
}

function headerOf(index: string, prefix: string): string {
  return `#exposure-range 1 ${index} ${prefix}${LINE_END}`;
}

function lineWidth(shape: RangeShape, prefixBits: number): number {
  const seal = shape.sealBits === 0 ? 0 : 1 + shape.sealBits / 4;
  return (shape.digestBits - prefixBits) / 4 + seal;
}

function linePattern(suffixDigits: number, sealDigits: number): RegExp {
  const seal = sealDigits === 0 ? "" : `:[0-9a-f]{${sealDigits}}`;
  return new RegExp(`^[0-9a-f]{${suffixDigits}}${seal}$`);
}

function misshapen(what: string): Unfinished {
  return new Unfinished("shape", `range: ${what}`);
}
