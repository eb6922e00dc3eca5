// Owns the facts of the cryptographic suite that are needed to read messages, apart from its arithmetic:
// protocol.ts weighs as much as all the rest, and is loaded while the first answers are on their way.

export const SUITE = "ristretto255-SHA512";
export const VERIFIABLE_MODE = 1;
export const ELEMENT_BYTES = 32;
export const PROOF_BYTES = 64;
export const NONCE_BYTES = 16;
