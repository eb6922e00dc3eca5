//! Any text through the scanner: no panic, and a number it finds is its own canonical form in a
//! labelled cell.

#![no_main]

use exposure_identifier::{Rules, Scanner};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

/// Countries with each form of ID that is scanned for.
const COUNTRIES: [&str; 12] = ["CN", "GB", "FI", "SE", "FR", "MX", "ES", "DE", "CH", "KR", "RO", "KZ"];

static SCANNER: LazyLock<Scanner> = LazyLock::new(|| {
    Scanner::new(COUNTRIES, &Rules::on(jiff::civil::date(2026, 1, 1))).expect("countries with phones")
});

fuzz_target!(|text: &str| {
    SCANNER.scan(text, |found| {
        assert!(text.is_char_boundary(found.at), "an offset inside a character");
        let (kind, rules) = (found.identifier.kind(), Rules::on(jiff::civil::date(2026, 1, 1)));
        let again = kind.canonicalise(found.identifier.canonical(), &rules).into_result();
        assert!(
            again.expect("canonical forms are accepted")[..] == [found.identifier],
            "a canonical form became another"
        );
    });
});
