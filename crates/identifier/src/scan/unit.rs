//! Units: the characters of running text as the scanner sees them, unescaped, folded and
//! classified.
//!
//! Owns full-width forms; digits of other scripts are those of `text`. Escapes are read in
//! `escape`. Does not know what a number is.

use super::escape;
use crate::text as rules;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// The role of a character in a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Digit(u8),
    /// An ASCII letter, in upper case.
    Letter(u8),
    Plus,
    Separator(Separator),
    /// A character of zero width.
    Invisible,
    /// The beginning of an escape, read backwards.
    Escape,
    /// Not part of a number.
    Boundary,
}

/// A separator between the groups of a number, or between two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Separator {
    Space,
    Dash,
    Dot,
    Slash,
    Colon,
    Underscore,
    Open,
    Close,
}

/// The units of ASCII characters; what begins an escape is examined further.
static ASCII: [Unit; 128] = {
    let mut units = [Unit::Boundary; 128];
    let mut c = 0;
    while c < 128 {
        units[c as usize] = match c {
            b'0'..=b'9' => Unit::Digit(c),
            b'A'..=b'Z' | b'a'..=b'z' => Unit::Letter(c & !32),
            b'+' => Unit::Plus,
            b' ' => Unit::Separator(Separator::Space),
            b'-' => Unit::Separator(Separator::Dash),
            b'.' => Unit::Separator(Separator::Dot),
            b'/' => Unit::Separator(Separator::Slash),
            b':' => Unit::Separator(Separator::Colon),
            b'_' => Unit::Separator(Separator::Underscore),
            b'(' => Unit::Separator(Separator::Open),
            b')' => Unit::Separator(Separator::Close),
            c if escape::begins(c) => Unit::Escape,
            _ => Unit::Boundary,
        };
        c += 1;
    }
    units
};

/// The unit at this offset, and the offset of the next one; `None` at the end.
#[inline]
pub(super) fn at(text: &str, place: usize) -> Option<(Unit, usize)> {
    match *text.as_bytes().get(place)? {
        c @ 0..=127 => match ASCII[usize::from(c)] {
            Unit::Escape => Some(escaped(text, place)),
            unit => Some((unit, place + 1)),
        },
        // Chinese, Japanese and Korean, but for the block that the ideographic space is in.
        0xE4..=0xED => Some((Unit::Boundary, place + 3)),
        _ => at_uncommon(text, place),
    }
}

#[cold]
fn escaped(text: &str, place: usize) -> (Unit, usize) {
    let (meaning, next) = escape::at(text.as_bytes(), place);
    (meaning.map_or(Unit::Boundary, of), next)
}

/// Whether a byte of the text stands for itself.
pub(super) fn is_itself(c: u8) -> bool {
    c.is_ascii() && !escape::begins(c)
}

#[cold]
fn at_uncommon(text: &str, place: usize) -> Option<(Unit, usize)> {
    text[place..].chars().next().map(|c| (of(c), place + c.len_utf8()))
}

/// The unit that ends at this place, and where it begins; an escape is not undone.
#[inline]
pub(super) fn before(text: &str, place: usize) -> Option<(Unit, usize)> {
    match *text.as_bytes()[..place].last()? {
        c @ 0..=127 => Some((ASCII[usize::from(c)], place - 1)),
        _ => before_uncommon(text, place),
    }
}

#[cold]
fn before_uncommon(text: &str, place: usize) -> Option<(Unit, usize)> {
    let c = text[..place].chars().next_back()?;
    Some((of(c), place - c.len_utf8()))
}

fn of(c: char) -> Unit {
    match c {
        '\0'..='\x7F' => match ASCII[c as usize] {
            Unit::Escape => Unit::Boundary,
            unit => unit,
        },
        '０'..='９' => Unit::Digit(b'0' + (c as u32 - '０' as u32) as u8),
        'Ａ'..='Ｚ' => Unit::Letter(b'A' + (c as u32 - 'Ａ' as u32) as u8),
        'ａ'..='ｚ' => Unit::Letter(b'A' + (c as u32 - 'ａ' as u32) as u8),
        '＋' => Unit::Plus,
        '－' => Unit::Separator(Separator::Dash),
        '．' => Unit::Separator(Separator::Dot),
        '／' => Unit::Separator(Separator::Slash),
        '＿' => Unit::Separator(Separator::Underscore),
        '（' => Unit::Separator(Separator::Open),
        '）' => Unit::Separator(Separator::Close),
        // Behind a label; it does not stand in times.
        '：' => Unit::Boundary,
        c if rules::is_dash(c) => Unit::Separator(Separator::Dash),
        // U+0085 is a line's end, and so are U+2028 and U+2029.
        '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}' => Unit::Separator(Separator::Space),
        // Chinese, Japanese and Korean: common, and none of them invisible.
        '\u{3001}'..='\u{D7FF}' => Unit::Boundary,
        c => match c.general_category() {
            GeneralCategory::Format => Unit::Invisible,
            GeneralCategory::DecimalNumber => rules::ascii_digit(c).try_into().map_or(Unit::Boundary, Unit::Digit),
            _ => Unit::Boundary,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone_once_or_twice_over() {
        for (text, unit, width) in [
            (r"\u0031", Unit::Digit(b'1'), 6),
            (r"\\u0031", Unit::Digit(b'1'), 7),
            (r"\uFF11", Unit::Digit(b'1'), 6),
            (r"\u002B", Unit::Plus, 6),
            (r"\u002d", Unit::Separator(Separator::Dash), 6),
            (r"\u200b", Unit::Invisible, 6),
            (r"\u4e2d", Unit::Boundary, 6),
            (r"\ud83d", Unit::Boundary, 6),
            (r"\u12", Unit::Boundary, 1),
            (r"\n1", Unit::Boundary, 2),
            (r"\\\\n1", Unit::Boundary, 5),
            (r"\/", Unit::Separator(Separator::Slash), 2),
            (r"\q", Unit::Boundary, 1),
            (r"\", Unit::Boundary, 1),
        ] {
            assert_eq!(at(text, 0), Some((unit, width)), "{text}");
        }
    }

    #[test]
    fn characters_mean_what_they_look_like() {
        for (c, unit) in [
            ("x", Unit::Letter(b'X')),
            ("ｘ", Unit::Letter(b'X')),
            ("７", Unit::Digit(b'7')),
            ("＋", Unit::Plus),
            ("\u{3000}", Unit::Separator(Separator::Space)),
            ("–", Unit::Separator(Separator::Dash)),
            ("\u{AD}", Unit::Invisible),
            ("\u{FEFF}", Unit::Invisible),
            ("中", Unit::Boundary),
            ("。", Unit::Boundary),
            ("é", Unit::Boundary),
            ("٧", Unit::Digit(b'7')),
            ("७", Unit::Digit(b'7')),
            ("๗", Unit::Digit(b'7')),
            ("ก", Unit::Boundary),
            ("\n", Unit::Boundary),
        ] {
            assert_eq!(at(c, 0), Some((unit, c.len())), "{c}");
            assert_eq!(before(c, c.len()), Some((unit, 0)), "{c}");
        }
    }
}
