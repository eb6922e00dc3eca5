//! Compression methods, and how each is recognised by its first bytes.

/// Longest magic number, in bytes.
pub(super) const MAGIC_BYTES: usize = 13;

/// How bytes are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Gzip,
    Zstd,
    Bzip2,
    Xz,
    /// As before xz, without a check.
    Lzma,
    /// Deflate with a header of two bytes.
    Zlib,
    /// Without a header, as in a zip archive.
    Deflate,
    /// Not at all, as in a zip archive.
    Stored,
}

impl Method {
    /// By the first bytes.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        [Self::Gzip, Self::Zstd, Self::Bzip2, Self::Xz, Self::Lzma].into_iter().find(|method| method.begins(head))
    }

    pub(super) fn begins(self, head: &[u8]) -> bool {
        match self {
            Self::Gzip => head.starts_with(&[0x1f, 0x8b, 8]),
            // A frame, or a skippable one, which parallel compressors write first.
            Self::Zstd => match head.first_chunk::<4>() {
                Some([first, rest @ ..]) => {
                    (*first == 0x28 && rest == &[0xb5, 0x2f, 0xfd]) || (first >> 4 == 5 && rest == &[0x2a, 0x4d, 0x18])
                }
                None => false,
            },
            // Includes the next bytes, a block or the end: three letters and a digit may begin a
            // line of text.
            Self::Bzip2 => match head.first_chunk::<10>() {
                Some([b'B', b'Z', b'h', b'1'..=b'9', rest @ ..]) => {
                    [[0x31, 0x41, 0x59, 0x26, 0x53, 0x59], [0x17, 0x72, 0x45, 0x38, 0x50, 0x90]].contains(rest)
                }
                _ => false,
            },
            Self::Xz => head.starts_with(b"\xfd7zXZ\0"),
            Self::Lzma => is_lzma(head),
            Self::Zlib => is_zlib(head),
            Self::Deflate | Self::Stored => false,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Lzma => "lzma",
            Self::Zlib => "zlib",
            Self::Deflate => "deflate",
            Self::Stored => "none",
        }
    }
}

/// The usual properties, a power of two or half as much again for the window, and a length that is
/// unknown or possible.
fn is_lzma(head: &[u8]) -> bool {
    let Some([0x5d, a, b, c, d, length @ ..]) = head.first_chunk::<13>() else { return false };
    let (window, length) = (u32::from_le_bytes([*a, *b, *c, *d]), u64::from_le_bytes(*length));
    let is_window = window >= 4 << 10 && (window.is_power_of_two() || (window / 3 * 2).is_power_of_two());
    is_window && (length == u64::MAX || length < 1 << 40)
}

/// A header whose check holds, without a dictionary.
fn is_zlib(head: &[u8]) -> bool {
    matches!(head, [0x78, flags, ..] if (0x7800 + u16::from(*flags)).is_multiple_of(31) && flags & 0x20 == 0)
}
