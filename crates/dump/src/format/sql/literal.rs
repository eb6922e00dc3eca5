//! Literals: strings in all their quotes, numbers, and bytes written in digits.
//!
//! NULs at the end of a value only fill a column of a fixed width; they are no part of it.

use super::dialect::Backslash;
use super::lexer::{Fault, Lexer};
use super::word::is_of_word;
use crate::format::exponent::lacks_digits;
use crate::format::rows::Cell;
use std::borrow::Cow;

/// Longest tag of a string between dollars.
const TAG_BYTES: usize = 64;

/// Longest string in quotes of its own. The limit keeps many that never close from being searched
/// to the longest record each.
pub(super) const OWN_QUOTE_BYTES: usize = 16 << 10;

/// A string, from its opening quote. Only one with escapes is copied.
#[inline]
pub(super) fn string<'b>(lexer: &mut Lexer<'b>, quote: u8, backslash: Backslash) -> Result<Cell<'b>, Fault> {
    let bytes = lexer.bytes;
    let start = lexer.at + 1;
    let end = start + find_escape(quote, backslash, &bytes[start..])?;
    if bytes[end] == quote {
        match bytes.get(end + 1) {
            None if !lexer.is_all => return Err(Fault::Cut),
            Some(&byte) if byte == quote => {}
            _ => {
                lexer.at = end + 1;
                return Ok(text(&bytes[start..end]));
            }
        }
    }
    escaped(lexer, quote, backslash, start, end)
}

fn find_escape(quote: u8, backslash: Backslash, bytes: &[u8]) -> Result<usize, Fault> {
    let found = match backslash {
        Backslash::Escapes => memchr::memchr2(quote, b'\\', bytes),
        Backslash::IsItself => memchr::memchr(quote, bytes),
    };
    found.ok_or(Fault::Cut)
}

/// A string with escapes, the first one at `next`.
fn escaped<'b>(
    lexer: &mut Lexer<'b>,
    quote: u8,
    backslash: Backslash,
    start: usize,
    next: usize,
) -> Result<Cell<'b>, Fault> {
    let bytes = lexer.bytes;
    let mut unescaped = Vec::new();
    let (mut copied, mut next) = (start, next);
    loop {
        unescaped.extend_from_slice(&bytes[copied..next]);
        let following = bytes.get(next + 1).copied();
        if bytes[next] == quote {
            match following {
                None if !lexer.is_all => return Err(Fault::Cut),
                Some(byte) if byte == quote => unescaped.push(quote),
                _ => break,
            }
        } else {
            match following.ok_or(Fault::Cut)? {
                b'n' => unescaped.push(b'\n'),
                b't' => unescaped.push(b'\t'),
                b'r' => unescaped.push(b'\r'),
                b'b' => unescaped.push(8),
                b'0' => unescaped.push(0),
                b'Z' => unescaped.push(26),
                // These two keep their backslash outside patterns.
                byte @ (b'%' | b'_') => unescaped.extend_from_slice(&[b'\\', byte]),
                byte => unescaped.push(byte),
            }
        }
        copied = next + 2;
        next = copied + find_escape(quote, backslash, bytes.get(copied..).ok_or(Fault::Cut)?)?;
    }
    lexer.at = next + 1;
    Ok(owned(&unescaped))
}

/// Oracle's `q'[…]'`, from its quote.
pub(super) fn any_quote<'b>(lexer: &mut Lexer<'b>) -> Result<Cell<'b>, Fault> {
    let rest = lexer.rest();
    let close = match *rest.get(1).filter(|_| rest.len() > 2).ok_or(Fault::Cut)? {
        b'[' => b']',
        b'(' => b')',
        b'{' => b'}',
        b'<' => b'>',
        other => other,
    };
    let end = find_own_quote(&rest[2..], &[close, b'\''])?;
    lexer.at += 2 + end + 2;
    Ok(text(&rest[2..2 + end]))
}

