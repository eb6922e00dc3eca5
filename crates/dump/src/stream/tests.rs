//! Frames as a parent reads them, and the page that describes them.

use super::*;
use crate::encoding::EncodingChange;
use crate::error::Damage;
use crate::report::{ColumnReport, KindReport, Rejects};

fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
    [&(payload.len() as u32).to_le_bytes()[..], &[kind], payload].concat()
}

/// A report in which nothing is left out.
fn part() -> PartReport {
    let rejected = [("masked".to_owned(), Rejects { count: 1, first: vec![7] })].into();
    let some = || Rejects { count: 1, first: vec![7] };
    let kind = KindReport { accepted: 1, swapped: 1, rejected, set_aside: some(), not_read: some() };
    let kinds = [("phone".to_owned(), kind)].into();
    let column = ColumnReport { kinds, instead: "a time".to_owned(), ..ColumnReport::default() };
    PartReport {
        caps: vec!["1 value".to_owned()],
        other_width: 1,
        encoding_changes: vec![EncodingChange::default()],
        shown: vec![vec!["1*".to_owned()]],
        columns: vec![column],
        ..PartReport::default()
    }
}

#[test]
fn what_is_not_a_frame_is_an_error() {
    let hello = frame(b'H', b"{}");
    let long = [&u32::MAX.to_le_bytes()[..], b"I"].concat();
    for (bytes, is_truncated) in [
        (&hello[..3], true),
        (&frame(b'P', &[0; 8])[..9], true),
        (&frame(b'P', &[0; 7])[..], false),
        (&frame(b'?', b"")[..], false),
        (&frame(b'S', b"{}")[..], false),
        (&hello[..], false),
        (&frame(b'E', b"not JSON")[..], false),
        (&long[..], false),
    ] {
        let error = next_event(&mut &bytes[..]).err().expect("not a frame");
        assert_eq!(matches!(error, StreamError::Cut), is_truncated, "{error}");
    }
    assert!(next_event(&mut &b""[..]).expect("an end between two frames").is_none());
}

#[test]
fn no_text_of_a_worker_moves_the_cursor() {
    let hostile = "a\u{1b}[2Jb\r\n\u{202e}c";
    let mut report = part();
    report.name = Some(hostile.to_owned());
    report.columns[0].kinds.insert(hostile.to_owned(), KindReport::default());
    let payload = serde_json::to_vec(&report).expect("JSON");
    let Some(Event::Part(read)) = next_event(&mut &frame(b'R', &payload)[..]).expect("a frame") else {
        panic!("a part was sent");
    };
    let clean = "a\u{fffd}[2Jb\u{fffd}\u{fffd}\u{fffd}c";
    assert_eq!(read.name.as_deref(), Some(clean));
    assert!(read.columns[0].kinds.contains_key(clean));
}

#[test]
fn the_page_lists_every_member() {
    let page = include_str!("../../STREAM.md");
    let damage = Some(Damage { what: String::new(), offset: 0 });
    let walked = Some(Walked { damage, damaged_member: Some(String::new()), ..Walked::default() });
    let found = || String::new();
    let documents = [
        serde_json::to_value(part()),
        serde_json::to_value(End { walked, identifiers: 0 }),
        serde_json::to_value(Hello { version: 1, canonical: String::new(), isolation: Isolation::default() }),
        serde_json::to_value(DumpError::Format { what: found() }),
        serde_json::to_value(DumpError::NoSuchColumn { column: found(), found: found() }),
        serde_json::to_value(DumpError::NoKnownColumn { found: found() }),
        serde_json::to_value(FileRequest { path: found(), is_named: true, bytes: None }),
    ];
    for document in documents {
        lists(page, &document.expect("JSON"));
    }
}

fn lists(page: &str, value: &Value) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| lists(page, value)),
        Value::Object(members) => {
            for (key, value) in members {
                // Kinds and reasons are data.
                let is_data = ["phone", "masked"].contains(&key.as_str());
                assert!(is_data || page.contains(&format!("`{key}`")), "STREAM.md does not list `{key}`");
                lists(page, value);
            }
        }
        _ => {}
    }
}
