//! The fast part of the scanner: skips text without digits, eight bytes at a time.
//!
//! Every identifier has a digit, and every spelling of a digit that is recognised has an ASCII
//! digit in it (an escape such as `\u0031`), or is three bytes that begin with 0xEF (full width).

/// Bytes in a word.
const WORD: usize = 8;

const LOW: u64 = u64::from_ne_bytes([1; WORD]);
const HIGH: u64 = LOW << 7;
const ZEROS: u64 = u64::from_ne_bytes([b'0'; WORD]);

/// The first byte of full-width digits.
const FULL_WIDTH: u8 = 0xEF;

/// The offset of the next digit, in ASCII or in full width.
pub(super) fn next_digit(text: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(word) = text.get(at..).and_then(<[u8]>::first_chunk::<WORD>) {
        let word = u64::from_le_bytes(*word);
        let mut marks = digits(word) | equal(word, FULL_WIDTH);
        while marks != 0 {
            let place = at + marks.trailing_zeros() as usize / 8;
            if is_digit(text, place) {
                return Some(place);
            }
            marks &= marks - 1;
        }
        at += WORD;
    }
    (at..text.len()).find(|&place| is_digit(text, place))
}

fn is_digit(text: &[u8], at: usize) -> bool {
    match text[at] {
        FULL_WIDTH => matches!(text.get(at + 1..at + 3), Some([0xBC, 0x90..=0x99])),
        c => c.is_ascii_digit(),
    }
}

/// The high bit of each byte that is an ASCII digit. (Digits are the bytes that `0` makes less than
/// ten by an exclusive or; the additions carry nothing from byte to byte, since both parts are
/// below 128.)
fn digits(word: u64) -> u64 {
    let value = word ^ ZEROS;
    !(((value & !HIGH) + LOW * (128 - 10)) | value) & HIGH
}

/// The high bit of each byte that equals this one.
fn equal(word: u64, byte: u8) -> u64 {
    let difference = word ^ (LOW * u64::from(byte));
    !(((difference & !HIGH) + LOW * 127) | difference) & HIGH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_is_judged_alone() {
        for byte in 0..=u8::MAX {
            for place in 0..WORD {
                for around in [0, b'/', b':', 0x7F, 0x80, 0xFF] {
                    let mut word = [around; WORD];
                    word[place] = byte;
                    let mark = 0x80 << (8 * place);
                    let word = u64::from_le_bytes(word);
                    assert_eq!(digits(word) & mark != 0, byte.is_ascii_digit(), "{byte}");
                    assert_eq!(equal(word, FULL_WIDTH) & mark != 0, byte == FULL_WIDTH, "{byte}");
                }
            }
        }
    }

    #[test]
    fn digits_are_found_at_every_distance() {
        for before in 0..30 {
            for after in 0..10 {
                for (digit, found) in [("7", true), ("７", true), ("，", false), ("Ａ", false)] {
                    let text = format!("{}{digit}{}", "x".repeat(before), "y".repeat(after));
                    assert_eq!(next_digit(text.as_bytes(), 0), found.then_some(before), "{text}");
                    assert_eq!(next_digit(text.as_bytes(), before + 1), None);
                }
            }
        }
    }
}
