//! The digest: the 24 bytes of a scheme's output that are kept. Its first bits are the tag, its
//! last 16 bytes the seal key.

use std::fmt;

/// Bytes of a digest, y\[0..24\].
pub const RECORD_BYTES: usize = 24;

/// Bytes of a seal key, y\[8..24\].
pub const SEAL_KEY_BYTES: usize = 16;

/// Fewest bits of a tag.
pub const DIGEST_BITS_MIN: u8 = 32;

/// Most bits of a tag.
pub const DIGEST_BITS_MAX: u8 = 64;

/// The first `digest_bits` bits of a digest, right-aligned: what an index holds.
pub type Tag = u64;

/// The first 24 bytes of a scheme's output. Ordered as bytes, and so by tag first, whatever the
/// width of tags.
///
/// The leading eight bytes are stored as a number, so that sorting a billion digests compares
/// numbers, not byte strings.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest {
    leading: u64,
    seal_key: [u8; SEAL_KEY_BYTES],
}

impl Digest {
    /// From a full output y (64 bytes in `voprf`, 32 in `sha256`).
    ///
    /// # Panics
    /// If the output is shorter than 24 bytes, which no scheme's is.
    pub fn from_output(y: &[u8]) -> Self {
        Self::from_bytes(*y.first_chunk().expect("no scheme's output is shorter than 24 bytes"))
    }

    /// From the bytes of a record, y\[0..24\].
    pub fn from_bytes(bytes: [u8; RECORD_BYTES]) -> Self {
        let (leading, seal_key) = bytes.split_first_chunk().expect("eight of 24 bytes");
        Self::from_parts(u64::from_be_bytes(*leading), *seal_key.first_chunk().expect("sixteen of 24 bytes"))
    }

    /// From the tag of 64 bits and the seal key.
    pub fn from_parts(leading: Tag, seal_key: [u8; SEAL_KEY_BYTES]) -> Self {
        Self { leading, seal_key }
    }

    /// The bytes of a record. They open seals and match tags: **not for publication**.
    pub fn to_bytes(&self) -> [u8; RECORD_BYTES] {
        let mut bytes = [0; RECORD_BYTES];
        bytes[..8].copy_from_slice(&self.leading.to_be_bytes());
        bytes[8..].copy_from_slice(&self.seal_key);
        bytes
    }

    /// The first `digest_bits` bits, from 1 to 64: the tag, or with fewer than 32 bits the start of
    /// one.
    pub fn tag(&self, digest_bits: u8) -> Tag {
        self.leading >> (64 - u32::from(digest_bits))
    }

    /// y\[8..24\], from which the keystream of a seal is derived. Never published.
    pub fn seal_key(&self) -> &[u8; SEAL_KEY_BYTES] {
        &self.seal_key
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(…)")
    }
}
