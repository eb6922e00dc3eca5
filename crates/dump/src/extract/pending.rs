//! Bare values of a column that neither its header nor its first values decide. They wait until the
//! end of their batch: if most of those that say anything are identifiers, all are.

use super::counts::{ColumnCounts, NOT_READ, counts_of};
use super::identifiers::Identifiers;
use crate::columns::column::Column;
use crate::columns::detect::SHARE_OF_VALUES;
use exposure_identifier::{Identifier, Kind};

/// Values of a batch below which those of the sample count, too.
const FEW: usize = 50;

/// The bare values of one column in one batch.
#[derive(Default)]
pub(super) struct Pending {
    /// Cells that say anything, and of them those with an identifier.
    said: usize,
    passed: usize,
    identifiers: Identifiers,
    seen: Vec<(&'static Kind, u64)>,
}

impl Pending {
    /// Keeps what looks like an identifier.
    pub(super) fn push(&mut self, rank: u8, identifier: &Identifier, at: u64) {
        self.identifiers.push(rank, identifier);
        self.seen.push((identifier.kind(), at));
    }

    /// Counts a cell, which does or does not hold what looks like an identifier.
    pub(super) fn said(&mut self, passes: bool) {
        self.said += 1;
        self.passed += usize::from(passes);
    }

    /// Takes all, or counts all as seen and not read.
    pub(super) fn decide(self, column: &Column, counted: &mut ColumnCounts, taken: &mut Identifiers) {
        let sample = if self.said < FEW { (column.passed, column.looked_at) } else { (0, 0) };
        let (passed, said) = (self.passed + sample.0, self.said + sample.1);
        let is_taken = passed as f64 >= said as f64 * SHARE_OF_VALUES;
        for (kind, at) in self.seen {
            let counts = counts_of(counted, kind);
            if is_taken {
                counts.accepted += 1;
            } else {
                counts.leave(NOT_READ, at);
            }
        }
        if is_taken {
            taken.append(&self.identifiers);
        }
    }
}
