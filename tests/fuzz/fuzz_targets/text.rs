//! Any bytes as text: what is detected is the same in whatever pieces they arrive, and nothing that
//! is seen is lost.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| exposure_dump::fuzzing::text(bytes));
