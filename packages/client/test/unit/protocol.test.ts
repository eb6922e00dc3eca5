// Proves this client's half of the protocol: the shared vectors step by step, and that only the
// right proof under the right key is accepted.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ristretto255, ristretto255_oprf } from "@noble/curves/ed25519.js";
import { hexToBytes, bytesToHex as toHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { fromBase64url, ProofFailed, toBase64url } from "../../src/index.js";
import { blind, finalize, finalizeAll, inputOf, tagOf, unseal } from "../../src/protocol.js";
import { type ProtocolVectors, type Rfc9497Vectors, readVectors } from "../vectors.js";

const vectors = readVectors<ProtocolVectors>("protocol.json");
const publicKey = hexToBytes(vectors.public_key);

test("every worked example, value by value", () => {
  assert.ok(vectors.examples.length > 0);
  for (const example of vectors.examples) {
    const [kind = "", canonical = ""] = example.input.split(/:(.*)/s);
    const input = inputOf(kind, canonical);
    assert.deepEqual(input, utf8ToBytes(example.input));
    const blinded = { input, blind: hexToBytes(example.blind), element: hexToBytes(example.blinded_element) };
    const y = finalize(blinded, hexToBytes(example.evaluated_element), hexToBytes(example.proof), publicKey);
    assert.equal(toHex(y), example.y);
    const tag = tagOf(y, vectors.digest_bits, vectors.prefix_bits);
    assert.deepEqual(tag, { prefix: example.prefix, suffix: example.suffix });
    assert.equal(tag.prefix + tag.suffix, example.tag);
    assert.equal(unseal(example.seal, y, hexToBytes(vectors.nonce)), example.source_set);
    assert.equal(example.range_line, vectors.seal_bits === 0 ? tag.suffix : `${tag.suffix}:${example.seal}`);
  }
});

test("the vectors of RFC 9497, of one element and of a batch", () => {
  const rfc = readVectors<Rfc9497Vectors>("rfc9497.json");
  assert.ok(
    rfc.vectors.some(({ inputs }) => inputs.length === 1) && rfc.vectors.some(({ inputs }) => inputs.length > 1),
  );
  const bytes = (values: readonly string[], at: number) => hexToBytes(values[at] ?? "");
  for (const { inputs, blinds, blinded_elements, evaluated_elements, proof, outputs } of rfc.vectors) {
    const batch = inputs.map((input, at) => ({
      input: hexToBytes(input),
      blind: bytes(blinds, at),
      element: bytes(blinded_elements, at),
    }));
    const digests = finalizeAll(
      batch,
      evaluated_elements.map(hexToBytes),
      hexToBytes(proof),
      hexToBytes(rfc.public_key),
    );
    assert.deepEqual(digests.map(toHex), outputs);
  }
});

test("one proof covers all elements of a batch, in order", () => {
  const batch = ["+8615400001234", "+8615400001235"].map((canonical) => blind(inputOf("phone", canonical)));
  const { evaluated, proof } = ristretto255_oprf.voprf.blindEvaluateBatch(
    hexToBytes(vectors.secret_key),
    publicKey,
    batch.map(({ element }) => element),
  );
  assert.equal(finalizeAll(batch, evaluated, proof, publicKey).length, 2);
  for (const wrong of [[...evaluated].reverse(), evaluated.slice(1), [], [...evaluated, ...evaluated]]) {
    assert.throws(() => finalizeAll(batch, wrong, proof, publicKey), ProofFailed);
  }
});

test("a number is blinded differently each time, and finalizes to the same digest", () => {
  const input = inputOf("phone", "+8615400001234");
  const [first, second] = [blind(input), blind(input)];
  assert.notDeepEqual(first.element, second.element);
  assert.equal(first.element.length, 32);
  const secretKey = hexToBytes(vectors.secret_key);
  const digests = [first, second].map((blinded) => {
    const { evaluated, proof } = ristretto255_oprf.voprf.blindEvaluate(secretKey, publicKey, blinded.element);
    return toHex(finalize(blinded, evaluated, proof, publicKey));
  });
  assert.equal(digests[0], digests[1]);
});

test("tampered proofs, other keys, the identity and invalid bytes are refused", () => {
  const blinded = blind(inputOf("phone", "+8615400001234"));
  const { voprf } = ristretto255_oprf;
  const other = voprf.deriveKeyPair(new Uint8Array(32).fill(9), new Uint8Array());
  const good = voprf.blindEvaluate(hexToBytes(vectors.secret_key), publicKey, blinded.element);
  const identity = ristretto255.Point.ZERO.toBytes();
  const flipped = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
  assert.equal(finalize(blinded, good.evaluated, good.proof, publicKey).length, 64);
  const bad: [string, Uint8Array, Uint8Array, Uint8Array][] = [
    ["challenge flipped", good.evaluated, flipped(good.proof, 0), publicKey],
    ["response flipped", good.evaluated, flipped(good.proof, 40), publicKey],
    ["element not canonical", new Uint8Array(32).fill(255), good.proof, publicKey],
    [
      "element of another key",
      voprf.blindEvaluate(other.secretKey, other.publicKey, blinded.element).evaluated,
      good.proof,
      publicKey,
    ],
    ["the identity as element", identity, good.proof, publicKey],
    ["the identity as key", good.evaluated, good.proof, identity],
    ["another published key", good.evaluated, good.proof, other.publicKey],
    ["proof too short", good.evaluated, good.proof.slice(0, 63), publicKey],
    ["element too short", good.evaluated.slice(1), good.proof, publicKey],
  ];
  for (const [what, evaluated, proof, key] of bad) {
    assert.throws(() => finalize(blinded, evaluated, proof, key), ProofFailed, what);
  }
});

test("seals of up to 32 bits are opened", () => {
  const y = new Uint8Array(64).map((_, i) => i * 37);
  const nonce = new Uint8Array(16).fill(3);
  for (const [set, digits] of [
    [0, 0],
    [5, 1],
    [200, 2],
    [0xfffffffe, 8],
  ] as const) {
    const sealed =
      digits === 0 ? "" : unseal(set.toString(16).padStart(digits, "0"), y, nonce).toString(16).padStart(digits, "0");
    assert.equal(unseal(sealed, y, nonce), set);
  }
});

test("base64url is accepted only in its canonical spelling", () => {
  for (let length = 0; length < 40; length++) {
    const bytes = new Uint8Array(length).map((_, i) => i * 89 + length);
    const text = toBase64url(bytes);
    assert.equal(text, Buffer.from(bytes).toString("base64url"));
    assert.deepEqual(fromBase64url(text, length), bytes);
  }
  for (const text of ["AA==", "AB", "A+", "A", "AAA", "A ", "é1", 7, null, undefined])
    assert.equal(fromBase64url(text, 1), null);
});
