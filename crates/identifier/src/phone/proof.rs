//! The fast path is libphonenumber's answer wherever it gives one.
//!
//! **By construction:** what the library does to plain digits depends on their length and on which
//! regular expressions of the region match (international prefix, national prefix, valid number).
//! `tools/vectors/phone_plans.py` computes from the expressions' languages for which first three
//! digits and lengths none can match, or only the trunk digit.
//!
//! **By enumeration, here:** that the plans are those of the library that is linked, and that its
//! code does what the generator's author read in it: every length; every beginning of four digits
//! behind every calling code, every third inside every region, so that each rule, which is of three
//! digits, meets each filling. What lies behind the beginning the expressions cannot see: that is
//! the part by construction.

use super::canonicalise::dialed;
use super::plain::{calling_code, e164_by};
use super::plan::{PLANS, Plans};
use super::reading::by_library;
use crate::region::Region;
use crate::rejection::Rejection;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType};
use std::fmt::Write as _;
use std::ops::RangeInclusive;
use std::thread;

/// The library's shortest and longest national number, and as much as a calling code more.
const LENGTHS: RangeInclusive<usize> = 2..=20;

/// Digits that are counted through behind a calling code. Inside regions, which are more, every
/// third step is taken.
const BEGINNING: usize = 4;
const EACH: usize = 1;
const EACH_THIRD: usize = 3;
/// Behind an international prefix a number is read as behind a `+`, whatever the region: few are
/// enough.
const FEW: usize = 1111;

/// A number that the two read differently.
#[derive(Debug, PartialEq, Eq)]
struct Difference {
    number: String,
    region: String,
    fast: String,
    library: Option<String>,
}

#[test]
fn behind_a_plus_the_fast_path_is_the_library() {
    let codes: Vec<String> = PHONE_NUMBER_UTIL.get_supported_calling_codes().map(|code| format!("+{code}")).collect();
    for code in &codes {
        assert_eq!(calling_code(&format!("{code}00")), Some(&code[1..]), "{code} has no plan");
    }
    let answers = in_parallel(&codes, |code, found| compare(&PLANS, code, Region::default(), EACH, found));
    assert!(answers > 1_000_000, "the fast path answers only {answers} numbers");
}

#[test]
fn inside_a_region_the_fast_path_is_the_library() {
    let regions: Vec<Region> = PHONE_NUMBER_UTIL.get_supported_regions().map(Region::of_library).collect();
    let answers = in_parallel(&regions, |&region, found| {
        let plan = PLANS.of_region(region).unwrap_or_else(|| panic!("{region:?} has no plan"));
        compare(&PLANS, "", region, EACH_THIRD, found) + compare(&PLANS, plan.code, region, EACH_THIRD, found)
    });
    assert!(answers > 1_000_000, "the fast path answers only {answers} numbers");
}

#[test]
fn behind_an_international_prefix_the_fast_path_is_the_library() {
    let regions: Vec<Region> = PHONE_NUMBER_UTIL.get_supported_regions().map(Region::of_library).collect();
    let codes: Vec<String> = PHONE_NUMBER_UTIL.get_supported_calling_codes().map(|code| format!("00{code}")).collect();
    let answers = in_parallel(&regions, |&region, found| {
        codes.iter().map(|code| compare(&PLANS, code, region, FEW, found)).sum()
    });
    assert!(answers > 1_000_000, "the fast path answers only {answers} numbers");
}

