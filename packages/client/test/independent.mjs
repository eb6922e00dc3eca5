// A second client, written from the protocol alone with `@noble/curves` and `fetch`. It shares no
// code with ours, so that a mistake common to our client and our tests still shows. Takes canonical
// identifiers; blinds, verifies, looks up. It is short, not careful: no limits, no order of
// requests, no choice of prefix. Do not use it for real checks.
// usage: node test/independent.mjs http://127.0.0.1:PORT/ phone:+8615400001234 …

import { ristretto255_oprf } from "@noble/curves/ed25519.js";
import { sha256 } from "@noble/hashes/sha2.js";

const { voprf } = ristretto255_oprf;
const bytes = (text) => new Uint8Array(Buffer.from(text, "base64url"));
const text = (bytes) => Buffer.from(bytes).toString("base64url");
const hex = (bytes) => Buffer.from(bytes).toString("hex");

/** For each input: `{found, sources, prefix}`; sources are null if several entries match. */
export async function ask(server, inputs) {
  const json = async (path, init) => (await fetch(new URL(path, server), init)).json();
  const parameters = await json("v1/parameters");
  const { source_sets: sets } = await json("v1/source-sets");
  const answers = [];
  for (const input of inputs) {
    const y = await evaluate(json, parameters, new TextEncoder().encode(input));
    answers.push(await lookUp(server, parameters, sets, y));
  }
  return answers;
}

async function evaluate(json, { epoch, public_key }, input) {
  const { blind, blinded } = voprf.blind(input);
  const {
    evaluated_elements: [element],
    proof,
  } = await json("v1/evaluate", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ epoch, blinded_elements: [text(blinded)] }),
  });
  return voprf.finalize(input, blind, bytes(element), blinded, bytes(public_key), bytes(proof));
}

async function lookUp(server, { index, digest_bits, prefix_bits, seal_bits, nonce }, sets, y) {
  const tag = hex(y).slice(0, digest_bits / 4);
  const prefix = tag.slice(0, prefix_bits / 4);
  const range = await (await fetch(new URL(`v1/range/${index}/${prefix}.txt`, server))).text();
  const entries = range
    .split("\r\n")
    .slice(1)
    .map((line) => line.split(":"));
  const seals = entries.filter(([suffix]) => prefix + suffix === tag).map(([, seal]) => seal ?? "");
  if (seals.length !== 1) return { found: seals.length > 1, sources: seals.length > 1 ? null : [], prefix };
  const keystream = hex(sha256(Buffer.concat([Buffer.from("exposure seal v1"), y.subarray(8, 24), bytes(nonce)])));
  const mask = BigInt(`0x0${keystream.slice(0, seal_bits / 4)}`);
  return { found: true, sources: sets[Number(BigInt(`0x0${seals[0]}`) ^ mask)], prefix };
}

if (process.argv[1]?.endsWith("/independent.mjs")) {
  const [server, ...inputs] = process.argv.slice(2);
  for (const answer of await ask(server, inputs)) console.log(JSON.stringify(answer));
}
