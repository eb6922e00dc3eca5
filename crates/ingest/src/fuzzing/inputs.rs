//! Files and encodings, for their fuzz targets.

use crate::decode::{self, Encoding};
use crate::source::{self, Content, Member};
use crate::{IngestError, Limits};
use std::io::{self, Read};
use std::path::Path;

/// Caps that a fuzzer reaches.
const LIMITS: Limits = Limits { ratio: 2_000, entries: 100, record: 1 << 16, depth: 8, whole: 1 << 20 };

/// Walks a file as it lies and as a stream, reads every text, and says how large the walks say it is.
pub fn containers(path: &Path, bytes: &[u8]) -> [u64; 2] {
    let mut read_all = |member: Member<'_>| -> Result<(), IngestError> {
        if let Content::Text(mut text) = member.content {
            // Its error is damage, as it must be.
            let _ = io::copy(&mut text, &mut io::sink());
        }
        Ok(())
    };
    let from_disk = source::walk(path, &LIMITS, &(), &mut read_all).expect("damage is no error");
    let from_pipe = source::walk_stream(bytes, &LIMITS, &(), &mut read_all).expect("damage is no error");
    [from_disk.bytes, from_pipe.bytes]
}

/// Decodes bytes as what they are, or as a given encoding.
pub fn decoded(bytes: &[u8], forced: Option<u8>) -> Vec<u8> {
    const ALL: [Encoding; 5] =
        [Encoding::Utf8, Encoding::Gb18030, Encoding::Big5, Encoding::Utf16Le, Encoding::Utf16Be];
    let forced = forced.map(|choice| ALL[usize::from(choice) % ALL.len()]);
    let (mut reader, mut text) = (decode::decode(bytes, forced), Vec::new());
    reader.read_to_end(&mut text).expect("memory does not fail");
    if reader.decision().encoding.starts_with("UTF-8") { text } else { String::from_utf8(text).expect("UTF-8").into() }
}
