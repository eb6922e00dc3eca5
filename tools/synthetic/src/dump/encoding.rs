//! Encodings of text, by ranges: the bytes of a row do not depend on other rows.

use std::borrow::Cow;

/// The encoding of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are their names")]
pub enum Encoding {
    Utf8,
    /// With the byte order mark EF BB BF.
    Utf8WithMark,
    Gb18030,
    Gbk,
    /// In traditional characters.
    Big5,
    Utf16Le,
    Utf16LeWithMark,
    Utf16Be,
    Utf16BeWithMark,
}

impl Encoding {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Utf8,
        Self::Utf8WithMark,
        Self::Gb18030,
        Self::Gbk,
        Self::Big5,
        Self::Utf16Le,
        Self::Utf16LeWithMark,
        Self::Utf16Be,
        Self::Utf16BeWithMark,
    ];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf8WithMark => "utf-8-bom",
            Self::Gb18030 => "gb18030",
            Self::Gbk => "gbk",
            Self::Big5 => "big5",
            Self::Utf16Le => "utf-16le",
            Self::Utf16LeWithMark => "utf-16le-bom",
            Self::Utf16Be => "utf-16be",
            Self::Utf16BeWithMark => "utf-16be-bom",
        }
    }

    /// Whether it has characters beyond those of GBK.
    pub(super) fn has_rare_characters(self) -> bool {
        !matches!(self, Self::Gbk | Self::Big5)
    }

    /// The byte order mark, if there is one.
    pub(super) fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8WithMark => b"\xEF\xBB\xBF",
            Self::Utf16LeWithMark => b"\xFF\xFE",
            Self::Utf16BeWithMark => b"\xFE\xFF",
            _ => b"",
        }
    }

    /// Converts UTF-8 into this encoding.
    pub(super) fn encoded(self, bytes: Vec<u8>) -> Vec<u8> {
        if matches!(self, Self::Utf8 | Self::Utf8WithMark) {
            return bytes;
        }
        let text = str::from_utf8(&bytes).expect("rows are laid out as UTF-8");
        let by = |encoding: &'static encoding_rs::Encoding| {
            let (encoded, _, has_lost) = encoding.encode(text);
            assert!(!has_lost, "what is written can be encoded");
            match encoded {
                Cow::Owned(encoded) => encoded,
                Cow::Borrowed(same) => same.to_vec(),
            }
        };
        match self {
            Self::Gb18030 => by(encoding_rs::GB18030),
            Self::Gbk => by(encoding_rs::GBK),
            Self::Big5 => by(encoding_rs::BIG5),
            Self::Utf16Be | Self::Utf16BeWithMark => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            _ => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        }
    }
}
