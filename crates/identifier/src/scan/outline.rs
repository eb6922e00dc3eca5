//! What a short text is by its outline, without a search: cells of a table are mostly words with
//! one run of digits, or times, and most of those cannot be identifiers.
//!
//! Owns which outlines there are. What may be an identifier is decided by its number of digits, and
//! by the tables of `ids` and `phones`.

use super::{escape, skip};

/// The outline of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outline<'t> {
    /// No digit.
    Words,
    /// One run of digits, perhaps among other characters; of those, none is a plus, the beginning
    /// of an escape, of full width, or like a digit of another script.
    OneRun { digits: &'t str, has_letters: bool },
    /// A date, or a date and a time of day, as databases write them.
    Time,
    /// Several runs, and so many digits in those with the most that no ideograph stands between.
    Runs { digits: u32 },
    /// Anything else.
    Other,
}

/// Digits of a date with those of a time of day, without fractions of a second.
pub(super) const DIGITS_OF_A_TIME: u32 = 14;

const DATE: &[u8] = b"0000-00-00";

/// What a byte means for the outline.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Nothing,
    Digit,
    Letter,
    /// The first byte of an ideograph or of a syllable of Korean, behind which no number goes on.
    Ideograph,
    /// May be more than it looks like.
    Special,
}

static CLASSES: [Class; 256] = {
    let mut classes = [Class::Nothing; 256];
    let mut c = 0;
    while c < 256 {
        let byte = c as u8;
        classes[c] = match byte {
            b'0'..=b'9' => Class::Digit,
            b'A'..=b'Z' | b'a'..=b'z' => Class::Letter,
            0xE4..=0xED => Class::Ideograph,
            _ if byte == b'+' || escape::begins(byte) || skip::may_begin_digit(byte) => Class::Special,
            _ => Class::Nothing,
        };
        c += 1;
    }
    classes
};

impl<'t> Outline<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let (mut start, mut end, mut has_letters, mut is_one) = (None, 0, false, true);
        let (mut digits, mut most) = (0, 0);
        let mut at = 0;
        while let Some(&c) = bytes.get(at) {
            match CLASSES[usize::from(c)] {
                Class::Nothing => {}
                Class::Digit => {
                    digits += 1;
                    most = most.max(digits);
                    if start.is_none() {
                        start = Some(at);
                    } else if end != at {
                        if is_one && is_time(bytes) {
                            return Self::Time;
                        }
                        is_one = false;
                    }
                    end = at + 1;
                }
                Class::Letter => has_letters = true,
                Class::Ideograph => (digits, at) = (0, at + 2),
                Class::Special => return Self::Other,
            }
            at += 1;
        }
        match start {
            None => Self::Words,
            Some(start) if is_one => Self::OneRun { digits: &text[start..end], has_letters },
            Some(_) => Self::Runs { digits: most },
        }
    }
}

/// Whether a text is `2026-01-31`, `2026/01/31 23:59`, `2026-01-31T23:59:59.123Z` or the like.
fn is_time(text: &[u8]) -> bool {
    let Some((date, time)) = text.split_at_checked(DATE.len()) else { return false };
    let is_part = |part: &[u8]| (&b"01"[..]..=b"31").contains(&part);
    let is_date = (is_like(date, DATE) || is_like(date, b"0000/00/00"))
        && (date.starts_with(b"19") || date.starts_with(b"20"))
        && is_part(&date[5..7])
        && is_part(&date[8..]);
    is_date
        && match time {
            [] => true,
            [b' ' | b'T', time @ ..] => is_time_of_day(time.strip_suffix(b"Z").unwrap_or(time)),
            _ => false,
        }
}

fn is_time_of_day(text: &[u8]) -> bool {
    let seconds = match text.iter().position(|&c| c == b'.') {
        Some(dot) if (1..=6).contains(&text[dot + 1..].len()) && text[dot + 1..].iter().all(u8::is_ascii_digit) => dot,
        Some(_) => return false,
        None if is_like(text, b"00:00") => return true,
        None => text.len(),
    };
    is_like(&text[..seconds], b"00:00:00")
}

/// Whether a text has digits where the pattern has zeros, and is the pattern elsewhere.
fn is_like(text: &[u8], pattern: &[u8]) -> bool {
    let is_same = |(&c, &like): (&u8, &u8)| if like == b'0' { c.is_ascii_digit() } else { c == like };
    text.len() == pattern.len() && text.iter().zip(pattern).all(is_same)
}
