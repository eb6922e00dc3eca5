//! Evidence of UTF-16 and UTF-32: the positions of NULs, and units that are usual characters.

use crate::encoding::name::Encoding;

/// A table in UTF-16 has at least one ASCII unit in this many: a delimiter or a line end.
const ASCII_IN: u32 = 512;

/// Counts of units, read in one byte order.
#[derive(Default)]
pub(crate) struct Units {
    pub(crate) all: u32,
    /// Letters, digits and punctuation of tables in any script that dumps are often in.
    pub(crate) plausible: u32,
    /// Of them, ASCII.
    pub(crate) ascii: u32,
    /// Of them, ends of lines and usual delimiters.
    marks: u32,
}

impl Units {
    fn add(&mut self, unit: u32, is_behind_high: bool) {
        let is_ascii = matches!(unit, 9 | 10 | 13 | 0x20..=0x7e);
        let is_plausible = match unit {
            0xd800..=0xdbff => !is_behind_high,
            0xdc00..=0xdfff => is_behind_high,
            // Latin with accents, Greek, Cyrillic, Hebrew, Arabic, Thai, Vietnamese, punctuation,
            // Kana, ideographs, Hangul, full-width forms.
            0xa0..=0x17f
            | 0x370..=0x52f
            | 0x5d0..=0x6ff
            | 0xe01..=0xe5b
            | 0x1ea0..=0x1ef9
            | 0x2010..=0x203b
            | 0x20ac
            | 0x2160..=0x217f
            | 0x2460..=0x24ff
            | 0x3000..=0x30ff
            | 0x3400..=0x9fff
            | 0xac00..=0xd7a3
            | 0xfeff
            | 0xff01..=0xffee
            | 0x1_0000..=0x3_ffff => true,
            _ => is_ascii,
        };
        self.all += 1;
        self.plausible += u32::from(is_plausible);
        self.ascii += u32::from(is_ascii);
        self.marks += u32::from(matches!(unit, 9 | 10 | 13 | 0x20 | 0x22 | 0x2c | 0x3b | 0x7c | 0x30..=0x39));
    }

    /// Counts the units of an encoding; the last one may be incomplete.
    pub(crate) fn count(bytes: &[u8], encoding: Encoding) -> Self {
        let mut units = Self::default();
        let mut is_behind_high = false;
        for unit in bytes.chunks_exact(encoding.unit().max(2)) {
            let unit = match (encoding, unit) {
                (Encoding::Utf16Be, &[a, b]) => u32::from(u16::from_be_bytes([a, b])),
                (Encoding::Utf32Le, &[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]),
                (Encoding::Utf32Be, &[a, b, c, d]) => u32::from_be_bytes([a, b, c, d]),
                (_, &[a, b, ..]) => u32::from(u16::from_le_bytes([a, b])),
                (_, _) => continue,
            };
            units.add(unit, is_behind_high);
            is_behind_high = matches!(unit, 0xd800..=0xdbff);
        }
        units
    }

    /// Whether it may be text: nearly all units are plausible, and some are ASCII, without which
    /// other text would match.
    pub(crate) fn is_possible(&self) -> bool {
        self.all > 1 && self.plausible * 50 >= self.all * 49 && self.ascii * ASCII_IN >= self.all && self.ascii > 0
    }
}

/// UTF-16 or UTF-32 without a byte order mark. Text in UTF-8 or GBK holds no NUL; ASCII in UTF-16
/// is half NUL, and all text in UTF-32 is.
pub(crate) fn of_pattern(head: &[u8]) -> Option<Encoding> {
    memchr::memchr(0, head)?;
    between(head, Encoding::Utf32Le, Encoding::Utf32Be).or_else(|| utf16(head))
}

/// UTF-16 without a byte order mark.
pub(crate) fn utf16(head: &[u8]) -> Option<Encoding> {
    memchr::memchr(0, head)?;
    between(head, Encoding::Utf16Le, Encoding::Utf16Be)
}

/// The byte order in which units are plausible. ASCII in the wrong byte order looks like
/// ideographs, so the order with more ASCII is the right one.
pub(crate) fn between(head: &[u8], little: Encoding, big: Encoding) -> Option<Encoding> {
    let (le, be) = (Units::count(head, little), Units::count(head, big));
    let is_little = le.marks + le.ascii >= be.marks + be.ascii;
    match (le.is_possible(), be.is_possible()) {
        (true, false) => Some(little),
        (true, true) if is_little => Some(little),
        (_, true) => Some(big),
        (false, false) => None,
    }
}
