//! Any text as mail: no panic, the same text in whatever pieces it arrives, and no number lost.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| exposure_dump::fuzzing::mail(text));
