//! What digits that name no country may be in another one than the region they were read in.
//!
//! Owns the rule of `docs/canonical.md`, "Another country", which changes no canonical form. Which
//! number digits are in a region is decided by `canonicalise`.

use super::canonicalise::{canonicalise, dialed};
use super::plain;
use super::validity::{is_issued, is_known};
use crate::region::Region;
use crate::rules::Rules;
use crate::text;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat};
use std::sync::LazyLock;

const CHINA: &str = "86";
const CHINESE_MOBILE_DIGITS: usize = 11;

/// Fewer digits are as likely the beginning of a number.
const MIN_DIGITS: usize = 7;

/// No trunk prefix is longer.
const MAX_TRUNK: usize = 2;

/// Calling codes of the countries that most askers are in or come from, the likeliest first.
const LIKELY: [&str; 36] = [
    "86", "852", "853", "886", "65", "60", "1", "44", "61", "64", "81", "82", "66", "84", "63", "62", "91", "92",
    "880", "49", "33", "39", "34", "31", "7", "380", "90", "55", "52", "54", "57", "27", "234", "20", "966", "971",
];

/// Of countries that write their numbers with or without the trunk prefix.
const OPTIONAL_TRUNK: [&str; 4] = ["7", "84", "90", "91"];

/// All calling codes of countries, the smallest first.
static CODES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let networks: Vec<i32> = PHONE_NUMBER_UTIL.get_supported_global_network_calling_codes().collect();
    let all = PHONE_NUMBER_UTIL.get_supported_calling_codes();
    let mut codes: Vec<i32> = all.filter(|code| !networks.contains(code)).collect();
    codes.sort_unstable();
    codes.dedup();
    codes.iter().map(i32::to_string).collect()
});

/// How sure it is that digits are meant as a number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// In no plan.
    Unknown,
    /// A number that is in use, but not as its country writes it.
    Known,
    /// As its country writes it, or as it is dialled from everywhere without the plus.
    AsWritten,
}

/// The numbers in E.164 that one part of a cell could be as well as what it is read as, or rather,
/// the likeliest first. `home` are countries to which whoever asks may belong.
pub(crate) fn elsewhere(piece: &str, rules: &Rules, home: &[Region]) -> Vec<String> {
    // What is not dialled in one country is dialled in none.
    let Ok(dialled) = dialed(piece) else { return Vec::new() };
    let names_its_country = dialled.starts_with('+') || dialled.starts_with("00") && !dialled.starts_with("000");
    if names_its_country || dialled.len() < MIN_DIGITS {
        return Vec::new();
    }
    let own = canonicalise(piece, rules);
    let is_typo = own.is_err() && rules.region == Region::default() && is_half_a_chinese_mobile(&dialled);
    if is_typo {
        return Vec::new();
    }
    // Digits that are no number at all are more often half a number than one of a small country.
    let fit = own.as_deref().map_or(Fit::Known, |own| fit(own, &dialled));
    let mut found = Vec::new();
    for code in codes_to_try(&dialled, fit, home) {
        for e164 in written_in(&code, &dialled) {
            if own.as_ref() != Ok(&e164) && !found.contains(&e164) {
                found.push(e164);
            }
        }
    }
    found
}

/// The less likely the own reading is, the more countries are tried.
fn codes_to_try(dialled: &str, own: Fit, home: &[Region]) -> Vec<String> {
    let first = is_chinese_mobile(dialled).then(|| CHINA.to_owned());
    let homes = home.iter().filter_map(|region| region.calling_code());
    let likely: &[&str] = if own == Fit::AsWritten { &[] } else { &LIKELY };
    let others: &[String] = if own == Fit::Unknown { &CODES } else { &[] };
    first.into_iter().chain(homes).chain(likely.iter().map(ToString::to_string)).chain(others.iter().cloned()).collect()
}

/// The numbers of a country that are written there with exactly these digits.
fn written_in(code: &str, dialled: &str) -> impl Iterator<Item = String> {
    let cuts = (0..=MAX_TRUNK).filter_map(|cut| dialled.get(cut..));
    cuts.map(move |national| ["+", code, national].concat()).filter(|e164| is_issued(e164) && is_written(e164, dialled))
}

fn fit(own: &str, dialled: &str) -> Fit {
    if !is_issued(own) {
        Fit::Unknown
    } else if &own[1..] == dialled || is_written(own, dialled) {
        Fit::AsWritten
    } else {
        Fit::Known
    }
}

/// Whether a number's own country writes it with these digits.
fn is_written(e164: &str, dialled: &str) -> bool {
    if OPTIONAL_TRUNK.iter().any(|code| e164[1..].strip_prefix(code) == Some(dialled)) {
        return true;
    }
    let Ok(number) = PHONE_NUMBER_UTIL.parse(e164, None) else { return false };
    let national = PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::National);
    national.chars().filter(char::is_ascii_digit).eq(dialled.chars())
}

fn is_chinese_mobile(digits: &str) -> bool {
    digits.len() == CHINESE_MOBILE_DIGITS && begins_like_a_chinese_mobile(digits)
}

/// Perhaps with a zero in front.
fn is_half_a_chinese_mobile(digits: &str) -> bool {
    begins_like_a_chinese_mobile(digits.strip_prefix('0').unwrap_or(digits))
}

fn begins_like_a_chinese_mobile(digits: &str) -> bool {
    matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..]) && text::is_digits(digits)
}

/// The country of a number, ISO 3166-1 alpha-2: the main one of its calling code where the plans do
/// not tell.
pub(crate) fn country(e164: &str) -> Option<&'static str> {
    let number = PHONE_NUMBER_UTIL.parse(e164, None).ok()?;
    let own = PHONE_NUMBER_UTIL.get_region_for_number(&number);
    let main = || PHONE_NUMBER_UTIL.get_region_for_country_code(number.country_code);
    own.or_else(main).and_then(Region::named_by_library)
}

/// Whether a numbering plan contains the number, or it is known to be issued.
pub(crate) fn is_in_plan(e164: &str) -> bool {
    plain::calling_code(e164).is_some() && is_known(e164)
}
