//! Any text as any kind of national ID: no panic, and an accepted number is its own canonical form.

#![no_main]

use exposure_identifier::{Kind, Rules};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: (u8, &str)| {
    let (choice, cell) = input;
    let national: Vec<_> = Kind::all().iter().filter(|kind| kind.country.is_some()).collect();
    let kind = national[usize::from(choice) % national.len()];
    let rules = Rules::on(jiff::civil::date(2026, 1, 1));
    for identifier in kind.canonicalise(cell, &rules).accepted {
        let again =
            kind.canonicalise(identifier.canonical(), &rules).into_result().expect("canonical forms are accepted");
        assert!(again[..] == [identifier], "a canonical form became another");
    }
});
