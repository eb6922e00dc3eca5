//! E.164 of a text that is labelled as a phone number.
//!
//! What libphonenumber must never see is removed or rejected first. Then `reading` decides which
//! number the digits are. Owns what is tried where that number is not known.

use super::reading;
use super::validity::{is_known, is_known_mobile_of_china};
use crate::rejection::Rejection;
use crate::rules::Rules;
use crate::text;
use std::borrow::Cow;
use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// Words that announce an extension; a word comes before those that it contains.
const EXTENSION_WORDS: [&str; 8] = ["extension", "ext.", "ext", "转", "轉", "分机", "分機", "x"];

/// The most digits of an extension, which is cut off; more digits are another number.
const EXTENSION_DIGITS: usize = 6;

/// E.164 of one part of a cell (`docs/canonical.md`, "phone").
pub(crate) fn canonicalise(piece: &str, rules: &Rules) -> Result<String, Rejection> {
    if let Some(mobile) = reading::mobile_of_china(piece, rules) {
        return Ok(mobile);
    }
    // Plain digits need no cleaning.
    let dialled = if text::is_digits(piece.strip_prefix('+').unwrap_or(piece)) {
        Cow::Borrowed(piece)
    } else {
        Cow::Owned(dialed(piece)?)
    };
    let read = reading::read(&dialled, rules);
    if read.as_deref().is_ok_and(is_known_mobile_of_china) {
        return read;
    }
    let is_e164 = matches!(dialled, Cow::Borrowed(_)) && piece.starts_with('+');
    let mut others = reading::odd(&dialled, &read, rules.region, is_e164);
    if read.as_deref().map_or(true, reading::is_fixed_in_china) {
        let number = without_dashed_extension(piece).and_then(|number| dialed(number).ok());
        others.extend(number.and_then(|number| reading::read(&number, rules).ok()));
    }
    others.retain(|other| read.as_ref() != Ok(other));
    if others.is_empty() || read.as_deref().is_ok_and(is_known) {
        return read;
    }
    others.retain(|other| is_known(other));
    // More than one is a guess.
    match &others[..] {
        [first, rest @ ..] if rest.iter().all(|other| other == first) => Ok(others.swap_remove(0)),
        _ => read,
    }
}

/// The number in front of a dash and a few digits: `0755-26001234-803`.
fn without_dashed_extension(piece: &str) -> Option<&str> {
    let before_digits = piece.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_few = (1..=EXTENSION_DIGITS).contains(&(piece.len() - before_digits.len()));
    is_few.then(|| before_digits.trim_end().strip_suffix(text::is_dash)).flatten().map(str::trim_end)
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
