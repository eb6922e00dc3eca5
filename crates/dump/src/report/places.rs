//! A count with its first positions.

use serde::{Deserialize, Serialize};

/// Positions that are kept for each reason of rejection, the first ones.
pub(crate) const POSITIONS: usize = 3;

/// Rejections for one reason.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejects {
    /// How many.
    pub count: u64,
    /// Positions of the first rows with it.
    pub first: Vec<u64>,
}

impl Rejects {
    pub(super) fn is_none(&self) -> bool {
        self.count == 0
    }

    /// Adds rejections and their positions; the first ones are kept.
    pub(crate) fn add(&mut self, count: u64, positions: &[u64]) {
        self.count = self.count.saturating_add(count);
        keep_first(&mut self.first, positions);
    }
}

/// Keeps the first few of two lists of positions.
pub(crate) fn keep_first(kept: &mut Vec<u64>, more: &[u64]) {
    kept.extend_from_slice(more);
    kept.sort_unstable();
    kept.dedup();
    kept.truncate(POSITIONS);
}
