//! Formats that are not read: their marks, their names, and what makes something of them that is
//! read.

mod marks;

use crate::encoding::is_binary;
use flate2::{Decompress, FlushDecompress};
use marks::{IN_BINARY, Known, MARKED, OPENSSL_TEXT, R_ONE};
use zeroize::Zeroizing;

/// Zeros from which a beginning of nothing else is worth a sentence.
const ZEROS: usize = 1 << 10;

/// Bytes of deflated data that are looked at.
const INFLATED_BYTES: usize = 4 << 10;

/// Bytes from which a text is long enough to be told from others by its frequent ones.
const EBCDIC_BYTES: usize = 64;

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
    if let Some(what) = encoded(head) {
        return Some(what);
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
    if head.len() > ZEROS && head.iter().all(|&byte| byte == 0) {
        return Some(
            "nothing but zeros where it begins, as in a disk image or a file that was never written; if it is text, \
             state its encoding in a mapping, if an image, unpack it (7z x FILE does that)",
        );
    }
    if is_old_stata(head) {
        return Some("a Stata table; write it as CSV (readstat FILE.dta FILE.csv does that)");
    }
    if memchr::memmem::find(head, b"PK\x03\x04").is_some() && (head.starts_with(b"#!") || head.starts_with(b"MZ")) {
        return Some("a zip archive behind a program; unpack it without running that (unzip FILE does that)");
    }
    if inflates(head) {
        return Some(
            "deflated data without a header; decompress it first (python3 -c 'import sys, zlib; \
             sys.stdout.buffer.write(zlib.decompress(sys.stdin.buffer.read(), -15))' < FILE does that)",
        );
    }
    let by_mark = IN_BINARY.iter().find(is_at).map(named);
    by_mark.or_else(|| {
        is_message_pack(head).then_some(
            "MessagePack, as it seems; write it as text (python3 -c 'import msgpack, sys; [print(x) for x in \
                                     msgpack.Unpacker(sys.stdin.buffer)]' < FILE does that)",
        )
    })
}

/// Whether this is the beginning of deflated text: what is not has a mistake within a few bytes.
fn inflates(head: &[u8]) -> bool {
    let mut output = Zeroizing::new(vec![0; INFLATED_BYTES]);
    let mut decoder = Decompress::new(false);
    let status = decoder.decompress(head, &mut output, FlushDecompress::None);
    let length = usize::try_from(decoder.total_out()).unwrap_or_default();
    status.is_ok() && length > head.len().min(INFLATED_BYTES / 2) && !is_binary(&output[..length])
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

/// Text that says nothing before it is decoded.
fn encoded(head: &[u8]) -> Option<&'static str> {
    if is_base64(head) {
        // `Salted__`, encoded.
        if head.starts_with(b"U2FsdGVkX1") {
            return Some(OPENSSL_TEXT);
        }
        return Some("text in base64; decode it first (base64 -d FILE does that)");
    }
    if is_uuencoded(head) {
        return Some("uuencoded data; decode it first (uudecode FILE does that)");
    }
    if is_hex_dump(head) {
        return Some("a hex dump; make the file of it first (xxd -r FILE does that)");
    }
    if is_text_of_r(head) {
        return Some(R_ONE);
    }
    is_ebcdic(head).then_some("text in EBCDIC; convert it first (iconv -f IBM037 -t UTF-8 FILE does that)")
}

