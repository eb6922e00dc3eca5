//! The supported encodings, their names and byte order marks.

use std::fmt;
use std::str::FromStr;

/// An encoding that dumps are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
    Utf32Le,
    Utf32Be,
    /// Includes its subsets GBK and GB2312.
    Gb18030,
    /// Another one in which the bytes of ASCII mean ASCII, at least where they follow no lead byte.
    Other(&'static encoding_rs::Encoding),
}

impl Encoding {
    /// Includes the characters of Hong Kong.
    pub(crate) const BIG5: Self = Self::Other(encoding_rs::BIG5);

    pub(super) fn mark(self) -> &'static [u8] {
        match self {
            Self::Utf8 => b"\xef\xbb\xbf",
            Self::Utf16Le => b"\xff\xfe",
            Self::Utf16Be => b"\xfe\xff",
            Self::Utf32Le => b"\xff\xfe\0\0",
            Self::Utf32Be => b"\0\0\xfe\xff",
            Self::Gb18030 => b"\x84\x31\x95\x33",
            Self::Other(_) => b"",
        }
    }

    pub(super) fn of_mark(head: &[u8]) -> Option<Self> {
        // The mark of UTF-32LE begins with that of UTF-16LE.
        let all = [Self::Utf8, Self::Gb18030, Self::Utf32Le, Self::Utf32Be, Self::Utf16Le, Self::Utf16Be];
        all.into_iter().find(|encoding| head.starts_with(encoding.mark()))
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Utf16Le => "UTF-16LE",
            Self::Utf16Be => "UTF-16BE",
            Self::Utf32Le => "UTF-32LE",
            Self::Utf32Be => "UTF-32BE",
            Self::Gb18030 => "GB18030",
            Self::Other(encoding) => encoding.name(),
        }
    }

    pub(super) fn name_with_mark(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8 with BOM",
            Self::Utf16Le => "UTF-16LE with BOM",
            Self::Utf16Be => "UTF-16BE with BOM",
            Self::Utf32Le => "UTF-32LE with BOM",
            Self::Utf32Be => "UTF-32BE with BOM",
            Self::Gb18030 => "GB18030 with BOM",
            Self::Other(_) => self.name(),
        }
    }

    /// Bytes of a unit: a character is one or several of them.
    pub(super) fn unit(self) -> usize {
        match self {
            Self::Utf8 | Self::Gb18030 | Self::Other(_) => 1,
            Self::Utf16Le | Self::Utf16Be => 2,
            Self::Utf32Le | Self::Utf32Be => 4,
        }
    }

    /// Whether another byte order of the same units; a byte order mark decides between them.
    pub(super) fn is_order_of(self, other: Self) -> bool {
        self.unit() > 1 && self.unit() == other.unit()
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is not an encoding, or one that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UnknownEncoding {
    #[error(
        "“{0}” is not a supported encoding; write a label of the WHATWG Encoding Standard, such as utf-8, gb18030, big5, \
         windows-1251, shift_jis or euc-kr, or one of utf-16le, utf-16be, utf-32le and utf-32be"
    )]
    Name(String),
    #[error("the encoding “{0}” is not supported; convert the file to UTF-8 first ({command} does that)", command = command(.0))]
    Unsupported(String),
}

/// What converts text from an encoding that is not read, by its label.
fn command(label: &str) -> String {
    match label.to_ascii_lowercase().as_str() {
        // Neither Linux's iconv nor Unicode knows it.
        "hz-gb-2312" => "python3 -c 'print(open(\"FILE\", encoding=\"hz\").read())'".to_owned(),
        // Stands for several that browsers refuse.
        "replacement" => "iconv -f iso-2022-kr -t utf-8 FILE, or whichever it is,".to_owned(),
        _ => format!("iconv -f {label} -t utf-8 FILE"),
    }
}

impl FromStr for Encoding {
    type Err = UnknownEncoding;

    fn from_str(name: &str) -> Result<Self, UnknownEncoding> {
        let bare: String = name.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).collect();
        match bare.to_ascii_lowercase().as_str() {
            "utf8" | "utf8bom" | "utf8sig" | "utf8mb4" | "utf8mb3" | "ascii" | "usascii" => return Ok(Self::Utf8),
            "gbk" | "gb2312" | "gb18030" | "cp936" | "windows936" | "euccn" => return Ok(Self::Gb18030),
            "big5" | "big5hkscs" | "cp950" | "windows950" => return Ok(Self::BIG5),
            "cp932" | "windows932" => return Ok(Self::Other(encoding_rs::SHIFT_JIS)),
            "cp949" | "uhc" => return Ok(Self::Other(encoding_rs::EUC_KR)),
            // Without a stated byte order, little-endian as most software writes; a byte order mark
            // overrides it.
            "utf16" | "utf16le" | "ucs2" | "ucs2le" => return Ok(Self::Utf16Le),
            "utf16be" | "ucs2be" => return Ok(Self::Utf16Be),
            "utf32" | "utf32le" | "ucs4" | "ucs4le" => return Ok(Self::Utf32Le),
            "utf32be" | "ucs4be" => return Ok(Self::Utf32Be),
            _ => {}
        }
        // Python and MySQL write `cp1252` as `cp1252` and `latin1`, Java `Cp1252`, iconv `CP1252`.
        let label = encoding_rs::Encoding::for_label(name.as_bytes())
            .or_else(|| encoding_rs::Encoding::for_label(bare.as_bytes()))
            .or_else(|| encoding_rs::Encoding::for_label(name.replace('_', "-").as_bytes()));
        match label {
            Some(label) if label == encoding_rs::REPLACEMENT => Err(UnknownEncoding::Unsupported(name.to_owned())),
            Some(label) if label == encoding_rs::UTF_8 => Ok(Self::Utf8),
            Some(label) if label == encoding_rs::UTF_16LE => Ok(Self::Utf16Le),
            Some(label) if label == encoding_rs::UTF_16BE => Ok(Self::Utf16Be),
            Some(label) if label == encoding_rs::GBK => Ok(Self::Gb18030),
            Some(label) => Ok(Self::Other(label)),
            None => Err(UnknownEncoding::Name(name.to_owned())),
        }
    }
}
