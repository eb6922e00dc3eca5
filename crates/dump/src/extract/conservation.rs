//! The law of conservation, over random tables, layouts, encodings and damage: whatever the scanner
//! sees in an input is read, rejected, set aside, or counted as seen and not read; and nothing is
//! read whose digits are not there.

mod book;
mod bytes;
mod table;

use super::tests::{read_content, rules};
use crate::container::Content;
use crate::report::PartReport;
use book::book;
use bytes::{damage, encoded};
use exposure_identifier::Scanner;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::collections::HashSet;
use table::{layout, table};

/// Random inputs of each test, and where they begin.
const CASES: u32 = 300;
const SEED: u64 = 15;

/// Digits at the end of an identifier that its text must have. What stands before them may be a
/// calling code that the text leaves out.
const LAST_DIGITS: usize = 7;

/// The same inputs every time, so that a change is judged by what it changes; `PROPTEST_RNG_SEED`
/// and `PROPTEST_CASES` try others.
fn config() -> ProptestConfig {
    let fixed = ProptestConfig { failure_persistence: None, ..ProptestConfig::default() };
    match fixed.rng_seed {
        RngSeed::Random => ProptestConfig { cases: CASES, rng_seed: RngSeed::Fixed(SEED), ..fixed },
        RngSeed::Fixed(_) => fixed,
    }
}

/// Checks a reading against what the scanner alone sees in the text, or in what is a text in it.
fn check(text: &str, report: &PartReport, found: &[String]) -> Result<(), TestCaseError> {
    let mut seen: HashSet<(String, String)> = HashSet::new();
    Scanner::new(["CN"], &rules()).expect("a region").scan(text, |found| {
        seen.insert((found.identifier.kind().name.clone(), found.identifier.canonical().to_owned()));
    });
    let read: HashSet<&str> = found.iter().map(String::as_str).collect();
    for kind in ["phone", "cn.ric"] {
        let missing = seen.iter().filter(|(name, canonical)| name == kind && !read.contains(&canonical[..])).count();
        let kinds = || report.columns.iter().filter_map(|column| column.kinds.get(kind));
        let said: u64 = kinds().map(|counts| counts.not_read.count + counts.set_aside.count).sum();
        // A number without quotes may be rejected as what its column is said to hold.
        let other_kinds = report.columns.iter().flat_map(|column| &column.kinds).filter(|(name, _)| *name != kind);
        let rejects = other_kinds.flat_map(|(_, counts)| &counts.rejected).filter(|(reason, _)| *reason != "empty");
        let said = said + rejects.map(|(_, rejects)| rejects.count).sum::<u64>();
        prop_assert!(
            missing as u64 <= said,
            "{missing} {kind} of {} are neither read nor said, {report:?}",
            seen.len()
        );
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    for canonical in found {
        let own: String = canonical.chars().filter(char::is_ascii_digit).collect();
        let last = &own[own.len().saturating_sub(LAST_DIGITS)..];
        prop_assert!(digits.contains(last), "{canonical} was read and is nowhere, {report:?}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn nothing_that_is_seen_in_a_text_is_lost(
        tables in prop::collection::vec((table(), layout()), 1..3),
        encoding in encoded(),
        is_stated in any::<bool>(),
        damage in prop::collection::vec(damage(), 0..3),
    ) {
        let text: String = tables.iter().map(|(table, layout)| table.text(*layout)).collect();
        let mut bytes = encoding.encode(&text);
        damage.iter().for_each(|damage| damage.apply(&mut bytes, encoding.unit()));
        let mapping = format!("version = 1\n[[file]]\nencoding = \"{}\"\n", encoding.label());
        let mapping = if is_stated { &mapping } else { "" };
        let Ok((report, found)) = read_content(Content::Text(Box::new(&bytes[..])), &[], mapping, "CN", false) else {
            return Err(TestCaseError::fail("a file in a directory is never an error"));
        };
        check(&encoding.decode(&bytes), &report, &found)?;
    }

    #[test]
    fn nothing_that_is_seen_in_a_file_of_tables_is_lost(
        tables in prop::collection::vec(table(), 1..4),
        book in book(),
    ) {
        let tables = book.tables(&tables);
        let bytes = book.bytes(tables);
        let Ok((report, found)) = read_content(book.content(&bytes), &[], "", "CN", false) else {
            return Err(TestCaseError::fail("a file in a directory is never an error"));
        };
        prop_assert!(report.damage.is_none() && report.skipped.is_none(), "{report:?}");
        let cells: String = tables.iter().flat_map(|table| table.rows().flatten()).map(|cell| cell + "\n\n").collect();
        check(&cells, &report, &found)?;
    }

    #[test]
    fn a_damaged_file_of_tables_loses_nothing_without_a_word(
        tables in prop::collection::vec(table(), 1..4),
        book in book(),
        at in any::<u16>(),
        bit in prop::option::of(0..8_u8),
    ) {
        let tables = book.tables(&tables);
        let mut bytes = book.bytes(tables);
        let at = usize::from(at) * bytes.len() / 65_536;
        match bit {
            Some(bit) if book.is_checked() => bytes[at] ^= 1 << bit,
            _ => bytes.truncate(at),
        }
        let Ok((report, found)) = read_content(book.content(&bytes), &[], "", "CN", false) else {
            return Err(TestCaseError::fail("a file in a directory is never an error"));
        };
        let is_said = report.damage.is_some() || report.skipped.is_some() || report.malformed > 0;
        if !is_said && !book.is_whole(&bytes) {
            let cells = tables.iter().flat_map(|table| table.rows().flatten());
            check(&cells.map(|cell| cell + "\n\n").collect::<String>(), &report, &found)?;
        }
    }
}
