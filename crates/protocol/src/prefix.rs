//! The prefix of a tag, which is all that a range request reveals, and how long it may be.

use crate::digest::Tag;
use std::fmt;

/// The first bits of a tag; a whole number of hex digits. It can point to a person, so `Debug` does
/// not show it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Prefix {
    bits: u8,
    value: u64,
}

/// The least number of possible identifiers of the same kind and country that must share a prefix
/// before it is sent.
pub const MIN_POSSIBLE: u64 = 1_000;

/// The longest of the served prefix lengths (in bits) at which at least [`MIN_POSSIBLE`] of the
/// `possible` identifiers share a prefix; `None` if there is none. A client never sends a longer
/// prefix.
pub fn longest_prefix(served: impl IntoIterator<Item = u8>, possible: u64) -> Option<u8> {
    served.into_iter().filter(|&bits| possible >> bits >= MIN_POSSIBLE).max()
}

/// Not a prefix as the API writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a prefix is 1 to 16 lower-case hex digits")]
pub struct PrefixError;

impl Prefix {
    /// The prefix of `bits` bits of a tag of `digest_bits` bits.
    pub fn of_tag(tag: Tag, digest_bits: u8, bits: u8) -> Self {
        debug_assert!(bits > 0 && bits <= digest_bits && bits.is_multiple_of(4));
        Self { bits, value: tag >> (digest_bits - bits) }
    }

    /// The prefix with this value, right-aligned.
    pub fn new(bits: u8, value: u64) -> Self {
        debug_assert!(bits.is_multiple_of(4) && (bits == 64 || value >> bits == 0));
        Self { bits, value }
    }

    /// From lower-case hex.
    pub fn parse(text: &str) -> Result<Self, PrefixError> {
        let lower_hex =
            !text.is_empty() && text.len() <= 16 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let value = u64::from_str_radix(text, 16).ok().filter(|_| lower_hex).ok_or(PrefixError)?;
        Ok(Self { bits: (text.len() * 4) as u8, value })
    }

    /// The length in bits.
    pub fn bits(self) -> u8 {
        self.bits
    }

    /// The value, right-aligned.
    pub fn value(self) -> u64 {
        self.value
    }

    /// Lower-case hex, one digit for four bits. For URLs only.
    pub fn to_hex(self) -> String {
        format!("{:0width$x}", self.value, width = usize::from(self.bits / 4))
    }
}

impl fmt::Debug for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Prefix({} bits)", self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_strict() {
        let prefix = Prefix::parse("0a3").expect("three digits");
        assert_eq!((prefix.bits(), prefix.value(), prefix.to_hex()), (12, 0x0a3, "0a3".to_owned()));
        for wrong in ["", "0A", "g", "+1", "00000000000000000", "é"] {
            assert_eq!(Prefix::parse(wrong), Err(PrefixError), "{wrong}");
        }
        assert_eq!(format!("{prefix:?}"), "Prefix(12 bits)");
    }
}
