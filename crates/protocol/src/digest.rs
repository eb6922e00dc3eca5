//! The part of a scheme's output that is kept: 24 bytes, of which the first bits are the tag and the last 16 the
//! seal key.

use std::fmt;

/// Bytes of a digest that are kept, y[0..24].
pub const RECORD_BYTES: usize = 24;

/// Fewest bits of a tag.
pub const DIGEST_BITS_MIN: u8 = 32;

/// Most bits of a tag.
pub const DIGEST_BITS_MAX: u8 = 64;

/// The first bits of a digest, which are what an index holds: `digest_bits` of them, right-aligned.
pub type Tag = u64;

/// The first 24 bytes of a scheme's output. Ordered as bytes, so by tag first, whatever its width.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; RECORD_BYTES]);

impl Digest {
    /// The part that is kept of a full output y (64 bytes in `voprf`, 32 in `sha256`).
    ///
    /// # Panics
    /// If the output is shorter than 24 bytes, which no scheme's is.
    pub fn from_output(y: &[u8]) -> Self {
        let mut kept = [0; RECORD_BYTES];
        kept.copy_from_slice(&y[..RECORD_BYTES]);
        Self(kept)
    }

    /// From the bytes of a ledger record.
    pub fn from_bytes(bytes: [u8; RECORD_BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes of a ledger record. They unseal and test tags: **not for publication**.
    pub fn as_bytes(&self) -> &[u8; RECORD_BYTES] {
        &self.0
    }

    /// The tag of `digest_bits` bits, most significant first; with fewer than 32 bits (at least 1), the start of one.
    pub fn tag(&self, digest_bits: u8) -> Tag {
        let leading = u64::from_be_bytes(self.0[..8].try_into().expect("eight of 24 bytes"));
        leading >> (64 - u32::from(digest_bits))
    }

    /// y[8..24], from which a seal's keystream is made. Never published.
    pub fn seal_key(&self) -> &[u8; 16] {
        self.0[8..].try_into().expect("sixteen of 24 bytes")
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(…)")
    }
}
