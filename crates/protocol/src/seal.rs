//! Seals: the number of a source set, readable only by who knows the identifier.

use crate::{Digest, PublicKey, Scheme};
use sha2::{Digest as _, Sha256};

/// The value that separates the keystreams of different indexes.
pub type Nonce = [u8; 16];

/// Bits of a seal for so many source sets: 4·⌈log2(sets)/4⌉, and none where there is nothing to tell apart.
pub fn seal_bits(sets: u64) -> u8 {
    let needed = u64::BITS - sets.saturating_sub(1).leading_zeros();
    needed.next_multiple_of(4) as u8
}

/// A source's part in the nonce.
#[derive(Clone, Copy, Debug)]
pub struct SourceLedger<'a> {
    /// Its slug.
    pub slug: &'a str,
    /// The hash of its ledger.
    pub hash: &'a [u8; 32],
}

/// The nonce of an index: equal inputs give equal indexes, and different ones never share a keystream.
///
/// The first 16 bytes of SHA-256 over fields, each behind its length in bytes as 32 bits, big-endian: the label
/// `exposure nonce v1`, the scheme's name, the public key (empty without one), `digest_bits` and `seal_bits` (a byte
/// each), the encoded source sets, then slug and ledger hash of each source, in the order of slugs.
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

/// What the entries with an identifier's tag say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// In no source of the index.
    Absent,
    /// In the sources of this set.
    Found(u32),
    /// In the index, but tags collide, so that the set cannot be told.
    Undetermined,
}

/// A seal opens to a set that the index does not have: the seal, the table or the digest is not what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a seal opens to a source set that the index does not have")]
pub struct NoSuchSet;

impl Sealer {
    /// For an index of this scheme, width and nonce.
    pub fn new(scheme: Scheme, seal_bits: u8, nonce: Nonce) -> Self {
        debug_assert!(seal_bits <= 32);
        Self { scheme, seal_bits, nonce }
    }

    /// The seal of a set number, or, the same operation, the number under a seal. In `sha256` it is the plain number.
    pub fn apply(&self, digest: &Digest, value: u32) -> u32 {
        match self.scheme {
            Scheme::Voprf => value ^ self.keystream(digest),
            Scheme::Sha256 => value,
        }
    }

    /// What the seals of all entries with this digest's tag say, in an index of so many sets.
    pub fn presence(&self, digest: &Digest, seals: &[u32], sets: usize) -> Result<Presence, NoSuchSet> {
        match *seals {
            [] => Ok(Presence::Absent),
            [seal] => {
                let set = self.apply(digest, seal);
                if (set as usize) < sets { Ok(Presence::Found(set)) } else { Err(NoSuchSet) }
            }
            _ => Ok(Presence::Undetermined),
        }
    }

    /// The leading `seal_bits` bits of SHA-256(`exposure seal v1` ‖ seal key ‖ nonce), right-aligned.
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
