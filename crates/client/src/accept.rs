//! What a client refuses before it asks about anybody, and parameters that make no sense.

use crate::ClientError;
use exposure_index::valid_slug;
use exposure_protocol::wire::{Parameters, SourceSets};
use exposure_protocol::{DIGEST_BITS_MAX, DIGEST_BITS_MIN, PublicKey, SUITE, Scheme, seal_bits};

/// The longest prefix that a client shows, in bits.
const PREFIX_BITS_MAX: u8 = 16;

/// The widest seal.
const SEAL_BITS_MAX: u8 = 32;

/// The mode of RFC 9497 with proofs.
const VERIFIABLE: u8 = 1;

/// What the caller accepts.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Terms {
    pub(crate) pinned: Option<PublicKey>,
    pub(crate) allow_unkeyed: bool,
}

impl Terms {
    /// Refuses what the caller does not accept; then, what makes no sense.
    pub(crate) fn accept(&self, parameters: &Parameters) -> Result<(), ClientError> {
        self.accept_key(parameters)?;
        if parameters.prefix_bits > PREFIX_BITS_MAX {
            return Err(ClientError::PrefixTooLong(parameters.prefix_bits));
        }
        widths(parameters)
    }

    /// The part of it that matters to who asks for evaluations alone: scheme, key and suite.
    pub(crate) fn accept_key(&self, parameters: &Parameters) -> Result<(), ClientError> {
        if parameters.scheme == Scheme::Sha256 && !self.allow_unkeyed {
            return Err(ClientError::Unkeyed);
        }
        let got = parameters.public_key;
        if let Some(expected) = self.pinned.filter(|&pinned| got != Some(pinned)) {
            return Err(ClientError::OtherKey { expected, got });
        }
        let suite = (parameters.suite.as_deref(), parameters.mode, got.is_some());
        match parameters.scheme {
            Scheme::Voprf if suite != (Some(SUITE), Some(VERIFIABLE), true) => Err(senseless("suite, mode or key")),
            Scheme::Sha256 if got.is_some() => Err(senseless("a key in scheme sha256")),
            _ => Ok(()),
        }
    }
}

/// Checks that source sets are of this index, apart from its id.
pub(crate) fn source_sets(sets: &SourceSets, parameters: &Parameters) -> Result<(), ClientError> {
    let malformed = |why: &str| ClientError::Malformed { what: "source sets", why: why.to_owned() };
    if seal_bits(sets.source_sets.len() as u64) != parameters.seal_bits {
        return Err(malformed("as many need another width of seals than is announced"));
    }
    let is_set = |set: &Vec<String>| {
        !set.is_empty() && set.is_sorted_by(|a, b| a < b) && set.iter().all(|slug| valid_slug(slug))
    };
    if sets.source_sets.iter().all(is_set) { Ok(()) } else { Err(malformed("a set is not a sorted list of slugs")) }
}

fn widths(parameters: &Parameters) -> Result<(), ClientError> {
    let Parameters { index, digest_bits, seal_bits, .. } = parameters;
    let is_id = index.len() == 32 && index.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if !is_id {
        return Err(senseless("index"));
    }
    if !(DIGEST_BITS_MIN..=DIGEST_BITS_MAX).contains(digest_bits) || !digest_bits.is_multiple_of(4) {
        return Err(senseless("digest_bits"));
    }
    if *seal_bits > SEAL_BITS_MAX || !seal_bits.is_multiple_of(4) {
        return Err(senseless("seal_bits"));
    }
    Ok(())
}

pub(crate) fn senseless(field: &str) -> ClientError {
    ClientError::Malformed { what: "parameters", why: field.to_owned() }
}
