//! Characters of SQL's words. Knows no words.

/// Whether a name or a keyword may contain this byte.
pub(super) fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'@' | 0x80..)
}

/// Whether a text is long enough to hold an identifier: five digits, of any script.
pub(super) fn may_hold_identifier(text: &[u8]) -> bool {
    const DIGITS: usize = 5;
    text.iter().filter(|&&byte| byte.is_ascii_digit() || byte >= 0xc0).take(DIGITS).count() == DIGITS
}

/// The first word of a text in capitals; empty if it begins with something else. Longer ones than
/// keywords are truncated.
pub(super) fn first_word(text: &[u8]) -> Vec<u8> {
    const KEYWORD_BYTES: usize = 16;
    if text.first().is_none_or(u8::is_ascii_digit) {
        return Vec::new();
    }
    text.iter().take_while(|&&byte| is_of_word(byte)).take(KEYWORD_BYTES).map(u8::to_ascii_uppercase).collect()
}

/// Whether a word is one of these, which have blanks between them.
pub(super) fn is_one_of(word: &[u8], words: &str) -> bool {
    words.split(' ').any(|known| word.eq_ignore_ascii_case(known.as_bytes()))
}
