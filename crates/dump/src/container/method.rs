//! Compression methods, and how each is recognised by its first bytes.

/// Longest magic number, in bytes.
pub(super) const MAGIC_BYTES: usize = 10;

/// How bytes are compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Method {
    Gzip,
    Zstd,
    Bzip2,
    Xz,
    /// Without a header, as in a zip archive.
    Deflate,
    /// Not at all, as in a zip archive.
    Stored,
}

impl Method {
    /// By the first bytes.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        [Self::Gzip, Self::Zstd, Self::Bzip2, Self::Xz].into_iter().find(|method| method.begins(head))
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
            Self::Bzip2 => match head.first_chunk::<MAGIC_BYTES>() {
                Some([b'B', b'Z', b'h', b'1'..=b'9', rest @ ..]) => {
                    [[0x31, 0x41, 0x59, 0x26, 0x53, 0x59], [0x17, 0x72, 0x45, 0x38, 0x50, 0x90]].contains(rest)
                }
                _ => false,
            },
            Self::Xz => head.starts_with(b"\xfd7zXZ\0"),
            Self::Deflate | Self::Stored => false,
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Bzip2 => "bzip2",
            Self::Xz => "xz",
            Self::Deflate => "deflate",
            Self::Stored => "none",
        }
    }
}
