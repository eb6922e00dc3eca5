#![doc = include_str!("../README.md")]
//!
//! Owns schemes, keys, blinding, evaluation with proof, tags, prefixes, seals, the wire messages
//! and the text format of a range. Does no I/O, knows no file format and no kind of identifier.

mod bulk;
mod digest;
mod error;
mod hasher;
mod oblivious;
mod prefix;
mod public_key;
pub mod range_text;
mod scheme;
mod seal;
mod secret_key;
mod suite;
pub mod wire;

pub use bulk::BulkEvaluator;
pub use digest::{DIGEST_BITS_MAX, DIGEST_BITS_MIN, Digest, RECORD_BYTES, SEAL_KEY_BYTES, Tag};
pub use error::ProtocolError;
pub use hasher::{Hasher, sha256};
pub use oblivious::{Element, Evaluation, Evaluator, Pending, Proof};
pub use prefix::{MIN_POSSIBLE, Prefix, PrefixError, longest_prefix};
pub use public_key::PublicKey;
pub use scheme::Scheme;
pub use seal::{NoSuchSet, Nonce, Presence, Sealer, SourceLedger, nonce, seal_bits};
pub use secret_key::SecretKey;
pub use suite::SUITE;
