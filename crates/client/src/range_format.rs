//! The two forms of a range: which one is asked for, how long it will be, and how it is read.
//!
//! Packed where the service offers it, since it is shorter; text otherwise. Both are read strictly, elsewhere: the packed form by
//! `exposure-index`, which knows leaves, the text by `exposure-protocol`.

use crate::ClientError;
use crate::accept::senseless;
use exposure_index::{PACKED_HEADER_BYTES, PackedLayout};
use exposure_protocol::Prefix;
use exposure_protocol::range_text::{Entry, Layout};
use exposure_protocol::wire::Parameters;
use std::collections::BTreeMap;

/// Far more than a range of ten thousand million entries needs at 16 bits.
const RANGE_BYTES: u64 = 64 << 20;

/// How the ranges of one prefix length look.
pub(crate) enum RangeForm {
    Packed(PackedLayout),
    Text(Layout),
}

impl RangeForm {
    /// Where the range of a prefix is.
    pub(crate) fn path(&self, prefix: Prefix) -> String {
        let (index, ending) = match self {
            Self::Packed(layout) => (&layout.index, "bin"),
            Self::Text(layout) => (&layout.index, "txt"),
        };
        format!("/v1/range/{index}/{}.{ending}", prefix.to_hex())
    }

    /// Bytes of the range of any prefix so many bits long.
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

/// How ranges of each served prefix length in bits look, after checking that announced sizes make sense: those of text have to
/// be what the lines come to; those of packed ranges no client can know, and one that is not as long is refused later.
pub(crate) fn forms(parameters: &Parameters) -> Result<BTreeMap<u8, RangeForm>, ClientError> {
    let Parameters { index, digest_bits, seal_bits, prefix_bits, nonce, range_lines, range_bytes, .. } = parameters;
    let [packed, text] = ["bin", "txt"].map(|format| range_bytes.get(format));
    let mut forms = BTreeMap::new();
    for (&bits, &lines) in range_lines {
        let is_length = bits >= 4 && bits.is_multiple_of(4) && bits <= *prefix_bits;
        if !is_length || lines > RANGE_BYTES {
            return Err(senseless("range_lines"));
        }
        let layout = Layout { index: index.clone(), digest_bits: *digest_bits, seal_bits: *seal_bits, lines };
        let expected = layout.body_bytes(bits);
        let is_text_sound = text.map_or(packed.is_some(), |text| text.get(&bits) == Some(&expected));
        if expected > RANGE_BYTES || !is_text_sound {
            return Err(senseless("range_bytes"));
        }
        let form = match packed {
            None => RangeForm::Text(layout),
            Some(packed) => {
                let bytes = packed.get(&bits).copied();
                let is_size = |bytes: &u64| (PACKED_HEADER_BYTES as u64..=RANGE_BYTES).contains(bytes);
                RangeForm::Packed(PackedLayout {
                    index: index.clone(),
                    nonce: *nonce,
                    digest_bits: *digest_bits,
                    seal_bits: *seal_bits,
                    prefix_bits: *prefix_bits,
                    entries: lines,
                    bytes: bytes.filter(is_size).ok_or_else(|| senseless("range_bytes"))?,
                })
            }
        };
        forms.insert(bits, form);
    }
    if forms.contains_key(prefix_bits) { Ok(forms) } else { Err(senseless("range_lines")) }
}
