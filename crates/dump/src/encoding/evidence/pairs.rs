//! How likely bytes are as text of each encoding of Chinese, Japanese and Korean, and as text of
//! one byte a character. No table of characters: only which ranges of pairs are common.
//!
//! All likelihoods are natural logarithms of the probability of the same bytes, so that they can be
//! compared. What is invalid is improbable, not impossible: dumps are full of characters that were
//! cut to the width of a field.

use crate::encoding::name::Encoding;

/// The likelihood of an ASCII character, of which one that is part of a pair is taken away.
const ASCII: f64 = -4.16;

/// Of an invalid byte, and of a pair that no text holds.
const INVALID: f64 = -9.2;

/// What is taken off for a character beside a letter of ASCII, as in words of Latin letters, and
/// for a pair that takes away what is probably a delimiter.
const BESIDE_LETTER: f64 = -2.5;
const DELIMITER: f64 = -2.0;

/// A pair or byte as text of an encoding: how many bytes it takes, and how likely it is.
type Step = (usize, f64);

/// The likelihood of a character of a class that has this share of a text and this many
/// characters.
fn share(share: f64, characters: f64) -> f64 {
    (share / characters).ln()
}

/// An encoding whose characters are of several bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Script {
    Gb18030,
    Big5,
    ShiftJis,
    EucJp,
    EucKr,
}

impl Script {
    pub(crate) const ALL: [Self; 5] = [Self::Gb18030, Self::Big5, Self::ShiftJis, Self::EucJp, Self::EucKr];

    pub(crate) fn encoding(self) -> Encoding {
        match self {
            Self::Gb18030 => Encoding::Gb18030,
            Self::Big5 => Encoding::BIG5,
            Self::ShiftJis => Encoding::Other(encoding_rs::SHIFT_JIS),
            Self::EucJp => Encoding::Other(encoding_rs::EUC_JP),
            Self::EucKr => Encoding::Other(encoding_rs::EUC_KR),
        }
    }

    /// How much likelier or less likely it is before anything is seen.
    pub(crate) fn prior(self, region: Option<&str>) -> f64 {
        match (self, region) {
            (Self::ShiftJis, Some("JP")) | (Self::EucKr, Some("KR")) => 3.0,
            (Self::EucJp, Some("JP")) | (Self::Big5, Some("TW" | "HK" | "MO")) => 1.0,
            (Self::Gb18030 | Self::Big5, _) => 0.0,
            (Self::ShiftJis | Self::EucKr, _) => -3.0,
            (Self::EucJp, _) => -5.0,
        }
    }

    /// The likelihood of bytes as text in it.
    pub(crate) fn likelihood(self, bytes: &[u8]) -> f64 {
        let step = match self {
            Self::Gb18030 => gb18030,
            Self::Big5 => big5,
            Self::ShiftJis => shift_jis,
            Self::EucJp => euc_jp,
            Self::EucKr => euc_kr,
        };
        let (mut sum, mut at, mut was_half, mut is_behind_letter) = (0.0, 0, false, false);
        while let Some(&first) = bytes.get(at) {
            if first.is_ascii() {
                sum += ASCII;
                (at, was_half, is_behind_letter) = (at + 1, false, first.is_ascii_alphabetic());
                continue;
            }
            let Some(&second) = bytes.get(at + 1) else { break };
            // Syllables of half width come in words.
            if self == Self::ShiftJis && matches!(first, 0xa1..=0xdf) {
                sum += if was_half { share(0.75, 63.0) } else { share(0.05, 63.0) };
                (at, was_half, is_behind_letter) = (at + 1, true, false);
                continue;
            }
            let (taken, likelihood) = step(first, second, &bytes[at + 2..]);
            sum += likelihood;
            sum += if is_behind_letter { BESIDE_LETTER } else { 0.0 };
            sum += if taken == 2 && second == b'|' { DELIMITER } else { 0.0 };
            (at, was_half, is_behind_letter) = (at + taken, false, false);
        }
        sum
    }
}

/// An invalid pair ends before an ASCII byte.
fn invalid(second: u8) -> Step {
    if second.is_ascii() { (1, INVALID) } else { (2, 2.0 * INVALID) }
}

/// GB2312 orders its first level, the 3,755 most common characters, by sound: rows 0xB0 to 0xD7.
/// Punctuation and full-width forms are in rows 0xA1 to 0xA3.
fn gb18030(first: u8, second: u8, behind: &[u8]) -> Step {
    match (first, second) {
        (0xb0..=0xd7 | 0xa1 | 0xa3, 0xa1..=0xfe) => (2, share(0.95, 3_943.0)),
        (0xd8..=0xf7, 0xa1..=0xfe) => (2, share(0.03, 3_008.0)),
        (0x81..=0xfe, 0x40..=0x7e | 0x80..=0xfe) => (2, share(0.02, 17_000.0)),
        // Four bytes, of which the second and the fourth are digits.
        (0x81..=0xfe, b'0'..=b'9') => match behind {
            [0x81..=0xfe, b'0'..=b'9', ..] => (4, share(0.000_1, 1_500_000.0)),
            _ => (1, INVALID),
        },
        _ => invalid(second),
    }
}

