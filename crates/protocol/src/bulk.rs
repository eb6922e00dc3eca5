//! Bulk evaluation: the digests of many identifiers that are known in the clear, under the key.
//!
//! Gives the same outputs as the unblinded `Evaluate` of RFC 9497 §3.3.1 (mode VOPRF) at a fraction
//! of the cost: points are multiplied by k/2, then doubled and compressed as a batch, which needs
//! one field inversion for the whole batch.

use crate::digest::Digest;
use crate::error::ProtocolError;
use crate::secret_key::SecretKey;
use curve25519_dalek::{RistrettoPoint, Scalar, traits::IsIdentity};
use hash2curve::{ExpandMsg, ExpandMsgXmd, Expander};
use rayon::prelude::*;
use sha2::{Digest as _, Sha512};
use std::num::NonZeroU16;
use zeroize::ZeroizeOnDrop;

/// `HashToGroup-` ‖ contextString, with contextString = `OPRFV1-` ‖ mode ‖ `-` ‖ suite (RFC 9497
/// §3.1, §4.1).
const HASH_TO_GROUP_DST: &[u8] = b"HashToGroup-OPRFV1-\x01-ristretto255-SHA512";

/// Points per batch. Larger batches would not make the shared inversion cheaper, only keep fewer
/// cores busy.
const BATCH: usize = 256;

/// Uniform bytes that are mapped to the group.
const UNIFORM_BYTES: NonZeroU16 = NonZeroU16::new(64).expect("64 is not zero");

/// Evaluates canonical forms that are known in the clear.
#[derive(ZeroizeOnDrop)]
pub struct BulkEvaluator {
    half_key: Scalar,
}

impl BulkEvaluator {
    /// An evaluator under this key.
    pub fn new(key: &SecretKey) -> Self {
        let scalar = Scalar::from_canonical_bytes(*key.as_bytes()).expect("a key holds a canonical scalar");
        Self { half_key: scalar.div_by_2() }
    }

    /// The digest of each `kind:canonical`, in order, on all cores.
    pub fn digests<I: AsRef<[u8]> + Sync>(&self, inputs: &[I]) -> Result<Vec<Digest>, ProtocolError> {
        let batches: Result<Vec<Vec<Digest>>, _> =
            inputs.par_chunks(BATCH).enumerate().map(|(n, batch)| self.batch(batch, n * BATCH)).collect();
        Ok(batches?.concat())
    }

    fn batch<I: AsRef<[u8]>>(&self, inputs: &[I], offset: usize) -> Result<Vec<Digest>, ProtocolError> {
        let halves = inputs
            .iter()
            .enumerate()
            .map(|(at, input)| Ok(hash_to_group(input.as_ref(), offset + at)? * self.half_key))
            .collect::<Result<Vec<_>, _>>()?;
        let evaluated = RistrettoPoint::double_and_compress_batch(&halves);
        Ok(inputs.iter().zip(evaluated).map(|(input, point)| finalize(input.as_ref(), point.as_bytes())).collect())
    }
}

/// `HashToGroup` of RFC 9497 §4.1; `at` is the number of the input, for errors.
fn hash_to_group(input: &[u8], at: usize) -> Result<RistrettoPoint, ProtocolError> {
    if input.is_empty() || input.len() > usize::from(u16::MAX) {
        return Err(ProtocolError::Input(at));
    }
    let mut uniform = [0; 64];
    <ExpandMsgXmd<Sha512> as ExpandMsg<sha2::digest::consts::U16>>::expand_message(
        &[input],
        &[HASH_TO_GROUP_DST],
        UNIFORM_BYTES,
    )
    .and_then(|mut expander| expander.fill_bytes(&mut uniform).map_err(|_| unreachable!("64 bytes were asked for")))
    .map_err(|_| ProtocolError::Input(at))?;
    let point = RistrettoPoint::from_uniform_bytes(&uniform);
    if point.is_identity() { Err(ProtocolError::Input(at)) } else { Ok(point) }
}

/// The last step of `Evaluate` and of `Finalize`, RFC 9497 §3.3.1.
fn finalize(input: &[u8], element: &[u8; 32]) -> Digest {
    let output = Sha512::new()
        .chain_update((input.len() as u16).to_be_bytes())
        .chain_update(input)
        .chain_update(32_u16.to_be_bytes())
        .chain_update(element)
        .chain_update(b"Finalize")
        .finalize();
    Digest::from_output(&output)
}

#[cfg(test)]
pub(crate) mod tests_support {
    use super::*;

    /// `Blind` of RFC 9497 §3.3.2 with a given blind, for vectors.
    pub(crate) fn blind(input: &[u8], blind: &[u8]) -> [u8; 32] {
        let scalar = Scalar::from_canonical_bytes(blind.try_into().expect("32 bytes")).expect("a canonical scalar");
        (hash_to_group(input, 0).expect("an input") * scalar).compress().to_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::Suite;
    use voprf::VoprfServer;

    #[test]
    fn outputs_equal_those_of_the_voprf_crate() {
        let key = SecretKey::generate(1);
        let server = VoprfServer::<Suite>::new_with_key(key.as_bytes()).expect("own key");
        let inputs: Vec<_> = (0..10_000).map(|n| format!("phone:+861540000{n:04}")).collect();
        let digests = BulkEvaluator::new(&key).digests(&inputs).expect("ordinary inputs");
        for (input, digest) in inputs.iter().zip(digests) {
            let expected = server.evaluate(input.as_bytes()).expect("ordinary input");
            assert_eq!(digest.to_bytes()[..], expected[..24]);
        }
    }

    #[test]
    fn an_input_out_of_bounds_is_named_by_its_place() {
        let evaluator = BulkEvaluator::new(&SecretKey::generate(1));
        assert_eq!(evaluator.digests(&["a", ""]), Err(ProtocolError::Input(1)));
        assert_eq!(evaluator.digests(&["a".repeat(65_536)]), Err(ProtocolError::Input(0)));
    }
}