/// A string between `$tag$` and `$tag$`; `None` if this dollar begins none.
pub(super) fn between_dollars<'b>(lexer: &mut Lexer<'b>) -> Result<Option<Cell<'b>>, Fault> {
    let rest = lexer.rest();
    let tag = rest[1..].iter().take(TAG_BYTES).take_while(|&&byte| is_of_word(byte) && byte != b'$').count();
    match rest.get(1 + tag) {
        None if !lexer.is_all => return Err(Fault::Cut),
        Some(b'$') if !rest[1].is_ascii_digit() => {}
        _ => return Ok(None),
    }
    let mark = &rest[..tag + 2];
    let end = find_own_quote(&rest[mark.len()..], mark)?;
    lexer.at += 2 * mark.len() + end;
    Ok(Some(text(&rest[mark.len()..mark.len() + end])))
}

fn find_own_quote(text: &[u8], mark: &[u8]) -> Result<usize, Fault> {
    let found = memchr::memmem::find(&text[..text.len().min(OWN_QUOTE_BYTES)], mark);
    found.ok_or(if text.len() < OWN_QUOTE_BYTES { Fault::Cut } else { Fault::Broken })
}

/// A number, or what begins with digits and is none: it is text then.
pub(super) fn number<'b>(lexer: &mut Lexer<'b>) -> Result<Cell<'b>, Fault> {
    let bytes = lexer.rest();
    let sign = usize::from(matches!(bytes[0], b'-' | b'+'));
    let digits = sign + bytes[sign..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = digits;
    while let Some(&byte) = bytes.get(end) {
        let is_exponents_sign = matches!(byte, b'-' | b'+') && matches!(bytes[end - 1], b'e' | b'E');
        // Digits with hyphens between them are no subtraction in a dump.
        let is_hyphen = byte == b'-' && bytes[end - 1].is_ascii_digit();
        let joins = is_hyphen && bytes.get(end + 1).is_some_and(u8::is_ascii_digit);
        if is_hyphen && end + 1 == bytes.len() && !lexer.is_all {
            return Err(Fault::Cut);
        }
        if !(byte == b'.' || is_of_word(byte) || end > digits && is_exponents_sign || joins) {
            break;
        }
        end += 1;
    }
    if end == bytes.len() && !lexer.is_all {
        return Err(Fault::Cut);
    }
    let token = &bytes[..end];
    lexer.at += end;
    if end == digits && digits > sign {
        return Ok(Cell::Integer(String::from_utf8_lossy(token)));
    }
    if let [b'0', b'x' | b'X', hex @ ..] = token {
        return Ok(from_hex(hex));
    }
    if let [b'0', b'b' | b'B', bits @ ..] = token
        && bits.iter().all(|bit| matches!(bit, b'0' | b'1'))
    {
        return Ok(Cell::Nothing);
    }
    // A number that has lost digits stays as it is written, so that none are made up.
    let word = std::str::from_utf8(token).ok().filter(|word| !lacks_digits(word));
    let number = word.and_then(|word| word.parse().ok());
    Ok(number.filter(|number: &f64| number.is_finite()).map_or_else(|| text(token), Cell::float))
}

/// The text of a value. Bytes that are not UTF-8 are replaced, so that the others are read.
pub(super) fn text(bytes: &[u8]) -> Cell<'_> {
    let bytes = unpadded(bytes);
    // `PostgreSQL` writes bytes so.
    if let Some(text) = bytes.strip_prefix(b"\\x").and_then(decoded_hex) {
        return Cell::Text(text.into());
    }
    let text = std::str::from_utf8(bytes);
    Cell::Text(text.map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed))
}

/// The same, of bytes whose escapes were removed. NULs between others are blanks, as NULs in text
/// are.
pub(super) fn owned(bytes: &[u8]) -> Cell<'static> {
    let blank = |&byte: &u8| if byte == 0 { b' ' } else { byte };
    match text(&unpadded(bytes).iter().map(blank).collect::<Vec<_>>()) {
        Cell::Text(text) => Cell::Text(text.into_owned().into()),
        _ => Cell::Nothing,
    }
}

