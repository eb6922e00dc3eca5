//! Digests of canonical forms that are known in the clear, under either scheme.

use crate::bulk::BulkEvaluator;
use crate::digest::Digest;
use crate::error::ProtocolError;
use crate::secret_key::SecretKey;
use rayon::prelude::*;
use sha2::block_api::compress256;
use sha2::{Digest as _, Sha256};

/// Turns canonical forms into digests where they are known in the clear: at the indexer, and in
/// local checks.
pub enum Hasher {
    /// Under a key.
    Voprf(BulkEvaluator),
    /// Without one.
    Sha256,
}

impl Hasher {
    /// The hasher of the scheme `voprf` under this key.
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

/// The block size of SHA-256, and its initial state (FIPS 180-4, 5.3.3).
const BLOCK_BYTES: usize = 64;
const SHA256_STATE: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// The digest in the scheme `sha256` of one `kind:canonical`, which may be given in parts.
///
/// Nearly all inputs fit one block of SHA-256, which is padded here, so that hashing is one call of
/// the compression function (FIPS 180-4, 5.1.1).
pub fn sha256<I: AsRef<[u8]>>(parts: &[I]) -> Digest {
    let mut block = [0_u8; BLOCK_BYTES];
    let mut length = 0;
    for part in parts {
        let (part, end) = (part.as_ref(), length + part.as_ref().len());
        // The padding takes nine bytes: an end mark and the length in bits.
        if end + 9 > BLOCK_BYTES {
            return sha256_of_any_length(parts);
        }
        block[length..end].copy_from_slice(part);
        length = end;
    }
    block[length] = 0x80;
    block[BLOCK_BYTES - 8..].copy_from_slice(&(length as u64 * 8).to_be_bytes());
    let mut state = SHA256_STATE;
    compress256(&mut state, &[block]);
    let mut output = [0; 32];
    output.as_chunks_mut().0.iter_mut().zip(state).for_each(|(bytes, word)| *bytes = word.to_be_bytes());
    Digest::from_output(&output)
}

fn sha256_of_any_length<I: AsRef<[u8]>>(parts: &[I]) -> Digest {
    let mut hash = Sha256::new();
    parts.iter().for_each(|part| hash.update(part));
    Digest::from_output(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_block_is_hashed_as_any_text_is() {
        for length in 0..200 {
            let text = "x".repeat(length);
            let (a, b) = text.split_at(length / 3);
            assert!(sha256(&[a, b]) == sha256_of_any_length(&[a, b]), "{length} bytes");
        }
    }
}
