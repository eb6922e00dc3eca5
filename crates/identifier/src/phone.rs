//! Phone numbers: what libphonenumber must never see is taken out first, then its port decides. Plain digits, of which
//! its plans say what it would decide, are spared the way ([`plain`]).

mod plain;
mod plan;
#[cfg(test)]
mod proof;

pub(crate) mod running;

use crate::{Rejection, text};
use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumberFormat};
use std::fmt;
use std::str::FromStr;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// What announces an extension, longest first where one contains another.
const EXTENSION_WORDS: [&str; 8] = ["extension", "ext.", "ext", "转", "轉", "分机", "分機", "x"];

/// The longest extension that is cut off, in digits; more digits than that are another number.
const EXTENSION_DIGITS: usize = 6;

/// Digits of a mobile number in China, the leading 1 among them.
const CHINESE_MOBILE_DIGITS: usize = 11;

/// Possible numbers of a country that shares its calling code with a larger one: a million, which is careful.
const POSSIBLE_IN_SMALL_COUNTRY: u64 = 1_000_000;

/// A country or territory, by its ISO 3166 code.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Region(rlibphonenumber::Region);

/// libphonenumber has no plan for this region.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not the two-letter code of a country with phone numbers, such as CN or GB")]
pub struct UnknownRegion(pub String);

impl Default for Region {
    fn default() -> Self {
        Self(rlibphonenumber::Region::CN)
    }
}

impl FromStr for Region {
    type Err = UnknownRegion;

    fn from_str(code: &str) -> Result<Self, UnknownRegion> {
        PHONE_NUMBER_UTIL
            .get_supported_regions()
            .find(|region| format!("{region:?}").eq_ignore_ascii_case(code))
            .map(Self)
            .ok_or_else(|| UnknownRegion(code.to_owned()))
    }
}

impl Region {
    /// Its calling code, as digits.
    pub fn calling_code(self) -> Option<String> {
        PHONE_NUMBER_UTIL.get_country_code_for_region(self.0).map(|code| code.to_string())
    }
}

impl fmt::Debug for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// E.164 of one piece of a cell (`docs/canonical.md`, "phone").
pub(crate) fn canonicalise(piece: &str, region: Region) -> Result<String, Rejection> {
    let e164 = match plain::e164(piece, region) {
        Some(e164) => e164,
        // Nothing but digits has nothing to be cleaned of.
        None if text::is_digits(piece.strip_prefix('+').unwrap_or(piece)) => by_library(piece, region)?,
        None => e164_of_dialed(&dialed(piece)?, region)?,
    };
    if is_half_a_chinese_mobile(&e164) {
        return Err(Rejection::Length);
    }
    if e164 == piece || is_read_as_itself(&e164, region) { Ok(e164) } else { Err(Rejection::NotANumber) }
}

/// Whether E.164 is canonical: libphonenumber drops one trunk digit, so `0004708` in Australia becomes `+61004708`, and
/// that again another number. None of them can be dialled.
fn is_read_as_itself(e164: &str, region: Region) -> bool {
    plain::is_kept(e164) || by_library(e164, region).is_ok_and(|again| again == e164)
}

/// The digits, with a `+` in front if there is one: what two ports of libphonenumber cannot read differently.
fn dialed(piece: &str) -> Result<String, Rejection> {
    if text::is_masked(piece) {
        return Err(Rejection::Masked);
    }
    let number = without_zero_fraction(without_extension(piece));
    if text::is_float(number) {
        return Err(Rejection::Float);
    }
    if number.chars().any(is_letter) {
        return Err(Rejection::Letters);
    }
    if !is_dialable(number) {
        return Err(Rejection::Character);
    }
    Ok(number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect())
}

fn e164_of_dialed(dialed: &str, region: Region) -> Result<String, Rejection> {
    plain::e164(dialed, region).map_or_else(|| by_library(dialed, region), Ok)
}

fn by_library(dialed: &str, region: Region) -> Result<String, Rejection> {
    let parsed = PHONE_NUMBER_UTIL.parse(dialed, Some(region.0)).map_err(|error| match error {
        ParseError::InvalidCountryCode => Rejection::Country,
        ParseError::NotANumber(_) => Rejection::NotANumber,
        _ => Rejection::Length,
    })?;
    match PHONE_NUMBER_UTIL.is_possible_number_with_reason(&parsed) {
        Ok(NumberLengthType::IsPossible) => Ok(PHONE_NUMBER_UTIL.format(&parsed, PhoneNumberFormat::E164).into_owned()),
        _ => Err(Rejection::Length),
    }
}

