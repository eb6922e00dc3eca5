//! Any bytes as a dump of SQL: no panic, the same rows in whatever pieces it arrives, and no number
//! lost.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| exposure_dump::fuzzing::sql(text));
