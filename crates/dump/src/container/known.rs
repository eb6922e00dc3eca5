//! Formats that are not read: their marks, their names, and what makes something of them that is
//! read.

/// A mark at a position, and what a file with it is.
type Known = (usize, &'static [u8], &'static str);

/// Marks that no text begins with.
const MARKED: [Known; 61] = [
    (0, b"Rar!\x1a\x07", "a RAR archive; unpack it first (unrar x FILE does that)"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first (7z x FILE does that)"),
    (0, b"MSCF\0\0\0\0", "a cabinet archive; unpack it first (cabextract FILE does that)"),
    (0, b"!<arch>\n", "an archive of ar; unpack it first (ar x FILE does that)"),
    (0, b"\xed\xab\xee\xdb", "an RPM package; unpack it first (rpm2archive FILE does that)"),
    (0, b"\x04\x22\x4d\x18", "lz4 data; decompress it first (lz4 -d does that)"),
    (0, b"LZIP\x01", "lzip data; decompress it first (lzip -d does that)"),
    (0, b"LRZI\0", "lrzip data; decompress it first (lrzip -d does that)"),
    (0, b"\x1f\x9d", "data of compress; decompress it first (gzip -d does that)"),
    (0, b"\x1f\xa0", "data of compress; decompress it first (gzip -d does that)"),
    (0, b"\x1f\x1e", "data of pack; decompress it first (gzip -d does that)"),
    (0, b"\x89LZO\0\r\n\x1a\n", "lzop data; decompress it first (lzop -d does that)"),
    (0, b"\xff\x06\0\0sNaPpY", "snappy data; decompress it first (snzip -d does that)"),
    (0, b"\x5d\0\0\x80\0", "LZMA data; decompress it first (xz -d --format=lzma does that)"),
    (0, b"\x5d\0\0\0\x04", "LZMA data; decompress it first (xz -d --format=lzma does that)"),
    (0, b"SQLite format 3\0", "an SQLite database; write it as SQL (sqlite3 FILE .dump does that)"),
    (0, b"** This file contains an SQLite 2", "an SQLite 2 database; write it as SQL (sqlite FILE .dump does that)"),
    (
        0,
        b"\0\x01\0\0Standard Jet DB",
        "an Access database; write each of its tables as CSV (mdb-export FILE TABLE does that)",
    ),
    (
        0,
        b"\0\x01\0\0Standard ACE DB",
        "an Access database; write each of its tables as CSV (mdb-export FILE TABLE does that)",
    ),
    (0, b"PGDMP", "a PostgreSQL archive; write it as SQL (pg_restore -f - FILE does that)"),
    (
        0,
        b"PGCOPY\n\xff\r\n\0",
        "binary output of COPY; load it into PostgreSQL and write it as text (COPY … TO does that)",
    ),
    (0, b"\xfebin", "a MySQL binary log; load it into MySQL and write the tables as SQL (mysqldump does that)"),
    (
        0,
        b"\xfe\xfe\x07",
        "an index of a MyISAM table; load the table into MySQL and write it as SQL (mysqldump does that)",
    ),
    (
        0,
        b"\xfe\x01\x09",
        "a definition of a MySQL table; load the table into MySQL and write it as SQL (mysqldump does that)",
    ),
    (0, b"\x03\0\x01EXPORT:V", "an Oracle export; load it (imp does that) and write the tables as CSV"),
    (4, b"\xef\xcd\xab\x89", "an ESE database of Windows; write its tables as text (esedbexport FILE does that)"),
    (0, b"SEQ\x06", "a Hadoop sequence file; write it as text (hadoop fs -text FILE does that)"),
    (0, b"SEQ\x05", "a Hadoop sequence file; write it as text (hadoop fs -text FILE does that)"),
    (0, b"SEQ\x04", "a Hadoop sequence file; write it as text (hadoop fs -text FILE does that)"),
    (0, b"RCF\x01", "a Hive RCFile; write its table as text or Parquet (INSERT OVERWRITE DIRECTORY does that)"),
    (
        12,
        b"\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\0\x09\xc7\x31\x8c",
        "a SAS table; write it as CSV (readstat FILE.sas7bdat FILE.csv does that)",
    ),
    (0, b"$FL2@(#)", "an SPSS table; write it as CSV (readstat FILE.sav FILE.csv does that)"),
    (0, b"$FL3@(#)", "a compressed SPSS table; write it as CSV (readstat FILE.zsav FILE.csv does that)"),
    (0, b"<stata_dta>", "a Stata table; write it as CSV (readstat FILE.dta FILE.csv does that)"),
    (0, b"\x89HDF\r\n\x1a\n", "an HDF5 file; write its tables as CSV"),
    (0, b"\x93NUMPY", "a NumPy array; write it as CSV"),
    (0, b"X\n\0\0\0\x02\0", "data of R; write it as CSV (write.csv does that)"),
    (0, b"X\n\0\0\0\x03\0", "data of R; write it as CSV (write.csv does that)"),
    (0, b"\xac\xed\0\x05", "serialized Java objects; write them as text where they were made"),
    (0, b"\xd9\xd9\xf7", "CBOR; write it as JSON (cbor2json.rb FILE does that)"),
    (0, b"bplist00", "a binary property list; write it as JSON (plutil -convert json FILE does that)"),
    (0, b"\xcf\xad\x12\xfe", "a mailbox of Outlook Express; write its messages as text (readdbx does that)"),
    (0, b"\x09\x08\x10\0\0\x06", "a spreadsheet of an old Excel without its container; save it as xlsx or CSV"),
    (0, b"\x09\x08\x08\0\0\x05", "a spreadsheet of Excel 5; save it as xlsx or CSV"),
    (0, b"\x09\x04\x06\0\0", "a spreadsheet of Excel 4; save it as xlsx or CSV"),
    (0, b"\x09\x02\x06\0\0", "a spreadsheet of Excel 3; save it as xlsx or CSV"),
    (0, b"\x09\0\x04\0\x02\0", "a spreadsheet of Excel 2; save it as xlsx or CSV"),
    (0, b"\0\0\x02\0\x06\x04\x06\0", "a Lotus spreadsheet; save it as xlsx or CSV"),
    (0, b"\0\0\x1a\0", "a Lotus spreadsheet; save it as xlsx or CSV"),
    (0, b"%PDF-", "a PDF document; write it as text (pdftotext -layout FILE does that)"),
    (0, b"{\\rtf", "an RTF document; write it as text (unrtf --text FILE does that)"),
    (0, b"ITSF\x03\0\0\0", "a Windows help file; unpack it first (7z x FILE does that)"),
    (0, b"LUKS\xba\xbe", "an encrypted disk; open it first, and read its files"),
    (0, b"age-encryption.org/v1\n", "data encrypted by age; decrypt it first (age -d does that)"),
    (0, b"QFI\xfb", "a disk image; mount it, and read its files"),
    (0, b"\x89PNG\r\n\x1a\n", "an image"),
    (0, b"\xff\xd8\xff", "an image"),
    (0, b"II*\0", "an image"),
    (0, b"MM\0*", "an image"),
    (0, b"\x1aE\xdf\xa3", "audio or video"),
    (0, b"OggS\0", "audio or video"),
];

/// Marks with which a text may begin, so that they count only in binary data.
const IN_BINARY: [Known; 30] = [
    (0, b"\x60\xea", "an ARJ archive; unpack it first (7z x FILE does that)"),
    (7, b"**ACE**", "an ACE archive; unpack it first (unace x FILE does that)"),
    (2, b"-lh5-", "an LZH archive; unpack it first (7z x FILE does that)"),
    (0, b"hsqs", "a SquashFS image; unpack it first (unsquashfs FILE does that)"),
    (2, b"EXPORT:V", "an Oracle export; load it (imp does that) and write the tables as CSV"),
    (3, b"EXPORT:V", "an Oracle export; load it (imp does that) and write the tables as CSV"),
    (0, b"REDIS0", "a Redis snapshot; write it as JSON (rdb --command json FILE does that)"),
    (0, b"FEA1", "a Feather file of version 1; write it as Parquet or CSV (pyarrow.feather reads it)"),
    (0, b"RDX2\n", "data of R; write its tables as CSV (write.csv does that)"),
    (0, b"RDX3\n", "data of R; write its tables as CSV (write.csv does that)"),
    (0, b"!BDN", "an Outlook mailbox; write its messages as text (readpst -o FOLDER FILE does that)"),
    (0, b"Salted__", "data encrypted by OpenSSL; decrypt it first"),
    (0, b"KDMV", "a disk image; mount it, and read its files"),
    (0, b"conectix", "a disk image; mount it, and read its files"),
    (0, b"TAPE", "a backup of SQL Server; restore it and write its tables as CSV (bcp does that)"),
    (0, b"\x01\x0f\0\0", "a file of SQL Server; attach it and write its tables as CSV (bcp does that)"),
    (0, b"\x80\x02", "a Python pickle; write its tables as CSV (pandas.read_pickle reads them)"),
    (0, b"\x80\x03", "a Python pickle; write its tables as CSV (pandas.read_pickle reads them)"),
    (0, b"\x80\x04\x95", "a Python pickle; write its tables as CSV (pandas.read_pickle reads them)"),
    (0, b"\x80\x05\x95", "a Python pickle; write its tables as CSV (pandas.read_pickle reads them)"),
    (0, b"MZ", "an executable"),
    (0, b"\x7fELF", "an executable"),
    (0, b"\xca\xfe\xba\xbe", "an executable"),
    (0, b"\xcf\xfa\xed\xfe", "an executable"),
    (0, b"GIF87a", "an image"),
    (0, b"GIF89a", "an image"),
    (0, b"BM", "an image"),
    (0, b"RIFF", "an image, audio or video"),
    (0, b"ID3", "audio or video"),
    (4, b"ftyp", "audio or video"),
];

/// What a file that begins so is, and what to do about it.
pub(super) fn name(head: &[u8], is_binary: bool) -> Option<&'static str> {
    let is_at = |known: &&Known| head.get(known.0..).is_some_and(|rest| rest.starts_with(known.1));
    let named = |known: &Known| known.2;
    if let Some(what) = MARKED.iter().find(is_at).map(named) {
        return Some(what);
    }
    if is_cpio(head) {
        return Some("a cpio archive; unpack it first (cpio -id < FILE does that)");
    }
    if !is_binary {
        return None;
    }
    if is_dbase(head) {
        return Some("a dBase table; save it as CSV (libreoffice --headless --convert-to csv FILE does that)");
    }
    if is_innodb(head) {
        return Some("a tablespace of InnoDB; load it into MySQL and write it as SQL (mysqldump does that)");
    }
    if is_zlib(head) {
        return Some("zlib data; decompress it first (zlib-flate -uncompress < FILE does that)");
    }
    if is_old_stata(head) {
        return Some("a Stata table; write it as CSV (readstat FILE.dta FILE.csv does that)");
    }
    let by_mark = IN_BINARY.iter().find(is_at).map(named);
    by_mark.or_else(|| {
        is_message_pack(head).then_some("MessagePack, as it seems; write it as JSON (msgpack2json does that)")
    })
}

