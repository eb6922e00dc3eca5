//! Seals: the number of a source set, encrypted so that only someone who knows the identifier can
//! read it.

use crate::digest::Digest;
use crate::public_key::PublicKey;
use crate::scheme::Scheme;
use sha2::{Digest as _, Sha256};

/// A nonce that separates the keystreams of different indexes.
pub type Nonce = [u8; 16];

/// Bits of a seal for this many source sets: 4·⌈log2(sets)/4⌉, so 0 for one set or none.
pub fn seal_bits(sets: u64) -> u8 {
    let needed = u64::BITS - sets.saturating_sub(1).leading_zeros();
    needed.next_multiple_of(4) as u8
}

/// The input of a source to the nonce.
#[derive(Clone, Copy, Debug)]
pub struct SourceLedger<'a> {
    /// The slug.
    pub slug: &'a str,
    /// The hash of the ledger.
    pub hash: &'a [u8; 32],
}

/// The nonce of an index: equal inputs give equal indexes, and different ones never share a
/// keystream.
///
/// The first 16 bytes of SHA-256 over fields, each behind its length in bytes as 32 bits,
/// big-endian: the label `exposure nonce v1`, the scheme's name, the public key (empty without
/// one), `digest_bits` and `seal_bits` (a byte each), the encoded source sets, then slug and ledger
/// hash of each source, in the order of slugs.
pub fn nonce(
    scheme: Scheme,
    public: Option<&PublicKey>,
    digest_bits: u8,
    seal_bits: u8,
    encoded_sets: &[u8],
    sources: &[SourceLedger<'_>],
) -> Nonce {
    debug_assert!(sources.is_sorted_by_key(|source| source.slug));
    let mut hash = Sha256::new();
    let mut field = |bytes: &[u8]| {
        hash.update((bytes.len() as u32).to_be_bytes());
        hash.update(bytes);
    };
    field(b"exposure nonce v1");
    field(scheme.name().as_bytes());
    field(public.map_or(&[], |key| key.as_bytes()));
    field(&[digest_bits]);
    field(&[seal_bits]);
    field(encoded_sets);
    for source in sources {
        field(source.slug.as_bytes());
        field(source.hash);
    }
    hash.finalize()[..16].try_into().expect("16 of 32 bytes")
}

/// Seals and unseals the set numbers of one index.
#[derive(Clone, Copy, Debug)]
pub struct Sealer {
    scheme: Scheme,
    seal_bits: u8,
    nonce: Nonce,
}

/// The result of looking up a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// In no source of the index.
    NotFound,
    /// In the sources of this set.
    Found(u32),
    /// In the index, but several entries have this tag, so the set cannot be determined.
    Undetermined,
}

/// A seal opens to a source set that the index does not have: seal, table or digest are of another
/// index, or damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a seal opens to a source set that the index does not have")]
pub struct NoSuchSet;

impl Sealer {
    /// For an index of this scheme, width and nonce.
    pub fn new(scheme: Scheme, seal_bits: u8, nonce: Nonce) -> Self {
        debug_assert!(seal_bits <= 32);
        Self { scheme, seal_bits, nonce }
    }

    /// Seals a set number, or, by the same operation, opens a seal. The identity in `sha256`.
    pub fn apply(&self, digest: &Digest, value: u32) -> u32 {
        match self.scheme {
            Scheme::Voprf => value ^ self.keystream(digest),
            Scheme::Sha256 => value,
        }
    }

    /// Opens the seals of all entries with this digest's tag, in an index of `sets` source sets.
    pub fn presence(&self, digest: &Digest, seals: &[u32], sets: usize) -> Result<Presence, NoSuchSet> {
        match *seals {
            [] => Ok(Presence::NotFound),
            [seal] => {
                let set = self.apply(digest, seal);
                if (set as usize) < sets { Ok(Presence::Found(set)) } else { Err(NoSuchSet) }
            }
            _ => Ok(Presence::Undetermined),
        }
    }

    /// The leading `seal_bits` bits of SHA-256(`exposure seal v1` ‖ seal key ‖ nonce),
    /// right-aligned.
    fn keystream(&self, digest: &Digest) -> u32 {
        if self.seal_bits == 0 {
            return 0;
        }
        let hash =
            Sha256::new().chain_update(b"exposure seal v1").chain_update(digest.seal_key()).chain_update(self.nonce);
        let leading = u32::from_be_bytes(hash.finalize()[..4].try_into().expect("4 of 32 bytes"));
        leading >> (32 - u32::from(self.seal_bits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seals_are_as_wide_as_the_sets_need() {
        for (sets, bits) in [(0, 0), (1, 0), (2, 4), (16, 4), (17, 8), (256, 8), (257, 12), (1 << 32, 32)] {
            assert_eq!(seal_bits(sets), bits, "{sets}");
        }
    }
}
