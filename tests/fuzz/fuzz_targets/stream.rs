//! Any bytes as the stream of a worker: no panic in the process that holds the key, and no control
//! character in what it prints.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| exposure_dump::fuzzing::stream(bytes));
