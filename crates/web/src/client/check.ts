// Owns the order of a check: everything that could depend on the answer is fetched before the question,
// and nothing is requested after a match. Arithmetic, reading and refusing live in the files it uses.

import { choosePrefixBits, possibleIdentifiers } from "./anonymity.js";
import { normalise, type NormaliseOptions } from "./canonical.js";
import { bareBreach, readCatalogue, type Breach } from "./catalogue.js";
import { fromBase64url, toBase64url } from "./encoding.js";
import { EpochChanged, Refused, Rejected, Unfinished } from "./errors.js";
import { list, record, senseless } from "./fields.js";
import { GONE, Service, type Fetch } from "./http.js";
import { kindNamed, mask } from "./kinds.js";
import { readParameters, readSourceSets, type Acceptance, type Parameters } from "./parameters.js";
import { blind, ELEMENT_BYTES, finalise, inputOf, PROOF_BYTES, sha256Digest, tagOf, unseal } from "./protocol.js";
import { decodeRange, rangeBytes } from "./range.js";

const NO_KEY = new Uint8Array();

export type Step = "scramble" | "ask" | "verify" | "compare";

export interface CheckOptions extends Acceptance, Pick<NormaliseOptions, "region"> {
  /** Where the service is; its API is below `v1/`. */
  readonly server: string | URL;
  readonly kind: string;
  /** One identifier, in any spelling. */
  readonly text: string;
  /** Told before each step begins, and waited for. */
  readonly onStep?: (step: Step) => void | Promise<void>;
}

/** What left this device, to be shown to the person it belongs to. */
export interface Sent {
  /** Null in the unkeyed scheme, which sends none. */
  readonly element: Uint8Array | null;
  readonly prefix: string;
  readonly prefixBits: number;
  /** Entries that came back, padding counted. */
  readonly lines: number;
  readonly bytes: number;
  /** Possible identifiers that share this prefix. */
  readonly possible: number;
}

export interface Outcome {
  /** The identifier as it may be shown. */
  readonly masked: string;
  readonly found: boolean;
  /** The leaks it is in; null when it was found and its source cannot be determined. */
  readonly breaches: readonly Breach[] | null;
  /** The leaks that the index holds, found or not. */
  readonly held: readonly Breach[];
  readonly updated: string | null;
  readonly sent: Sent;
}

interface Identifier {
  readonly canonical: string;
  readonly input: Uint8Array;
  readonly kind: string;
  readonly possible: number;
}

interface Snapshot {
  readonly parameters: Parameters;
  readonly sets: readonly (readonly string[])[];
  readonly catalogue: readonly Breach[];
}

interface Digest {
  readonly element: Uint8Array | null;
  readonly y: Uint8Array;
}

/**
 * Asks whether one identifier is in a known leak. The server learns a prefix shared by at least 1,000
 * possible identifiers, and nothing else about it.
 * @throws {ExposureError} whenever there is no answer.
 */
export async function check(fetch: Fetch, options: CheckOptions): Promise<Outcome> {
  const identifier = await readIdentifier(options);
  const service = new Service(fetch, options.server);
  const first = await attempt(service, options, identifier);
  if ("answer" in first) return first.answer;
  // The index was replaced while we asked. Once more, as long as that reveals nothing new.
  const second = await attempt(service, options, identifier, first.revealed);
  if ("answer" in second) return second.answer;
  throw new Unfinished("moved", "the index was replaced twice during the check");
}

/** What the service and its index are, without asking about anybody. */
export async function readService(fetch: Fetch, server: string | URL, acceptance: Acceptance = {}): Promise<Parameters> {
  return readParameters(await new Service(fetch, server).json("v1/parameters"), acceptance);
}

async function readIdentifier(options: CheckOptions): Promise<Identifier> {
  const { kind, region } = options;
  const [canonical, another] = await normalise(kind, options.text, region === undefined ? {} : { region });
  // Two identifiers asked together narrow down one person.
  if (canonical === undefined || another !== undefined) throw new Rejected("several");
  return { canonical, kind, input: inputOf(kind, canonical), possible: await possibleIdentifiers(kind, canonical) };
}

/** That the server has seen a prefix, and under which key. */
interface Revealed {
  readonly under: Parameters;
  readonly prefixBits: number;
}

type Attempt = { readonly answer: Outcome } | { readonly revealed: Revealed | undefined };

