//! Acceptance of a service's parameters: the key and scheme that the caller accepts, and limits
//! that no valid index exceeds. Checked before anything is sent about an identifier. Sends nothing
//! itself.

use crate::error::ClientError;
use exposure_index::valid_slug;
use exposure_protocol::wire::{KindInfo, Parameters, SourceSets};
use exposure_protocol::{DIGEST_BITS_MAX, DIGEST_BITS_MIN, PublicKey, SUITE, Scheme, seal_bits};

/// The longest prefix that a client sends, in bits.
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
    /// Rejects parameters that the caller does not accept, or that are invalid.
    pub(crate) fn accept(&self, parameters: &Parameters) -> Result<(), ClientError> {
        self.accept_key(parameters)?;
        if parameters.prefix_bits > PREFIX_BITS_MAX {
            return Err(ClientError::PrefixTooLong(parameters.prefix_bits));
        }
        widths(parameters)?;
        kinds(parameters)
    }

    /// The part of [`Terms::accept`] that concerns evaluation: scheme, key and suite.
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
            Scheme::Voprf if suite != (Some(SUITE), Some(VERIFIABLE), true) => {
                Err(invalid_parameter("suite, mode or public_key"))
            }
            Scheme::Sha256 if got.is_some() => Err(invalid_parameter("public_key in scheme sha256")),
            _ => Ok(()),
        }
    }
}

/// Checks that source sets fit the parameters. The index id is compared by the caller.
pub(crate) fn source_sets(sets: &SourceSets, parameters: &Parameters) -> Result<(), ClientError> {
    let malformed = |why: &str| ClientError::Malformed { what: "source sets", why: why.to_owned() };
    if seal_bits(sets.source_sets.len() as u64) != parameters.seal_bits {
        return Err(malformed("their number does not fit the announced seal_bits"));
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
        return Err(invalid_parameter("index"));
    }
    if !(DIGEST_BITS_MIN..=DIGEST_BITS_MAX).contains(digest_bits) || !digest_bits.is_multiple_of(4) {
        return Err(invalid_parameter("digest_bits"));
    }
    if *seal_bits > SEAL_BITS_MAX || !seal_bits.is_multiple_of(4) {
        return Err(invalid_parameter("seal_bits"));
    }
    Ok(())
}

/// Each kind is held in some version.
fn kinds(parameters: &Parameters) -> Result<(), ClientError> {
    let is_sound = |kind: &KindInfo| !kind.canonical_versions.is_empty() && !kind.canonical_versions.contains(&0);
    if parameters.kinds.iter().all(is_sound) { Ok(()) } else { Err(invalid_parameter("canonical_versions")) }
}

/// The error for a parameter with an invalid value.
pub(crate) fn invalid_parameter(field: &str) -> ClientError {
    ClientError::Malformed { what: "parameters", why: field.to_owned() }
}
