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
    let cell = cell.trim();
    if cell.len() > BARE_BYTES {
        return Look::Words;
    }
    let counted = if cell.is_ascii() { Counted::ascii(cell) } else { Counted::any(cell) };
    let Counted { digits, zeros, mut letters, is_masked } = counted;
    if digits > 0 && is_masked {
        return Look::Nothing;
    }
    // The check character of an ID may be an X.
    letters -= usize::from(letters == 1 && digits > 2 * DIGITS && cell.ends_with(['x', 'X']));
    if letters > 0 {
        let is_missing = digits == 0 && MISSING.iter().any(|word| cell.eq_ignore_ascii_case(word));
        return if is_missing { Look::Nothing } else { Look::Words };
    }
    if digits < DIGITS || digits == zeros { Look::Nothing } else { Look::Number }
}

/// The characters of a cell, by what they are.
#[derive(Default)]
struct Counted {
    digits: usize,
    zeros: usize,
    letters: usize,
    is_masked: bool,
}

impl Counted {
    fn ascii(cell: &str) -> Self {
        let mut counted = Self::default();
        for byte in cell.bytes() {
            counted.digits += usize::from(byte.is_ascii_digit());
            counted.zeros += usize::from(byte == b'0');
            counted.letters += usize::from(byte.is_ascii_alphabetic());
            counted.is_masked |= byte == b'*';
        }
        counted
    }

    fn any(cell: &str) -> Self {
        let mut counted = Self::default();
        for c in cell.chars() {
            counted.digits += usize::from(c.is_numeric());
            counted.zeros += usize::from(c == '0');
            counted.letters += usize::from(c.is_alphabetic());
            counted.is_masked |= MASKS.contains(&c);
        }
        counted
    }
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
