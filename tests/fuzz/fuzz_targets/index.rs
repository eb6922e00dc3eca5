//! A published index with bytes changed and its checksums corrected: no panic outside of the
//! directory's library, whose panics are caught, bounded memory, and an index that opens answers or
//! says that it is damaged.

#![no_main]

use exposure_index::Index;
use exposure_protocol::{Digest, Prefix, RECORD_BYTES};
use libfuzzer_sys::fuzz_target;
use std::sync::Once;

#[path = "support/changes.rs"]
mod changes;
#[path = "support/memory_file.rs"]
mod memory_file;

const SOUND: &[u8] = include_bytes!("../../golden/v1.index");
const HEADER_BYTES: usize = 288;
const FOOTER_BYTES: usize = 72;

/// Only a panic of our own code is a finding.
fn only_own_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        std::panic::set_hook(Box::new(|panic| {
            if panic.location().is_none_or(|place| place.file().contains("crates/index")) {
                eprintln!("{panic}");
                std::process::abort();
            }
        }));
    });
}

fuzz_target!(|input: &[u8]| {
    only_own_panics();
    let mut bytes = changes::changed(SOUND, input);
    correct_checksums(&mut bytes);
    let Ok(index) = Index::open(&memory_file::write("index", &bytes)) else { return };
    let whole = index.verify();
    for value in 0..16 {
        let range = index.range(Prefix::new(4, value));
        assert!(range.is_ok() || whole.is_err(), "a verified index has a damaged range");
        let mut record = [0; RECORD_BYTES];
        record[0] = (value as u8) << 4;
        let found = index.lookup(&Digest::from_bytes(record));
        assert!(found.is_ok() || whole.is_err(), "a verified index has a damaged leaf");
    }
    index.inspect();
});

/// Makes the checksums of header, directory, sources and footer true, and the id; not those of
/// leaves, which the target `packed` tries.
fn correct_checksums(bytes: &mut [u8]) {
    let Some(footer_at) = bytes.len().checked_sub(FOOTER_BYTES).filter(|at| *at >= HEADER_BYTES) else { return };
    let number = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().expect("8 bytes"));
    let section = |id: u8| {
        let mut entries = (96..HEADER_BYTES).step_by(24);
        let at = entries.find(|at| bytes[*at..at + 4] == [id, 0, 0, 0])?;
        let start = usize::try_from(number(at + 8)).ok()?;
        bytes.get(start..start.checked_add(usize::try_from(number(at + 16)).ok()?)?)
    };
    let parts = [Some(&bytes[..HEADER_BYTES]), section(1), section(3)];
    let sums = parts.map(|part| part.map(hash16));
    for (sum, at) in sums.into_iter().zip((footer_at..).step_by(16)) {
        bytes[at..at + 16].copy_from_slice(&sum.unwrap_or_default());
    }
    let id = hash16(&bytes[..footer_at + 48]);
    bytes[footer_at + 48..footer_at + 64].copy_from_slice(&id);
    let crc = crc32c::crc32c(&bytes[footer_at..footer_at + 64]);
    bytes[footer_at + 64..footer_at + 68].copy_from_slice(&crc.to_le_bytes());
    bytes[footer_at + 68..].copy_from_slice(b"EXPF");
}

fn hash16(part: &[u8]) -> [u8; 16] {
    *blake3::hash(part).as_bytes().first_chunk().expect("32 bytes")
}