/// A Chinese mobile number with a digit too few or too many is "possible" as a landline that cannot exist, since no area
/// code begins with 13 to 19. Its sure "not found" would pass for an answer about the number that was meant.
fn is_half_a_chinese_mobile(e164: &str) -> bool {
    let mobile = e164.strip_prefix("+861").filter(|rest| rest.starts_with(|c: char| ('3'..='9').contains(&c)));
    mobile.is_some_and(|rest| rest.len() != CHINESE_MOBILE_DIGITS - 1)
}

/// How many bytes of an E.164 number are `+` and the calling code.
pub(crate) fn calling_code_width(e164: &str) -> usize {
    1 + plain::calling_code(e164).map_or(0, str::len)
}

/// How many numbers like this there could be (`docs/canonical.md`, "Possible numbers").
pub(crate) fn possible(e164: &str) -> u64 {
    let digits = e164.len().saturating_sub(calling_code_width(e164));
    let whole_plan = 10_u64.saturating_pow(digits.saturating_sub(1) as u32);
    if plain::shares_calling_code(e164) && is_of_small_country(e164) {
        whole_plan.min(POSSIBLE_IN_SMALL_COUNTRY)
    } else {
        whole_plan
    }
}

/// Whether a number is of a small country that shares the calling code of a large one, or cannot be told.
fn is_of_small_country(e164: &str) -> bool {
    let Ok(number) = PHONE_NUMBER_UTIL.parse(e164, None) else { return true };
    let main = PHONE_NUMBER_UTIL.get_region_for_country_code(number.country_code);
    let own = PHONE_NUMBER_UTIL.get_region_for_number(&number);
    own.is_some() && own != main && !matches!(own, Some(rlibphonenumber::Region::CA | rlibphonenumber::Region::KZ))
}

fn without_extension(piece: &str) -> &str {
    let before_digits = piece.trim_end_matches(|c: char| c.is_ascii_digit());
    if !(1..=EXTENSION_DIGITS).contains(&(piece.len() - before_digits.len())) {
        return piece;
    }
    let before_mark = before_digits.trim_end();
    let before_mark = before_mark.strip_suffix([':', '.']).unwrap_or(before_mark).trim_end();
    let head = EXTENSION_WORDS.iter().find_map(|word| strip_suffix_ignoring_case(before_mark, word));
    head.map_or(piece, str::trim_end)
}

fn strip_suffix_ignoring_case<'t>(text: &'t str, suffix: &str) -> Option<&'t str> {
    let at = text.len().checked_sub(suffix.len())?;
    text.is_char_boundary(at)
        .then(|| text.split_at(at))
        .filter(|(_, end)| end.eq_ignore_ascii_case(suffix))
        .map(|(head, _)| head)
}

/// `15400001234.0` is eleven digits that a spreadsheet kept.
fn without_zero_fraction(piece: &str) -> &str {
    match piece.split_once('.') {
        Some((whole, zeros))
            if text::is_digits(whole.strip_prefix('+').unwrap_or(whole))
                && !zeros.is_empty()
                && zeros.bytes().all(|b| b == b'0') =>
        {
            whole
        }
        _ => piece,
    }
}

fn is_letter(c: char) -> bool {
    if c.is_ascii() { c.is_ascii_alphabetic() } else { c.general_category_group() == GeneralCategoryGroup::Letter }
}

/// Only characters that stand in phone numbers, and a `+` only in front.
fn is_dialable(number: &str) -> bool {
    let mut begun = false;
    number.chars().all(|c| match c {
        '0'..='9' => {
            begun = true;
            true
        }
        '+' => !std::mem::replace(&mut begun, true),
        '(' | ')' | '[' | ']' | '.' | '/' | '·' => true,
        c => c.is_whitespace() || text::is_dash(c),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn possible_numbers_follow_the_plan_of_the_country() {
        for (number, expected) in [
            ("+8615400001234", 10_000_000_000),
            ("+85361234567", 10_000_000),
            ("+447700900123", 1_000_000_000),
            ("+18765550123", POSSIBLE_IN_SMALL_COUNTRY),
            ("+16135550123", 1_000_000_000),
        ] {
            assert_eq!(possible(number), expected, "{number}");
        }
    }

    #[test]
    fn regions_are_known_by_code() {
        assert_eq!("gb".parse::<Region>().map(|r| format!("{r:?}")), Ok("GB".to_owned()));
        assert_eq!("XX".parse::<Region>(), Err(UnknownRegion("XX".to_owned())));
    }
}
