//! Documents made by hand: every type, broken ones, archives.

use super::*;
use crate::format::records::tests::lines;

/// An element: its type, its name, its value.
fn element(kind: u8, name: &str, value: &[u8]) -> Vec<u8> {
    [&[kind], name.as_bytes(), &[0], value].concat()
}

fn string(text: &str) -> Vec<u8> {
    [&(text.len() as u32 + 1).to_le_bytes(), text.as_bytes(), &[0]].concat()
}

fn document(elements: &[Vec<u8>]) -> Vec<u8> {
    let elements = elements.concat();
    [&(elements.len() as u32 + 5).to_le_bytes(), &elements[..], &[0]].concat()
}

fn read(bytes: &[u8]) -> (Vec<String>, Option<String>) {
    lines(Bson::new(bytes, &Limits::default()), &Limits::default())
}

fn phone(number: &str) -> Vec<u8> {
    document(&[element(2, "phone", &string(number))])
}

#[test]
fn every_type_is_read_or_null() {
    let inner = document(&[element(0x10, "0", &(-7_i32).to_le_bytes()), element(2, "1", &string("a\"b"))]);
    let code = [&30_u32.to_le_bytes()[..], &string("return 1"), &document(&[element(8, "is", &[1])])].concat();
    let decimal = ((6_176_u128 << 113) + 15_400_001_234).to_le_bytes();
    let bytes = document(&[
        element(7, "_id", &[7; 12]),
        element(1, "double", &15_400_001_234.0_f64.to_le_bytes()),
        element(1, "large", &990_101_199_001_010_019.0_f64.to_le_bytes()),
        element(0x12, "long", &990_101_199_001_010_019_i64.to_le_bytes()),
        element(0x13, "decimal", &decimal),
        element(3, "inner", &document(&[element(8, "is", &[1])])),
        element(4, "list", &inner),
        element(5, "text", &[&3_u32.to_le_bytes()[..], &[0], b"154"].concat()),
        element(5, "uuid", &[&3_u32.to_le_bytes()[..], &[4], b"154"].concat()),
        element(9, "date", &[1; 8]),
        element(0x0b, "pattern", b"a\0i\0"),
        element(0x0c, "pointer", &[&string("a")[..], &[0; 12]].concat()),
        element(0x0f, "code", &code),
        element(0x11, "stamp", &[1; 8]),
        element(0xff, "least", &[]),
        element(0x0a, "none", &[]),
    ]);
    let expected = r#"{"_id":null,"double":15400001234,"large":"9.90101199001010e17","long":990101199001010019,"decimal":15400001234,"inner":{"is":true},"list":[-7,"a\"b"],"text":"154","uuid":null,"date":null,"pattern":"a","pointer":"a","code":["return 1",{"is":true}],"stamp":null,"least":null,"none":null}"#;
    assert_eq!(read(&bytes), (vec![expected.to_owned()], None));
}

#[test]
fn a_broken_document_does_not_hide_the_next() {
    let mut broken = phone("15400001234");
    broken[4] = 0x20;
    let bytes = [phone("1"), broken, phone("2")].concat();
    assert_eq!(
        read(&bytes),
        (vec![r#"{"phone":"1"}"#.into(), "!     phone     15400001234  ".into(), r#"{"phone":"2"}"#.into()], None)
    );
}

#[test]
fn what_is_truncated_ends_with_damage() {
    let bytes = [phone("15400001234"), phone("15400005678")].concat();
    for cut in 1..phone("15400001234").len() {
        let (lines, damage) = read(&bytes[..bytes.len() - cut]);
        assert_eq!((lines.len(), damage.as_deref()), (1, Some("the BSON is truncated")), "{cut}");
    }
    let (lines, damage) = read(&[&bytes[..], b"\xff\xff\xff\x7fxxxxxx"].concat());
    assert_eq!((lines.len(), damage.as_deref()), (2, Some("the BSON is damaged: what follows is no document")));
}

#[test]
fn an_archive_has_collections_with_headers() {
    let header = document(&[element(2, "db", &string("a")), element(2, "collection", &string("b"))]);
    let mark = [0xff; 4];
    let parts: [&[u8]; 9] =
        [&[0x6d, 0xe2, 0x99, 0x81], &header, &header, &mark, &header, &phone("1"), &mark, &header, &phone("2")];
    let bytes = [&parts.concat()[..], &mark].concat();
    let archive = Bson::archive(&bytes[..], &Limits::default()).expect("a mark");
    let expected = vec![r#"{"phone":"1"}"#.to_owned(), r#"{"phone":"2"}"#.to_owned()];
    assert_eq!(lines(archive, &Limits::default()), (expected, None));
}

#[test]
fn depth_ends_at_its_limit() {
    let mut bytes = phone("15400001234");
    for _ in 0..2_000 {
        bytes = document(&[element(3, "a", &bytes)]);
    }
    let limits = Limits { depth: usize::MAX, ..Limits::default() };
    let (lines, damage) = lines(Bson::new(&bytes[..], &limits), &limits);
    assert!(lines[0].ends_with('}') && lines[0].contains("null") && damage.is_none());
}

/// Any changed byte gives other values, a malformed record or damage: never a panic.
#[test]
fn flipped_bytes_are_no_panic() {
    let bytes = [phone("15400001234"), phone("15400005678")].concat();
    for at in 0..bytes.len() {
        for mask in [1, 0x80, 0xff] {
            let mut other = bytes.clone();
            other[at] ^= mask;
            let (lines, damage) = read(&other);
            assert!(!lines.is_empty() || damage.is_some());
        }
    }
}
