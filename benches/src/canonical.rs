//! Canonical forms of phone numbers, whole cells through [`Kind::canonicalise`], beside the port of libphonenumber alone,
//! which only parses and formats.
//!
//! Ours also folds and splits the cell, looks for masks and spreadsheet damage, and refuses impossible lengths.

use crate::per_item;
use crate::random::Random;
use anyhow::Result;
use exposure_identifier::{Kind, Rules};
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, Region};
use std::time::Instant;

/// Numbers of each spelling, more than a branch predictor learns.
const NUMBERS: usize = 20_000;

/// A way to write a number that nobody has, of which the digits are random.
struct Spelling {
    name: &'static str,
    /// `d` is a random digit.
    patterns: &'static [&'static str],
}

const SPELLINGS: [Spelling; 5] = [
    Spelling { name: "E.164", patterns: &["+86154dddddddd", "+447700900ddd", "+120255501dd"] },
    Spelling { name: "digits, as dialled in CN", patterns: &["154dddddddd"] },
    Spelling { name: "digits, with trunk 0", patterns: &["0109999dddd", "07559999dddd"] },
    Spelling { name: "digits, 86 without +", patterns: &["86154dddddddd"] },
    Spelling {
        name: "formatted",
        patterns: &["+86 154-dddd-dddd", "(+44) 7700 900 ddd", "154 dddd dddd", "+1 (202) 555-01dd"],
    },
];

pub(crate) fn measure() -> Result<()> {
    let (kind, rules) = (Kind::named("phone")?, Rules::on(jiff::civil::date(2026, 1, 1)));
    let ours = |number: &String| Some(kind.canonicalise(number, &rules).accepted.pop()?.canonical().to_owned());
    let start = Instant::now();
    ours(&"+8615400001234".to_owned());
    println!(
        "{NUMBERS} phone numbers a row, default region CN; the first took {:.2} ms\n",
        start.elapsed().as_secs_f64() * 1e3
    );
    println!("{:<28}{:>14}{:>14}{:>12}", "", "library alone", "ours", "library/ours");
    for spelling in &SPELLINGS {
        let numbers = spelling.numbers();
        assert!(numbers.iter().all(|number| ours(number) == library(number)), "{} is read differently", spelling.name);
        let library = per_item(NUMBERS, || numbers.iter().filter_map(library).count()).as_nanos() as f64;
        let ours =
            per_item(NUMBERS, || numbers.iter().map(|number| kind.canonicalise(number, &rules).accepted.len()).sum())
                .as_nanos() as f64;
        println!("{:<28}{library:>11.0} ns{ours:>11.0} ns{:>11.2}×", spelling.name, library / ours);
    }
    println!();
    Ok(())
}

fn library(number: &String) -> Option<String> {
    let parsed = PHONE_NUMBER_UTIL.parse(number, Some(Region::CN)).ok()?;
    Some(PHONE_NUMBER_UTIL.format(&parsed, PhoneNumberFormat::E164).into_owned())
}

impl Spelling {
    fn numbers(&self) -> Vec<String> {
        let mut random = Random::seeded(2);
        let mut digit = |c| if c == 'd' { char::from(b'0' + random.below(10) as u8) } else { c };
        self.patterns.iter().cycle().take(NUMBERS).map(|pattern| pattern.chars().map(&mut digit).collect()).collect()
    }
}
