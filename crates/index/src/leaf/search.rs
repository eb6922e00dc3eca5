//! Lookup of one suffix in a leaf, in steps, so that a caller can prefetch the memory of each step.
//!
//! The high bits give the start of a bucket; the low bits of its few entries are compared. Verifies
//! nothing: forged content behind a valid checksum gives some answer, and no panic.

use super::shape::FIXED_BYTES;
use super::view::Leaf;
use crate::bits::read;
use crate::select::select_zero;
use std::cmp::Ordering;

/// How far from its average position a bucket is expected. Of n entries, the number before it
/// varies by about √n / 2: some twenty of 1,500, each a bit of the high bits and about four bytes
/// of the low ones.
const HIGH_SLACK_BYTES: usize = 8;
const LOW_SLACK_BYTES: usize = 96;

/// The seals of the entries with one suffix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Matches {
    None,
    One(u32),
    /// Several entries have this suffix.
    Several,
}

impl Matches {
    fn and(self, seal: u32) -> Self {
        if self == Self::None { Self::One(seal) } else { Self::Several }
    }
}

impl<'a> Leaf<'a> {
    /// The bytes that finding a bucket reads: the high bits from the nearer end to its likely
    /// position.
    pub(crate) fn on_the_way(&self, suffix: u64) -> &'a [u8] {
        let (high, bucket) = (self.high(), self.bucket(suffix));
        // The position if entries were spread evenly. One block of slack covers the variation.
        let likely = (high.len() * bucket) >> (self.shape.suffix_bits - self.shape.low_bits);
        if bucket < self.shape.buckets() / 2 {
            &high[..(likely + HIGH_SLACK_BYTES).min(high.len())]
        } else {
            &high[likely.saturating_sub(HIGH_SLACK_BYTES).min(high.len())..]
        }
    }

    /// The bit of the high bits at which a suffix's bucket begins; `None` if there is no such
    /// bucket.
    pub(crate) fn bucket_start(&self, suffix: u64) -> Option<usize> {
        // After the zero that ends the previous bucket.
        match self.bucket(suffix).checked_sub(1) {
            None => Some(0),
            Some(before) => {
                let (bytes, zeros) = (&self.bytes[FIXED_BYTES..], self.shape.buckets());
                select_zero(bytes, self.count + zeros, zeros, before).map(|bit| bit + 1)
            }
        }
    }

    /// The likely position of the low bits of a suffix's entries.
    pub(crate) fn likely_low(&self, suffix: u64) -> &'a [u8] {
        let low = self.low();
        let likely = (low.len() * self.bucket(suffix)) >> (self.shape.suffix_bits - self.shape.low_bits);
        &low[likely.saturating_sub(LOW_SLACK_BYTES).min(low.len())..(likely + LOW_SLACK_BYTES).min(low.len())]
    }

    /// The low bits of the first entry of a suffix's bucket, which begins at this bit of the high
    /// bits.
    pub(crate) fn low_at(&self, suffix: u64, bit: usize) -> &'a [u8] {
        let at = bit.saturating_sub(self.bucket(suffix)) * usize::from(self.shape.low_bits) / 8;
        let low = self.low().get(at..).unwrap_or_default();
        &low[..low.len().min(8)]
    }

    /// The entries with this suffix in the bucket that begins at this bit.
    pub(crate) fn matches(&self, suffix: u64, mut bit: usize) -> Matches {
        let bucket = self.bucket(suffix);
        let mut found = Matches::None;
        // Each one is an entry of the bucket, and the next zero ends it.
        while self.high().get(bit / 8).is_some_and(|byte| byte >> (bit % 8) & 1 == 1) {
            let n = bit.saturating_sub(bucket);
            if n >= self.count {
                break;
            }
            let low = read(self.low(), n * usize::from(self.shape.low_bits), self.shape.low_bits);
            match low.cmp(&(suffix & self.shape.low_mask())) {
                Ordering::Less => {}
                Ordering::Equal => found = found.and(self.seal(n)),
                Ordering::Greater => break,
            }
            bit += 1;
        }
        found
    }

    fn bucket(&self, suffix: u64) -> usize {
        (suffix >> self.shape.low_bits) as usize
    }
}
