//! Any text as JSON: no panic, the same leaves however it is cut, blocks of bounded size, and
//! nothing that is seen is lost.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| exposure_dump::fuzzing::json(text));
