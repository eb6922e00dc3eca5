//! A ledger with bytes changed and the checksum of its header and trailer corrected: no panic,
//! bounded memory, and one that opens and verifies can be read.

#![no_main]

use exposure_index::{Ledger, PARTITIONS};
use libfuzzer_sys::fuzz_target;

#[path = "support/changes.rs"]
mod changes;
#[path = "support/memory_file.rs"]
mod memory_file;

const SOUND: &[u8] = include_bytes!("../../golden/v1.ledger");
const FIXED_BYTES: usize = 50;
const CHECKSUM_BYTES: usize = 32;
const END_BYTES: usize = 8 + CHECKSUM_BYTES;

fuzz_target!(|input: &[u8]| {
    let mut bytes = changes::changed(SOUND, input);
    correct_checksum(&mut bytes);
    let Ok(ledger) = Ledger::open(&memory_file::write("ledger", &bytes)) else { return };
    let whole = ledger.verify();
    for section in ledger.sections() {
        let read = ledger.records(section, 0..PARTITIONS).is_ok();
        assert!(read || whole.is_err(), "a verified ledger has a section that cannot be read");
    }
});

/// Makes the checksum over header and trailer true; not those of blocks.
fn correct_checksum(bytes: &mut [u8]) {
    let Some(end) = bytes.len().checked_sub(END_BYTES).filter(|end| *end >= FIXED_BYTES) else { return };
    let length = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("4 bytes")) as usize;
    let header_bytes = FIXED_BYTES + usize::from(u16::from_le_bytes([bytes[48], bytes[49]]));
    let Some(trailer_at) = end.checked_sub(length(end)).and_then(|at| at.checked_sub(length(end + 4))) else { return };
    if header_bytes > bytes.len() {
        return;
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update(&bytes[..header_bytes]);
    hasher.update(&bytes[trailer_at..end + 8]);
    let checksum = *hasher.finalize().as_bytes();
    bytes[end + 8..].copy_from_slice(&checksum);
}
