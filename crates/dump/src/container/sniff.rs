//! Sniffs what a stream is by its first bytes. Names and extensions are ignored.

use super::archive::is_tar_header;
use super::method::Method;
use crate::encoding::is_binary;

/// Bytes that are sniffed: more than the 512 of a tar header, enough to tell text from binary data.
pub(super) const SNIFFED_BYTES: usize = 16 << 10;

/// What a stream holds, judging by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StreamKind {
    Compressed(Method),
    Tar,
    Zip,
    Parquet,
    /// Not supported: what it is.
    Other(&'static str),
    Text,
}

/// Formats that are not supported, by their first bytes, and what to do about them.
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

/// Bytes that match no format.
const BINARY: &str = "binary data of an unsupported format; if it is text, state its encoding in a mapping";

/// Sniffs the first [`SNIFFED_BYTES`], or all there are.
pub(super) fn sniff(head: &[u8]) -> StreamKind {
    if let Some(method) = Method::of(head) {
        return StreamKind::Compressed(method);
    }
    // An entry, the end of an archive without entries, and the marker of an archive that was once
    // split.
    if [&b"PK\x03\x04"[..], b"PK\x05\x06", b"PK\x07\x08PK\x03\x04"].iter().any(|magic| head.starts_with(magic)) {
        return StreamKind::Zip;
    }
    if head.starts_with(b"PAR1") && is_binary(head) {
        return StreamKind::Parquet;
    }
    if is_tar_header(head) {
        return StreamKind::Tar;
    }
    if let Some((_, what)) = OTHERS.iter().find(|(magic, _)| head.starts_with(magic)) {
        return StreamKind::Other(what);
    }
    if is_binary(head) { StreamKind::Other(BINARY) } else { StreamKind::Text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides() {
        assert_eq!(sniff(b"\x1f\x8b\x08\0"), StreamKind::Compressed(Method::Gzip));
        assert_eq!(sniff(b"\x28\xb5\x2f\xfd"), StreamKind::Compressed(Method::Zstd));
        assert_eq!(sniff(b"\x5a\x2a\x4d\x18"), StreamKind::Compressed(Method::Zstd), "a frame to be skipped");
        assert_eq!(sniff(b"BZh91AY&SY"), StreamKind::Compressed(Method::Bzip2));
        assert_eq!(sniff(b"\xfd7zXZ\0"), StreamKind::Compressed(Method::Xz));
        assert_eq!(sniff(b"BZh9 is how a line of text may begin\n"), StreamKind::Text);
        assert_eq!(sniff(b"PK\x03\x04"), StreamKind::Zip);
        assert_eq!(sniff(b"PAR1\x15\0\x15\x10"), StreamKind::Parquet);
        assert_eq!(sniff(b"PAR1,name\n1,2\n"), StreamKind::Text);
        assert_eq!(sniff(b""), StreamKind::Text);
        assert!(matches!(sniff(b"SQLite format 3\0\x10\0"), StreamKind::Other(what) if what.contains("SQLite")));
        assert_eq!(sniff(b"MZ\x90\0\x03\0\0\0"), StreamKind::Other(BINARY));
        assert_eq!(sniff(b"\xff\xfea\0,\0"), StreamKind::Text, "UTF-16");
    }
}
