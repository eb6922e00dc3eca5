//! What a cell without a label is by its looks: nothing, a bare number, or words.
//!
//! Owns which spellings say nothing. Does not validate values (`exposure-identifier` does).

/// Words for a missing value, in small letters.
const MISSING: [&str; 16] = [
    "null",
    "(null)",
    "<null>",
    "none",
    "nil",
    "nan",
    "n/a",
    "na",
    "\\n",
    "undefined",
    "unknown",
    "无",
    "空",
    "暂无",
    "没有",
    "未知",
];

/// Fewer digits are no value that could be an identifier, nor one that speaks against a column of
/// them: an age, a count, a floor.
const DIGITS: usize = 5;

/// Longer cells are text.
const BARE_BYTES: usize = 80;

/// Characters that stand for hidden digits.
const MASKS: [char; 8] = ['*', '•', '●', '○', '■', '█', '×', '＊'];

/// The looks of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// Empty, a word for a missing value, zeros, masked, or too short to be an identifier.
    Nothing,
    /// Digits, and punctuation around and between them.
    Number,
    /// Anything else.
    Words,
}

/// What a cell looks like.
pub(crate) fn look(cell: &str) -> Look {
    if is_number(cell) {
        return Look::Number;
    }
    let cell = cell.trim();
    if cell.len() > BARE_BYTES {
        return Look::Words;
    }
    let digits = digits(cell);
    if digits > 0 && cell.contains(MASKS) {
        return Look::Nothing;
    }
    let is_missing = || digits == 0 && MISSING.iter().any(|word| cell.eq_ignore_ascii_case(word));
    if without_check_letter(cell, digits).contains(char::is_alphabetic) && !is_missing() {
        Look::Words
    } else {
        Look::Nothing
    }
}

/// Whether a cell looks like a bare number. Words are told by their first letter.
pub(crate) fn is_number(cell: &str) -> bool {
    // Most words begin with a letter, and most of those with one of these.
    if matches!(cell.as_bytes().first(), Some(b'A'..=b'W' | b'a'..=b'w' | 0xE5..=0xE9)) {
        return false;
    }
    let cell = cell.trim();
    if cell.len() > BARE_BYTES {
        return false;
    }
    let (mut digits, mut zeros) = (0, 0);
    for (at, c) in cell.char_indices() {
        match c {
            '0'..='9' => {
                digits += 1;
                zeros += usize::from(c == '0');
            }
            ' ' | '-'..='/' | ':' => {}
            'X' | 'x' if without_check_letter(cell, digits).len() == at => {}
            // Chinese is common, and the tables of Unicode are slow.
            'A'..='Z' | 'a'..='z' | '\u{4E00}'..='\u{9FFF}' => return false,
            c if MASKS.contains(&c) || c.is_alphabetic() => return false,
            c => digits += usize::from(!c.is_ascii() && c.is_numeric()),
        }
    }
    digits >= DIGITS && digits > zeros
}

/// A cell without its last character, if that is the X that may be the check character of an ID.
fn without_check_letter(cell: &str, digits: usize) -> &str {
    cell.strip_suffix(['x', 'X']).filter(|_| digits > 2 * DIGITS).unwrap_or(cell)
}

/// How many digits a text has, of any script.
pub(crate) fn digits(text: &str) -> usize {
    text.chars().filter(|c| c.is_numeric()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_that_say_nothing_do_not_speak_against_a_column() {
        for cell in ["", " ", "NULL", "\\N", "0", "-", "--", "none", "N/A", "无", "00000000000", "154****0001", "12"] {
            assert_eq!(look(cell), Look::Nothing, "{cell}");
        }
        for cell in ["15400000001", "+86 154 0000 0001", "99010119400101000X", "20260102", "\"15400000001\""] {
            assert_eq!(look(cell), Look::Number, "{cell}");
        }
        for cell in ["某人", "a15400000001", "154 0000 0001 (home)", "x", "a@b.example"] {
            assert_eq!(look(cell), Look::Words, "{cell}");
        }
    }
}
