//! Canonical forms of phone numbers, whole cells through [`Kind::canonicalise`], beside the port of
//! libphonenumber alone, which only parses and formats.
//!
//! Ours also folds and splits the cell, detects masks and spreadsheet damage, and rejects
//! impossible lengths.

use crate::random::Random;
use crate::timing::nanos_per_item;
use anyhow::Result;
use exposure_identifier::{Kind, Rules};
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, Region};
use serde_json::Value;
use std::time::Instant;

/// Numbers per spelling: more than a branch predictor can learn.
const NUMBERS: usize = 20_000;

/// A spelling of numbers that belong to nobody, with random digits.
struct Spelling {
    name: &'static str,
    /// `d` is a random digit.
    patterns: &'static [&'static str],
}

const SPELLINGS: [Spelling; 7] = [
    Spelling { name: "E.164", patterns: &["+86154dddddddd", "+447700900ddd", "+120255501dd"] },
    Spelling { name: "digits, as dialled in CN", patterns: &["154dddddddd"] },
    Spelling { name: "digits, with trunk 0", patterns: &["0109999dddd", "07559999dddd"] },
    Spelling { name: "digits, 86 without +", patterns: &["86154dddddddd"] },
    Spelling { name: "digits, 00 in front", patterns: &["0086154dddddddd", "00447700900ddd"] },
    // Argentina's rules for such landlines are not in the table of plans, so the library decides.
    Spelling { name: "by the library", patterns: &["+54223456dddd"] },
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
        let library = nanos_per_item(NUMBERS, || numbers.iter().filter_map(library).count());
        let ours = nanos_per_item(NUMBERS, || {
            numbers.iter().map(|number| kind.canonicalise(number, &rules).accepted.len()).sum()
        });
        println!("{:<28}{library:>11.0} ns{ours:>11.0} ns{:>11.2}×", spelling.name, library / ours);
    }
    println!();
    national(&rules)
}

/// National IDs, in canonical form and as the shared vectors spell them: some in groups, some in
/// lower case.
fn national(rules: &Rules) -> Result<()> {
    let vectors: Value = serde_json::from_str(include_str!("../../tests/vectors/national-ids.json"))?;
    let mut rows = Vec::new();
    for kind in Kind::all().iter().filter(|kind| kind.country.is_some()) {
        let cases = vectors["kinds"][&kind.name].as_array().into_iter().flatten();
        let accepted: Vec<[&str; 2]> = cases
            .filter_map(|case| Some([case[0].as_str()?, case[1].as_str().filter(|form| !form.starts_with('!'))?]))
            .collect();
        let time = |which: usize| {
            let texts: Vec<&str> = accepted.iter().map(|case| case[which]).cycle().take(NUMBERS).collect();
            nanos_per_item(NUMBERS, || texts.iter().map(|text| kind.canonicalise(text, rules).accepted.len()).sum())
                .round() as u64
        };
        rows.push((time(1), time(0), kind.name.as_str()));
    }
    rows.sort_unstable();
    println!("{:<28}{:>14}{:>14}", "national IDs", "canonical", "as written");
    let show = |what: String, (canonical, written, _): (u64, u64, &str)| {
        println!("{what:<28}{canonical:>11} ns{written:>11} ns");
    };
    let of = |name: &str| *rows.iter().find(|row| row.2 == name).expect("a kind of the table");
    show("cn.ric".to_owned(), of("cn.ric"));
    show(format!("median of {} kinds", rows.len()), rows[rows.len() / 2]);
    let slowest = rows[rows.len() - 1];
    show(format!("slowest, {}", slowest.2), slowest);
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
