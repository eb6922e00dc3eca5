//! Any bytes as text of any encoding: no panic, and the result is UTF-8, or unchanged.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (Option<u8>, &[u8])| {
    let (forced, bytes) = input;
    let text = exposure_dump::fuzzing::decoded(bytes, forced);
    assert!(text.len() <= bytes.len() * 3 + 3, "more than every byte replaced");
});
