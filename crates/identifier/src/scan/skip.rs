//! The fast part of the scanner: skips text without digits, eight bytes at a time, and tells which
//! texts have too few.
//!
//! Every identifier has a digit, and every spelling of a digit that is recognised has an ASCII
//! digit in it (an escape such as `\u0031`), or is three bytes that begin with 0xEF (full width),
//! or begins with a byte that digits of other scripts begin with: Arabic and Persian, those from
//! India to Cambodia, and Mongolian. Digits of few users that begin otherwise are not found.

use crate::text::ascii_digit;

/// Bytes in a word.
const WORD: usize = 8;

const LOW: u64 = u64::from_ne_bytes([1; WORD]);
const HIGH: u64 = LOW << 7;
const ZEROS: u64 = u64::from_ne_bytes([b'0'; WORD]);

/// The first byte of full-width digits.
const FULL_WIDTH: u8 = 0xEF;

/// The first bytes of digits of other scripts, two and two that differ in one bit.
const OTHERS: [u8; 4] = [0xD9, 0xDB, 0xE0, 0xE1];
const IN_ARABIC: u8 = 0xD9 ^ 0xDB;
const IN_INDIC: u8 = 0xE0 ^ 0xE1;

/// Digits are counted in blocks of this many bytes.
const BLOCK: usize = 64;

/// Whether there may be digits of other scripts.
pub(super) fn may_have_others(text: &[u8]) -> bool {
    let is_such = |&c: &u8| u8::from(is_other(c));
    text.chunks(BLOCK).any(|block| block.iter().map(is_such).fold(0, |any, this| any | this) != 0)
}

/// The offset of the next digit: in ASCII, in full width or, if they are asked for, of another
/// script.
#[inline]
pub(super) fn next_digit<const ANY_SCRIPT: bool>(text: &str, from: usize) -> Option<usize> {
    let (text, string) = (text.as_bytes(), text);
    let is_digit = |place| is_digit(text, place) || ANY_SCRIPT && is_other_digit(string, place);
    let mut at = from;
    while let Some(word) = text.get(at..).and_then(<[u8]>::first_chunk::<WORD>) {
        let word = u64::from_le_bytes(*word);
        let mut marks = digits(word) | equal(word, FULL_WIDTH) | if ANY_SCRIPT { others(word) } else { 0 };
        while marks != 0 {
            let place = at + marks.trailing_zeros() as usize / 8;
            if is_digit(place) {
                return Some(place);
            }
            marks &= marks - 1;
        }
        at += WORD;
    }
    (at..text.len()).find(|&place| is_digit(place))
}

/// Whether as many digits as this may be within this many bytes. An escape counts as the digits in
/// it, and as a digit of full width or another script what begins like one, so that `false` is
/// certain.
pub(super) fn has_digits(text: &[u8], within: usize, fewest: u32) -> bool {
    if text.len() <= within {
        let blocks = text.chunks_exact(BLOCK);
        let rest = few_digits(blocks.remainder());
        return rest + blocks.map(block_digits).sum::<u32>() >= fewest;
    }
    // So many blocks hold any run of as many bytes.
    let span = within.div_ceil(BLOCK) + 1;
    let (mut run, mut before) = (0, text.chunks(BLOCK));
    for (place, block) in text.chunks(BLOCK).enumerate() {
        run += digits_of(block);
        if run >= fewest {
            return true;
        }
        if place + 1 >= span {
            run -= before.next().map_or(0, digits_of);
        }
    }
    false
}

fn digits_of(block: &[u8]) -> u32 {
    if block.len() == BLOCK { block_digits(block) } else { few_digits(block) }
}

/// The digits of a whole block; the compiler turns it into instructions for many bytes at once.
fn block_digits(block: &[u8]) -> u32 {
    let is_such = |&c: &u8| u8::from(c.wrapping_sub(b'0') < 10) | u8::from(c == FULL_WIDTH) | u8::from(is_other(c));
    u32::from(block.iter().map(is_such).fold(0_u8, u8::wrapping_add))
}

