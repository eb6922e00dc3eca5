//! Escapes in running text: those of JSON, SQL, C and Python, of URLs, of HTML, and the colours of
//! terminals; escaped once, twice, or again by each log that quotes a log.
//!
//! Owns where an escape begins and ends, and which character it is. What a character is for a
//! number is in `unit`.

/// The most parameters of a colour, in bytes.
const PARAMETERS: usize = 16;

/// The most digits of a numeric reference in HTML: `&#x10FFFF;`, `&#1114111;`.
const REFERENCE_DIGITS: usize = 7;

/// Named references in HTML that occur inside numbers.
const NAMED: [(&[u8], char); 17] = [
    (b"nbsp;", '\u{A0}'),
    (b"ensp;", '\u{2002}'),
    (b"emsp;", '\u{2003}'),
    (b"thinsp;", '\u{2009}'),
    (b"shy;", '\u{AD}'),
    (b"zwnj;", '\u{200C}'),
    (b"zwj;", '\u{200D}'),
    (b"hyphen;", '-'),
    (b"dash;", '-'),
    (b"ndash;", '–'),
    (b"mdash;", '—'),
    (b"minus;", '−'),
    (b"plus;", '+'),
    (b"lpar;", '('),
    (b"rpar;", ')'),
    (b"period;", '.'),
    (b"sol;", '/'),
];

/// The escape character of terminals, as it is escaped behind a backslash.
const ESCAPED_ESCAPES: [&[u8]; 6] = [b"u001b", b"u001B", b"x1b", b"x1B", b"033", b"e"];

/// What an escape stands for: a character, or what is no part of a number.
pub(super) type Meaning = Option<char>;

/// Whether an escape begins with this character.
pub(super) const fn begins(c: u8) -> bool {
    matches!(c, b'\\' | b'%' | b'&' | 0x1B)
}

/// What the escape that begins here means, and where it ends.
pub(super) fn at(bytes: &[u8], place: usize) -> (Meaning, usize) {
    match bytes[place] {
        b'\\' => backslash(bytes, place),
        b'%' => percent(bytes, place + 1),
        b'&' => reference(bytes, place + 1),
        _ => (None, colour(bytes, place + 1)),
    }
}

/// Where the escape begins that is open before this place, and whose last character there is no
/// beginning of one: `&#` and the bracket of a colour.
pub(super) fn open_at(bytes: &[u8], place: usize) -> Option<usize> {
    let before = &bytes[..place];
    let behind = |suffix: &[u8]| before.ends_with(suffix).then(|| place - suffix.len());
    match bytes[place] {
        b'#' => behind(b"&").or_else(|| behind(b"&amp;")),
        b'[' => behind(b"\x1B").or_else(|| {
            let mut begins = ESCAPED_ESCAPES.iter().filter_map(|escaped| behind(escaped)?.checked_sub(1));
            begins.find(|&begin| bytes[begin] == b'\\')
        }),
        _ => None,
    }
}

/// A run of backslashes, however many, and the escape behind it.
fn backslash(bytes: &[u8], place: usize) -> (Meaning, usize) {
    let behind = place + bytes[place..].iter().take_while(|&&c| c == b'\\').count();
    let rest = &bytes[behind..];
    match rest.first() {
        Some(b'n' | b'r' | b't' | b'b' | b'f' | b'v' | b'N' | b'Z' | b'"' | b'\'') => (None, behind + 1),
        Some(b'/') => (Some('/'), behind + 1),
        Some(b'u') => coded(bytes, behind + 1, 4).unwrap_or((None, behind)),
        Some(b'x') => coded(bytes, behind + 1, 2).unwrap_or((None, behind)),
        Some(b'e') if rest.get(1) == Some(&b'[') => (None, colour(bytes, behind + 1)),
        Some(b'0') if rest.starts_with(b"033[") => (None, colour(bytes, behind + 3)),
        _ => (None, behind),
    }
}

/// A character by its code in so many hexadecimal digits; with the escape character, its colour.
fn coded(bytes: &[u8], place: usize, width: usize) -> Option<(Meaning, usize)> {
    let (code, next) = (hexadecimal(bytes.get(place..place + width))?, place + width);
    Some(match code {
        0x1B => (None, colour(bytes, next)),
        // The bytes of longer characters are no part of a number.
        0x80.. if width == 2 => (None, next),
        code => (char::from_u32(code), next),
    })
}