#[test]
fn most_numbers_take_the_fast_path() {
    let types = [PhoneNumberType::FixedLine, PhoneNumberType::Mobile, PhoneNumberType::TollFree, PhoneNumberType::VoIP];
    let (mut asked, mut answered) = ([0; 4], [0; 4]);
    for region in PHONE_NUMBER_UTIL.get_supported_regions() {
        let examples =
            types.iter().filter_map(|&t| PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, t).ok());
        for example in examples {
            let digits =
                |format| dialed(&PHONE_NUMBER_UTIL.format(&example, format)).expect("only digits and punctuation");
            let (e164, national) = (digits(PhoneNumberFormat::E164), digits(PhoneNumberFormat::National));
            let bare = &e164[1 + example.country_code.to_string().len()..];
            for (spelling, number) in [&e164, bare, &national, &e164[1..]].into_iter().enumerate() {
                asked[spelling] += 1;
                if let Some(fast) = e164_by(&PLANS, number, Region::of_library(region)) {
                    assert_eq!(the_long_way(number, Region::of_library(region)), Ok(fast), "{number} in {region:?}");
                    answered[spelling] += 1;
                }
            }
        }
    }
    let share = |spelling: usize| answered[spelling] * 100 / asked[spelling];
    let shares = [0, 1, 2, 3].map(share);
    let [e164, bare, national, without_plus] = shares;
    assert!(e164 >= 98 && bare >= 90 && national >= 90 && without_plus >= 50, "{shares:?} % take the fast path");
}

#[test]
fn a_wrong_plan_is_found() {
    let gb = "gb".parse().expect("a region");
    for (plan, number, region) in [
        ("CN 86 7-13 -0 11 12 179 | 00", "8610000000", Region::default()),
        ("CN 86 7-12 -0 11 179 | 00", "1200000", Region::default()),
        ("CN 86 7-12 11 12 179 | 00", "0100000", Region::default()),
        ("GB 44 7,9-10 -0 180", "00", gb),
        ("US 1 10 -1 | 011 +00", "001", "us".parse().expect("a region")),
    ] {
        let mut found = Vec::new();
        compare(&Plans::read(plan), "", region, EACH, &mut found);
        assert!(found.iter().any(|found| found.number.starts_with(number)), "{plan}: {:?}", found.first());
    }
}

/// How many numbers that begin so the fast path answers; what it answers differently is added to
/// what was found.
///
/// Fillings take turns, so that each rule, which is of three digits, meets all of them at each
/// length.
fn compare(plans: &Plans, head: &str, region: Region, step: usize, found: &mut Vec<Difference>) -> usize {
    let mut answers = 0;
    let mut random = 1_u64;
    let mut number = String::new();
    for beginning in (0..10_usize.pow(BEGINNING as u32)).step_by(step) {
        for length in LENGTHS {
            let filling = [Some('0'), Some('9'), None][(beginning / step + length) % 3];
            number.clear();
            write!(number, "{head}{beginning:0BEGINNING$}").expect("a string takes what is written");
            number.truncate(head.len() + length);
            while number.len() < head.len() + length {
                number.push(filling.unwrap_or_else(|| random_digit(&mut random)));
            }
            let Some(fast) = e164_by(plans, &number, region) else { continue };
            answers += 1;
            let library = the_long_way(&number, region).ok();
            if library.as_ref() != Some(&fast) {
                found.push(Difference { number: number.clone(), region: region.to_string(), fast, library });
            }
        }
    }
    answers
}

/// As if there were no fast path.
fn the_long_way(number: &str, region: Region) -> Result<String, Rejection> {
    by_library(&dialed(number)?, region)
}

/// The sum of a comparison over all items, none of which may find anything.
fn in_parallel<T: Sync>(items: &[T], compare: impl Fn(&T, &mut Vec<Difference>) -> usize + Sync) -> usize {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let share = |first| {
        let mut found = Vec::new();
        let answers = items.iter().skip(first).step_by(threads).map(|item| compare(item, &mut found)).sum::<usize>();
        let advice = "if libphonenumber is another version, make phone_plans.txt again";
        assert!(found.is_empty(), "{} differences, {advice}: {:?}", found.len(), &found[..found.len().min(3)]);
        answers
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|first| scope.spawn(move || share(first))).collect();
        workers.into_iter().map(|worker| worker.join().expect("no differences")).sum()
    })
}

/// Knuth's MMIX generator: any digits will do, but always the same ones.
fn random_digit(state: &mut u64) -> char {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    char::from(b'0' + ((*state >> 33) % 10) as u8)
}
