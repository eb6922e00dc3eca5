//! Bare values of a column that neither its header nor its first values decide. If most of those of
//! a batch that say anything are identifiers, all of the batch are; what a batch leaves waits for
//! the end of the table, where the same share of all values decides.
//!
//! Waiting takes memory: of more values than [`MOST`] in a run, none that wait are read, whatever
//! the order of the batches.

use super::counts::{ColumnCounts, NOT_READ, counts_of};
use super::identifiers::Identifiers;
use crate::columns::column::Column;
use crate::columns::detect::SHARE_OF_VALUES;
use exposure_identifier::{Identifier, Kind};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Fewer values than this are judged together with those of the sample.
const FEW: usize = 50;

/// Values of a run that may wait: some 20 MB.
const MOST: usize = 1 << 19;

/// How many values of a run have waited.
#[derive(Default)]
pub(super) struct Waiting(AtomicUsize);

impl Waiting {
    /// Whether they are too many.
    fn is_over(&self) -> bool {
        self.0.load(Ordering::Relaxed) > MOST
    }
}

/// The bare values of one column, of one batch or of those that are left of all.
#[derive(Default)]
pub(super) struct Pending {
    /// Cells that say anything, and of them those with an identifier.
    said: usize,
    passed: usize,
    identifiers: Identifiers,
    seen: Vec<(&'static Kind, u64)>,
    /// Counts of those that no longer wait.
    left: ColumnCounts,
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

    /// Takes all values of a batch if its share decides so. Returns what it leaves to the column.
    pub(super) fn decide(mut self, column: &Column, counted: &mut ColumnCounts, taken: &mut Identifiers) -> Self {
        if self.is_most(column) {
            self.take(counted, taken);
        }
        self
    }

    /// Adds what a batch has left.
    pub(super) fn wait(&mut self, mut other: Self, waiting: &Waiting) {
        self.said += other.said;
        self.passed += other.passed;
        waiting.0.fetch_add(other.seen.len(), Ordering::Relaxed);
        self.seen.append(&mut other.seen);
        self.identifiers.append(&other.identifiers);
        if waiting.is_over() {
            self.leave();
        }
    }

    /// At the end of the table: takes what has waited, or counts it as seen and not read.
    pub(super) fn settle(
        mut self,
        column: &Column,
        counted: &mut ColumnCounts,
        taken: &mut Identifiers,
        waiting: &Waiting,
    ) {
        if !waiting.is_over() && self.is_most(column) {
            return self.take(counted, taken);
        }
        self.leave();
        self.left.into_iter().for_each(|left| counts_of(counted, left.kind).add(left));
    }

    /// Whether most of the cells that say anything hold an identifier.
    fn is_most(&self, column: &Column) -> bool {
        let sample = if self.said < FEW { (column.passed, column.looked_at) } else { (0, 0) };
        (self.passed + sample.0) as f64 >= (self.said + sample.1) as f64 * SHARE_OF_VALUES
    }

    /// Counts those that wait as seen and not read.
    fn leave(&mut self) {
        self.identifiers = Identifiers::default();
        self.seen.drain(..).for_each(|(kind, at)| counts_of(&mut self.left, kind).leave(NOT_READ, at));
    }

    fn take(&mut self, counted: &mut ColumnCounts, taken: &mut Identifiers) {
        self.seen.drain(..).for_each(|(kind, _)| counts_of(counted, kind).accepted += 1);
        taken.append(&std::mem::take(&mut self.identifiers));
    }
}
