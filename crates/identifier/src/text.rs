//! What happens to a text before the rule of its kind: folding, splitting, and the detection of
//! damage that is never repaired.

use crate::rejection::Rejection;
use std::borrow::Cow;
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// The longest cell that is read, in bytes: several numbers with their labels fit, a document does
/// not.
const CELL_BYTES: usize = 256;

/// The fewest digits of each part of a cell that is split at `/` or `|`; otherwise the mark is
/// punctuation.
const PIECE_DIGITS: usize = 7;

/// Digits that a double holds.
const DOUBLE_DIGITS: usize = 15;

/// Words for an empty cell.
const NOTHING: [&str; 11] = ["null", "none", "nil", "nan", "n/a", "\\n", "-", "--", "无", "空", "暂无"];

/// The longest word of [`NOTHING`], in bytes.
const NOTHING_BYTES: usize = 6;

/// Characters that people replace digits with to mask them.
pub(crate) const MASKS: [char; 9] = ['*', '•', '●', '○', '■', '█', '×', '?', '_'];

/// Whether there is nothing to fold or split, as in most cells.
pub(crate) fn is_one_plain_piece(cell: &str) -> bool {
    let is_plain = |c: u8| c.is_ascii_alphanumeric() || c == b'+';
    (NOTHING_BYTES + 1..=CELL_BYTES).contains(&cell.len()) && cell.bytes().all(is_plain)
}

/// Folds a cell: NFKC, ASCII digits, no format characters, surrounding space or text mark of a
/// spreadsheet.
pub(crate) fn fold(cell: &str) -> Result<Cow<'_, str>, Rejection> {
    if cell.len() > CELL_BYTES {
        return Err(Rejection::Oversized);
    }
    let folded = if cell.is_ascii() {
        Cow::Borrowed(trimmed(cell))
    } else {
        let visible = cell.nfkc().filter(|c| c.general_category() != GeneralCategory::Format);
        Cow::Owned(trimmed(&visible.map(ascii_digit).collect::<String>()).to_owned())
    };
    let is_short = folded.len() <= NOTHING_BYTES;
    if folded.is_empty() || (is_short && NOTHING.iter().any(|word| folded.eq_ignore_ascii_case(word))) {
        return Err(Rejection::Empty);
    }
    Ok(folded)
}

/// A decimal digit of any script as its ASCII digit; other characters as they are.
pub(crate) fn ascii_digit(c: char) -> char {
    let is_digit = |c: char| c.general_category() == GeneralCategory::DecimalNumber;
    if c.is_ascii() || !is_digit(c) {
        return c;
    }
    // The ten digits of a script are adjacent, from a code point that ends in 0 or 6 (NFKC has
    // folded all others).
    let low = u32::from(c) & 0xF;
    let begins_at_0 = char::from_u32(u32::from(c) - low).is_some_and(is_digit);
    char::from_digit(if begins_at_0 { low } else { low.wrapping_sub(6) }, 10).unwrap_or(c)
}

fn trimmed(text: &str) -> &str {
    let trimmed = text.trim();
    trimmed.strip_prefix(['\'', '‘', '’']).unwrap_or(trimmed).trim()
}

/// A folded cell without the scheme of a URI, and with its extension spelled as people spell it.
pub(crate) fn plain(folded: &str) -> Cow<'_, str> {
    let without_scheme = match folded.get(..4) {
        Some(scheme) if scheme.eq_ignore_ascii_case("tel:") => &folded[4..],
        _ => folded,
    };
    if without_scheme.contains(";ext=") {
        without_scheme.replace(";ext=", " ext ").into()
    } else {
        without_scheme.into()
    }
}