/// The same for fewer bytes, a word at a time.
fn few_digits(text: &[u8]) -> u32 {
    let marks = |word| ((digits(word) | equal(word, FULL_WIDTH) | others(word)) >> 7).wrapping_mul(LOW) >> (64 - 8);
    let (words, rest) = text.as_chunks::<WORD>();
    let whole = words.iter().map(|word| marks(u64::from_le_bytes(*word)) as u32).sum();
    if rest.is_empty() {
        return whole;
    }
    // Copying as many bytes as are left takes longer than reading some again.
    let last = match text.last_chunk::<WORD>() {
        Some(last) => u64::from_le_bytes(*last) >> (8 * (WORD - rest.len())),
        None => rest.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)),
    };
    whole + marks(last) as u32
}

fn is_digit(text: &[u8], at: usize) -> bool {
    match text[at] {
        FULL_WIDTH => matches!(text.get(at + 1..at + 3), Some([0xBC, 0x90..=0x99])),
        c => c.is_ascii_digit(),
    }
}

/// Whether a digit that is not ASCII may begin with this byte.
pub(super) const fn may_begin_digit(c: u8) -> bool {
    c == FULL_WIDTH || is_other(c)
}

/// Whether a digit of another script may begin with this byte.
#[inline]
const fn is_other(c: u8) -> bool {
    c | IN_ARABIC == OTHERS[1] || c | IN_INDIC == OTHERS[3]
}

fn is_other_digit(text: &str, at: usize) -> bool {
    let is_digit = |c: char| ascii_digit(c).is_ascii_digit();
    is_other(text.as_bytes()[at]) && text[at..].chars().next().is_some_and(is_digit)
}

/// The high bit of each byte with which a digit of another script may begin.
fn others(word: u64) -> u64 {
    equal(word | (LOW * u64::from(IN_ARABIC)), OTHERS[1]) | equal(word | (LOW * u64::from(IN_INDIC)), OTHERS[3])
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
                    assert_eq!(others(word) & mark != 0, OTHERS.contains(&byte), "{byte}");
                    assert_eq!(is_other(byte), OTHERS.contains(&byte), "{byte}");
                }
            }
        }
    }

    #[test]
    fn digits_near_each_other_are_counted() {
        for length in 0..700_usize {
            for near in [8, 64, 320] {
                for digits in [1, 3, 7] {
                    let mut text = vec![b'x'; length];
                    let places = (0..digits).map(|digit| length / 3 + digit * near / digits);
                    let places: Vec<_> = places.filter(|&place| place < length).collect();
                    places.iter().for_each(|&place| text[place] = [b'7', FULL_WIDTH][place % 2]);
                    let fewest = places.len() as u32;
                    assert!(has_digits(&text, near, fewest), "{length} {near} {digits}");
                    assert!(!has_digits(&text, near, fewest + 1), "{length} {near} {digits}");
                }
            }
        }
        assert!(!has_digits(["7"; 6].join(&"x".repeat(400)).as_bytes(), 320, 3), "far apart");
        assert!(!has_digits("，。".repeat(3).as_bytes(), 320, 7) && has_digits("，。".repeat(7).as_bytes(), 320, 7));
    }

    #[test]
    fn digits_are_found_at_every_distance() {
        for before in 0..30 {
            for after in 0..10 {
                for (digit, found) in [("7", true), ("７", true), ("，", false), ("Ａ", false)] {
                    let text = format!("{}{digit}{}", "x".repeat(before), "y".repeat(after));
                    assert_eq!(next_digit::<false>(&text, 0), found.then_some(before), "{text}");
                    assert_eq!(next_digit::<true>(&text, 0), found.then_some(before), "{text}");
                    assert_eq!(next_digit::<false>(&text, before + 1), None);
                    assert!(!may_have_others(text.as_bytes()));
                }
                for (digit, found) in [("٧", true), ("۷", true), ("๗", true), ("៧", true), ("ي", false), ("ก", false)]
                {
                    let text = format!("{}{digit}{}", "x".repeat(before), "y".repeat(after));
                    assert_eq!(next_digit::<true>(&text, 0), found.then_some(before), "{text}");
                    assert!(may_have_others(text.as_bytes()));
                }
            }
        }
    }
}
