// Owns the order of a check: everything that could depend on the answer is fetched before the question,
// and nothing is requested after a match. Arithmetic, reading and refusing live in the files it uses.

import { choosePrefixBits } from "./anonymity.js";
import { normalise, type NormaliseOptions } from "./canonical.js";
import type { Breach } from "./catalogue.js";
import { fromBase64url, sameBytes, toBase64url } from "./encoding.js";
import { EpochChanged, Refused, Rejected, Unfinished } from "./errors.js";
import { list, record, senseless } from "./fields.js";
import { GONE, Service, type Fetch } from "./http.js";
import { isInNumberingPlan, masked, possibleIdentifiers } from "./identifier.js";
import { hashedAs, TEST_IDENTIFIER, TEST_KIND } from "./kinds.js";
import { readParameters, type Acceptance, type ServiceParameters } from "./parameters.js";
import { decodeRange } from "./range.js";
import { Snapshot } from "./snapshot.js";
import { ELEMENT_BYTES, PROOF_BYTES } from "./suite.js";

export type Step = "scramble" | "ask" | "verify" | "compare";

export interface CheckOptions extends Acceptance, Pick<NormaliseOptions, "region"> {
  /** Where the service is, absolute, without query and fragment; its API is below `v1/`. */
  readonly server: string | URL;
  /** One of `kinds`, or `test`: the test identifier, which every index holds. */
  readonly kind: string;
  /** One identifier, in any spelling. Not needed for the kind `test`, which has one. */
  readonly text?: string | undefined;
  /** Told before each step begins, and waited for. */
  readonly onStep?: (step: Step) => void | Promise<void>;
  /** Stops the check: `Unfinished`, reason `aborted`. What was sent before stays sent. */
  readonly signal?: AbortSignal | undefined;
}

/** What left this device, to be shown to the person it belongs to. */
export interface Sent {
  /** Null in the unkeyed scheme, which sends none. */
  readonly element: Uint8Array | null;
  readonly prefix: string;
  readonly prefixBits: number;
  /** Bytes that came back: as many for any prefix of this length. */
  readonly bytes: number;
  /** Possible identifiers that share this prefix. */
  readonly possible: number;
}

export interface Outcome {
  /** The identifier as it may be shown. */
  readonly masked: string;
  readonly found: boolean;
  /** False for a phone number that is possible and in no published numbering plan: most often a typo. */
  readonly isInNumberingPlan: boolean;
  /** The leaks it is in, none if it was not found; null when its source cannot be determined. */
  readonly breaches: readonly Breach[] | null;
  /** The leaks of which the index holds identifiers of this kind, found or not. */
  readonly held: readonly Breach[];
  readonly updated: string | null;
  /** The key under which the server answered, proven; null in the unkeyed scheme. */
  readonly publicKey: Uint8Array | null;
  readonly sent: Sent;
}

/** What the service and its index are, without asking about anybody. */
export async function readService(fetch: Fetch, server: string | URL, acceptance: Acceptance = {}): Promise<ServiceParameters> {
  return readParameters(await new Service(fetch, server).json("v1/parameters"), acceptance);
}

/**
 * Asks whether one identifier is in a known leak. The server learns a prefix shared by at least 1,000
 * possible identifiers, and nothing else about it.
 * @throws {CheckError} whenever there is no answer; {@link InvalidOption} before all others. Besides, only what
 *   `onStep` throws, and a part of this package that could not be loaded.
 */
export async function check(fetch: Fetch, options: CheckOptions): Promise<Outcome> {
  const service = new Service(fetch, options.server, options.signal);
  const canonical = await onlyCanonical(options);
  const kind = hashedAs(options.kind);
  const possible = await possibleIdentifiers(kind, canonical);
  const checker = new Checker(service, { ...options, kind }, canonical, possible);
  // The index may be replaced while we ask. Then once more, as long as that reveals nothing new.
  for (let attempt = 0; attempt < 2; attempt++) {
    const outcome = await checker.attempt();
    if (outcome !== GONE) return outcome;
  }
  throw new Unfinished("moved", "the index was replaced twice during the check");
}

async function onlyCanonical({ kind, region, ...given }: CheckOptions): Promise<string> {
  const text = given.text ?? (kind === TEST_KIND ? TEST_IDENTIFIER : "");
  const [canonical, another] = await normalise(kind, text, region === undefined ? {} : { region });
  // Two identifiers asked together narrow down one person.
  if (canonical === undefined || another !== undefined) throw new Rejected("several");
  return canonical;
}

interface Digest {
  readonly element: Uint8Array | null;
  readonly y: Uint8Array;
}

class Checker {
  readonly #service: Service;
  readonly #options: CheckOptions;
  readonly #canonical: string;
  readonly #possible: number;
  /** Set as soon as the server has seen a prefix: under which key, and how long it was. */
  #revealed: { readonly under: ServiceParameters; readonly prefixBits: number } | undefined;

  constructor(service: Service, options: CheckOptions, canonical: string, possible: number) {
    this.#service = service;
    this.#options = options;
    this.#canonical = canonical;
    this.#possible = possible;
  }

