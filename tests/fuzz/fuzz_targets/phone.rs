//! Any text as a phone number of any region: no panic, and an accepted number is its own canonical
//! form in every region.

#![no_main]

use exposure_identifier::{Kind, Region, Rules};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: ([u8; 2], &str)| {
    let (letters, cell) = input;
    let code = letters.map(|letter| char::from(b'A' + letter % 26));
    let region: Region = String::from_iter(code).parse().unwrap_or_default();
    let rules = Rules { region, ..Rules::on(jiff::civil::date(2026, 1, 1)) };
    let phone = Kind::named("phone").expect("a kind of the table");
    for identifier in phone.canonicalise(cell, &rules).accepted {
        let elsewhere = Rules::on(rules.today);
        let again = phone.canonicalise(identifier.canonical(), &elsewhere).into_result();
        assert!(again.expect("canonical forms are accepted")[..] == [identifier], "a canonical form became another");
    }
});
