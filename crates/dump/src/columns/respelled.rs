//! Bare cells in spellings that no number has in running text: a float of a program that has no
//! missing integers, an extension, two numbers joined by a hyphen.
//!
//! Rewrites a cell so that the scanner can judge it by its own rules. Does not validate.

use super::bare::{digits, is_number};
use exposure_identifier::{Found, Scanner};
use smallvec::SmallVec;
use std::borrow::Cow;

/// Longer cells are text.
const BYTES: usize = 80;

/// Digits of a number, and of what is joined to it.
const FEWEST: usize = 7;
const MOST: usize = 15;

/// Digits before an extension, and of the extension.
const BEFORE_EXTENSION: usize = 9;
const EXTENSION: usize = 6;

/// What a scanner finds in a cell as it is written; or else, if that is all that is in it, in its
/// other spelling.
pub(crate) fn search<'t>(scanner: &Scanner, text: &'t str) -> (Cow<'t, str>, SmallVec<[Found; 2]>) {
    let mut found = SmallVec::new();
    scanner.scan(text, |one| found.push(one));
    if found.is_empty()
        && let Some(other) = respelled(text)
    {
        scanner.scan(&other, |one| found.push(one));
        let inside = digits_found(&other, &found);
        if inside > 0 && inside == digits(&other) && is_number(&other) {
            return (Cow::Owned(other), found);
        }
        found.clear();
    }
    (Cow::Borrowed(text), found)
}

/// How many digits are in what was found.
pub(crate) fn digits_found(text: &str, found: &[Found]) -> usize {
    found.iter().map(|one| digits(&text[one.at..one.end])).sum()
}

/// Whether a text is a float that holds all digits of a whole number.
pub(crate) fn is_whole_float(text: &str) -> bool {
    float(text).is_some()
}

/// Another spelling of a cell; `None` if it has none.
fn respelled(cell: &str) -> Option<String> {
    let cell = cell.trim();
    if cell.len() > BYTES || !cell.is_ascii() || cell.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    float(cell).or_else(|| before_extension(cell)).or_else(|| joined(cell))
}

/// `15400001234.0` and `1.5400001234E10`, which hold all digits of a whole number.
fn float(cell: &str) -> Option<String> {
    let (mantissa, exponent) = match cell.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
            (mantissa, exponent.parse::<usize>().ok().filter(|_| exponent.bytes().all(|c| c.is_ascii_digit()))?)
        }
        None => (cell, 0),
    };
    let (whole, fraction) = mantissa.split_once('.')?;
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !are_digits(whole) || !are_digits(fraction) || whole.starts_with('0') || fraction.len() < exponent {
        return None;
    }
    // What the exponent leaves over are zeros.
    let (digits, rest) = fraction.split_at(exponent);
    let is_whole = rest.bytes().all(|digit| digit == b'0');
    (is_whole && (FEWEST..=MOST).contains(&(whole.len() + exponent))).then(|| format!("{whole}{digits}"))
}

/// A number without its extension: `0210 5550123-12`, `2025550123x45`.
fn before_extension(cell: &str) -> Option<String> {
    let bare = cell.trim_end_matches(|c: char| c.is_ascii_digit());
    let extension = cell.len() - bare.len();
    let number = bare.strip_suffix('-').or_else(|| {
        let word = bare.trim_end_matches(['.', ':', ' ']);
        let number = ["ext", "EXT", "Ext", "x", "X"].iter().find_map(|end| word.strip_suffix(end))?;
        number.chars().all(|c| !c.is_alphabetic()).then_some(number)
    })?;
    let has_digits = number.bytes().filter(u8::is_ascii_digit).count() >= BEFORE_EXTENSION;
    let is_number = number.ends_with(|c: char| c.is_ascii_digit() || c == ' ');
    ((1..=EXTENSION).contains(&extension) && has_digits && is_number).then(|| number.trim_end().to_owned())
}

/// Two or more whole numbers with a hyphen, a plus or the like between them, each on a line.
fn joined(cell: &str) -> Option<String> {
    let is_joint = |c: char| matches!(c, '-' | '+' | '_');
    let are_numbers = |piece: &str| piece.bytes().filter(u8::is_ascii_digit).count() >= FEWEST;
    let pieces: Vec<&str> = cell.split(is_joint).map(str::trim).collect();
    (pieces.len() > 1 && pieces.iter().all(|piece| are_numbers(piece))).then(|| pieces.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_floats_extensions_and_joined_numbers_are_respelled() {
        for (cell, expected) in [
            ("15400001234.0", Some("15400001234")),
            ("15400001234.00", Some("15400001234")),
            ("1.5400001234E10", Some("15400001234")),
            ("1.5400001234e+10", Some("15400001234")),
            ("1.54E+10", None),
            ("1.54000012340E10", Some("15400001234")),
            ("15400001234.5", None),
            ("1.54000012345E10", None),
            ("0.15400001234", None),
            ("1.5E99999999999999999999", None),
            ("1.5E18446744073709551615", None),
            ("021-55501234-12", Some("021-55501234")),
            ("2025550123 x45", Some("2025550123")),
            ("2026-01-02", None),
            ("15400001234-15400001235", Some("15400001234\n15400001235")),
            ("15400001234+15400001235", Some("15400001234\n15400001235")),
            ("1540000123-4567890-1", Some("1540000123-4567890")),
            ("20260102-12", None),
            ("٠١٥٤٠٠٠١٢٣٤", None),
            ("15400001234", None),
            ("某人", None),
        ] {
            assert_eq!(respelled(cell).as_deref(), expected, "{cell}");
        }
    }
}