/// A mark of digits, and a header that is all digits: a list of phone numbers is not.
fn is_cpio(head: &[u8]) -> bool {
    let is = |mark: &[u8], length: usize, radix: u32| {
        let header = head.get(..length).filter(|header| header.starts_with(mark));
        header.is_some_and(|header| header.iter().all(|&b| char::from(b).is_digit(radix)))
    };
    is(b"070701", 110, 16) || is(b"070702", 110, 16) || is(b"070707", 76, 8)
}

/// A version, a date, and a header of 32 bytes a column that ends with a mark.
fn is_dbase(head: &[u8]) -> bool {
    let Some([version, _, month, day, _, _, _, _, low, high, record, more, ..]) = head.first_chunk::<32>() else {
        return false;
    };
    let (header, record) = (usize::from(u16::from_le_bytes([*low, *high])), u16::from_le_bytes([*record, *more]));
    matches!(version, 0x02 | 0x03 | 0x30 | 0x31 | 0x32 | 0x43 | 0x63 | 0x83 | 0x8b | 0x8c | 0xcb | 0xf5 | 0xfb)
        && (1..=12).contains(month)
        && (1..=31).contains(day)
        && header >= 65
        && record > 1
        && head.get(header - 1).is_none_or(|&end| end == 0x0d || end == 0)
        && head.get(32..43).is_some_and(|name| name[0].is_ascii_graphic() && name.is_ascii())
}