/// What follows a percent sign. Control characters are not escaped in practice: `%13` is a percent
/// sign before a number.
fn percent(bytes: &[u8], mut place: usize) -> (Meaning, usize) {
    let code = |place: usize| hexadecimal(bytes.get(place..place + 2));
    while bytes[place..].starts_with(b"25") && code(place + 2).is_some() {
        place += 2;
    }
    match code(place) {
        None | Some(0..=8 | 11 | 12 | 14..=0x1F) => (None, place),
        Some(code) => (ascii(code), place + 2),
    }
}

/// What follows an ampersand.
fn reference(bytes: &[u8], mut place: usize) -> (Meaning, usize) {
    while bytes[place..].starts_with(b"amp;") {
        place += 4;
    }
    let rest = &bytes[place..];
    if let Some(number) = rest.strip_prefix(b"#") {
        let (mark, radix) = if matches!(number.first(), Some(b'x' | b'X')) { (2, 16) } else { (1, 10) };
        let digits = &rest[mark..];
        let width = digits.iter().take(REFERENCE_DIGITS + 1).take_while(|c| c.is_ascii_hexdigit()).count();
        if (1..=REFERENCE_DIGITS).contains(&width) && digits.get(width) == Some(&b';') {
            let code = str::from_utf8(&digits[..width]).ok().and_then(|code| u32::from_str_radix(code, radix).ok());
            return (code.and_then(char::from_u32), place + mark + width + 1);
        }
    }
    let named = NAMED.iter().find(|(name, _)| rest.starts_with(name));
    named.map_or((None, place), |(name, c)| (Some(*c), place + name.len()))
}

/// Where the colour behind an escape character ends, or where none begins.
fn colour(bytes: &[u8], place: usize) -> usize {
    let rest = &bytes[place..];
    let parameters = rest.iter().skip(1).take(PARAMETERS).take_while(|c| matches!(c, b'0'..=b'?')).count();
    let is_whole = rest.first() == Some(&b'[') && rest.get(1 + parameters).is_some_and(u8::is_ascii_alphabetic);
    if is_whole { place + parameters + 2 } else { place }
}

/// A character of one byte; the bytes of others are no part of a number.
fn ascii(code: u32) -> Meaning {
    char::from_u32(code).filter(char::is_ascii)
}

fn hexadecimal(digits: Option<&[u8]>) -> Option<u32> {
    digits?.iter().try_fold(0, |code, &c| Some(code << 4 | char::from(c).to_digit(16)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_mean_characters() {
        for (text, meaning, width) in [
            (r"\u0031", Some('1'), 6),
            (r"\\u0031", Some('1'), 7),
            (r"\x2b86", Some('+'), 4),
            (r"\x8b1", None, 4),
            (r"\N1", None, 2),
            (r"\\/", Some('/'), 3),
            (r"\u001b[0;32m1", None, 12),
            ("\x1B[m1", None, 3),
            ("\x1B1", None, 1),
            ("\x1B[32", None, 1),
            ("%2B86", Some('+'), 3),
            ("%252b86", Some('+'), 5),
            ("%311", Some('1'), 3),
            ("%E6%89%8B1", None, 3),
            ("%131", None, 1),
            ("%25131", None, 3),
            ("%25 1", Some('%'), 3),
            ("%", None, 1),
            ("%2", None, 1),
            ("&#43;1", Some('+'), 5),
            ("&#x2B;1", Some('+'), 6),
            ("&amp;#43;1", Some('+'), 9),
            ("&#43 1", None, 1),
            ("&#;", None, 1),
            ("&#99999999;", None, 1),
            ("&nbsp;1", Some('\u{A0}'), 6),
            ("&amp;nbsp;1", Some('\u{A0}'), 10),
            ("&mobile=1", None, 1),
            ("&amp;mobile=1", None, 5),
            ("&", None, 1),
        ] {
            assert_eq!(at(text.as_bytes(), 0), (meaning, width), "{text}");
        }
    }

    #[test]
    fn an_open_escape_is_seen_from_inside() {
        for (text, place, begin) in [
            ("a&#49;", 2, Some(1)),
            ("a&amp;#49;", 6, Some(1)),
            ("a#49", 1, None),
            ("a\x1B[32m", 2, Some(1)),
            (r"a\u001b[32m", 7, Some(1)),
            (r"a\e[32m", 3, Some(1)),
            ("u001b[32m", 5, None),
            ("e[3]", 1, None),
        ] {
            assert_eq!(open_at(text.as_bytes(), place), begin, "{text}");
        }
    }
}
