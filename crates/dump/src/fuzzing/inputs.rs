//! Files and encodings, for their fuzz targets.

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

/// Decodes bytes in their own or a given encoding.
pub fn decoded(bytes: &[u8], forced: Option<u8>) -> Vec<u8> {
    const ALL: [Encoding; 5] =
        [Encoding::Utf8, Encoding::Gb18030, Encoding::Big5, Encoding::Utf16Le, Encoding::Utf16Be];
    let forced = forced.map(|choice| ALL[usize::from(choice) % ALL.len()]);
    let (mut reader, mut text) = (decode(bytes, forced), Vec::new());
    reader.read_to_end(&mut text).expect("memory does not fail");
    if reader.detected().encoding.starts_with("UTF-8") { text } else { String::from_utf8(text).expect("UTF-8").into() }
}
