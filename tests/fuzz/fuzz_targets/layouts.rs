//! Any text as records of lines and as tables of markup: no panic, the same rows in whatever pieces
//! it arrives, and no number lost.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| exposure_dump::fuzzing::layouts(text));
