// A small service in memory that speaks the protocol, for tests of what a client does with its
// answers. It is not a model of the real one: it has no quotas and no files, and can be
// configured to misbehave.

import { ristretto255_oprf } from "@noble/curves/ed25519.js";
import { fromBase64url, toBase64url, toHex } from "../src/encoding.js";
import { kindNamed } from "../src/kinds.js";
import { blind, finalize, inputOf, sha256Digest, tagOf, unseal } from "../src/protocol.js";
import type { Entry } from "../src/range.js";
import { canonicalVersionOf } from "../src/versions.js";
import { packed, padded } from "./pack.js";

const { voprf } = ristretto255_oprf;

export interface Member {
  readonly kind: string;
  readonly canonical: string;
  readonly set: number;
}

export interface FakeOptions {
  readonly members: readonly Member[];
  readonly sets?: readonly (readonly string[])[];
  readonly catalogue?: readonly unknown[];
  /** Replaces an answer; `undefined` keeps it. */
  readonly tamper?: (path: string, answer: Response) => Promise<Response | undefined> | Response | undefined;
  readonly parameters?: Record<string, unknown>;
  /** By kind: the canonical versions in which the index holds it, if not this client's. */
  readonly versions?: Readonly<Record<string, readonly number[]>>;
  /** Plain SHA-256, and seals that are plain set numbers. */
  readonly unkeyed?: boolean;
  /** How many elements one request may have, as announced under `v1/limits` and `v1/account`. */
  readonly batch?: number;
  /** Another seed means another key. */
  readonly seed?: number;
}

export class FakeService {
  readonly keys;
  readonly nonce = new Uint8Array(16).fill(7);
  /** The id of the index; ranges of any other are gone. */
  index = "00112233445566778899aabbccddeeff";
  readonly digestBits = 40;
  readonly sealBits = 4;
  readonly served = [4, 8];
  /** Requested paths, in order. */
  readonly log: string[] = [];
  readonly bodies: string[] = [];
  /** Paths that came with `Authorization`, and its value. */
  readonly authorised: [path: string, value: string][] = [];
  readonly #ranges = new Map<string, Entry[]>();

  constructor(readonly options: FakeOptions) {
    this.keys = voprf.deriveKeyPair(new Uint8Array(32).fill(options.seed ?? 1), new Uint8Array());
    for (const member of options.members) this.#add(member);
    const text = ({ suffix, seal }: Entry) => suffix + seal;
    for (const entries of this.#ranges.values()) entries.sort((a, b) => (text(a) < text(b) ? -1 : 1));
  }

  #add({ kind, canonical, set }: Member): void {
    const y = this.#digest(kind, canonical);
    const seal = this.options.unkeyed ? set.toString(16) : unseal(set.toString(16), y, this.nonce).toString(16);
    for (const bits of this.served) {
      const { prefix, suffix } = tagOf(y, this.digestBits, bits);
      this.#ranges.set(prefix, [...(this.#ranges.get(prefix) ?? []), { suffix, seal }]);
    }
  }

  /** Replaces the global fetch. */
  readonly fetch = async (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const path = new URL(String(input)).pathname.slice(1);
    this.log.push(path);
    if (typeof init?.body === "string") this.bodies.push(init.body);
    const authorisation = new Headers(init?.headers).get("authorization");
    if (authorisation !== null) this.authorised.push([path, authorisation]);
    const answer = this.#answer(path, init);
    return (await this.options.tamper?.(path, answer.clone())) ?? answer;
  };

  #answer(path: string, init?: RequestInit): Response {
    if (path === "v1/parameters") return Response.json(this.parameters());
    if (path === "v1/source-sets")
      return Response.json({
        index: this.index,
        source_sets: this.options.sets ?? [["harbour"], ["harbour", "lantern"]],
      });
    if (path === "v1/breaches")
      return Response.json({ breaches: this.options.catalogue ?? [{ slug: "harbour" }, { slug: "lantern" }] });
    if (path === "v1/evaluate") return Response.json(this.#evaluate(JSON.parse(String(init?.body))));
    if (path === "v1/limits" || path === "v1/account") return Response.json({ batch: this.options.batch ?? 8 });
    const range = /^v1\/range\/([0-9a-f]{32})\/([0-9a-f]+)\.bin$/.exec(path);
    if (range?.[1] === this.index && range[2] !== undefined) return new Response(this.range(range[2]));
    return new Response(null, { status: 404 });
  }