  /** Once a prefix is out, no `Refused` may come from here: it says that nothing has been sent. */
  async attempt(): Promise<Outcome | typeof GONE> {
    try {
      return await this.#tryOnce();
    } catch (error) {
      if (this.#revealed === undefined || !(error instanceof Refused)) throw error;
      throw new Unfinished("moved", `the index was replaced by one that this client refuses: ${error.reason}`);
    }
  }

  async #tryOnce(): Promise<Outcome | typeof GONE> {
    const snapshot = await Snapshot.read(this.#service, this.#acceptance());
    if (snapshot === GONE) return GONE;
    const { parameters } = snapshot;
    this.#refuseAnotherKey(parameters);
    // An index from which everything was withdrawn holds the test identifier alone, and answers "not found" of everybody.
    const { kind } = this.#options;
    const isEmpty = parameters.kinds.every((held) => held === TEST_KIND);
    if (!isEmpty && !parameters.kinds.includes(kind)) throw new Refused("kind-not-served");
    // Nobody stands behind the test identifier, and nothing has to be left of it.
    const prefixBits = kind === TEST_KIND ? parameters.longestPrefix : choosePrefixBits([...parameters.ranges.keys()], this.#possible);
    const digest = await this.#evaluate(parameters);
    return digest === GONE ? GONE : this.#compare(snapshot, digest, prefixBits);
  }

  /** After a prefix, another key is a matter of its own; the same one was compared with the pinned key before. */
  #acceptance(): Acceptance {
    return this.#revealed === undefined ? this.#options : { ...this.#options, pinnedKey: undefined };
  }

  /** What a second prefix would cost is counted as if it were as long as the first. */
  #refuseAnotherKey(parameters: ServiceParameters): void {
    if (this.#revealed === undefined || sameKey(this.#revealed.under, parameters)) return;
    throw new EpochChanged(this.#possible / 2 ** (2 * this.#revealed.prefixBits));
  }

  async #evaluate({ publicKey, epoch }: ServiceParameters): Promise<Digest | typeof GONE> {
    const { onStep, kind } = this.#options;
    await onStep?.("scramble");
    const { blind, finalise, inputOf, sha256Digest } = await loadProtocol();
    const input = inputOf(kind, this.#canonical);
    if (publicKey === null) return { element: null, y: sha256Digest(input) };
    const blinded = blind(input);
    await onStep?.("ask");
    const answer = await this.#service.post("v1/evaluate", { epoch, blinded_elements: [toBase64url(blinded.element)] });
    if (answer === GONE) return GONE;
    await onStep?.("verify");
    const { element, proof } = readEvaluation(answer, epoch);
    return { element: blinded.element, y: finalise(blinded, element, proof, publicKey) };
  }

  async #compare(snapshot: Snapshot, { y, element }: Digest, prefixBits: number): Promise<Outcome | typeof GONE> {
    const { parameters } = snapshot;
    const { index, updated, publicKey } = parameters;
    await this.#options.onStep?.("compare");
    const { prefix, suffix } = (await loadProtocol()).tagOf(y, parameters.digestBits, prefixBits);
    const { entries, bytes } = parameters.ranges.get(prefixBits) ?? { entries: 0, bytes: 0 };
    this.#revealed = { under: parameters, prefixBits };
    const body = await this.#service.bytes(`v1/range/${index}/${prefix}.bin`, bytes);
    if (body === GONE) return GONE;
    const seals = decodeRange(body, { ...parameters, prefix, entries, bytes }).seals(suffix);
    const { kind } = this.#options;
    return {
      masked: await masked(kind, this.#canonical),
      found: seals.length > 0,
      isInNumberingPlan: await isInNumberingPlan(kind, this.#canonical),
      breaches: await breachesBehind(seals, snapshot, y),
      held: snapshot.held(kind),
      updated,
      publicKey,
      sent: { element, prefix, prefixBits, bytes, possible: Math.floor(this.#possible / 2 ** prefixBits) },
    };
  }
}

/** The arithmetic weighs as much as all the rest, and is loaded when the first check begins. */
function loadProtocol(): Promise<typeof import("./protocol.js")> {
  return import("./protocol.js");
}

function readEvaluation(answer: unknown, epoch: number): { element: Uint8Array; proof: Uint8Array } {
  const fields = record(answer);
  const [first, ...others] = list(fields, "evaluated_elements");
  const element = fromBase64url(first, ELEMENT_BYTES);
  const proof = fromBase64url(fields.proof, PROOF_BYTES);
  if (fields.epoch !== epoch || others.length > 0 || element === null || proof === null) throw senseless("evaluation");
  return { element, proof };
}

/** The leaks of the one match; none for no match; null for several, of which only one can be ours. */
async function breachesBehind(seals: readonly string[], snapshot: Snapshot, y: Uint8Array): Promise<Breach[] | null> {
  const [seal, ...others] = seals;
  if (seal === undefined) return [];
  if (others.length > 0) return null;
  const { scheme, nonce } = snapshot.parameters;
  if (scheme === "sha256") return snapshot.breachesOf(parseInt(seal || "0", 16));
  return snapshot.breachesOf((await loadProtocol()).unseal(seal, y, nonce));
}

/** An epoch's number is the server's word; the key is what prefixes depend on. */
function sameKey(a: ServiceParameters, b: ServiceParameters): boolean {
  const none = new Uint8Array();
  return a.epoch === b.epoch && sameBytes(a.publicKey ?? none, b.publicKey ?? none);
}