fn unpadded(bytes: &[u8]) -> &[u8] {
    if bytes.last() != Some(&0) {
        return bytes;
    }
    &bytes[..bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1)]
}

/// Bytes written as hexadecimal digits; empty if they are not text.
pub(super) fn from_hex(digits: &[u8]) -> Cell<'static> {
    decoded_hex(digits).map_or(Cell::Nothing, |text| Cell::Text(text.into()))
}

/// Whether a text is bytes in hexadecimal digits.
pub(super) fn is_hex(text: &str) -> bool {
    text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn decoded_hex(digits: &[u8]) -> Option<String> {
    text_of_bytes(&data_encoding::HEXLOWER_PERMISSIVE.decode(digits).ok()?)
}

/// Bytes written in Base64; empty if they are not text.
pub(super) fn from_base64(digits: &str) -> Cell<'static> {
    decoded_base64(digits).and_then(|bytes| text_of_bytes(&bytes)).map_or(Cell::Nothing, |text| Cell::Text(text.into()))
}

/// Whether a text is bytes in Base64.
pub(super) fn is_base64(text: &str) -> bool {
    decoded_base64(text).is_some()
}

fn decoded_base64(digits: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = digits.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    data_encoding::BASE64.decode(&digits).or_else(|_| data_encoding::BASE64_NOPAD.decode(&digits)).ok()
}

/// The text of a binary value: UTF-8, or UTF-16 of Latin letters and digits (NVARCHAR as bytes).
fn text_of_bytes(bytes: &[u8]) -> Option<String> {
    let is_wide = bytes.len() >= 4 && bytes.len().is_multiple_of(2);
    let has_nuls = |first: usize| is_wide && bytes.iter().skip(first).step_by(2).all(|&byte| byte == 0);
    let wide = |first: usize| String::from_utf8(bytes.iter().skip(first).step_by(2).copied().collect()).ok();
    let text = match (has_nuls(0), has_nuls(1)) {
        (true, false) => wide(1),
        (false, true) => wide(0),
        _ => String::from_utf8(unpadded(bytes).to_vec()).ok(),
    };
    text.filter(|text| !text.contains('\0'))
}

/// `\XXXX` and `\+XXXXXX` of UNISTR and `U&'…'`; anything else stays as it is.
pub(super) fn from_unicode_escapes(escaped: &str) -> String {
    let mut text = String::with_capacity(escaped.len());
    let mut rest = escaped;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        let behind = &rest[at + 1..];
        let (digits, skipped) = behind.strip_prefix('+').map_or((behind.get(..4), 4), |six| (six.get(..6), 7));
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32);
        rest = if let Some(character) = code {
            text.push(character);
            &behind[skipped..]
        } else {
            text.push('\\');
            behind.strip_prefix('\\').unwrap_or(behind)
        };
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_become_text_only_if_they_are_text() {
        for (hex, expected) in [
            ("3135343030", "15400"),
            ("31353430300000", "15400"),
            ("310035003400", "154"),
            ("003100350034", "154"),
            ("e6898b", "手"),
        ] {
            assert_eq!(from_hex(hex.as_bytes()), Cell::Text(expected.into()), "{hex}");
        }
        for hex in ["3", "ff", "000131", "zz"] {
            assert_eq!(from_hex(hex.as_bytes()), Cell::Nothing, "{hex}");
        }
        assert_eq!(from_base64("MTU0\n MDA="), Cell::Text("15400".into()));
        assert_eq!(from_base64("MTU0MDA"), Cell::Text("15400".into()));
        assert_eq!(from_base64("!"), Cell::Nothing);
    }

    #[test]
    fn unicode_escapes_are_decoded_and_others_kept() {
        assert_eq!(from_unicode_escapes(r"\5F20\4F1F 1\\2\+01F600\zz\"), "张伟 1\\2😀\\zz\\");
    }
}
