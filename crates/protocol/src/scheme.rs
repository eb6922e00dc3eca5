//! The two schemes, and the indexer's way of hashing under either.

use crate::{BulkEvaluator, Digest, ProtocolError, SecretKey};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt;

/// The name of the `voprf` scheme's suite, as RFC 9497 §4.1 has it.
pub const SUITE: &str = "ristretto255-SHA512";

/// How a canonical form becomes a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// RFC 9497, ristretto255-SHA512, mode VOPRF: nobody without the key can relate a digest to an identifier.
    Voprf,
    /// A bare SHA-256: whoever has the index can try every phone number in minutes. For closed networks.
    Sha256,
}

impl Scheme {
    /// Its name on the command line, on the wire and in the nonce.
    pub fn name(self) -> &'static str {
        match self {
            Self::Voprf => "voprf",
            Self::Sha256 => "sha256",
        }
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What turns canonical forms into digests where they are known in the clear: at the indexer, and in local checks.
pub enum Hasher {
    /// Under a key.
    Voprf(BulkEvaluator),
    /// Without one.
    Sha256,
}

impl Hasher {
    /// The hasher of a scheme; `voprf` takes the key.
    pub fn keyed(key: &SecretKey) -> Self {
        Self::Voprf(BulkEvaluator::new(key))
    }

    /// The digest of each `kind:canonical`, in order, on all cores.
    pub fn digests<I: AsRef<[u8]> + Sync>(&self, inputs: &[I]) -> Result<Vec<Digest>, ProtocolError> {
        match self {
            Self::Voprf(evaluator) => evaluator.digests(inputs),
            Self::Sha256 => Ok(inputs.par_iter().map(|input| sha256(&[input])).collect()),
        }
    }
}

/// The digest of one `kind:canonical`, which may come in parts, in the scheme `sha256`.
pub fn sha256<I: AsRef<[u8]>>(parts: &[I]) -> Digest {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    Digest::from_output(&hash.finalize())
}
