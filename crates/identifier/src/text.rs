//! What every kind does to a text before its own rule: fold, split, and the damage that is never repaired.

use crate::Rejection;
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// The longest cell that is looked at, in bytes: several numbers with their labels fit, a document does not.
const CELL_BYTES: usize = 256;

/// A piece of a cell cut at `/` or `|` has at least this many digits, or the mark was punctuation.
const PIECE_DIGITS: usize = 7;

const NOTHING: [&str; 11] = ["null", "none", "nil", "nan", "n/a", "\\n", "-", "--", "无", "空", "暂无"];

/// NFKC, without format characters, surrounding space and a spreadsheet's text mark.
pub(crate) fn fold(cell: &str) -> Result<String, Rejection> {
    if cell.len() > CELL_BYTES {
        return Err(Rejection::Oversized);
    }
    let folded: String = if cell.is_ascii() {
        cell.to_owned()
    } else {
        cell.nfkc().filter(|c| c.general_category() != GeneralCategory::Format).collect()
    };
    let trimmed = folded.trim();
    let trimmed = trimmed.strip_prefix(['\'', '‘', '’']).unwrap_or(trimmed).trim();
    if trimmed.is_empty() || NOTHING.iter().any(|word| trimmed.eq_ignore_ascii_case(word)) {
        return Err(Rejection::Empty);
    }
    Ok(trimmed.to_owned())
}

/// The pieces of a folded cell, trimmed, none of them blank.
pub(crate) fn split(folded: &str) -> Vec<String> {
    let without_scheme = match folded.get(..4) {
        Some(scheme) if scheme.eq_ignore_ascii_case("tel:") => &folded[4..],
        _ => folded,
    };
    let joined = without_scheme.replace(";ext=", " ext ");
    let mut marks = vec![',', ';', '、'];
    for mark in ['/', '|'] {
        if joined.split(mark).filter(|piece| !piece.trim().is_empty()).all(|piece| digits(piece) >= PIECE_DIGITS) {
            marks.push(mark);
        }
    }
    joined.split(marks.as_slice()).map(str::trim).filter(|piece| !piece.is_empty()).map(str::to_owned).collect()
}

/// Whether digits are hidden.
pub(crate) fn is_masked(piece: &str) -> bool {
    piece.contains(['*', '•', '●', '○', '■', '█', '×', '?', '_'])
        || piece.as_bytes().windows(2).any(|pair| pair == b".." || pair.eq_ignore_ascii_case(b"xx"))
}

/// Whether this is a decimal fraction or has an exponent: what a spreadsheet leaves of a long number.
pub(crate) fn is_float(piece: &str) -> bool {
    let unsigned = piece.strip_prefix('+').unwrap_or(piece);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    (fraction.is_some() || exponent.is_some())
        && is_digits(whole)
        && fraction.is_none_or(is_digits)
        && exponent.is_none_or(is_digits)
}

/// The dashes that people and word processors put between digits, beside `-`.
pub(crate) fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

/// Not empty, and nothing but ASCII digits.
pub(crate) fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_removes_what_cannot_be_seen() {
        assert_eq!(fold("\u{feff}'１５４\u{200b}0000 1234\u{3000}").as_deref(), Ok("1540000 1234"));
        assert_eq!(fold(" NULL "), Err(Rejection::Empty));
        assert_eq!(fold(&"1".repeat(257)), Err(Rejection::Oversized));
    }

    #[test]
    fn a_slash_separates_only_whole_numbers() {
        assert_eq!(split("15400001234/15400005678").len(), 2);
        assert_eq!(split("030/1234567"), ["030/1234567"]);
        assert_eq!(split("1、2;3,, 4"), ["1", "2", "3", "4"]);
    }

    #[test]
    fn floats_are_known_by_their_point_or_exponent() {
        assert!(is_float("1.54E+10") && is_float("15400001234.5") && is_float("1e9"));
        assert!(!is_float("154.0000.1234") && !is_float("15400001234") && !is_float("1540000123x"));
    }
}
