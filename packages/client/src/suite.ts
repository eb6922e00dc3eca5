// The constants of the cryptographic suite and of ranges that parameters are read with. They are
// apart from protocol.ts, which is as large as everything else, and from range.ts: both are loaded
// with the first check.

export const SUITE = "ristretto255-SHA512";
export const VERIFIABLE_MODE = 1;
export const ELEMENT_BYTES = 32;
export const PROOF_BYTES = 64;
export const NONCE_BYTES = 16;
/** Bytes of a packed range before its entries. */
export const RANGE_HEADER_BYTES = 48;
