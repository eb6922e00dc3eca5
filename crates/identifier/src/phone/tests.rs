//! What the readings of numbers must keep to, over many numbers: the table of moves, other
//! countries' numbers in a region's columns, and that canonical forms stay.

use super::canonicalise;
use super::moves::MOVES;
use super::plain;
use super::reading::by_library;
use super::running::table::TABLE;
use super::validity::is_known;
use crate::region::Region;
use crate::rejection::Rejection;
use crate::rules::Rules;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat, PhoneNumberType};

fn rules(region: &str) -> Rules {
    Rules { region: region.parse().expect("a region"), ..Rules::on(jiff::civil::date(2026, 1, 1)) }
}

fn read(piece: &str, region: &str) -> Option<String> {
    canonicalise(piece, &rules(region)).ok()
}

fn regions() -> impl Iterator<Item = Region> {
    PHONE_NUMBER_UTIL.get_supported_regions().map(Region::of_library)
}

/// Knuth's MMIX generator: any digits will do, but always the same ones.
fn random(state: &mut u64) -> usize {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 33) as usize
}

/// Old numbers of each move, with its place in the table.
fn old_numbers() -> Vec<(usize, String)> {
    let mut state = 1;
    let mut numbers = Vec::new();
    for (at, moved) in MOVES.all().iter().enumerate() {
        numbers.push((at, moved.example(|allowed| allowed[0])));
        numbers.push((at, moved.example(|allowed| allowed[allowed.len() - 1])));
        for _ in 0..30 {
            numbers.push((at, moved.example(|allowed| allowed[random(&mut state) % allowed.len()])));
        }
    }
    numbers
}

/// Which moves leave numbers that are still valid, since they reach the same line.
fn same_lines() -> Vec<bool> {
    let table: serde_json::Value =
        serde_json::from_str(include_str!("../../phone_moves.json")).expect("the table is JSON");
    let rows = table["moved"].as_array().expect("rows").iter();
    let moves = |row: &serde_json::Value| row["moves"].as_array().expect("moves").len();
    rows.flat_map(|row| vec![row["same_line"] == true; moves(row)]).collect()
}

#[test]
fn an_old_number_is_nobody_elses() {
    let same_lines = same_lines();
    assert_eq!(same_lines.len(), MOVES.all().len());
    for (at, old) in old_numbers() {
        assert!(same_lines[at] || !TABLE.is_valid(&format!("+{old}")), "+{old} is valid");
        assert_eq!(MOVES.count(&old), 1, "+{old} moves twice");
        let new = MOVES.of(&old).expect("it moves");
        assert_eq!(MOVES.count(&new), 0, "+{old} becomes +{new}, which moves again");
    }
}

/// What the fast path for Chinese mobile numbers relies on.
#[test]
fn no_chinese_number_moves() {
    assert!((0..10).all(|digit| !MOVES.may_concern("86", &digit.to_string())));
}

#[test]
fn old_and_new_spelling_have_one_form() {
    for (_, old) in old_numbers() {
        let new = format!("+{}", MOVES.of(&old).expect("it moves"));
        for region in ["CN", "US", "DE"] {
            assert_eq!(read(&format!("+{old}"), region).as_ref(), Some(&new), "+{old} in {region}");
            assert_eq!(read(&new, region).as_ref(), Some(&new), "{new} in {region}");
        }
    }
}

/// Valid numbers of each calling code: many beginnings, each at all lengths.
fn valid_numbers() -> Vec<String> {
    let mut state = 7;
    let mut valid = Vec::new();
    for code in PHONE_NUMBER_UTIL.get_supported_calling_codes() {
        for beginning in (random(&mut state) % 7..1000).step_by(7) {
            for length in 4..12 {
                let rest: String = (0..length).map(|_| char::from(b'0' + (random(&mut state) % 10) as u8)).collect();
                let e164 = format!("+{code}{beginning:03}{rest}");
                if by_library(&e164, Region::default()).is_ok_and(|read| read == e164) && TABLE.is_valid(&e164) {
                    valid.push(e164);
                }
            }
        }
    }
    valid
}

#[test]
fn a_valid_number_changes_only_by_the_table() {
    let valid = valid_numbers();
    assert!(valid.len() > 10_000, "{}", valid.len());
    for e164 in valid {
        let expected = MOVES.of(&e164[1..]).map_or_else(|| e164.clone(), |now| format!("+{now}"));
        for region in ["CN", "RU", "MX"] {
            assert_eq!(read(&e164, region).as_ref(), Some(&expected), "{e164} in {region}");
        }
    }
}

/// Whatever is read becomes a form that every region reads as itself.
#[test]
fn a_form_is_its_own_form_in_every_region() {
    let regions: Vec<Region> = regions().collect();
    let mut state = 3;
    let mut forms = 0;
    for &region in &regions {
        let rules = Rules { region, ..rules("CN") };
        let code = region.calling_code().unwrap_or_default();
        for n in 0..400 {
            let length = 5 + random(&mut state) % 11;
            let digits: String = (0..length).map(|_| char::from(b'0' + (random(&mut state) % 10) as u8)).collect();
            let piece = match n % 6 {
                0 => format!("+{digits}"),
                1 => format!("+{code}{code}{digits}"),
                2 => format!("{code}{digits}"),
                3 => format!("00{code}0{digits}"),
                4 => format!("{digits}-{}", n % 1000),
                _ => digits,
            };
            let Ok(form) = canonicalise(&piece, &rules) else { continue };
            forms += 1;
            for other in [region, regions[random(&mut state) % regions.len()], Region::default()] {
                let again = canonicalise(&form, &Rules { region: other, ..rules });
                assert_eq!(again.as_ref(), Ok(&form), "{piece} in {region} became {form}, in {other} {again:?}");
            }
        }
    }
    assert!(forms > 20_000, "{forms}");
}

