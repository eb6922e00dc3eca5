//! The widths of an index, which follow from its number of entries and the false-positive rate.

use exposure_protocol::{DIGEST_BITS_MAX, DIGEST_BITS_MIN};

/// The default probability that an identifier in no source matches an entry.
pub const DEFAULT_FALSE_POSITIVE_RATE: f64 = 1e-9;

/// The highest rate. Above it, matches would mean little, and the length of a leaf would not
/// determine its count.
const FALSE_POSITIVE_RATE_MAX: f64 = 1e-3;

/// The most entries of an average leaf before leaves get four bits deeper.
const LEAF_ENTRIES: u64 = 4_000;

/// The longest prefix that is ever served, in bits.
const PREFIX_BITS_MAX: u8 = 16;

/// The widths of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizing {
    /// Bits of a tag: 32 to 64.
    pub digest_bits: u8,
    /// Bits of a leaf's prefix; there are 2^depth leaves.
    pub depth: u8,
    /// Bits of the longest served prefix.
    pub prefix_bits: u8,
    /// Low bits of a suffix that a leaf stores verbatim (Elias–Fano).
    pub low_bits: u8,
}

/// Why there are no widths for an index.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum SizingError {
    /// An invalid rate.
    #[error("a false-positive rate is above 0 and at most {FALSE_POSITIVE_RATE_MAX}, not {0}")]
    Rate(f64),
    /// Too many entries for the rate.
    #[error(
        "{records} entries at a false-positive rate of {rate} need tags of more than {DIGEST_BITS_MAX} bits; raise the rate"
    )]
    TooMany {
        /// Distinct entries.
        records: u64,
        /// The requested rate.
        rate: f64,
    },
}

impl Sizing {
    /// The widths for this many distinct entries and this false-positive rate.
    pub fn of(records: u64, false_positive_rate: f64) -> Result<Self, SizingError> {
        if !(false_positive_rate > 0.0 && false_positive_rate <= FALSE_POSITIVE_RATE_MAX) {
            return Err(SizingError::Rate(false_positive_rate));
        }
        let needed = records as f64 / false_positive_rate;
        let digest_bits = (DIGEST_BITS_MIN..=DIGEST_BITS_MAX)
            .step_by(4)
            .find(|&bits| 2_f64.powi(i32::from(bits)) >= needed)
            .ok_or(SizingError::TooMany { records, rate: false_positive_rate })?;
        let depth = deepest(records);
        let ceil_log2 = (u64::BITS - records.saturating_sub(1).leading_zeros()) as u8;
        Ok(Self {
            digest_bits,
            depth,
            prefix_bits: depth.min(PREFIX_BITS_MAX),
            // floor(log2(2^digest_bits / records)), the width that makes Elias–Fano smallest; one
            // bucket if empty.
            low_bits: (digest_bits - ceil_log2).min(digest_bits - depth),
        })
    }
}

/// The depth of leaves for this many entries: the least multiple of 4, at least 4, with fewer than
/// 4,000 entries per leaf.
pub fn deepest(records: u64) -> u8 {
    let fits = |depth: &u8| records < LEAF_ENTRIES << depth;
    (4..=48).step_by(4).find(fits).expect("48 bits of prefix are enough for any count that fits a tag")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_follow_the_counts() {
        for (records, digest_bits, depth, prefix_bits) in [
            (0, 32, 4, 4),
            (4, 32, 4, 4),
            (5, 36, 4, 4),
            (63_999, 48, 4, 4),
            (64_000, 48, 8, 8),
            (170_000, 48, 8, 8),
            (1_000_000_000, 60, 20, 16),
        ] {
            let sizing = Sizing::of(records, 1e-9).expect("small enough");
            assert_eq!(
                (sizing.digest_bits, sizing.depth, sizing.prefix_bits),
                (digest_bits, depth, prefix_bits),
                "{records}"
            );
            assert!(sizing.low_bits >= 8, "{records}: a leaf's length must tell its count");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        assert_eq!(Sizing::of(1, 0.0), Err(SizingError::Rate(0.0)));
        assert!(matches!(Sizing::of(1, f64::NAN), Err(SizingError::Rate(_))));
        assert!(matches!(Sizing::of(100_000_000_000, 1e-9), Err(SizingError::TooMany { .. })));
    }
}
