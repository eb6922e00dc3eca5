//! Evidence of the encoding of bytes. No state, no I/O.

use super::name::Encoding;
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};

/// A text may have one NUL by mistake in this many bytes.
const NUL_IN: usize = 512;

/// A text may have one other control character in this many bytes.
const CONTROL_IN: usize = 16;

/// A table in UTF-16 has at least one ASCII unit in this many: a delimiter or a line end.
const ASCII_IN: usize = 512;

/// Whether this is not text in any supported encoding.
pub(crate) fn is_binary(head: &[u8]) -> bool {
    if Encoding::of_mark(head).is_some() || utf16(head).is_some() {
        return false;
    }
    let nuls = memchr::memchr_iter(0, head).count();
    let is_odd = |&byte: &u8| {
        (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | 0x1a | 0x1b)) || byte == 0x7f
    };
    let odd = head.iter().filter(|byte| is_odd(byte)).count();
    nuls * NUL_IN > head.len() || odd * CONTROL_IN > head.len()
}

/// Counts of two-byte units, read in one byte order.
#[derive(Default)]
struct Units {
    all: usize,
    /// Letters, digits and punctuation of tables in Chinese or English.
    plausible: usize,
    /// Of them, ASCII.
    ascii: usize,
    /// Of them, ends of lines and usual delimiters.
    marks: usize,
}

impl Units {
    fn count(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Self {
        let mut units = Self::default();
        let mut is_behind_high = false;
        for pair in bytes.as_chunks::<2>().0 {
            let unit = unit(*pair);
            let is_ascii = matches!(unit, 9 | 10 | 13 | 0x20..=0x7e);
            let is_low = matches!(unit, 0xdc00..=0xdfff);
            let is_plausible = match unit {
                0xd800..=0xdbff => !is_behind_high,
                0xdc00..=0xdfff => is_behind_high,
                // Latin with accents, punctuation, Kana, ideographs, full-width forms.
                0xa0..=0x17f
                | 0x2010..=0x203b
                | 0x2160..=0x217f
                | 0x2460..=0x24ff
                | 0x3000..=0x30ff
                | 0x3400..=0x9fff
                | 0xff01..=0xffee => true,
                _ => is_ascii,
            };
            is_behind_high = matches!(unit, 0xd800..=0xdbff) && !is_low;
            units.all += 1;
            units.plausible += usize::from(is_plausible);
            units.ascii += usize::from(is_ascii);
            units.marks += usize::from(matches!(unit, 9 | 10 | 13 | 0x20 | 0x22 | 0x2c | 0x3b | 0x7c | 0x30..=0x39));
        }
        units
    }

    /// Whether it may be UTF-16: nearly all units are plausible, and some are ASCII, without which
    /// other text would match.
    fn is_possible(&self) -> bool {
        self.all > 0 && self.plausible * 50 >= self.all * 49 && self.ascii * ASCII_IN >= self.all && self.ascii > 0
    }
}

/// UTF-16 without a byte order mark. Text in UTF-8 or GBK holds no NUL, and ASCII in UTF-16 is half
/// NUL.
pub(super) fn utf16(head: &[u8]) -> Option<Encoding> {
    memchr::memchr(0, head)?;
    let (le, be) = (Units::count(head, u16::from_le_bytes), Units::count(head, u16::from_be_bytes));
    let little = (Encoding::Utf16Le, &le);
    let big = (Encoding::Utf16Be, &be);
    // ASCII in the wrong byte order looks like ideographs, so the order with more ASCII is the
    // right one.
    let is_little = le.marks + le.ascii >= be.marks + be.ascii;
    let (encoding, units) = match (le.is_possible(), be.is_possible()) {
        (true, false) => little,
        (true, true) if is_little => little,
        (_, true) => big,
        (false, false) => return None,
    };
    // A few bytes of a binary format may match by accident.
    (units.all >= 2 && units.ascii >= 1).then_some(encoding)
}

/// The encoding of bytes from the first one on that is not ASCII, its confidence, and the evidence.
/// `is_whole`: the window reaches to the end of the text.
pub(super) fn multibyte(window: &[u8], is_whole: bool) -> (Encoding, f64, &'static str) {
    let utf8 = Utf8::count(window, is_whole);
    if utf8.invalid == 0 && !utf8.is_strange() {
        // Each sequence is valid by accident with a probability far below one in two.
        let confidence = 1.0 - 0.5_f64.powf(utf8.valid as f64 + 1.0);
        return (Encoding::Utf8, confidence, "every sequence is valid UTF-8");
    }
    if utf8.invalid > 0 && utf8.long > utf8.invalid * 20 {
        return (Encoding::Utf8, 0.9, "nearly every sequence is valid UTF-8");
    }
    let (gb, big5) = (Pairs::count(window, Encoding::Gb18030), Pairs::count(window, Encoding::Big5));
    let (gb_likely, big5_likely) = (gb.likelihood(), big5.likelihood());
    let difference = gb_likely - big5_likely;
    // Natural logarithms, turned into a probability by the logistic function; never reported as
    // certain.
    let confidence = (1.0 / (1.0 + (-difference.abs()).exp())).clamp(0.5, 0.995);
    if difference.abs() < 2.0 {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(window, is_whole);
        let is_big5 = detector.guess(None, Utf8Detection::Deny) == encoding_rs::BIG5;
        let encoding = if is_big5 { Encoding::Big5 } else { Encoding::Gb18030 };
        return (
            encoding,
            confidence.min(0.8),
            "few characters, which are more usual in this encoding than in another",
        );
    }
    let encoding = if difference > 0.0 { Encoding::Gb18030 } else { Encoding::Big5 };
    (encoding, confidence, "the pairs of bytes are those of usual characters")
}

/// Bytes as UTF-8.
#[derive(Default)]
struct Utf8 {
    /// Valid sequences; of them, those of three or four bytes, and those of two bytes that are rare
    /// in every language.
    valid: usize,
    long: usize,
    odd: usize,
    invalid: usize,
}

impl Utf8 {
    fn count(window: &[u8], is_whole: bool) -> Self {
        let mut utf8 = Self::default();
        let mut chunks = window.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            for c in chunk.valid().chars().filter(|c| !c.is_ascii()) {
                utf8.valid += 1;
                utf8.long += usize::from(c.len_utf8() > 2);
                // Phonetic letters, modifiers, combining marks without their letters.
                utf8.odd += usize::from(matches!(c, '\u{250}'..='\u{36f}'));
            }
            let is_cut = !is_whole && chunks.peek().is_none() && chunk.invalid().len() < 4;
            utf8.invalid += usize::from(!chunk.invalid().is_empty() && !is_cut);
        }
        utf8
    }