/// The library's examples of mobile numbers without their plus, in columns of other regions: never
/// with the region's code in front unless they are a number of the region, too.
#[test]
fn numbers_of_other_countries_need_no_plus() {
    let mut read_abroad = 0;
    for column in regions() {
        let rules = Rules { region: column, ..rules("CN") };
        for region in PHONE_NUMBER_UTIL.get_supported_regions() {
            let Ok(example) = PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, PhoneNumberType::Mobile)
            else {
                continue;
            };
            let e164 = PHONE_NUMBER_UTIL.format(&example, PhoneNumberFormat::E164).into_owned();
            let own = canonicalise(&e164, &rules).expect("an example is a number");
            let found = canonicalise(&e164[1..], &rules).expect("an example is a number");
            if found == own {
                read_abroad += 1;
            } else {
                assert!(is_known(&found), "{} in {column}: {found}", &e164[1..]);
            }
            let behind_plus = canonicalise(&e164[1..], &Rules { lacks_plus: true, ..rules });
            assert_eq!(behind_plus, Ok(own), "{} in {column}, which lacks its plus", &e164[1..]);
        }
    }
    assert!(read_abroad > 50_000, "{read_abroad}");
}

/// The library's examples of all countries, in E.164.
fn examples() -> Vec<String> {
    let types = [PhoneNumberType::Mobile, PhoneNumberType::FixedLine];
    let of_region = |region| {
        types.into_iter().filter_map(move |kind| {
            let example = PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, kind).ok()?;
            Some(PHONE_NUMBER_UTIL.format(&example, PhoneNumberFormat::E164).into_owned())
        })
    };
    PHONE_NUMBER_UTIL.get_supported_regions().flat_map(of_region).collect()
}

/// Whatever international prefix a region has, `00` and a calling code is that country's number, or
/// the reader is told that it is not certain.
#[test]
fn what_stands_behind_00_is_never_another_number() {
    let (mut read, mut uncertain) = (0, 0);
    for column in regions() {
        let rules = Rules { region: column, ..rules("CN") };
        let own = column.calling_code().map(|code| format!("+{code}")).unwrap_or_default();
        for e164 in examples() {
            let number = canonicalise(&e164, &rules).expect("an example is a number");
            let code = e164.len() - 4;
            let written = [format!("00{}", &e164[1..]), format!("00 {}-{}", &e164[1..code], &e164[code..])];
            for piece in written {
                match canonicalise(&piece, &rules) {
                    Ok(found) => {
                        assert_eq!(found, number, "{piece} in {column}");
                        read += 1;
                    }
                    Err(reason) => {
                        assert_eq!(reason, Rejection::Country, "{piece} in {column}");
                        assert!(!e164.starts_with(&own), "{piece} in {column} is of the region");
                        uncertain += 1;
                    }
                }
            }
        }
    }
    assert!(read > 200_000 && uncertain < read / 200, "{read} read, {uncertain} uncertain");
}

/// A zero that people put behind a calling code is no part of the number, unless it makes another
/// known one, as in Italy.
#[test]
fn a_zero_behind_the_calling_code_is_dropped() {
    let (mut without, mut others) = (0, 0);
    for e164 in examples() {
        let code = plain::calling_code(&e164).expect("an example has a calling code");
        let number = &e164[1 + code.len()..];
        for region in ["CN", "US", "KR", "QA", "IT"] {
            let own = read(&e164, region);
            for piece in [
                format!("+{code} (0){number}"),
                format!("+{code}(0){number}"),
                format!("+{code} 0 {number}"),
                format!("00{code} (0) {number}"),
            ] {
                let found = read(&piece, region);
                let is_known_with_zero = is_known(&format!("+{code}0{number}"));
                assert!(found == own || is_known_with_zero || found.is_none(), "{piece} in {region}: {found:?}");
                if found == own {
                    without += 1;
                } else {
                    others += 1;
                }
            }
        }
    }
    assert!(without > 9_000 && others < without / 50, "{without} read, {others} others");
}

#[test]
fn a_column_decides_only_what_is_ambiguous() {
    let lacking = |region| Rules { lacks_plus: true, ..rules(region) };
    for (region, digits, as_it_is, behind_plus) in [
        ("DE", "4915112345678", "+494915112345678", "+4915112345678"),
        ("CN", "13812345678", "+8613812345678", "+8613812345678"),
        ("CN", "15400001234", "+8615400001234", "+8615400001234"),
        ("CN", "13125550123", "+8613125550123", "+13125550123"),
        ("CN", "85291234567", "+85291234567", "+85291234567"),
        ("CN", "07559999000", "+867559999000", "+867559999000"),
    ] {
        assert_eq!(read(digits, region).as_deref(), Some(as_it_is), "{digits}");
        assert_eq!(canonicalise(digits, &lacking(region)).as_deref(), Ok(behind_plus), "{digits}");
    }
}
