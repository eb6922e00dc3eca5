//! How wide tags are and how deep leaves lie, from the number of entries alone.

use exposure_protocol::{DIGEST_BITS_MAX, DIGEST_BITS_MIN};

/// Chance that an identifier in no leak finds an entry, by default.
pub const DEFAULT_FALSE_POSITIVE_RATE: f64 = 1e-9;

/// A rate above this would make a match mean little, and leaves whose length does not tell their count.
const FALSE_POSITIVE_RATE_MAX: f64 = 1e-3;

/// Entries a leaf holds on average, at most, before leaves go four bits deeper.
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
    /// Bits of a tag that a leaf stores as they are (Elias–Fano's low bits).
    pub low_bits: u8,
}

/// No tag is wide enough.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum SizingError {
    /// The rate makes no sense.
    #[error("a false-positive rate lies above 0 and at most {FALSE_POSITIVE_RATE_MAX}; {0} does not")]
    Rate(f64),
    /// Too many for the rate.
    #[error(
        "{records} entries at a false-positive rate of {rate} need tags above {DIGEST_BITS_MAX} bits; raise the rate"
    )]
    TooMany {
        /// Distinct entries.
        records: u64,
        /// The rate asked for.
        rate: f64,
    },
}

impl Sizing {
    /// The widths for so many distinct entries and a false-positive rate.
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
            // floor(log2(2^digest_bits / records)), the width that Elias–Fano is smallest with; one bucket when empty.
            low_bits: (digest_bits - ceil_log2).min(digest_bits - depth),
        })
    }
}

/// The depth of leaves for so many entries: the least multiple of 4, at least 4, that keeps them under 4,000 on average.
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
