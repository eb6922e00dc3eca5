//! Any bytes as a key file: no panic, and a key that is accepted is the same after it has been
//! written.

#![no_main]

use exposure_index::{read_key, write_key};
use libfuzzer_sys::fuzz_target;

#[path = "support/memory_file.rs"]
mod memory_file;

fuzz_target!(|text: &[u8]| {
    let path = memory_file::write("key", text);
    let Ok(key) = read_key(&path) else { return };
    std::fs::remove_file(&path).expect("an own file");
    write_key(&path, &key).expect("the file does not exist");
    let again = read_key(&path).expect("a written key is accepted");
    assert!(again.public() == key.public() && again.epoch() == key.epoch(), "a key became another");
});