/// Big5 orders its first level, the 5,401 most common characters, by strokes: rows 0xA4 to 0xC6.
/// Punctuation and full-width forms are in rows 0xA1 and 0xA2.
fn big5(first: u8, second: u8, _: &[u8]) -> Step {
    match (first, second) {
        (0xa4..=0xc6 | 0xa1 | 0xa2, 0x40..=0x7e | 0xa1..=0xfe) => (2, share(0.95, 5_809.0)),
        (0xc9..=0xf9, 0x40..=0x7e | 0xa1..=0xfe) => (2, share(0.04, 7_652.0)),
        (0x81..=0xfe, 0x40..=0x7e | 0xa1..=0xfe) => (2, share(0.01, 6_000.0)),
        _ => invalid(second),
    }
}

/// JIS X 0208 orders its first level, 2,965 characters, by sound; syllables are in two rows.
fn shift_jis(first: u8, second: u8, _: &[u8]) -> Step {
    if !matches!(second, 0x40..=0x7e | 0x80..=0xfc) {
        return invalid(second);
    }
    match first {
        0x82 if second >= 0x4f => (2, share(0.2, 145.0)),
        0x83 if second <= 0x96 => (2, share(0.2, 86.0)),
        0x81 => (2, share(0.05, 108.0)),
        0x88..=0x97 => (2, share(0.5, 2_920.0)),
        0x98..=0x9f | 0xe0..=0xea => (2, share(0.03, 3_400.0)),
        0x84..=0x87 | 0xed | 0xee | 0xfa..=0xfc => (2, share(0.01, 1_000.0)),
        _ => (2, 2.0 * INVALID),
    }
}

/// The same characters at other places.
fn euc_jp(first: u8, second: u8, behind: &[u8]) -> Step {
    match (first, second) {
        (0x8e, 0xa1..=0xdf) => (2, share(0.02, 63.0)),
        (0x8f, 0xa1..=0xfe) if matches!(behind, [0xa1..=0xfe, ..]) => (3, share(0.001, 6_000.0)),
        (0xa4 | 0xa5, 0xa1..=0xf6) => (2, share(0.4, 172.0)),
        (0xa1 | 0xa3, 0xa1..=0xfe) => (2, share(0.05, 188.0)),
        (0xb0..=0xcf, 0xa1..=0xfe) => (2, share(0.5, 2_965.0)),
        (0xd0..=0xf4, 0xa1..=0xfe) => (2, share(0.03, 3_400.0)),
        (0xa1..=0xfe, 0xa1..=0xfe) => (2, share(0.001, 2_500.0)),
        _ => invalid(second),
    }
}

/// KS X 1001 has the 2,350 usual syllables in rows 0xB0 to 0xC8; Microsoft added the others.
fn euc_kr(first: u8, second: u8, _: &[u8]) -> Step {
    match (first, second) {
        (0xb0..=0xc8, 0xa1..=0xfe) => (2, share(0.95, 2_350.0)),
        (0xa1 | 0xa3, 0xa1..=0xfe) => (2, share(0.02, 188.0)),
        (0xca..=0xfd, 0xa1..=0xfe) => (2, share(0.02, 4_888.0)),
        (0x81..=0xc6, 0x41..=0x5a | 0x61..=0x7a | 0x81..=0xfe) => (2, share(0.01, 8_822.0)),
        _ => invalid(second),
    }
}

/// The likelihood of bytes as text of one byte a character, by where its letters are: those of
/// Latin words, which stand alone among ASCII; those of other alphabets, which do not, in the
/// tables of Windows and of Unix, of DOS, and of Thai.
pub(crate) fn single_byte(bytes: &[u8]) -> f64 {
    let of_class = |is_letter: bool, letters: f64, share_of_letters: f64, all: f64| {
        if is_letter { share(share_of_letters, letters) } else { share(1.0 - share_of_letters, all - letters) }
    };
    let (mut latin, mut windows, mut dos, mut thai) = (0.0, 0.0, 0.0, 0.0);
    let mut before = b' ';
    for (at, &byte) in bytes.iter().enumerate() {
        let behind = std::mem::replace(&mut before, byte);
        if byte.is_ascii() {
            [&mut latin, &mut windows, &mut dos, &mut thai].into_iter().for_each(|sum| *sum += ASCII);
            continue;
        }
        let next = bytes.get(at + 1).copied().unwrap_or(b' ');
        let is_beside = behind.is_ascii_alphabetic() || next.is_ascii_alphabetic();
        let alone = if is_beside { BESIDE_LETTER } else { 0.0 };
        let is_upper = byte >= 0xc0;
        latin += of_class(is_upper, 64.0, 0.75, 128.0) + if behind.is_ascii() { 0.0 } else { BESIDE_LETTER };
        windows += of_class(is_upper, 64.0, 0.96, 128.0) + alone;
        dos += of_class(matches!(byte, 0x80..=0xaf | 0xe0..=0xef), 64.0, 0.97, 128.0) + alone;
        thai += of_class(matches!(byte, 0xa1..=0xce | 0xd0..=0xd9 | 0xe0..=0xe9), 66.0, 0.98, 128.0) + alone;
    }
    latin.max(windows).max(dos).max(thai)
}
