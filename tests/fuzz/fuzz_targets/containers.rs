//! Any bytes as a file: no panic, bounded work, and every byte is read, whatever is damaged.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

/// A file in memory, one for each process.
static FILE: LazyLock<PathBuf> =
    LazyLock::new(|| PathBuf::from(format!("/dev/shm/exposure-fuzz-{}", std::process::id())));

fuzz_target!(|bytes: &[u8]| {
    fs::write(&*FILE, bytes).expect("memory");
    assert_eq!(exposure_dump::fuzzing::containers(&FILE, bytes), [bytes.len() as u64; 2]);
});
