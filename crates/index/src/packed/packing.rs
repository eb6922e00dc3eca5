//! What the packed ranges of an index share, computed when it is opened.

use super::header::{PACKED_HEADER_BYTES, PackedHeader};
use crate::directory::Directory;
use crate::header::Header;
use std::collections::BTreeMap;

/// What the packed ranges of an index share.
pub(crate) struct Packing {
    /// The header, with zeros where ranges differ.
    pub(super) common: PackedHeader,
    /// Bytes of every range, by served prefix length in bits.
    pub(super) lengths: BTreeMap<u8, u64>,
}

impl Packing {
    pub(crate) fn of(id: [u8; 16], header: &Header, directory: &Directory) -> Self {
        let Header { depth, digest_bits, seal_bits, low_bits, .. } = *header;
        let common =
            PackedHeader { prefix_bits: 0, depth, digest_bits, seal_bits, low_bits, id, prefix: 0, leaf_bytes: 0 };
        let length = |bits: u8| PACKED_HEADER_BYTES as u64 + directory.longest(1 << (depth - bits));
        Self { common, lengths: header.served().into_iter().map(|bits| (bits, length(bits))).collect() }
    }

    pub(crate) fn lengths(&self) -> &BTreeMap<u8, u64> {
        &self.lengths
    }
}