/// The parts of a plain cell, trimmed, none of them blank.
pub(crate) fn pieces(plain: &str) -> impl Iterator<Item = &str> {
    let separates = |mark: char| {
        plain.contains(mark)
            && plain.split(mark).filter(|piece| !piece.trim().is_empty()).all(|piece| digits(piece) >= PIECE_DIGITS)
    };
    let (slash, bar) = (separates('/'), separates('|'));
    let is_mark = move |c: char| matches!(c, ',' | ';' | '、') || (slash && c == '/') || (bar && c == '|');
    plain.split(is_mark).map(str::trim).filter(|piece| !piece.is_empty())
}

/// Whether digits are masked.
pub(crate) fn is_masked(piece: &str) -> bool {
    piece.contains(MASKS) || piece.contains("..") || has_run_of_x(piece, 2)
}

/// Whether there are `run` letters `x` in a row, small or capital.
pub(crate) fn has_run_of_x(piece: &str, run: usize) -> bool {
    piece.as_bytes().windows(run).any(|window| window.iter().all(|c| c.eq_ignore_ascii_case(&b'x')))
}

/// Whether this is a decimal fraction or has an exponent, as a spreadsheet writes long numbers.
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

/// The whole number that exponent notation writes with all of its digits: `1.3812345678E+10` is
/// `13812345678`. With fewer digits (`1.38E+10`), or more than a double holds, some may be lost;
/// short numbers are none that a spreadsheet writes so.
pub(crate) fn whole_of_exponent(piece: &str) -> Option<String> {
    let (mantissa, exponent) = piece.split_once(['e', 'E'])?;
    let exponent: usize = exponent.strip_prefix('+').unwrap_or(exponent).parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.')?;
    // Zeros at the end are digits too, as long as the exponent asks for them.
    let digits = fraction.get(..exponent)?;
    let is_whole = fraction[exponent..].bytes().all(|b| b == b'0');
    let bare = whole.strip_prefix('+').unwrap_or(whole);
    let count = bare.len() + digits.len();
    let is_exact = is_digits(bare) && is_digits(digits) && (PIECE_DIGITS..=DOUBLE_DIGITS).contains(&count);
    (is_whole && is_exact).then(|| [whole, digits].concat())
}

/// Whether this is a dash that people and word processors put between digits.
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
        assert_eq!(fold("\u{feff}'１５４\u{200b}0000 1234\u{3000}"), Ok("1540000 1234".into()));
        assert_eq!(fold("٢٩٩ ०१ ᱐᱙ ۷"), Ok("299 01 09 7".into()), "digits of other scripts");
        assert_eq!(fold(" NULL "), Err(Rejection::Empty));
        assert_eq!(fold(&"1".repeat(257)), Err(Rejection::Oversized));
    }

    #[test]
    fn a_slash_separates_only_whole_numbers() {
        let split = |text| pieces(text).collect::<Vec<_>>();
        assert_eq!(split("15400001234/15400005678").len(), 2);
        assert_eq!(split("030/1234567"), ["030/1234567"]);
        assert_eq!(split("1、2;3,, 4"), ["1", "2", "3", "4"]);
    }

    #[test]
    fn floats_are_known_by_their_point_or_exponent() {
        assert!(is_float("1.54E+10") && is_float("15400001234.5") && is_float("1e9"));
        let whole = |text| whole_of_exponent(text).unwrap_or_default();
        assert_eq!(whole("1.5400001234E+10"), "15400001234");
        assert_eq!(whole("+1.5400001234e10"), "+15400001234");
        assert_eq!(whole("1.54000012340E10"), "15400001234", "a zero behind the point");
        assert_eq!(whole("8.61540000123400E+14"), "861540000123400");
        for lost in [
            "1.54E+10",
            "1.5400001234E+11",
            "1.54000012345E10",
            "1.5400001234E-10",
            "15400001234",
            "1.5e",
            "1.e0",
            "1.23456E+5",
        ] {
            assert_eq!(whole_of_exponent(lost), None, "{lost}");
        }
        assert_eq!(whole_of_exponent("9.90101199001010019E+17"), None, "more digits than a double holds");
        assert!(!is_float("154.0000.1234") && !is_float("15400001234") && !is_float("1540000123x"));
    }
}
