//! Any bytes as records of a binary format, which the first byte chooses: no panic, bounded memory,
//! lines of JSON, the same in whatever pieces the bytes arrive, and nothing that is seen is lost.

#![no_main]

#[path = "support/own_panics.rs"]
mod own_panics;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    own_panics::only_own_panics();
    if let Some((format, bytes)) = input.split_first() {
        exposure_dump::fuzzing::records(*format, bytes);
    }
});
