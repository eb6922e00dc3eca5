//! Ends of lines, NULs, and what is text in spite of its control characters.

use super::{encode, read, sample};
use crate::container::tests::Dripping;
use crate::encoding::{Encoding, decode, is_binary};

fn lines(text: &str) -> String {
    let (all, dripping) =
        (read(decode(text.as_bytes(), None, None)).0, read(decode(Dripping(text.as_bytes()), None, None)).0);
    assert_eq!(all, dripping, "in pieces");
    assert_eq!(all.len(), text.len(), "positions do not change");
    all
}

#[test]
fn a_carriage_return_alone_ends_a_line() {
    let rows = "name,mobile\ra,15400001234\r\"b\",15400001235\r".repeat(9_000);
    assert!(lines(&rows) == rows.replace('\r', "\n"));
    assert_eq!(lines("15400001234\r15400001235"), "15400001234\n15400001235");
    assert_eq!(lines("a\r"), "a\n");
    for encoding in [Encoding::Utf16Le, Encoding::Gb18030] {
        let text = sample(encoding, 50, 2).replace("\r\n", "\r");
        assert_eq!(read(decode(&encode(&text, encoding)[..], None, None)).0, text.replace('\r', "\n"));
    }
}

#[test]
fn files_with_other_line_ends_are_joined() {
    let (unix, dos, mac) = ("a,15400001234,x\n", "b,15400001235,y\r\n", "c,15400001236,z\r");
    for [first, second, third] in
        [[unix, dos, mac], [mac, unix, dos], [dos, mac, unix], [unix, mac, dos], [mac, dos, unix]]
    {
        for times in [1, 3, 9_000] {
            let text = [first.repeat(times), second.repeat(times), third.repeat(times)].concat();
            let expected = text.replace("\r\n", "\u{1}").replace('\r', "\n").replace('\u{1}', "\r\n");
            let all = lines(&text);
            let rows = |text: &str| text.lines().filter(|line| line.split(',').count() == 3).count();
            assert_eq!(
                (rows(&all), all.contains("\r\n")),
                (rows(&expected), expected.contains("\r\n")),
                "{first:?}, {second:?}, {times}"
            );
        }
    }
}

#[test]
fn a_carriage_return_in_a_field_ends_nothing() {
    for text in [
        "id,note,mobile\r\n1,\"a\rb\",15400001234\r\n2,\"c\",15400001235\r\n",
        "id,note,mobile\n1,a\r,15400001234\n2,b,15400001235\n",
        "id,note,mobile\n1,a,15400001234\r\r\n2,b,15400001235\r\r\n",
    ] {
        let rows = |text: &str| text.lines().filter(|line| line.split(',').count() == 3).count();
        assert!(rows(&lines(text)) >= rows(text), "{text:?}");
        assert!(!lines(text).contains("a\n"), "{text:?}");
    }
}

#[test]
fn nuls_around_values_are_blanks() {
    assert_eq!(lines("n,15400001234\0\0\0,x\n"), "n,15400001234   ,x\n");
    assert_eq!(lines("\0\0n\0,1\r\n"), "  n ,1\r\n");
}

#[test]
fn control_characters_that_delimit_are_text() {
    for delimiter in ["\u{1}", "\u{1f}", "\u{2}"] {
        for row in ["1^x^15400001234^\\N^\\N^\\N\n", "1^2^3^4\n", "15400001234^m\n"] {
            assert!(!is_binary(row.replace('^', delimiter).repeat(30).as_bytes()), "{row}");
        }
    }
    assert!(
        !is_binary("1\u{1}a\u{2}b\u{2}c\u{1}k\u{3}v\u{2}l\u{3}w\u{1}15400001234\n".repeat(20).as_bytes()),
        "lists and maps"
    );
    for padded in ["name\0\0\0\0,15400001234\0\0\0\0\0\0\0\0\0\n", "\u{674e}\0\0\0|1\0\0\0\n"] {
        assert!(!is_binary(padded.repeat(9).as_bytes()), "{padded}");
    }
    // Structures of numbers and strings.
    let record = b"\x35\0\0\0\x02phone\0\x0c\0\0\0\x31\x35\x34\0\x10age\0\x21\0\0\0\x12id\0\x07\0\0\0\0\0\0\0\0";
    assert!(is_binary(&record.repeat(20)));
    assert!(is_binary(&(0..2_000_u16).flat_map(u16::to_be_bytes).collect::<Vec<_>>()));
    assert!(is_binary(&[&b"\0\0\0\x0d\x01\x02\x03\x04\x05"[..], &[0x80; 40], b"abc"].concat().repeat(40)));
}