/// Lines of one length from the first one on, all of the 64 characters, of several classes.
fn is_base64(head: &[u8]) -> bool {
    let is_of_it = |b: &u8| b.is_ascii_alphanumeric() || b"+/=".contains(b);
    let mut lines = head.split(|&b| b == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let Some(first) = lines.next().filter(|first| (60..=76).contains(&first.len())) else { return false };
    let has = |is: fn(&u8) -> bool| first.iter().any(is);
    let is_whole = |line: &[u8]| line.len() == first.len() && !line.ends_with(b"=");
    let rest: Vec<&[u8]> = lines.collect();
    let Some((last, whole)) = rest.split_last() else { return false };
    // What follows the last line end, and perhaps the line before it, may be shorter.
    let (short, whole) = if last.is_empty() { whole.split_last().unwrap_or((last, whole)) } else { (last, whole) };
    has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && is_whole(first)
        && short.len() <= first.len()
        && whole.iter().all(|line| is_whole(line))
        && head.iter().all(|b| is_of_it(b) || matches!(b, b'\r' | b'\n'))
}

/// A line with a mode and a name, and then lines that begin with their length.
fn is_uuencoded(head: &[u8]) -> bool {
    let Some(rest) = head.strip_prefix(b"begin ") else { return false };
    let mut lines = rest.split(|&b| b == b'\n');
    let is_mode = lines.next().is_some_and(|line| line.len() > 4 && line[..3].iter().all(u8::is_ascii_digit));
    is_mode && lines.next().is_some_and(|line| line.first() == Some(&b'M') && line.len() > 60)
}

/// Lines of an offset, a colon, and bytes in digits.
fn is_hex_dump(head: &[u8]) -> bool {
    let is_line = |line: &[u8]| {
        let Some((offset, bytes)) = line.split_at_checked(8).and_then(|(offset, rest)| Some((offset, rest.get(..7)?)))
        else {
            return false;
        };
        offset.iter().all(u8::is_ascii_hexdigit)
            && bytes.starts_with(b": ")
            && bytes[2..6].iter().all(u8::is_ascii_hexdigit)
            && bytes[6] == b' '
    };
    let mut lines = head.split(|&b| b == b'\n').take(3);
    head.starts_with(b"00000000: ")
        && lines.next().is_some_and(is_line)
        && lines.filter(|line| line.len() > 40).all(is_line)
}

/// What `saveRDS` writes as text: a format, and the versions that wrote and read it.
fn is_text_of_r(head: &[u8]) -> bool {
    let version = |rest: &[u8]| rest.len() > 6 && rest[..6].iter().all(u8::is_ascii_digit) && rest[6] == b'\n';
    [&b"A\n2\n"[..], b"A\n3\n"].iter().any(|mark| head.strip_prefix(*mark).is_some_and(version))
}

/// Digits and blanks where EBCDIC has them, and none where all other encodings do.
fn is_ebcdic(head: &[u8]) -> bool {
    let count = |is: fn(u8) -> bool| head.iter().filter(|&&byte| is(byte)).count();
    let is_usual = |b: u8| {
        matches!(b, 0x15 | 0x25 | 0x40 | 0x4b | 0x6b | 0x81..=0x89 | 0x91..=0x99 | 0xa2..=0xa9)
            || matches!(b, 0xc1..=0xc9 | 0xd1..=0xd9 | 0xe2..=0xe9 | 0xf0..=0xf9)
    };
    head.len() >= EBCDIC_BYTES
        && count(|b| matches!(b, b' ' | b'\n' | b'0'..=b'9')) * 50 <= head.len()
        && count(|b| matches!(b, 0xf0..=0xf9)) * 20 > head.len()
        && count(is_usual) * 10 > head.len() * 7
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
    use std::io::Read as _;

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
        assert!(said(b"\x73\x02\x01\0\x05\0").contains("Stata"));
        assert!(said(&[&b"070701"[..], &[b'0'; 120]].concat()).contains("cpio"));
        let mut tablespace = vec![0; 64];
        tablespace[25] = 8;
        assert!(said(&tablespace).contains("InnoDB"));
    }

    #[test]
    fn what_is_packed_without_a_mark_is_known_by_what_is_in_it() {
        let text = (0..900).fold(String::new(), |text, n| text + &format!("{n},154{:08}\n", n * 7_919));
        let mut deflated = Vec::new();
        flate2::read::DeflateEncoder::new(text.as_bytes(), flate2::Compression::best())
            .read_to_end(&mut deflated)
            .expect("memory");
        assert!(said(&deflated).contains("zlib.decompress"));
        assert_eq!(said(&deflated[7..]), "nothing");
        let behind = |program: &[u8]| [program, b"\nexit\nPK\x03\x04\x14\0\0\0\x08\0", &deflated].concat();
        assert!(
            said(&behind(b"#!/bin/sh")).contains("unzip FILE") && said(&behind(b"MZ\x90\0")).contains("unzip FILE")
        );
    }

    #[test]
    fn text_that_must_be_decoded_is_known_by_its_lines() {
        let said = |text: &str| name(text.as_bytes(), false).unwrap_or("nothing");
        let line = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAx\n";
        assert!(said(&[line, line, "MTIzNA==\n"].concat()).contains("base64 -d"));
        assert!(said(&[line, line].concat()).contains("base64 -d"), "a head ends anywhere");
        // Hashes, each of them whole, and lines of another length.
        assert_eq!(said(&[&line[..70], "==\n", &line[..70], "==\n"].concat()), "nothing");
        assert_eq!(said(&[line, &line[..40], "\n", line].concat()), "nothing");
        let encrypted = ["U2FsdGVkX1", &line[10..]].concat();
        assert!(said(&[&encrypted[..], line].concat()).contains("openssl enc -d -a"));
        assert!(said(&format!("begin 644 a.csv\nM{}\n", "<".repeat(60))).contains("uudecode"));
        assert_eq!(said("begin 644 things\nMore text\n"), "nothing");
        assert!(said("00000000: 6e61 6d65 2c70 686f 6e65 0a61 2c31 3534  name,phone.a,154\n").contains("xxd -r"));
        assert_eq!(said("00000000: a counter\n"), "nothing");
        assert!(said("A\n3\n262658\n197888\n5\nUTF-8\n531\n").contains("readRDS"));
    }

    #[test]
    fn ebcdic_is_known_by_its_digits() {
        // `name,phone` and rows of a letter and eleven digits.
        let mut text = b"\x95\x81\x94\x85\x6b\x97\x88\x96\x95\x85\x0d\x25".to_vec();
        (0..10).for_each(|n| {
            text.extend([0x81, 0x6b, 0xf1, 0xf5, 0xf4, 0xf0, 0xf0, 0xf0, 0xf0, 0xf1, 0xf2, 0xf3, 0xf0 + n, 0x25]);
        });
        assert!(said(&text).contains("iconv -f IBM037"));
        assert!(name(&text, false).is_some());
        let cyrillic: Vec<u8> = (0..200).flat_map(|n| [0xc8, 0xe2, 0xe0, 0xed, b',', b'0' + n % 10, b'\n']).collect();
        assert_eq!(name(&cyrillic, false), None);
    }

    #[test]
    fn a_text_may_begin_as_a_binary_format_does() {
        for text in
            ["BM,phone\n", "MZ 15400001234\n", "ID3\n", "TAPE,1\n", "RIFF\n", "x\u{1}y\n", "07070112345\n07070156789\n"]
        {
            assert_eq!(name(text.as_bytes(), false), None, "{text}");
        }
        assert!(said(b"MZ\x90\0\x03").contains("a program"));
    }

    #[test]
    fn every_sentence_names_the_format_and_what_reads_it() {
        for (_, magic, what) in MARKED.iter().chain(IN_BINARY) {
            let is_media = what.contains("image") || what.contains("audio");
            assert!(is_media || what.contains("; "), "{what}");
            assert!(magic.len() > 1, "{what}");
        }
    }
}
