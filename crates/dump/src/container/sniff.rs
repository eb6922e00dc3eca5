//! What a stream of bytes is, by its first ones. Names and extensions are not believed.

use super::archive::is_tar_header;
use super::method::Method;
use crate::encoding::is_binary;

/// How much is looked at, in bytes: more than the 512 of a tar header, enough to tell text from binary data.
pub(super) const HEAD_BYTES: usize = 16 << 10;

/// What begins so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Compressed(Method),
    Tar,
    Zip,
    Parquet,
    /// Not read: why.
    Other(&'static str),
    Text,
}

/// Formats that are not read, by their first bytes, and what to do about them.
const OTHERS: [(&[u8], &str); 25] = [
    (b"Rar!\x1a\x07", "a RAR archive; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first"),
    (b"\x04\x22\x4d\x18", "lz4 data; decompress it first (lz4 -d does that)"),
    (b"LZIP\x01", "lzip data; decompress it first (lzip -d does that)"),
    (b"\x1f\x9d", "data of compress; decompress it first (gzip -d does that)"),
    (b"\x89LZO\0\r\n\x1a\n", "lzop data; decompress it first (lzop -d does that)"),
    (b"SQLite format 3\0", "an SQLite database; export it as SQL (sqlite3 FILE .dump does that)"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a legacy Office document (such as xls); save it as xlsx or CSV"),
    (b"\0\x01\0\0Standard Jet DB", "an Access database; export its tables as CSV (mdb-export does that)"),
    (b"\0\x01\0\0Standard ACE DB", "an Access database; export its tables as CSV (mdb-export does that)"),
    (b"PGDMP", "a PostgreSQL archive; write it as SQL (pg_restore -f - does that)"),
    (b"REDIS0", "a Redis snapshot; export it as text"),
    (b"Obj\x01", "an Avro file; write it as JSON (avro-tools tojson does that)"),
    (b"ORC\x03", "an ORC file; write it as JSON or CSV"),
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG\r\n\x1a\n", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF87a", "an image"),
    (b"GIF89a", "an image"),
    (b"II*\0", "an image"),
    (b"\x7fELF", "an executable"),
    (b"\xca\xfe\xba\xbe", "an executable"),
    (b"\xcf\xfa\xed\xfe", "an executable"),
    (b"OggS\0", "audio or video"),
];

/// Bytes that no table describes.
const BINARY: &str = "binary data of a format that is not read";

/// Decides by the first [`HEAD_BYTES`], or all there are.
pub(super) fn kind(head: &[u8]) -> Kind {
    if let Some(method) = Method::of(head) {
        return Kind::Compressed(method);
    }
    // An entry, the end of an archive without entries, and what stands in front of an archive once split.
    if [&b"PK\x03\x04"[..], b"PK\x05\x06", b"PK\x07\x08PK\x03\x04"].iter().any(|magic| head.starts_with(magic)) {
        return Kind::Zip;
    }
    if head.starts_with(b"PAR1") && is_binary(head) {
        return Kind::Parquet;
    }
    if is_tar_header(head) {
        return Kind::Tar;
    }
    if let Some((_, what)) = OTHERS.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Kind::Other(what);
    }
    if is_binary(head) { Kind::Other(BINARY) } else { Kind::Text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides() {
        assert_eq!(kind(b"\x1f\x8b\x08\0"), Kind::Compressed(Method::Gzip));
        assert_eq!(kind(b"\x28\xb5\x2f\xfd"), Kind::Compressed(Method::Zstd));
        assert_eq!(kind(b"\x5a\x2a\x4d\x18"), Kind::Compressed(Method::Zstd), "a frame to be skipped");
        assert_eq!(kind(b"BZh91AY&SY"), Kind::Compressed(Method::Bzip2));
        assert_eq!(kind(b"\xfd7zXZ\0"), Kind::Compressed(Method::Xz));
        assert_eq!(kind(b"BZh9 is how a line of text may begin\n"), Kind::Text);
        assert_eq!(kind(b"PK\x03\x04"), Kind::Zip);
        assert_eq!(kind(b"PAR1\x15\0\x15\x10"), Kind::Parquet);
        assert_eq!(kind(b"PAR1,name\n1,2\n"), Kind::Text);
        assert_eq!(kind(b""), Kind::Text);
        assert!(matches!(kind(b"SQLite format 3\0\x10\0"), Kind::Other(what) if what.contains("SQLite")));
        assert_eq!(kind(b"MZ\x90\0\x03\0\0\0"), Kind::Other(BINARY));
        assert_eq!(kind(b"\xff\xfea\0,\0"), Kind::Text, "UTF-16");
    }
}
