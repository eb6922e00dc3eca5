//! Counts of a column: identifiers and rejections, by kind.

use crate::report::{KindReport, POSITIONS, Rejects};
use exposure_identifier::{Kind, Rejection};
use smallvec::SmallVec;

/// Counts of a column, by kind.
pub(super) type ColumnCounts = SmallVec<[KindCounts; 1]>;

pub(super) struct KindCounts {
    pub(super) kind: &'static Kind,
    pub(super) accepted: u64,
    pub(super) swapped: u64,
    rejected: [u64; REASONS],
    first: SmallVec<[(u8, u64); POSITIONS]>,
}

/// Why something that was seen is not in the index: a reason of rejection, by its position among
/// all, or one of these.
const REASONS: usize = Rejection::ALL.len() + 2;

/// Its column is known to hold something else.
pub(super) const SET_ASIDE: u8 = Rejection::ALL.len() as u8;

/// Nothing says what it is.
pub(super) const NOT_READ: u8 = SET_ASIDE + 1;

impl KindCounts {
    fn new(kind: &'static Kind) -> Self {
        Self { kind, accepted: 0, swapped: 0, rejected: [0; REASONS], first: SmallVec::new() }
    }

    pub(super) fn reject(&mut self, reason: Rejection, at: u64) {
        self.leave(reason as u8, at);
    }

    /// Counts something that is not read, for this reason.
    pub(super) fn leave(&mut self, reason: u8, at: u64) {
        let count = &mut self.rejected[usize::from(reason)];
        *count += 1;
        // Rows of a batch come in order, so the first ones seen are nearly always the first.
        if *count <= POSITIONS as u64 {
            self.first.push((reason, at));
        }
    }

    pub(super) fn add(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.swapped += other.swapped;
        self.rejected.iter_mut().zip(other.rejected).for_each(|(sum, count)| *sum += count);
        self.first.extend(other.first);
        self.first.sort_unstable();
        let mut kept: SmallVec<[(u8, u64); POSITIONS]> = SmallVec::new();
        for (reason, at) in self.first.drain(..) {
            if kept.iter().filter(|(other, _)| *other == reason).count() < POSITIONS {
                kept.push((reason, at));
            }
        }
        self.first = kept;
    }

    pub(super) fn report(&self) -> KindReport {
        let of = |reason: u8| {
            let mut rejects = Rejects::default();
            let positions: Vec<_> =
                self.first.iter().filter(|(other, _)| *other == reason).map(|(_, at)| *at).collect();
            rejects.add(self.rejected[usize::from(reason)], &positions);
            rejects
        };
        let rejected = Rejection::ALL.iter().map(|&reason| (reason.code().to_owned(), of(reason as u8)));
        KindReport {
            accepted: self.accepted,
            swapped: self.swapped,
            rejected: rejected.filter(|(_, rejects)| rejects.count > 0).collect(),
            set_aside: of(SET_ASIDE),
            not_read: of(NOT_READ),
        }
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
