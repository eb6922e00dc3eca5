//! What is found in running text, and what is not. Tests only.
//!
//! Identifiers of nobody: an area of Beijing that does not exist, with people born before 1880 and
//! the sequence number 000; libphonenumber's own examples; London's numbers kept for drama; +1
//! 202-555-01xx; and 13800000000.

mod spellings;

use super::*;

pub(super) const ID: &str = "110099187001010009";

pub(super) fn scanner(countries: &str) -> Scanner {
    let rules = Rules::on(jiff::civil::date(2026, 1, 1));
    Scanner::new(countries.split_whitespace(), &rules).expect("countries")
}

/// What is found, with its place.
pub(super) fn found(scanner: &Scanner, text: &str) -> Vec<(usize, String)> {
    let mut all = Vec::new();
    scanner.scan(text, |found| all.push((found.at, found.identifier.hash_input())));
    all
}

fn assert_found(countries: &str, cases: &[(&str, &[&str])]) {
    let scanner = scanner(countries);
    let wrong: Vec<_> = cases
        .iter()
        .map(|(text, expected)| (text, found(&scanner, text), expected))
        .filter(|(_, found, expected)| found.iter().map(|(_, found)| found.as_str()).ne(expected.iter().copied()))
        .map(|(text, found, expected)| format!("{text:?} gave {found:?}, not {expected:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

pub(super) const CHINESE: &str = "cn.ric:110099187001010009";
pub(super) const MOBILE: &str = "phone:+8613123456789";
const JUNK: &str = "phone:+8613800000000";
const BEIJING: &str = "phone:+861012345678";
const LONDON: &str = "phone:+442079460123";
const WASHINGTON: &str = "phone:+12025550123";

#[test]
fn dates_of_no_year_are_no_phones() {
    for countries in ["CN", "FR"] {
        let cases = ["01/01/0001 12:00:00 AM", "01/01/0001", "0001-01-01 00:00:00", "31/12/9999", "00/00/0000"];
        cases.iter().for_each(|date| assert_found(countries, &[(date, &[])]));
    }
}

#[test]
fn national_spellings_count_in_their_country_only() {
    let text = "13123456789 and 110099187001010009 and 020 7946 0123 and +1 202-555-0123";
    assert_found("GB", &[(text, &[LONDON, WASHINGTON])]);
    assert_found("", &[(text, &[WASHINGTON])]);
    // The numbers of both are valid, and nothing says whose it is.
    assert_found("CN GB", &[("020 7946 0123", &["phone:+862079460123", LONDON])]);
    assert_eq!(
        Scanner::new(["XX"], &Rules::on(jiff::civil::date(2026, 1, 1))).err(),
        Some(UnknownRegion("XX".to_owned()))
    );
}

#[test]
fn the_place_is_that_of_the_token_in_the_text_as_given() {
    let scanner = scanner("CN");
    for (text, at) in [
        ("电话13123456789", 6),
        ("a +86 13123456789", 2),
        (r"\\n13123456789", 3),
        (r"x \u0031\u0033123456789", 2),
        ("(010) 12345678", 1),
    ] {
        assert_eq!(found(&scanner, text).first().map(|found| found.0), Some(at), "{text}");
    }
}

#[test]
fn the_end_is_that_of_the_token_in_the_text_as_given() {
    let scanner = scanner("CN");
    for (text, token) in [
        ("电话13123456789。", "13123456789"),
        ("a +86 131-2345-6789 b", "+86 131-2345-6789"),
        ("(010) 12345678)", "010) 12345678"),
        (r"\n13123456789\n", "13123456789"),
        (r"x \u0031\u0033123456789!", r"\u0031\u0033123456789"),
        ("１３１２３４５６７８９\u{200B}", "１３１２３４５６７８９"),
    ] {
        let mut tokens = Vec::new();
        scanner.scan(text, |found| tokens.push(&text[found.at..found.end]));
        assert_eq!(tokens, [token], "{text}");
    }
}

#[test]
fn texts_with_too_few_digits_hold_nothing() {
    for (countries, text, may_hold) in [
        ("CN", "", false),
        ("CN", "No. 123456", false),
        ("CN", "1234567", true),
        ("CN", "131-2345-6789", true),
        ("CN", "１３１２３４５６７８９", true),
        ("CN ES", "X1234567L", true),
        ("CN", "Paid 12.50 on 3 May, and 7 more", false),
    ] {
        assert_eq!(scanner(countries).may_hold(text.as_bytes()), may_hold, "{text}");
    }
    let apart = "word ".repeat(100) + "123 ";
    assert!(!scanner("CN GB").may_hold(apart.repeat(10).as_bytes()), "three digits in each 500 bytes");
}

#[test]
fn debug_shows_no_number() {
    scanner("CN").scan(ID, |found| assert!(!format!("{found:?}").contains(&ID[2..10])));
}

/// Every sample of the table that running text may hold is found between words, and nowhere inside
/// one.
#[test]
fn samples_of_every_kind_are_found_between_words() {
    let rules = Rules::on(jiff::civil::date(2026, 1, 1));
    let mut samples = 0;
    for kind in Kind::all().iter().filter(|kind| kind.tier == TIER) {
        let Some(country) = &kind.country else { continue };
        let scanner = scanner(country);
        for sample in kind.samples.iter().map(String::as_str).chain((kind.name == "cn.ric").then_some(ID)) {
            let Some(identifier) = kind.in_text(sample, &rules) else { continue };
            samples += 1;
            let is_in = |text: &str| found(&scanner, text).iter().any(|(_, found)| *found == identifier.hash_input());
            for (before, after) in [("", ""), ("word ", " word"), ("号码", "。"), ("\"", "\"")] {
                assert!(is_in(&format!("{before}{sample}{after}")), "{kind:?} between {before:?} and {after:?}");
            }
            assert!(!is_in(&format!("{sample}0")) && !is_in(&format!("{sample}ZZ")), "{kind:?} in something longer");
        }
    }
    assert!(samples > 0);
}

#[test]
fn a_number_that_is_known_by_two_names_is_found_once() {
    // Of a Belgian with sequence number 999: as a register number and as a social security number.
    assert_found("BE", &[("nr. 87020599913.", &["be.ssn:87020599913"])]);
}

/// Small numbers, the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn digits(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'0' + self.below(10) as u8)).collect()
    }
}

#[test]
fn digits_that_cannot_be_an_identifier_are_none() {
    const AROUND: [&str; 16] =
        ["", "", "", "", "user", "tel", "X", "x", "x-", "-L", "测试", "（", " ", "@example.org", "No. ", "_"];
    for countries in ["CN", "GB", "US DE FR", "BR NO KR", "ES HK NL", ""] {
        let scanner = scanner(countries);
        let (mut random, mut ruled_out) = (Random(7), 0);
        for n in 0..120_000 {
            let digits = random.digits(1 + n % 34);
            let (before, after) = (AROUND[random.below(AROUND.len())], AROUND[random.below(AROUND.len())]);
            let text = format!("{before}{digits}{after}");
            let may_be = scanner.may_be(&text);
            assert!(may_be || found(&scanner, &text).is_empty(), "{text}");
            ruled_out += usize::from(!may_be);
        }
        assert!(ruled_out > 30_000, "{ruled_out} in {countries}");
        assert!(scanner.may_be("160000 0000"), "no outline");
    }
    assert!(!scanner("CN").may_be("1600000000123"), "a time");
}

#[test]
fn runs_between_ideographs_are_apart() {
    const BETWEEN: [&str; 9] = ["号", "-", " ", "（", "，", "가", "x", "年", "の"];
    for countries in ["CN", "GB KR", "US DE FR JP", "ES HK NL"] {
        let scanner = scanner(countries);
        let (mut random, mut ruled_out) = (Random(13), 0);
        for _ in 0..60_000 {
            let mut text = String::new();
            for _ in 0..2 + random.below(5) {
                let count = 1 + random.below(9);
                text += &random.digits(count);
                text += BETWEEN[random.below(BETWEEN.len())];
            }
            assert!(scanner.may_be(&text) || found(&scanner, &text).is_empty(), "{text}");
            ruled_out += usize::from(!scanner.may_be(&text));
        }
        assert!(ruled_out > 3_000, "{ruled_out} in {countries}");
    }
    assert!(!scanner("CN").may_be("幸福路995号23单元2801室"), "an address");
}

#[test]
fn times_are_no_identifiers_where_no_id_is_as_short() {
    for countries in ["CN", "ES NL US", "DK SE"] {
        let scanner = scanner(countries);
        let mut random = Random(11);
        for _ in 0..60_000 {
            let mut two = |from: usize, count: usize| format!("{:02}", from + random.below(count));
            let joint = if two(0, 2) == "00" { "-" } else { "/" };
            let date = format!("{}{}{joint}{}{joint}{}", two(19, 2), two(0, 100), two(1, 31), two(1, 31));
            let (hour, minute, second, fraction) = (two(0, 100), two(0, 100), two(0, 100), two(0, 100));
            for text in [
                date.clone(),
                format!("{date} {hour}:{minute}"),
                format!("{date}T{hour}:{minute}:{second}Z"),
                format!("{date} {hour}:{minute}:{second}.{fraction}{hour}"),
            ] {
                assert!(scanner.may_be(&text) || found(&scanner, &text).is_empty(), "{text}");
            }
        }
    }
    for time in ["2026-01-31", "1999/12/31 23:59", "2026-01-31T23:59:59Z", "2026-01-31 23:59:59.123456"] {
        assert!(!scanner("CN").may_be(time), "{time}");
    }
    for other in ["2026-01-31 15400001234", "2026-01-31 23:59 154", "20260131-154 0000", "2026-01-31-1540"] {
        assert!(scanner("CN").may_be(other), "{other}");
    }
}
