//! The text format of a range: a header line, one line per entry, and padding to the same length
//! for all ranges.
//!
//! The service encodes it, clients decode it. A body of another length or shape is an error, never
//! "not found".

use crate::digest::Tag;
use crate::prefix::Prefix;
use std::fmt::Write as _;

/// The parameters that all text ranges of an index and prefix length share.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The index id, 32 lower-case hex digits.
    pub index: String,
    /// Bits of a tag.
    pub digest_bits: u8,
    /// Bits of a seal; 0 if there are no seals.
    pub seal_bits: u8,
    /// Entry and padding lines of every range of this prefix length.
    pub lines: u64,
}

/// One entry of a range.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// The bits of the tag after the prefix, right-aligned.
    pub suffix: u64,
    /// The sealed set number.
    pub seal: u32,
}

/// Why a body is not the announced range. No variant holds any of its bytes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RangeError {
    /// Too short or too long.
    #[error("{got} bytes where {expected} were announced; it may have been cut off")]
    Length {
        /// The announced length.
        expected: u64,
        /// The received length.
        got: u64,
    },
    /// The header line names another index or prefix.
    #[error("it is of another index or prefix than requested")]
    Header,
    /// A line that is neither entry nor padding, or an entry after padding.
    #[error("line {0} is malformed")]
    Line(u64),
    /// An entry that is smaller than the one before it.
    #[error("line {0} is out of order")]
    Order(u64),
}

impl Layout {
    /// Bytes of a whole body for prefixes of `bits` bits.
    pub fn body_bytes(&self, bits: u8) -> u64 {
        self.header(&"0".repeat(usize::from(bits / 4))).len() as u64 + self.lines * self.line_bytes(bits) as u64
    }

    /// The body of a range: entries in order, then padding.
    pub fn encode(&self, prefix: Prefix, entries: impl Iterator<Item = Entry>) -> String {
        let bits = prefix.bits();
        let mut body = String::with_capacity(self.body_bytes(bits) as usize);
        body.push_str(&self.header(&prefix.to_hex()));
        let (suffix_digits, seal_digits) = (self.suffix_digits(bits), usize::from(self.seal_bits / 4));
        for entry in entries {
            let written = match seal_digits {
                0 => write!(body, "{:0suffix_digits$x}\r\n", entry.suffix),
                _ => write!(body, "{:0suffix_digits$x}:{:0seal_digits$x}\r\n", entry.suffix, entry.seal),
            };
            written.expect("a string takes any text");
        }
        let padding = format!("{}\r\n", "~".repeat(self.line_bytes(bits) - 2));
        while (body.len() as u64) < self.body_bytes(bits) {
            body.push_str(&padding);
        }
        body
    }

    /// The entries of a body, after every byte of it has been checked.
    pub fn decode(&self, prefix: Prefix, body: &[u8]) -> Result<Vec<Entry>, RangeError> {
        let bits = prefix.bits();
        let expected = self.body_bytes(bits);
        if body.len() as u64 != expected {
            return Err(RangeError::Length { expected, got: body.len() as u64 });
        }
        let lines = body.strip_prefix(self.header(&prefix.to_hex()).as_bytes()).ok_or(RangeError::Header)?;
        let mut entries: Vec<Entry> = Vec::with_capacity(self.lines as usize);
        let mut padding = false;
        for (line, number) in lines.chunks_exact(self.line_bytes(bits)).zip(2..) {
            let text = line.strip_suffix(b"\r\n").ok_or(RangeError::Line(number))?;
            padding |= text.starts_with(b"~");
            if padding {
                if text.iter().any(|&b| b != b'~') {
                    return Err(RangeError::Line(number));
                }
                continue;
            }
            let entry = self.entry(text, bits).ok_or(RangeError::Line(number))?;
            if entries.last().is_some_and(|last| *last > entry) {
                return Err(RangeError::Order(number));
            }
            entries.push(entry);
        }
        Ok(entries)
    }

    fn entry(&self, text: &[u8], bits: u8) -> Option<Entry> {
        let (suffix, rest) = text.split_at_checked(self.suffix_digits(bits))?;
        let seal = match self.seal_bits {
            0 if rest.is_empty() => 0,
            0 => return None,
            _ => lower_hex(rest.strip_prefix(b":")?)? as u32,
        };
        Some(Entry { suffix: lower_hex(suffix)?, seal })
    }

    fn header(&self, prefix: &str) -> String {
        format!("#exposure-range 1 {} {prefix}\r\n", self.index)
    }

    fn suffix_digits(&self, bits: u8) -> usize {
        usize::from((self.digest_bits - bits) / 4)
    }

    /// Bytes of an entry or padding line, with its line end.
    fn line_bytes(&self, bits: u8) -> usize {
        let seal = if self.seal_bits == 0 { 0 } else { 1 + usize::from(self.seal_bits / 4) };
        self.suffix_digits(bits) + seal + 2
    }
}

/// The suffix of a tag of `digest_bits` bits after a prefix of `bits` bits.
pub fn suffix(tag: Tag, digest_bits: u8, bits: u8) -> u64 {
    tag & (u64::MAX >> (64 - u32::from(digest_bits - bits)))
}

fn lower_hex(digits: &[u8]) -> Option<u64> {
    digits.iter().try_fold(0_u64, |value, digit| {
        let digit = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(value << 4 | u64::from(digit))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout() -> Layout {
        Layout { index: "0".repeat(32), digest_bits: 32, seal_bits: 4, lines: 3 }
    }

    fn body() -> (Prefix, String) {
        let prefix = Prefix::new(8, 0xab);
        let entries = [Entry { suffix: 0x12, seal: 3 }, Entry { suffix: 0x34, seal: 0xf }];
        (prefix, layout().encode(prefix, entries.into_iter()))
    }

    #[test]
    fn a_range_survives_its_text() {
        let (prefix, body) = body();
        let expected = format!("#exposure-range 1 {} ab\r\n000012:3\r\n000034:f\r\n~~~~~~~~\r\n", "0".repeat(32));
        assert_eq!(body, expected);
        assert_eq!(body.len() as u64, layout().body_bytes(8));
        let entries = layout().decode(prefix, body.as_bytes()).expect("own body");
        assert_eq!(entries.iter().map(|e| (e.suffix, e.seal)).collect::<Vec<_>>(), [(0x12, 3), (0x34, 0xf)]);
    }

    #[test]
    fn any_other_shape_is_an_error() {
        let (prefix, body) = body();
        let decode = |body: &str| layout().decode(prefix, body.as_bytes()).map(|_| ());
        assert!(matches!(decode(&body[..body.len() - 1]), Err(RangeError::Length { .. })));
        assert!(matches!(decode(&format!("{body}~")), Err(RangeError::Length { .. })));
        assert_eq!(decode(&body.replace(" ab", " ac")), Err(RangeError::Header));
        assert_eq!(decode(&body.replace("000034:f", "00003g:f")), Err(RangeError::Line(3)));
        assert_eq!(decode(&body.replace("000034:f", "00003A:f")), Err(RangeError::Line(3)));
        assert_eq!(decode(&body.replace("000034:f", "~~~~~~~x")), Err(RangeError::Line(3)));
        assert_eq!(decode(&body.replace("000034:f", "000001:f")), Err(RangeError::Order(3)));
        let (entry, padding) = ("000034:f\r\n", "~~~~~~~~\r\n");
        let swapped = body.replace(&format!("{entry}{padding}"), &format!("{padding}{entry}"));
        assert_eq!(decode(&swapped), Err(RangeError::Line(4)));
    }
}