async function attempt(service: Service, options: CheckOptions, identifier: Identifier, before?: Revealed): Promise<Attempt> {
  const snapshot = await readSnapshot(service, options);
  if (snapshot === GONE) return { revealed: before };
  const { parameters } = snapshot;
  if (!parameters.kinds.includes(identifier.kind)) throw new Refused("kind-not-served");
  const prefixBits = choosePrefixBits([...parameters.lines.keys()], identifier.possible);
  if (before !== undefined && !sameKey(before.under, parameters)) {
    throw new EpochChanged(identifier.possible / 2 ** (before.prefixBits + prefixBits));
  }
  const digest = await evaluate(service, options, parameters, identifier.input);
  if (digest === GONE) return { revealed: before };
  const answer = await compare(service, options, snapshot, identifier, digest, prefixBits);
  return answer === GONE ? { revealed: { under: parameters, prefixBits } } : { answer };
}

/** The number of the epoch is the server's word; the key is what prefixes depend on. */
function sameKey(a: Parameters, b: Parameters): boolean {
  return a.epoch === b.epoch && toBase64url(a.publicKey ?? NO_KEY) === toBase64url(b.publicKey ?? NO_KEY);
}

/** Parameters, source sets and catalogue: all of them, before anything is asked about anybody. */
async function readSnapshot(service: Service, options: CheckOptions): Promise<Snapshot | typeof GONE> {
  const parameters = readParameters(await service.json("v1/parameters"), options);
  const [sets, catalogue] = await Promise.all([service.json("v1/source-sets"), service.json("v1/breaches")]);
  const ofThisIndex = readSourceSets(sets, parameters.index);
  return ofThisIndex === null ? GONE : { parameters, sets: ofThisIndex, catalogue: readCatalogue(catalogue) };
}

async function evaluate(service: Service, options: CheckOptions, parameters: Parameters, input: Uint8Array): Promise<Digest | typeof GONE> {
  const { publicKey, epoch } = parameters;
  await options.onStep?.("scramble");
  if (publicKey === null) return { element: null, y: sha256Digest(input) };
  const blinded = blind(input);
  await options.onStep?.("ask");
  const answer = await service.post("v1/evaluate", { epoch, blinded_elements: [toBase64url(blinded.element)] });
  if (answer === GONE) return GONE;
  await options.onStep?.("verify");
  const fields = record(answer);
  const evaluated = list(fields, "evaluated_elements");
  const element = fromBase64url(evaluated[0], ELEMENT_BYTES);
  const proof = fromBase64url(fields.proof, PROOF_BYTES);
  if (fields.epoch !== epoch || evaluated.length !== 1 || element === null || proof === null) throw senseless("evaluation");
  return { element: blinded.element, y: finalise(blinded, element, proof, publicKey) };
}

async function compare(
  service: Service, options: CheckOptions, snapshot: Snapshot, identifier: Identifier, digest: Digest, prefixBits: number,
): Promise<Outcome | typeof GONE> {
  const { index, digestBits, sealBits, updated, lines: linesByBits } = snapshot.parameters;
  await options.onStep?.("compare");
  const tag = tagOf(digest.y, digestBits, prefixBits);
  const shape = { digestBits, sealBits, lines: linesByBits.get(prefixBits) ?? 0 };
  const size = rangeBytes(shape, prefixBits);
  const body = await service.bytes(`v1/range/${index}/${tag.prefix}.txt`, size);
  if (body === GONE) return GONE;
  const matches = decodeRange(body, { ...shape, index, prefix: tag.prefix }).filter((entry) => entry.suffix === tag.suffix);
  const { lines } = shape;
  const possible = Math.floor(identifier.possible / 2 ** prefixBits);
  return {
    masked: mask(kindNamed(identifier.kind), identifier.canonical),
    found: matches.length > 0,
    breaches: breachesBehind(matches.map((entry) => entry.seal), snapshot, digest.y),
    held: heldBreaches(snapshot),
    updated,
    sent: { element: digest.element, prefix: tag.prefix, prefixBits, lines, bytes: size, possible },
  };
}

/** The leaks of the one match; none for no match; null for several, of which only one can be ours. */
function breachesBehind(seals: readonly string[], snapshot: Snapshot, y: Uint8Array): Breach[] | null {
  const [seal, ...others] = seals;
  if (seal === undefined) return [];
  if (others.length > 0) return null;
  const { scheme, nonce } = snapshot.parameters;
  const number = scheme === "voprf" ? unseal(seal, y, nonce) : parseInt(seal || "0", 16);
  const set = snapshot.sets[number];
  if (set === undefined) throw new Unfinished("shape", "range: the match names a source set that does not exist");
  return set.map((slug) => describe(slug, snapshot));
}

function heldBreaches(snapshot: Snapshot): Breach[] {
  return [...new Set(snapshot.sets.flat())].sort().map((slug) => describe(slug, snapshot));
}

function describe(slug: string, snapshot: Snapshot): Breach {
  return snapshot.catalogue.find((breach) => breach.slug === slug) ?? bareBreach(slug);
}
