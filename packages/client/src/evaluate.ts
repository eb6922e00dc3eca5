// Owns the evaluation: sends blinded elements, returns digests. Sees no prefix. In the unkeyed
// scheme it hashes locally and asks nobody.

import { fromBase64url, toBase64url } from "./encoding.js";
import { list, malformed, record } from "./fields.js";
import { GONE, type Service } from "./http.js";
import type { ServiceParameters } from "./parameters.js";
import type { Question } from "./question.js";
import { ELEMENT_BYTES, PROOF_BYTES } from "./suite.js";

export type CheckStep = "scramble" | "ask" | "verify" | "compare";
export type OnStep = (step: CheckStep) => void | Promise<void>;

export interface Digest {
  /** What was sent; null in the unkeyed scheme. */
  readonly element: Uint8Array | null;
  readonly y: Uint8Array;
}

/** The digests of a batch, in order, under one proof; `GONE` if the epoch is no longer current. */
export async function evaluate(
  service: Service,
  batch: readonly Question[],
  { publicKey, epoch }: ServiceParameters,
  onStep?: OnStep,
): Promise<Digest[] | typeof GONE> {
  await onStep?.("scramble");
  const { blind, finalizeAll, inputOf, sha256Digest } = await loadProtocol();
  const inputs = batch.map(({ kind, canonical }) => inputOf(kind, canonical));
  if (publicKey === null) return inputs.map((input) => ({ element: null, y: sha256Digest(input) }));
  const blinded = inputs.map(blind);
  await onStep?.("ask");
  const answer = await service.post("v1/evaluate", {
    epoch,
    blinded_elements: blinded.map(({ element }) => toBase64url(element)),
  });
  if (answer === GONE) return GONE;
  await onStep?.("verify");
  const { elements, proof } = readEvaluation(answer, epoch, batch.length);
  const digests = finalizeAll(blinded, elements, proof, publicKey);
  return blinded.map(({ element }, at) => ({ element, y: digests[at] as Uint8Array }));
}

/** The arithmetic is as large as everything else, so it is loaded when the first check begins. */
export function loadProtocol(): Promise<typeof import("./protocol.js")> {
  return import("./protocol.js");
}

function readEvaluation(answer: unknown, epoch: number, count: number): { elements: Uint8Array[]; proof: Uint8Array } {
  const fields = record(answer);
  const elements = list(fields, "evaluated_elements").map((text) => fromBase64url(text, ELEMENT_BYTES));
  const proof = fromBase64url(fields.proof, PROOF_BYTES);
  const isSound = fields.epoch === epoch && elements.length === count && elements.every((element) => element !== null);
  if (!isSound || proof === null) throw malformed("evaluation");
  return { elements, proof };
}
