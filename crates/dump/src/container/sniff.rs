//! Sniffs what a stream is by its first bytes. Names and extensions are ignored.

use super::archive::is_tar_header;
use super::bson;
use super::known;
use super::mail;
use super::member::{FileFormat, StreamFormat};
use super::method::Method;
use crate::encoding::is_binary;
use flate2::{Decompress, FlushDecompress};
use zeroize::Zeroizing;

/// Bytes that are sniffed: more than the 512 of a tar header, enough to tell text from binary data.
pub(super) const SNIFFED_BYTES: usize = 16 << 10;

/// What a stream holds, judging by its first bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StreamKind {
    Compressed(Method),
    Tar,
    Zip,
    /// A compound file, which may be a spreadsheet.
    Compound,
    Tables(FileFormat),
    Records(StreamFormat),
    Mail,
    /// Not supported: what it is.
    Other(&'static str),
    Text,
}

/// Bytes that match no format.
const BINARY: &str =
    "binary data of an unknown format; if it is text, state its encoding in a mapping, else convert it";

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
    if is_tar_header(head) {
        return StreamKind::Tar;
    }
    if head.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return StreamKind::Compound;
    }
    if head.starts_with(b"ARROW1\0\0") || is_arrow_stream(head) {
        return StreamKind::Records(StreamFormat::Arrow);
    }
    if head.starts_with(b"Obj\x01") {
        return StreamKind::Records(StreamFormat::Avro);
    }
    if head.starts_with(bson::ARCHIVE_MAGIC) {
        return StreamKind::Records(StreamFormat::BsonArchive);
    }
    if bson::is_bson(head) {
        return StreamKind::Records(StreamFormat::Bson);
    }
    // Two bytes are no proof: what follows must be of it, too.
    if Method::Zlib.begins(head) && inflates(head) {
        return StreamKind::Compressed(Method::Zlib);
    }
    let is_binary = is_binary(head);
    if head.starts_with(b"PAR1") && is_binary {
        return StreamKind::Tables(FileFormat::Parquet);
    }
    // What follows is the first stream, of any content.
    if head.starts_with(b"ORC") && is_binary {
        return StreamKind::Tables(FileFormat::Orc);
    }
    match known::name(head, is_binary) {
        Some(what) => StreamKind::Other(what),
        // Its parts may be of any bytes.
        None if mail::looks_like(head) => StreamKind::Mail,
        None if is_binary => StreamKind::Other(BINARY),
        None => StreamKind::Text,
    }
}

/// Whether the beginning of something is zlib data without an error.
fn inflates(head: &[u8]) -> bool {
    let (mut decoder, mut output) = (Decompress::new(true), Zeroizing::new(vec![0; SNIFFED_BYTES]));
    let status = decoder.decompress(head, &mut output, FlushDecompress::None);
    status.is_ok() && decoder.total_out() > 0
}

/// Whether this is a stream of Arrow messages: a mark, the length of a message, and the position of
/// its root.
fn is_arrow_stream(head: &[u8]) -> bool {
    let number = |at: usize| head.get(at..).and_then(<[u8]>::first_chunk).map(|bytes| u32::from_le_bytes(*bytes));
    let (Some(u32::MAX), Some(length), Some(root)) = (number(0), number(4), number(8)) else { return false };
    length.is_multiple_of(8) && (8..1 << 28).contains(&length) && (4..length).contains(&root)
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
        let zlib = b"\x78\x9c\x33\x34\x35\x31\x30\x00\x02\x43\x23\x63\x00";
        assert_eq!(sniff(zlib), StreamKind::Compressed(Method::Zlib));
        assert_eq!(sniff(b"x\x9c\xa5 is how a line of text may begin\n"), StreamKind::Text);
        let lzma = b"\x5d\0\0\x80\0\xff\xff\xff\xff\xff\xff\xff\xff\0";
        assert_eq!(sniff(lzma), StreamKind::Compressed(Method::Lzma));
        assert_eq!(sniff(b"PK\x03\x04"), StreamKind::Zip);
        assert_eq!(sniff(b"PAR1\x15\0\x15\x10"), StreamKind::Tables(FileFormat::Parquet));
        assert_eq!(sniff(b"ORC\x0a\x0b\0\0\x03\0"), StreamKind::Tables(FileFormat::Orc));
        assert_eq!(sniff(b"ORC\nis a text\n"), StreamKind::Text);
        assert_eq!(sniff(b"ARROW1\0\0\xff"), StreamKind::Records(StreamFormat::Arrow));
        assert_eq!(sniff(b"\xff\xff\xff\xff\x10\0\0\0\x08\0\0\0"), StreamKind::Records(StreamFormat::Arrow));
        assert_eq!(sniff(b"Obj\x01\x04"), StreamKind::Records(StreamFormat::Avro));
        assert_eq!(sniff(b"\x6d\xe2\x99\x81\x05"), StreamKind::Records(StreamFormat::BsonArchive));
        assert_eq!(sniff(b"\x0c\0\0\0\x10a\0\x01\0\0\0\0"), StreamKind::Records(StreamFormat::Bson));
        assert_eq!(sniff(b"PAR1,name\n1,2\n"), StreamKind::Text);
        assert_eq!(sniff(b""), StreamKind::Text);
        assert!(matches!(sniff(b"SQLite format 3\0\x10\0"), StreamKind::Other(what) if what.contains("SQLite")));
        assert_eq!(sniff(b"\xbc\x90\0\x03\0\0\0"), StreamKind::Other(BINARY));
        assert_eq!(sniff(b"\xff\xfea\0,\0"), StreamKind::Text, "UTF-16");
    }
}
