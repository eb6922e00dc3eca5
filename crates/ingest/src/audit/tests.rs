//! Audits find a planted value in each encoding and nothing else.

use super::*;
use exposure_identifier::Rules;
use std::fs;

fn rules() -> Rules {
    Rules::on(jiff::civil::date(2026, 1, 1))
}

fn values(lines: &[&str]) -> Vec<Zeroizing<String>> {
    lines.iter().map(|&line| Zeroizing::new(line.to_owned())).collect()
}

/// Plants bytes among others, and returns where they are found.
fn search(planted: &[u8], sought: &Sought<'_>) -> Vec<(Option<u64>, What)> {
    let dir = tempfile::tempdir().expect("a directory");
    fs::create_dir(dir.path().join("below")).expect("created");
    fs::write(dir.path().join("below/file"), [&[0xff; 1_000], planted, &[0; 1_000]].concat()).expect("written");
    let audit = audit(&[dir.path().to_owned()], sought, &rules()).expect("searched");
    assert_eq!((audit.files, audit.bytes), (1, 2_000 + planted.len() as u64));
    assert_eq!(audit.found, audit.places.len() as u64);
    audit.places.into_iter().map(|place| (place.at, place.what)).collect()
}

#[test]
fn a_planted_value_is_found_in_each_encoding() {
    let list = values(&["somebody else", "154 0000 1234", "王小明的地址"]);
    let base64 = |before: &str| data_encoding::BASE64.encode(format!("{before}15400001234,x").as_bytes()).into_bytes();
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    for (planted, offset, line) in [
        (b"154 0000 1234".to_vec(), 0, 2),
        (b"15400001234".to_vec(), 0, 2),
        (b"8615400001234".to_vec(), 0, 2),
        (b"phone:+8615400001234".to_vec(), 0, 2),
        (utf16("15400001234"), 0, 2),
        ("15400001234".encode_utf16().flat_map(u16::to_be_bytes).collect(), 0, 2),
        (data_encoding::HEXLOWER.encode(b"+8615400001234").into_bytes(), 0, 2),
        (data_encoding::HEXUPPER.encode(b"phone:+8615400001234").into_bytes(), 0, 2),
        (base64(""), 0, 2),
        (base64("a"), 2, 2),
        (base64("ab"), 3, 2),
        ("王小明的地址".as_bytes().to_vec(), 0, 3),
        (encoding_rs::GB18030.encode("王小明的地址").0.into_owned(), 0, 3),
        (utf16("王小明的地址"), 0, 3),
    ] {
        let found = search(&planted, &Sought::Values(&list));
        assert_eq!(found, [(Some(1_000 + offset), What::Line(line))], "{}", String::from_utf8_lossy(&planted));
    }
    assert!(search(b"15400001235", &Sought::Values(&list)).is_empty());
}

#[test]
fn identifiers_are_found_without_a_list() {
    assert_eq!(search(b"tel 15400001234\n", &Sought::Identifiers), []);
    // A number of a range reserved for drama, which is valid in text; those of segment 154 are not.
    let found = search(b"call +44 20 7946 0123 now", &Sought::Identifiers);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].0, found[0].1), (Some(1_005), What::Kind("phone")));
}

#[test]
fn a_value_across_two_pieces_is_found_once() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut bytes = vec![b'-'; PIECE_BYTES as usize * 2];
    for at in [0, PIECE_BYTES as usize - 5, PIECE_BYTES as usize + 100, PIECE_BYTES as usize * 2 - 11] {
        bytes[at..at + 11].copy_from_slice(b"15400001234");
    }
    fs::write(dir.path().join("file"), &bytes).expect("written");
    let list = values(&["15400001234"]);
    let found = audit(&[dir.path().join("file")], &Sought::Values(&list), &rules()).expect("searched");
    let at: Vec<u64> = found.places.iter().filter_map(|place| place.at).collect();
    assert_eq!(at, [0, PIECE_BYTES - 5, PIECE_BYTES + 100, PIECE_BYTES * 2 - 11]);
}

#[test]
fn names_are_searched_and_not_said() {
    let dir = tempfile::tempdir().expect("a directory");
    fs::write(dir.path().join("15400001234.txt"), "").expect("written");
    let list = values(&["", "15400001234"]);
    let found = audit(&[dir.path().to_owned()], &Sought::Values(&list), &rules()).expect("searched");
    assert_eq!(found.places, [Place { path: dir.path().to_owned(), at: None, what: What::Line(2) }]);
    assert_eq!(found.values, 1);
}

#[test]
fn places_are_bounded_and_counted() {
    let found = |lines: usize| {
        let dir = tempfile::tempdir().expect("a directory");
        fs::write(dir.path().join("file"), "15400001234\n".repeat(lines)).expect("written");
        let list = values(&["15400001234"]);
        let found = audit(&[dir.path().to_owned()], &Sought::Values(&list), &rules()).expect("searched");
        (found.places.len(), found.found)
    };
    assert_eq!((found(99), found(1_000)), ((99, 99), (PLACES, 1_000)));
}

#[test]
fn what_cannot_be_searched_is_an_error() {
    let dir = tempfile::tempdir().expect("a directory");
    let search = |lines: &[&str], path: PathBuf| audit(&[path], &Sought::Values(&values(lines)), &rules());
    assert!(matches!(search(&["15400001234", "12345"], dir.path().to_owned()), Err(AuditError::Short(2))));
    assert!(matches!(search(&["", " "], dir.path().to_owned()), Err(AuditError::Nothing)));
    assert!(matches!(search(&["15400001234"], dir.path().join("none")), Err(AuditError::Unreadable { .. })));
}
