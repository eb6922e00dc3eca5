// The constants of the cryptographic suite that messages are read with. They are apart from
// protocol.ts, which is as large as everything else and is loaded while the first answers are on
// their way.

export const SUITE = "ristretto255-SHA512";
export const VERIFIABLE_MODE = 1;
export const ELEMENT_BYTES = 32;
export const PROOF_BYTES = 64;
export const NONCE_BYTES = 16;
