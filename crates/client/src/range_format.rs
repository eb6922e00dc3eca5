//! The two formats of a range: which one is requested, its expected length, and which decoder reads
//! it.
//!
//! Packed where the service offers it, since that is shorter; text otherwise. The strict decoders
//! are in `exposure-index` (packed, since it knows leaves) and `exposure-protocol` (text).

use crate::accept::invalid_parameter;
use crate::error::ClientError;
use exposure_index::{PACKED_HEADER_BYTES, PackedLayout};
use exposure_protocol::Prefix;
use exposure_protocol::range_text::{Entry, Layout};
use exposure_protocol::wire::Parameters;
use std::collections::BTreeMap;

/// The longest range that is fetched; far more than an index of 10^10 entries needs at 16 bits.
const RANGE_BYTES: u64 = 64 << 20;

/// The format of the ranges of one prefix length.
pub(crate) enum RangeFormat {
    Packed(PackedLayout),
    Text(Layout),
}

impl RangeFormat {
    /// The path of the range of a prefix.
    pub(crate) fn path(&self, prefix: Prefix) -> String {
        let (index, ending) = match self {
            Self::Packed(layout) => (&layout.index, "bin"),
            Self::Text(layout) => (&layout.index, "txt"),
        };
        format!("/v1/range/{index}/{}.{ending}", prefix.to_hex())
    }

    /// Bytes of every range of this prefix length in bits.
    pub(crate) fn bytes(&self, bits: u8) -> u64 {
        match self {
            Self::Packed(layout) => layout.bytes,
            Self::Text(layout) => layout.body_bytes(bits),
        }
    }

    /// The entries of a body, after every byte of it has been checked.
    pub(crate) fn decode(&self, prefix: Prefix, body: &[u8]) -> Result<Vec<Entry>, ClientError> {
        Ok(match self {
            Self::Packed(layout) => layout.decode(prefix, body)?,
            Self::Text(layout) => layout.decode(prefix, body)?,
        })
    }
}

/// The format for each served prefix length in bits. Announced sizes of text ranges must follow
/// from the number of lines; those of packed ranges cannot be computed by a client, so the body is
/// compared with them later.
pub(crate) fn formats(parameters: &Parameters) -> Result<BTreeMap<u8, RangeFormat>, ClientError> {
    let Parameters { index, digest_bits, seal_bits, prefix_bits, nonce, range_lines, range_bytes, .. } = parameters;
    let [packed, text] = ["bin", "txt"].map(|format| range_bytes.get(format));
    let mut formats = BTreeMap::new();
    for (&bits, &lines) in range_lines {
        let is_length = bits >= 4 && bits.is_multiple_of(4) && bits <= *prefix_bits;
        if !is_length || lines > RANGE_BYTES {
            return Err(invalid_parameter("range_lines"));
        }
        let layout = Layout { index: index.clone(), digest_bits: *digest_bits, seal_bits: *seal_bits, lines };
        let expected = layout.body_bytes(bits);
        let is_text_sound = text.map_or(packed.is_some(), |text| text.get(&bits) == Some(&expected));
        if expected > RANGE_BYTES || !is_text_sound {
            return Err(invalid_parameter("range_bytes"));
        }
        let format = match packed {
            None => RangeFormat::Text(layout),
            Some(packed) => {
                let bytes = packed.get(&bits).copied();
                let is_size = |bytes: &u64| (PACKED_HEADER_BYTES as u64..=RANGE_BYTES).contains(bytes);
                RangeFormat::Packed(PackedLayout {
                    index: index.clone(),
                    nonce: *nonce,
                    digest_bits: *digest_bits,
                    seal_bits: *seal_bits,
                    prefix_bits: *prefix_bits,
                    entries: lines,
                    bytes: bytes.filter(is_size).ok_or_else(|| invalid_parameter("range_bytes"))?,
                })
            }
        };
        formats.insert(bits, format);
    }
    if formats.contains_key(prefix_bits) { Ok(formats) } else { Err(invalid_parameter("range_lines")) }
}