/// The first page of a tablespace: its number is 0, and its type says that it is the first.
fn is_innodb(head: &[u8]) -> bool {
    head.get(4..8) == Some(&[0; 4]) && head.get(24..26) == Some(&[0, 8]) && head.get(34..38) == head.get(38..42)
}

fn is_zlib(head: &[u8]) -> bool {
    matches!(head, [0x78, flags, ..] if (0x7800 + u16::from(*flags)).is_multiple_of(31) && flags & 0x20 == 0)
}

/// A version, a byte order, and the type of the file.
fn is_old_stata(head: &[u8]) -> bool {
    matches!(head, [0x69 | 0x6c | 0x6e..=0x73, 1 | 2, 1, 0, ..])
}

/// A map, or an array of maps, whose first key is a short word.
fn is_message_pack(head: &[u8]) -> bool {
    let inside = |bytes: &'_ [u8]| -> Option<usize> {
        match bytes.first()? {
            0x81..=0x8f => Some(1),
            0xde => Some(3),
            0xdf => Some(5),
            _ => None,
        }
    };
    let first = match head.first() {
        Some(0x91..=0x9f) => 1,
        Some(0xdc) => 3,
        Some(0xdd) => 5,
        _ => 0,
    };
    let Some(map) = head.get(first..) else { return false };
    let Some(key) = inside(map).and_then(|at| map.get(at..)) else { return false };
    let (length, at) = match key {
        [length @ 0xa1..=0xbf, ..] => (usize::from(length & 0x1f), 1),
        [0xd9, length, ..] => (usize::from(*length), 2),
        _ => return false,
    };
    key.get(at..at + length).is_some_and(|word| word.iter().all(|b| b.is_ascii_graphic() || *b == b' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(head: &[u8]) -> &'static str {
        name(head, true).unwrap_or("nothing")
    }

    #[test]
    fn formats_without_a_mark_are_known_by_their_structure() {
        let mut dbase = vec![3, 95, 7, 26, 1, 0, 0, 0, 65, 0, 12, 0];
        dbase.resize(32, 0);
        dbase.extend(b"PHONE\0\0\0\0\0\0C");
        dbase.resize(64, 0);
        dbase.push(0x0d);
        assert!(said(&dbase).contains("dBase"));
        dbase[2] = 13;
        assert_eq!(said(&dbase), "nothing");
        assert!(said(b"\x81\xa5phone\xab15400001234").contains("MessagePack"));
        assert!(said(b"\x92\x81\xa5phone\x01\x81\xa5phone\x02").contains("MessagePack"));
        assert!(said(b"\x78\x9c\xed\xc1").contains("zlib"));
        assert!(said(b"\x73\x02\x01\0\x05\0").contains("Stata"));
        assert!(said(&[&b"070701"[..], &[b'0'; 120]].concat()).contains("cpio"));
        let mut tablespace = vec![0; 64];
        tablespace[25] = 8;
        assert!(said(&tablespace).contains("InnoDB"));
    }

    #[test]
    fn a_text_may_begin_as_a_binary_format_does() {
        for text in
            ["BM,phone\n", "MZ 15400001234\n", "ID3\n", "TAPE,1\n", "RIFF\n", "x\u{1}y\n", "07070112345\n07070156789\n"]
        {
            assert_eq!(name(text.as_bytes(), false), None, "{text}");
        }
        assert!(said(b"MZ\x90\0\x03").contains("executable"));
    }

    #[test]
    fn every_sentence_names_the_format_and_what_reads_it() {
        for (_, magic, what) in MARKED.iter().chain(&IN_BINARY) {
            let is_media = what.contains("image") || what.contains("audio") || *what == "an executable";
            assert!(is_media || what.contains("; "), "{what}");
            assert!(magic.len() > 1, "{what}");
        }
    }
}
