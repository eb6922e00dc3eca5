//! The private lookup protocol: how a canonical identifier becomes a digest, and what asker and service exchange.
//!
//! Owns schemes, keys, blinding, evaluation with proof, tags, prefixes, seals, the wire messages and the text form of
//! a range. Does no I/O and knows nothing of files. `docs/protocol.md` explains it to an outsider.
//!
//! The walk of one lookup:
//!
//! ```
//! use exposure_protocol::{BulkEvaluator, Evaluator, Pending, SecretKey};
//!
//! let key = SecretKey::generate(1);
//! let service = Evaluator::new(&key);
//!
//! // The asker blinds; the service evaluates what it cannot read, and proves which key it used.
//! let (pending, blinded) = Pending::blind(vec!["phone:+8615400001234".into()])?;
//! let evaluation = service.evaluate(&blinded)?;
//! let digest = pending.finalise(&key.public(), &evaluation)?.remove(0);
//!
//! // The indexer, which holds the key, reaches the same digest without blinding.
//! assert!(digest == BulkEvaluator::new(&key).digests(&["phone:+8615400001234"])?[0]);
//! # Ok::<(), exposure_protocol::ProtocolError>(())
//! ```

mod bulk;
mod digest;
mod key;
mod oblivious;
mod prefix;
pub mod range_text;
mod scheme;
mod seal;
pub mod wire;

pub use bulk::BulkEvaluator;
pub use digest::{DIGEST_BITS_MAX, DIGEST_BITS_MIN, Digest, RECORD_BYTES, SEAL_KEY_BYTES, Tag};
pub use key::{KeyError, PublicKey, SecretKey};
pub use oblivious::{Element, Evaluation, Evaluator, Pending, Proof};
pub use prefix::{MIN_POSSIBLE, Prefix, PrefixError, longest_prefix};
pub use scheme::{Hasher, SUITE, Scheme, sha256};
pub use seal::{NoSuchSet, Nonce, Presence, Sealer, SourceLedger, nonce, seal_bits};

/// What can be wrong with a cryptographic message. None of the variants holds a value of it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProtocolError {
    /// The bytes are not a group element: not canonical, or the identity.
    #[error("element {0} (counted from 0) is not a canonical ristretto255 element other than the identity")]
    Element(usize),
    /// As many answers as questions are needed.
    #[error("{got} evaluated elements came back for {expected}")]
    Count {
        /// How many were asked.
        expected: usize,
        /// How many came.
        got: usize,
    },
    /// The bytes are not a proof.
    #[error("the proof is not two canonical scalars")]
    ProofEncoding,
    /// The service did not use the key it published, or somebody changed the answer on the way.
    #[error("the server did not prove that it used its published key")]
    ProofRejected,
    /// RFC 9497 bounds inputs, and none hashes to the identity but by a miracle.
    #[error(
        "input {0} (counted from 0) cannot be hashed: it is empty, longer than 65,535 bytes, or maps to the identity"
    )]
    Input(usize),
    /// The published key is not a group element.
    #[error("the public key is not a canonical ristretto255 element")]
    PublicKey,
}
