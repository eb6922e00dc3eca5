//! Files and encodings, for their fuzz targets.

use super::dripping::Dripping;
use crate::container::{Content, Input, Member, walk_file, walk_stream};
use crate::encoding::{Encoding, decode};
use crate::halt::Halt;
use crate::limits::Limits;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Limits that a fuzzer reaches.
const LIMITS: Limits = Limits { ratio: 2_000, entries: 100, record: 1 << 16, depth: 8, whole: 1 << 20 };

/// Walks a file by position and as a stream, reads every text, and returns the sizes that both
/// walks report.
pub fn containers(path: &Path, bytes: &[u8]) -> [u64; 2] {
    let mut read_all = |member: Member<'_>| -> Result<(), Halt> {
        if let Content::Text(mut text) = member.content {
            // Its error is damage, as it must be.
            let _ = io::copy(&mut text, &mut io::sink());
        }
        Ok(())
    };
    let from_disk =
        walk_file(&Input::new(File::open(path).expect("a file"), bytes.len() as u64), &LIMITS, &(), &mut read_all)
            .expect("damage is no error");
    let from_pipe = walk_stream(bytes, &LIMITS, &(), &mut read_all).expect("damage is no error");
    [from_disk.bytes, from_pipe.bytes]
}

/// Encodings of every kind: of one unit and several, with and without a state, and those in which
/// half a character may be a sign of ASCII.
const LABELS: [&str; 12] = [
    "utf-8",
    "gb18030",
    "big5",
    "utf-16le",
    "utf-16be",
    "utf-32le",
    "utf-32be",
    "windows-1251",
    "shift_jis",
    "euc-kr",
    "euc-jp",
    "iso-2022-jp",
];

/// Decodes bytes in their own or a given encoding, with the same result in whatever pieces they
/// arrive.
pub fn decoded(bytes: &[u8], forced: Option<u8>) -> Vec<u8> {
    let forced = forced.map(|choice| LABELS[usize::from(choice) % LABELS.len()]);
    let forced = forced.map(|label| label.parse::<Encoding>().expect("a label"));
    let read = |bytes: &mut dyn Read| {
        let (mut reader, mut text) = (decode(bytes, forced, None), Vec::new());
        reader.read_to_end(&mut text).expect("memory does not fail");
        let is_changed = !reader.changes().is_empty();
        let passed = is_changed || ["UTF-8", "ASCII"].iter().any(|name| reader.detected().encoding.starts_with(name));
        (text, passed)
    };
    let (text, passed) = read(&mut &*bytes);
    assert!(text == read(&mut Dripping(bytes)).0, "other pieces made another text");
    if passed { text } else { String::from_utf8(text).expect("UTF-8").into() }
}
