//! The supported encodings, their names and byte order marks.

use std::fmt;
use std::str::FromStr;

/// An encoding that dumps are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    /// Includes its subsets GBK and GB2312.
    Gb18030,
    /// Includes the characters of Hong Kong.
    Big5,
    Utf16Le,
    Utf16Be,
}

impl Encoding {
    pub(super) fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8 => b"\xef\xbb\xbf",
            Self::Gb18030 => b"\x84\x31\x95\x33",
            Self::Utf16Le => b"\xff\xfe",
            Self::Utf16Be => b"\xfe\xff",
            Self::Big5 => b"",
        }
    }

    pub(super) fn of_mark(head: &[u8]) -> Option<Self> {
        let all = [Self::Utf8, Self::Gb18030, Self::Utf16Le, Self::Utf16Be];
        all.into_iter().find(|encoding| head.starts_with(encoding.mark()))
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Gb18030 => "GB18030",
            Self::Big5 => "Big5",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
        }
    }

    pub(super) fn name_with_mark(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8 with BOM",
            Self::Gb18030 => "GB18030 with BOM",
            Self::Big5 => "Big5",
            Self::Utf16Le => "UTF-16LE with BOM",
            Self::Utf16Be => "UTF-16BE with BOM",
        }
    }

    pub(super) fn decoder(self) -> Option<encoding_rs::Decoder> {
        let encoding = match self {
            Self::Utf8 => return None,
            Self::Gb18030 => encoding_rs::GB18030,
            Self::Big5 => encoding_rs::BIG5,
            Self::Utf16Le => encoding_rs::UTF_16LE,
            Self::Utf16Be => encoding_rs::UTF_16BE,
        };
        Some(encoding.new_decoder_without_bom_handling())
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is not an encoding.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a supported encoding; write utf-8, gb18030 (or gbk, gb2312), big5, utf-16le or utf-16be")]
pub(crate) struct UnknownEncoding(String);

impl FromStr for Encoding {
    type Err = UnknownEncoding;

    fn from_str(name: &str) -> Result<Self, UnknownEncoding> {
        let bare: String = name.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).collect();
        match bare.to_ascii_lowercase().as_str() {
            "utf8" | "utf8bom" | "utf8sig" | "utf8mb4" | "ascii" => Ok(Self::Utf8),
            "gbk" | "gb2312" | "gb18030" | "cp936" | "euccn" => Ok(Self::Gb18030),
            "big5" | "big5hkscs" | "cp950" => Ok(Self::Big5),
            // Without a stated byte order, little-endian as most software writes; a byte order mark
            // overrides it.
            "utf16" | "utf16le" => Ok(Self::Utf16Le),
            "utf16be" => Ok(Self::Utf16Be),
            _ => Err(UnknownEncoding(name.to_owned())),
        }
    }
}
