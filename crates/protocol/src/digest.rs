//! The part of a scheme's output that is kept: 24 bytes, of which the first bits are the tag and the last 16 the
//! seal key.

use std::fmt;

/// Bytes of a digest that are kept, y[0..24].
pub const RECORD_BYTES: usize = 24;

/// Bytes of a seal key, y[8..24].
pub const SEAL_KEY_BYTES: usize = 16;

/// Fewest bits of a tag.
pub const DIGEST_BITS_MIN: u8 = 32;

/// Most bits of a tag.
pub const DIGEST_BITS_MAX: u8 = 64;

/// The first bits of a digest, which are what an index holds: `digest_bits` of them, right-aligned.
pub type Tag = u64;

/// The first 24 bytes of a scheme's output. Ordered as bytes, so by tag first, whatever its width.
///
/// Its leading eight bytes are held as a number: sorting a billion of them compares numbers, not strings of bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest {
    leading: u64,
    seal_key: [u8; SEAL_KEY_BYTES],
}

impl Digest {
    /// The part that is kept of a full output y (64 bytes in `voprf`, 32 in `sha256`).
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

    /// The bytes of a record. They unseal and test tags: **not for publication**.
    pub fn to_bytes(&self) -> [u8; RECORD_BYTES] {
        let mut bytes = [0; RECORD_BYTES];
        bytes[..8].copy_from_slice(&self.leading.to_be_bytes());
        bytes[8..].copy_from_slice(&self.seal_key);
        bytes
    }

    /// The tag of `digest_bits` bits, most significant first; with fewer than 32 bits (at least 1), the start of one.
    pub fn tag(&self, digest_bits: u8) -> Tag {
        self.leading >> (64 - u32::from(digest_bits))
    }

    /// y\[8..24\], from which a seal's keystream is made. Never published.
    pub fn seal_key(&self) -> &[u8; SEAL_KEY_BYTES] {
        &self.seal_key
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Digest(…)")
    }
}
