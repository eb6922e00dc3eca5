//! What is found in running text, and what is not. Tests only.
//!
//! Identifiers of nobody: an area of Beijing that does not exist, with people born before 1880 and
//! the sequence number 000; libphonenumber's own examples; London's numbers kept for drama; +1
//! 202-555-01xx; and 13800000000.

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
fn numbers_are_found_as_people_write_them() {
    assert_found(
        "CN",
        &[
            ("身份证号110099187001010009电话13123456789。", &[CHINESE, MOBILE]),
            ("13123456789", &[MOBILE]),
            ("联系方式：131-2345-6789", &[MOBILE]),
            ("131 2345 6789", &[MOBILE]),
            ("8613123456789", &[MOBILE]),
            ("0086 13123456789", &[MOBILE]),
            ("008613123456789", &[MOBILE]),
            ("+86 131-2345-6789", &[MOBILE]),
            ("+86-131-2345-6789", &[MOBILE]),
            ("(+86) 13123456789", &[MOBILE]),
            ("tel+8613123456789", &[MOBILE]),
            ("tel:+8613123456789;", &[MOBILE]),
            ("13123456789/13800000000", &[MOBILE, JUNK]),
            ("13123456789 13800000000", &[MOBILE, JUNK]),
            ("13123456789,13800000000", &[MOBILE, JUNK]),
            ("13123456789----password1", &[MOBILE]),
            ("13123456789:password1", &[MOBILE]),
            ("13123456789@example.com", &[MOBILE]),
            ("wx_13123456789", &[MOBILE]),
            ("tel-13123456789-mobile", &[MOBILE]),
            ("**13123456789**", &[MOBILE]),
            ("***13123456789***", &[MOBILE]),
            ("Is it 13123456789?", &[MOBILE]),
            ("It is 13123456789. 5 people", &[MOBILE]),
            ("2024-05-06 13:14:15 13123456789 login", &[MOBILE]),
            ("2024-05-06 13:14:15.123 13123456789", &[MOBILE]),
            ("张三 13123456789 110099187001010009 1", &[MOBILE, CHINESE]),
            ("010-12345678", &[BEIJING]),
            ("(010) 1234 5678", &[BEIJING]),
            ("（010）12345678", &[BEIJING]),
            ("010 12345678", &[BEIJING]),
            ("13:14 010-12345678", &[BEIJING]),
            ("110099 18700101 0009", &[CHINESE]),
            ("110099-18700101-0009", &[CHINESE]),
            ("+44 20 7946 0123", &[LONDON]),
            ("+44 (0)20 7946 0123", &[LONDON]),
            ("0044 20 7946 0123", &[LONDON]),
            ("+1 202-555-0123", &[WASHINGTON]),
            ("+1 (202) 555-0123", &[WASHINGTON]),
            ("+1.202.555.0123", &[WASHINGTON]),
        ],
    );
    assert_found(
        "gb us",
        &[
            ("call 020 7946 0123.", &[LONDON]),
            ("(020) 7946 0123", &[LONDON]),
            ("020 7946 0123 x12", &[LONDON]),
            ("020 7946 0123 (24 hours)", &[LONDON]),
            ("447400123456", &["phone:+447400123456"]),
            ("(202) 555-0123", &[WASHINGTON]),
            ("1-202-555-0123", &[WASHINGTON]),
            ("202.555.0123", &[WASHINGTON]),
            ("2025550123", &[WASHINGTON]),
        ],
    );
}

