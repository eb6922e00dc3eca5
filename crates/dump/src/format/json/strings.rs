//! Unescapes strings, and converts numbers to plain decimals.

use crate::format::exponent::lacks_digits;
use crate::wiped::WipedText;
use std::borrow::Cow;

/// Digits that an exponent may add to a number. Identifiers have fewer, and `1e999999999` must not
/// allocate them.
const ADDED_DIGITS: i64 = 64;

/// Appends a string's text without its escapes. Unknown escapes become their character, unpaired
/// surrogates become U+FFFD.
pub(super) fn unescape(mut raw: &str, text: &mut WipedText) {
    while let Some(at) = memchr::memchr(b'\\', raw.as_bytes()) {
        text.push_str(&raw[..at]);
        let mut rest = raw[at + 1..].chars();
        match rest.next() {
            Some('b') => text.push('\u{8}'),
            Some('f') => text.push('\u{c}'),
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some('u') => {
                let (c, after) = unicode(rest.as_str());
                text.push(c);
                rest = after.chars();
            }
            Some(other) => text.push(other),
            None => {}
        }
        raw = rest.as_str();
    }
    text.push_str(raw);
}

/// The character of `\uXXXX`, from its digits on, and the text after it.
fn unicode(raw: &str) -> (char, &str) {
    let Some(first) = four_digits(raw) else { return (char::REPLACEMENT_CHARACTER, raw) };
    let rest = &raw[4..];
    if let Some(c) = char::from_u32(first) {
        return (c, rest);
    }
    let second = rest.strip_prefix("\\u").and_then(four_digits).filter(|unit| (0xdc00..0xe000).contains(unit));
    match second {
        Some(second) if first < 0xdc00 => {
            let c = char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00));
            (c.unwrap_or(char::REPLACEMENT_CHARACTER), &rest[6..])
        }
        _ => (char::REPLACEMENT_CHARACTER, rest),
    }
}

fn four_digits(raw: &str) -> Option<u32> {
    let digits = raw.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

/// The text of a number.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Number<'n> {
    /// Without point and exponent, as written.
    Integer(&'n str),
    /// With a point or an exponent, as a plain decimal without redundant zeros.
    Plain(Cow<'n, str>),
}

/// Parses a number; `None` if it is not one.
pub(super) fn number(word: &str) -> Option<Number<'_>> {
    let digits = word.strip_prefix('-').or_else(|| word.strip_prefix('+')).unwrap_or(word);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(Number::Integer(word));
    }
    plain(word, digits).map(Number::Plain)
}

fn plain<'n>(word: &'n str, digits: &str) -> Option<Cow<'n, str>> {
    let (mantissa, exponent) = match digits.find(['e', 'E']) {
        Some(at) => (&digits[..at], digits[at + 1..].parse::<i64>().ok()?),
        None => (digits, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all_digits = whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit());
    if !all_digits || whole.len() + fraction.len() == 0 || exponent.abs() > ADDED_DIGITS {
        return None;
    }
    // Zeros would be digits that are made up.
    if lacks_digits(word) {
        return None;
    }
    // The digits without the point, and how many of them are before it.
    let mut all = [whole, fraction].concat();
    let moved = exponent.unsigned_abs() as usize;
    let positions = if exponent < 0 {
        let missing = moved.saturating_sub(whole.len());
        all.insert_str(0, &"0".repeat(missing));
        whole.len() + missing - moved
    } else {
        all.extend(std::iter::repeat_n('0', moved.saturating_sub(fraction.len())));
        whole.len() + moved
    };
    let (whole, fraction) = all.split_at(positions);
    let whole = Some(whole.trim_start_matches('0')).filter(|whole| !whole.is_empty()).unwrap_or("0");
    let sign = if word.starts_with('-') { "-" } else { "" };
    let fraction = fraction.trim_end_matches('0');
    let point = if fraction.is_empty() { "" } else { "." };
    Some(Cow::Owned([sign, whole, point, fraction].concat()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_become_characters() {
        for (raw, expected) in [
            (r#"a\"b\\c\/d"#, "a\"b\\c/d"),
            (r"\b\f\n\r\t", "\u{8}\u{c}\n\r\t"),
            (r"\u624b\u673a\uD83D\uDE00", "手机😀"),
            (r"\ud83dx\udc00\u12", "\u{fffd}x\u{fffd}\u{fffd}12"),
            (r"\x\'", "x'"),
            ("手机", "手机"),
        ] {
            let mut text = WipedText::default();
            unescape(raw, &mut text);
            assert_eq!(&text[..], expected);
        }
    }

    #[test]
    fn numbers_keep_their_digits() {
        let plain = |text: &'static str| Some(Number::Plain(Cow::Borrowed(text)));
        for (word, expected) in [
            ("15400001234", Some(Number::Integer("15400001234"))),
            ("990000199001011234567", Some(Number::Integer("990000199001011234567"))),
            ("-7", Some(Number::Integer("-7"))),
            ("1.5400001234E10", plain("15400001234")),
            ("15400001234.0", plain("15400001234")),
            ("1.5e+3", plain("1500")),
            ("1.54E+10", None),
            ("154e8", None),
            ("1.54000012340E10", plain("15400001234")),
            ("-12.50", plain("-12.5")),
            ("125e-4", plain("0.0125")),
            (".5", plain("0.5")),
            ("0e5", plain("0")),
            ("1e400", None),
            ("1.2.3", None),
            (".", None),
            ("e5", None),
            ("NaN", None),
            ("2022-01-01", None),
            ("-", None),
        ] {
            assert_eq!(number(word), expected, "{word}");
        }
    }
}