    /// Valid, but implausible as text: a few characters of GBK that happen to be valid.
    fn is_strange(&self) -> bool {
        self.long == 0 && self.odd * 2 > self.valid
    }
}

/// Bytes as pairs of a double-byte encoding.
#[derive(Default)]
struct Pairs {
    /// Pairs of common characters, of rare ones, and invalid pairs.
    usual: usize,
    rare: usize,
    impossible: usize,
}

impl Pairs {
    fn count(window: &[u8], encoding: Encoding) -> Self {
        let (mut pairs, mut at) = (Self::default(), 0);
        let class = if encoding == Encoding::Big5 { big5 } else { gb18030 };
        while let Some(&first) = window.get(at) {
            if first.is_ascii() {
                at += 1;
                continue;
            }
            // A truncated pair is no evidence.
            let Some(&second) = window.get(at + 1) else { break };
            // Four bytes, of which the second and the fourth are digits.
            if encoding == Encoding::Gb18030 && second.is_ascii_digit() {
                let is_four = matches!(window.get(at + 2..at + 4), Some([0x81..=0xfe, b'0'..=b'9']));
                pairs.rare += usize::from(is_four);
                pairs.impossible += usize::from(!is_four);
                at += if is_four { 4 } else { 1 };
                continue;
            }
            let class = class(first, second);
            match class {
                Class::Usual => pairs.usual += 1,
                Class::Rare => pairs.rare += 1,
                Class::None => pairs.impossible += 1,
            }
            // An invalid pair ends before an ASCII byte.
            at += if class == Class::None && second.is_ascii() { 1 } else { 2 };
        }
        pairs
    }

    /// Natural logarithm of the likelihood of the pairs in a text of this encoding, up to a
    /// constant: nineteen in twenty of its characters are common, and one in ten thousand is
    /// damaged.
    fn likelihood(&self) -> f64 {
        let count = |pairs: usize, likelihood: f64| pairs as f64 * likelihood.ln();
        count(self.usual, 0.95) + count(self.rare, 0.05) + count(self.impossible, 0.000_1)
    }
}

/// How common a character is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Usual,
    Rare,
    None,
}

/// GB2312 orders its first level, the 3,755 most common characters, by sound: rows 0xB0 to 0xD7.
/// Punctuation and full-width forms are in rows 0xA1 to 0xA3.
fn gb18030(first: u8, second: u8) -> Class {
    match (first, second) {
        (0xb0..=0xd7 | 0xa1 | 0xa3, 0xa1..=0xfe) => Class::Usual,
        (0x81..=0xfe, 0x40..=0x7e | 0x80..=0xfe) => Class::Rare,
        _ => Class::None,
    }
}

/// Big5 orders its first level, the 5,401 most common characters, by strokes: rows 0xA4 to 0xC6.
/// Punctuation and full-width forms are in rows 0xA1 and 0xA2.
fn big5(first: u8, second: u8) -> Class {
    match (first, second) {
        (0xa4..=0xc6 | 0xa1 | 0xa2, 0x40..=0x7e | 0xa1..=0xfe) => Class::Usual,
        (0x81..=0xfe, 0x40..=0x7e | 0xa1..=0xfe) => Class::Rare,
        _ => Class::None,
    }
}