#[test]
fn escapes_and_folds_are_undone() {
    assert_found(
        "CN",
        &[
            (r"\n13123456789\r\n13800000000\t1", &[MOBILE, JUNK]),
            (r"\\n13123456789\\n", &[MOBILE]),
            (r"\'13123456789\'", &[MOBILE]),
            ("''13123456789''", &[MOBILE]),
            (r#"{\"phone\":\"13123456789\"}"#, &[MOBILE]),
            (r"13123456789\/13800000000", &[MOBILE, JUNK]),
            (r"\u0031\u0033123456789", &[MOBILE]),
            (r"\\u0031\\u0033123456789", &[MOBILE]),
            (r"\uff11\uFF13123456789", &[MOBILE]),
            (r"\u7535\u8bdd13123456789\u4e2d", &[MOBILE]),
            (r"\u002b8613123456789", &[MOBILE]),
            (r"\u002B86\u002d131\u20102345\u0020\u0036789", &[MOBILE]),
            (r"131\u200b2345\u200b6789", &[MOBILE]),
            (r"C:\13123456789", &[MOBILE]),
            ("１３１２３４５６７８９", &[MOBILE]),
            ("＋８６　１３１－２３４５－６７８９", &[MOBILE]),
            ("131\u{200B}2345\u{AD}6789\u{FEFF}", &[MOBILE]),
            ("131\u{A0}2345\u{2011}6789", &[MOBILE]),
            (
                r"\u0031\u0031\u0030\u0030\u0039\u0039\u0031\u0038\u0037\u0030\u0030\u0031\u0030\u0031\u0030\u0030\u0030\u0039",
                &[CHINESE],
            ),
        ],
    );
}

#[test]
fn pieces_of_something_else_are_not_found() {
    assert_found(
        "CN GB US HK",
        &[
            ("A13123456789", &[]),
            ("13123456789X", &[]),
            ("1100991870010100090", &[]),
            ("x110099187001010009", &[]),
            ("110099187001010008", &[]),
            ("110099870101000", &[]),
            ("990101190001010012", &[]),
            ("154-0000-1234", &[]),
            ("6222 0212 3456 7890 123", &[]),
            ("6222021234567890123", &[]),
            ("4111-1111-1111-1111", &[]),
            ("4111111111111111", &[]),
            ("GB29 NWBK 6016 1331 9268 19", &[]),
            ("DE89 3704 0044 0532 0130 00", &[]),
            ("356938035643809", &[]),
            ("35-693803-564380-9", &[]),
            ("550e8400-e29b-41d4-a716-446655440000", &[]),
            ("52012345-abcd-41d4-a716-446655440000", &[]),
            ("41d4-a716-13123456789", &[]),
            ("0.13123456789", &[]),
            ("13123456789.5", &[]),
            ("3.1415926535", &[]),
            ("1.20255501", &[]),
            ("2024-05-06 13:14:15", &[]),
            ("2024-05-06T13:14:15.123+0800", &[]),
            ("2024/05/06 1314", &[]),
            ("06.05.2024", &[]),
            ("20240506", &[]),
            ("20240506131415", &[]),
            ("2010-2015", &[]),
            ("1716978123", &[]),
            ("1716978123456", &[]),
            ("1716978123456789012", &[]),
            ("192.168.100.200", &[]),
            ("61.23.45.67", &[]),
            ("10.15.7.1312345", &[]),
            ("13 123 456 789", &[]),
            ("13.123.456.789", &[]),
            ("1 3 1 2 3 4 5 6 7 8 9", &[]),
            ("131****6789", &[]),
            ("202555012***", &[]),
            ("+1202555012???", &[]),
            ("order_20240506_13123456789", &[]),
            ("20240506-13123456789", &[]),
            ("+13123456789012345", &[]),
            ("12 020 7946 0123", &[]),
            ("020 7946 0123 4567", &[]),
            ("8000000", &[]),
        ],
    );
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

#[test]
fn digits_that_cannot_be_an_identifier_are_none() {
    for countries in ["CN", "GB", "US DE FR", "BR NO KR"] {
        let scanner = scanner(countries);
        let (mut state, mut ruled_out) = (7_u64, 0);
        for n in 0..60_000 {
            let digits: String = (0..=n % 34)
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                    char::from(b'0' + (state >> 33) as u8 % 10)
                })
                .collect();
            let may_be = scanner.may_be(&digits);
            assert!(may_be || found(&scanner, &digits).is_empty(), "{digits}");
            ruled_out += usize::from(!may_be);
        }
        assert!(ruled_out > 30_000, "{ruled_out} in {countries}");
        assert!(scanner.may_be("1600000000 "), "no number alone");
    }
    assert!(!scanner("CN").may_be("1600000000123"), "a time");
}
