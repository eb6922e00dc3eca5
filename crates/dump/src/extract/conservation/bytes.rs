//! The bytes of a text, in some encoding, and what happens to them.

use proptest::prelude::*;

/// How a text is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoded {
    /// As the WHATWG calls it.
    As(&'static str),
    Utf8WithMark,
    Utf16(Ends),
    Utf32(Ends),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ends {
    Little,
    Big,
}

/// What happens to the bytes, in 65536ths of the length.
#[derive(Clone, Copy, Debug)]
pub(super) enum Damage {
    Cut(u16),
    Removed(u16, u8),
    Inserted(u16, u8),
    Doubled(u16),
}

pub(super) fn encoded() -> impl Strategy<Value = Encoded> {
    use Encoded::{As, Utf8WithMark, Utf16, Utf32};
    prop::sample::select(vec![
        As("utf-8"),
        As("utf-8"),
        Utf8WithMark,
        As("gb18030"),
        As("gb18030"),
        As("big5"),
        As("shift_jis"),
        As("euc-kr"),
        As("windows-1251"),
        Utf16(Ends::Little),
        Utf16(Ends::Big),
        Utf32(Ends::Little),
        Utf32(Ends::Big),
    ])
}

pub(super) fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        any::<u16>().prop_map(Damage::Cut),
        (any::<u16>(), 1..20_u8).prop_map(|(at, units)| Damage::Removed(at, units)),
        (any::<u16>(), any::<u8>()).prop_map(|(at, byte)| Damage::Inserted(at, byte)),
        any::<u16>().prop_map(Damage::Doubled),
    ]
}

impl Encoded {
    /// As a mapping calls it.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::As(label) => label,
            Self::Utf8WithMark => "utf-8",
            Self::Utf16(Ends::Little) => "utf-16le",
            Self::Utf16(Ends::Big) => "utf-16be",
            Self::Utf32(Ends::Little) => "utf-32le",
            Self::Utf32(Ends::Big) => "utf-32be",
        }
    }

    /// Bytes of its smallest character. Damage is to whole ones: what a byte too many does to an
    /// encoding of several is tested with the encodings.
    pub(super) fn unit(self) -> usize {
        match self {
            Self::As(_) | Self::Utf8WithMark => 1,
            Self::Utf16(_) => 2,
            Self::Utf32(_) => 4,
        }
    }

    pub(super) fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Self::As(label) => whatwg(label).encode(text).0.into_owned(),
            Self::Utf8WithMark => ["\u{feff}", text].concat().into_bytes(),
            Self::Utf16(Ends::Little) => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16(Ends::Big) => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            Self::Utf32(Ends::Little) => text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
            Self::Utf32(Ends::Big) => text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
        }
    }

    pub(super) fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::As(label) => whatwg(label).decode_without_bom_handling(bytes).0.into_owned(),
            Self::Utf8WithMark => String::from_utf8_lossy(bytes).into_owned(),
            Self::Utf16(ends) => {
                let units = bytes.chunks_exact(2).map(|unit| number(ends, unit) as u16);
                char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
            }
            Self::Utf32(ends) => {
                let characters = bytes.chunks_exact(4).map(|unit| char::from_u32(number(ends, unit)));
                characters.map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
            }
        }
    }
}

fn number(ends: Ends, unit: &[u8]) -> u32 {
    let add = |number: u32, byte: &u8| number << 8 | u32::from(*byte);
    match ends {
        Ends::Little => unit.iter().rev().fold(0, add),
        Ends::Big => unit.iter().fold(0, add),
    }
}

fn whatwg(label: &str) -> &'static encoding_rs::Encoding {
    encoding_rs::Encoding::for_label(label.as_bytes()).expect("an encoding")
}

impl Damage {
    /// Does it to units of so many bytes.
    pub(super) fn apply(self, bytes: &mut Vec<u8>, unit: usize) {
        let length = bytes.len() / unit;
        let place = |at: u16| usize::from(at) * length / 65_536 * unit;
        match self {
            Self::Cut(at) => bytes.truncate(place(at)),
            Self::Removed(at, units) => {
                let from = place(at);
                bytes.drain(from..(from + usize::from(units) * unit).min(bytes.len()));
            }
            Self::Inserted(at, byte) => {
                let at = place(at);
                bytes.splice(at..at, std::iter::repeat_n(byte, unit));
            }
            Self::Doubled(at) => {
                let copy = bytes[place(at)..].to_vec();
                bytes.extend(copy);
            }
        }
    }
}
