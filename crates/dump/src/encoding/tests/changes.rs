//! Texts whose encoding changes: joined files, and lines that another program has added.

use super::{Encoding, encode, read, sample};
use crate::container::tests::Dripping;
use crate::encoding::{decode, is_binary};

const PARTS: [Encoding; 4] = [Encoding::Utf8, Encoding::Gb18030, Encoding::Utf16Le, Encoding::Utf16Be];

#[test]
fn joined_files_are_read_and_the_place_is_told() {
    for before in PARTS {
        for after in PARTS.into_iter().filter(|&after| after != before) {
            for (rows, more) in [(12, 12), (3_000, 30), (30, 3_000)] {
                for is_marked in [false, true] {
                    let (first, second) = (sample(before, rows, 1), sample(after, more, 2));
                    let mark = if is_marked && after != Encoding::Gb18030 { after.mark() } else { b"" };
                    let bytes = [&encode(&first, before), mark, &encode(&second, after)].concat();
                    let at = encode(&first, before).len() as u64;
                    let (all, decoded) = read(decode(&bytes[..], None, None));
                    let case = format!("{rows} rows of {before}, {more} of {after}, {is_marked}");
                    assert!(all.replace('\u{feff}', "") == format!("{first}{second}"), "{case}");
                    let changes = decoded.changes();
                    assert_eq!(changes.len(), 1, "{case}: {changes:?}");
                    let change = &changes[0];
                    assert_eq!(
                        (change.at, &change.from[..], &change.to[..]),
                        (at, before.name(), after.name()),
                        "{case}"
                    );
                    assert_eq!((decoded.unreadable(), decoded.detected().encoding), (0, before.name()), "{case}");
                    assert!(!is_binary(&bytes), "{case}");
                    if rows < 100 && more < 100 {
                        assert_eq!(read(decode(Dripping(&bytes[..]), None, None)).0, all, "{case}");
                    }
                }
            }
        }
    }
}

#[test]
fn lines_of_ascii_in_two_bytes_are_added_to_ascii() {
    let first = "n,15400001234\r\n".repeat(3_000);
    for added in [Encoding::Utf16Le, Encoding::Utf16Be] {
        for ends in ["\r\n", ""] {
            let second = "m,15400004321\r\n".repeat(3);
            let bytes = [first.as_bytes(), ends.as_bytes(), &encode(&second, added), first.as_bytes()].concat();
            let (all, decoded) = read(decode(&bytes[..], None, None));
            assert!(all == format!("{first}{ends}{second}{first}"), "{added}");
            let changes: Vec<_> = decoded.changes().iter().map(|change| (&change.from[..], &change.to[..])).collect();
            assert_eq!(changes, [("ASCII", added.name()), (added.name(), "ASCII")]);
        }
        // Behind a line without an end.
        let bytes = [&b"n,15400001234"[..], &encode("m,15400004321\r\n", added)].concat();
        assert_eq!(read(decode(&bytes[..], None, None)).0, "n,15400001234m,15400004321\r\n");
    }
}

#[test]
fn a_byte_too_many_or_too_few_shifts_nothing_but_itself() {
    for encoding in [Encoding::Utf16Le, Encoding::Utf16Be] {
        let text = sample(encoding, 200, 3);
        let good = encode(&text, encoding);
        let line =
            |n: usize| 2 * text.split_inclusive('\n').take(n).map(|line| line.encode_utf16().count()).sum::<usize>();
        // A line feed of another program between two lines, and a byte lost within a line.
        let added = [&good[..line(70)], b"\n", &good[line(70)..]].concat();
        let (all, decoded) = read(decode(&added[..], None, None));
        assert_eq!(all.replacen("\n\n", "\n", 1), text, "{encoding}");
        assert_eq!((decoded.changes().len(), decoded.changes()[0].at), (1, line(70) as u64 + 1));
        for lost in line(70)..line(71) {
            let mut bytes = good.clone();
            bytes.remove(lost);
            let all = read(decode(&bytes[..], None, None)).0;
            let (all, text): (Vec<_>, Vec<_>) = (all.lines().collect(), text.lines().collect());
            assert!(all[..70] == text[..70] && all[all.len() - 128..] == text[72..], "{encoding}, {lost}");
            // What cannot be known is never another number.
            let known = |line: &str| text.iter().any(|known| known.split(',').nth(1) == Some(line));
            let number = |line: &&&str| {
                line.split(',').nth(1).is_some_and(|n| n.len() == 11 && n.bytes().all(|b| b.is_ascii_digit()))
            };
            assert!(all.iter().filter(number).all(|line| known(line.split(',').nth(1).unwrap_or_default())), "{lost}");
        }
    }
}

#[test]
fn a_few_odd_bytes_change_no_encoding() {
    let text = sample(Encoding::Utf8, 3_000, 4);
    let mut bytes = text.clone().into_bytes();
    for at in (1_000..bytes.len()).step_by(5_000) {
        bytes[at] = 0xff;
    }
    let mut decoded = decode(&bytes[..], None, None);
    let mut all = Vec::new();
    std::io::Read::read_to_end(&mut decoded, &mut all).expect("memory");
    assert!(all == bytes && decoded.changes().is_empty(), "{:?}", decoded.changes());
    // Fields of one character, padded to two bytes, are no UTF-16.
    let padded = "15400001234,M\0,1\0,x\0\0\0\n".repeat(500);
    let (all, decoded) = read(decode(padded.as_bytes(), None, None));
    assert_eq!((all, decoded.changes()), (padded.replace('\0', " "), &[][..]));
}
