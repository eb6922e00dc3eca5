//! Counts of a column: identifiers and rejections, by kind.

use crate::report::{KindReport, POSITIONS};
use exposure_identifier::{Kind, Rejection};
use smallvec::SmallVec;

/// Counts of a column, by kind.
pub(super) type ColumnCounts = SmallVec<[KindCounts; 1]>;

pub(super) struct KindCounts {
    pub(super) kind: &'static Kind,
    pub(super) accepted: u64,
    pub(super) swapped: u64,
    pub(super) rejected: [u64; Rejection::ALL.len()],
    first: SmallVec<[(Rejection, u64); POSITIONS]>,
}

impl KindCounts {
    fn new(kind: &'static Kind) -> Self {
        Self { kind, accepted: 0, swapped: 0, rejected: [0; Rejection::ALL.len()], first: SmallVec::new() }
    }

    pub(super) fn reject(&mut self, reason: Rejection, at: u64) {
        self.rejected[reason as usize] += 1;
        // Rows of a batch come in order, so the first ones seen are the first.
        if self.rejected[reason as usize] <= POSITIONS as u64 {
            self.first.push((reason, at));
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.swapped += other.swapped;
        self.rejected.iter_mut().zip(other.rejected).for_each(|(sum, count)| *sum += count);
        self.first.extend(other.first);
        self.first.sort_unstable();
        let mut kept: SmallVec<[(Rejection, u64); POSITIONS]> = SmallVec::new();
        for (reason, at) in self.first.drain(..) {
            if kept.iter().filter(|(other, _)| *other == reason).count() < POSITIONS {
                kept.push((reason, at));
            }
        }
        self.first = kept;
    }

    pub(super) fn report(&self) -> KindReport {
        let mut report = KindReport { accepted: self.accepted, swapped: self.swapped, ..KindReport::default() };
        for (reason, &count) in Rejection::ALL.iter().zip(&self.rejected).filter(|(_, count)| **count > 0) {
            let positions: Vec<_> = self.first.iter().filter(|(other, _)| other == reason).map(|(_, at)| *at).collect();
            report.rejected.entry(reason.code().to_owned()).or_default().add(count, &positions);
        }
        report
    }
}

/// The counts of this kind.
pub(super) fn counts_of<'c>(counted: &'c mut ColumnCounts, kind: &'static Kind) -> &'c mut KindCounts {
    let index = counted.iter().position(|counts| std::ptr::eq(counts.kind, kind)).unwrap_or_else(|| {
        counted.push(KindCounts::new(kind));
        counted.len() - 1
    });
    &mut counted[index]
}
