//! What a short text is by its outline, without a search: cells of a table are mostly words with one
//! run of digits, or times, and most of those cannot be identifiers.
//!
//! Owns which outlines there are. What may be an identifier is decided by its number of digits, and
//! by the tables of `ids` and `phones`.

use super::escape;

/// The outline of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outline<'t> {
    /// No digit.
    Words,
    /// One run of digits, perhaps among other characters; of those, none is a plus, the beginning
    /// of an escape, or of full width.
    OneRun { digits: &'t str, has_letters: bool },
    /// A date, or a date and a time of day, as databases write them.
    Time,
    /// Anything else.
    Other,
}

/// The first byte of characters of full width.
const FULL_WIDTH: u8 = 0xEF;

/// Digits of a date with those of a time of day, without fractions of a second.
pub(super) const DIGITS_OF_A_TIME: u32 = 14;

impl<'t> Outline<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        let (mut start, mut end, mut has_letters) = (None, 0, false);
        for (at, &c) in bytes.iter().enumerate() {
            match c {
                b'0'..=b'9' if start.is_none() => (start, end) = (Some(at), at + 1),
                b'0'..=b'9' if end == at => end = at + 1,
                b'0'..=b'9' => return if is_time(bytes) { Self::Time } else { Self::Other },
                b'A'..=b'Z' | b'a'..=b'z' => has_letters = true,
                b'+' | FULL_WIDTH => return Self::Other,
                c if escape::begins(c) => return Self::Other,
                _ => {}
            }
        }
        start.map_or(Self::Words, |start| Self::OneRun { digits: &text[start..end], has_letters })
    }
}

/// Whether a text is `2026-01-31`, `2026/01/31 23:59`, `2026-01-31T23:59:59.123Z` or the like.
fn is_time(text: &[u8]) -> bool {
    let Some((date, time)) = text.split_first_chunk::<10>() else { return false };
    let &[a, b, c, d, first, e, f, second, g, h] = date;
    let is_date = [a, b, c, d, e, f, g, h].iter().all(u8::is_ascii_digit)
        && matches!(&[a, b], b"19" | b"20")
        && matches!(first, b'-' | b'/')
        && first == second
        && is_part(e, f)
        && is_part(g, h);
    is_date
        && match time {
            [] => true,
            [b' ' | b'T', time @ ..] => is_time_of_day(time.strip_suffix(b"Z").unwrap_or(time)),
            _ => false,
        }
}

/// Whether two digits may be a day or a month.
fn is_part(tens: u8, ones: u8) -> bool {
    (1..=31).contains(&((tens - b'0') * 10 + (ones - b'0')))
}

fn is_time_of_day(text: &[u8]) -> bool {
    let is_pair = |pair: &[u8]| pair.iter().all(u8::is_ascii_digit);
    match text {
        [hour @ .., b':', a, b] if hour.len() == 2 => is_pair(hour) && is_pair(&[*a, *b]),
        [h, o, b':', a, b, b':', c, d, fraction @ ..] => {
            is_pair(&[*h, *o, *a, *b, *c, *d])
                && match fraction {
                    [] => true,
                    [b'.', fraction @ ..] => (1..=6).contains(&fraction.len()) && is_pair(fraction),
                    _ => false,
                }
        }
        _ => false,
    }
}
