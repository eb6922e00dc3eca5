//! E.164 of a text that is labelled as a phone number.
//!
//! What libphonenumber must never see is removed or rejected first; then the library decides. Plain
//! digits take the fast path ([`plain`]) wherever that is certain of the library's answer.

use super::plain;
use crate::region::Region;
use crate::rejection::Rejection;
use crate::text;
use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumberFormat};
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// Words that announce an extension; a word comes before those that it contains.
const EXTENSION_WORDS: [&str; 8] = ["extension", "ext.", "ext", "转", "轉", "分机", "分機", "x"];

/// The most digits of an extension, which is cut off; more digits are another number.
const EXTENSION_DIGITS: usize = 6;

/// Digits of a mobile number in China, the leading 1 among them.
const CHINESE_MOBILE_DIGITS: usize = 11;

/// E.164 of one part of a cell (`docs/canonical.md`, "phone").
pub(crate) fn canonicalise(piece: &str, region: Region) -> Result<String, Rejection> {
    let e164 = match plain::e164(piece, region) {
        Some(e164) => e164,
        // Plain digits need no cleaning.
        None if text::is_digits(piece.strip_prefix('+').unwrap_or(piece)) => by_library(piece, region)?,
        None => e164_of_dialed(&dialed(piece)?, region)?,
    };
    if is_half_a_chinese_mobile(&e164) {
        return Err(Rejection::Length);
    }
    if e164 == piece || is_read_as_itself(&e164, region) { Ok(e164) } else { Err(Rejection::NotANumber) }
}

/// Whether libphonenumber reads an E.164 number as itself. It drops one trunk digit, so `0004708`
/// in Australia becomes `+61004708`, which it reads as yet another number. None of them can be
/// dialled.
fn is_read_as_itself(e164: &str, region: Region) -> bool {
    plain::is_kept(e164) || by_library(e164, region).is_ok_and(|again| again == e164)
}

/// The digits, after a `+` if there is one: the only input that all ports of libphonenumber read
/// alike.
pub(super) fn dialed(piece: &str) -> Result<String, Rejection> {
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

pub(super) fn by_library(dialed: &str, region: Region) -> Result<String, Rejection> {
    let parsed = PHONE_NUMBER_UTIL.parse(dialed, Some(region.to_library())).map_err(|error| match error {
        ParseError::InvalidCountryCode => Rejection::Country,
        ParseError::NotANumber(_) => Rejection::NotANumber,
        _ => Rejection::Length,
    })?;
    match PHONE_NUMBER_UTIL.is_possible_number_with_reason(&parsed) {
        Ok(NumberLengthType::IsPossible) => Ok(PHONE_NUMBER_UTIL.format(&parsed, PhoneNumberFormat::E164).into_owned()),
        _ => Err(Rejection::Length),
    }
}

/// A Chinese mobile number with a digit too few or too many is "possible" as a landline that cannot
/// exist, since no area code begins with 13 to 19. Its certain "not found" would be mistaken for an
/// answer about the intended number.
fn is_half_a_chinese_mobile(e164: &str) -> bool {
    let mobile = e164.strip_prefix("+861").filter(|rest| rest.starts_with(|c: char| ('3'..='9').contains(&c)));
    mobile.is_some_and(|rest| rest.len() != CHINESE_MOBILE_DIGITS - 1)
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

/// Without the `.0` that a spreadsheet adds: `15400001234.0`.
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

/// Whether there are only characters of phone numbers, and a `+` only in front.
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
