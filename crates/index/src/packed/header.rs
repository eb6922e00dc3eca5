//! The header of a packed range.

use super::error::PackedError;
use crate::format::PACKED_VERSION;

/// Bytes before the leaves.
pub const PACKED_HEADER_BYTES: usize = 48;

const MAGIC: &[u8; 8] = b"EXPRANGE";

/// The fields after magic and version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PackedHeader {
    pub(super) prefix_bits: u8,
    pub(super) depth: u8,
    pub(super) digest_bits: u8,
    pub(super) seal_bits: u8,
    pub(super) low_bits: u8,
    pub(super) id: [u8; 16],
    pub(super) prefix: u64,
    pub(super) leaf_bytes: u64,
}

impl PackedHeader {
    pub(super) fn encode(&self) -> [u8; PACKED_HEADER_BYTES] {
        let mut bytes = [0; PACKED_HEADER_BYTES];
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8..10].copy_from_slice(&PACKED_VERSION.to_le_bytes());
        bytes[10..15].copy_from_slice(&[self.prefix_bits, self.depth, self.digest_bits, self.seal_bits, self.low_bits]);
        bytes[16..32].copy_from_slice(&self.id);
        bytes[32..40].copy_from_slice(&self.prefix.to_le_bytes());
        bytes[40..].copy_from_slice(&self.leaf_bytes.to_le_bytes());
        bytes
    }

    pub(super) fn decode(bytes: &[u8; PACKED_HEADER_BYTES]) -> Result<Self, PackedError> {
        if bytes[..8] != *MAGIC {
            return Err(PackedError::NotPacked);
        }
        let version = u16::from_le_bytes([bytes[8], bytes[9]]);
        if version != PACKED_VERSION {
            return Err(PackedError::Version(version));
        }
        let number = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("8 bytes"));
        let widths: [u8; 6] = bytes[10..16].try_into().expect("6 bytes");
        let [prefix_bits, depth, digest_bits, seal_bits, low_bits, zero] = widths;
        if zero != 0 {
            return Err(PackedError::Widths);
        }
        let id = bytes[16..32].try_into().expect("16 bytes");
        let (prefix, leaf_bytes) = (number(32), number(40));
        Ok(Self { prefix_bits, depth, digest_bits, seal_bits, low_bits, id, prefix, leaf_bytes })
    }
}