  parameters(): Record<string, unknown> {
    const lines = Object.fromEntries(this.served.map((bits) => [bits, this.#most(bits, ({ length }) => length)]));
    const bin = Object.fromEntries(this.served.map((bits) => [bits, this.#bytes(bits)]));
    const { digestBits, sealBits } = this;
    const held = new Set(["phone", "cn.ric", ...this.options.members.map(({ kind }) => kind)]);
    const kinds = [...held].map((kind) => ({
      kind,
      possible: kindNamed(kind).possible,
      canonical_versions: this.options.versions?.[kind] ?? [canonicalVersionOf(kind)],
    }));
    return {
      index: this.index,
      epoch: 1,
      scheme: "voprf",
      suite: "ristretto255-SHA512",
      mode: 1,
      public_key: toBase64url(this.keys.publicKey),
      digest_bits: digestBits,
      prefix_bits: Math.max(...this.served),
      seal_bits: sealBits,
      nonce: toBase64url(this.nonce),
      records: this.options.members.length,
      updated: "2026-05-02",
      range_lines: lines,
      range_bytes: { bin },
      kinds,
      ...(this.options.unkeyed ? { scheme: "sha256", epoch: 0, suite: null, mode: null, public_key: null } : {}),
      ...this.options.parameters,
    };
  }

  /** The largest of all ranges of this prefix length. */
  #most(bits: number, size: (entries: readonly Entry[], prefix: string) => number): number {
    const empty = size([], "f".repeat(bits / 4));
    return Math.max(
      empty,
      ...[...this.#ranges]
        .filter(([prefix]) => prefix.length * 4 === bits)
        .map(([prefix, entries]) => size(entries, prefix)),
    );
  }

  #bytes(bits: number): number {
    return this.#most(bits, (entries, prefix) => this.#packed(prefix, entries).length);
  }

  /** Leaves are as deep as the longest served prefix. */
  #packed(prefix: string, entries: readonly Entry[]): Uint8Array {
    const { digestBits, sealBits, nonce, index } = this;
    const depth = Math.max(...this.served);
    return packed({ index, digestBits, sealBits, nonce, depth, lowBits: digestBits - depth - 2 }, prefix, entries);
  }

  #evaluate(request: { epoch: number; blinded_elements: string[] }): unknown {
    if (request.blinded_elements.length > (this.options.batch ?? 8)) return {};
    const elements = request.blinded_elements.map((text) => fromBase64url(text, 32) ?? new Uint8Array());
    const { evaluated, proof } = voprf.blindEvaluateBatch(this.keys.secretKey, this.keys.publicKey, elements);
    return { epoch: request.epoch, evaluated_elements: evaluated.map(toBase64url), proof: toBase64url(proof) };
  }

  range(prefix: string): Uint8Array<ArrayBuffer> {
    return new Uint8Array(padded(this.#packed(prefix, this.#ranges.get(prefix) ?? []), this.#bytes(prefix.length * 4)));
  }

  /** The digest of an identifier, which only the owner of the key can make. */
  digest(kind: string, canonical: string): string {
    return toHex(this.#digest(kind, canonical));
  }

  #digest(kind: string, canonical: string): Uint8Array {
    if (this.options.unkeyed) return sha256Digest(inputOf(kind, canonical));
    const blinded = blind(inputOf(kind, canonical));
    const { evaluated, proof } = voprf.blindEvaluate(this.keys.secretKey, this.keys.publicKey, blinded.element);
    return finalize(blinded, evaluated, proof, this.keys.publicKey);
  }
}

/** Sends each request to the service of its host. */
export function routed(services: Readonly<Record<string, FakeService>>): typeof fetch {
  return async (input, init) => {
    const service = services[new URL(String(input)).host];
    if (service === undefined) throw new TypeError("no such host");
    return service.fetch(input, init);
  };
}

/** The answer with its JSON changed. */
export async function edit(answer: Response, change: (json: Record<string, unknown>) => unknown): Promise<Response> {
  return Response.json(change((await answer.json()) as Record<string, unknown>));
}
