//! From cells of text to digests or waiting identifiers, on all cores.
//!
//! A reader hands over one cell after another; they gather in batches, and each batch becomes a task. Where too many tasks
//! wait, the reader does the next one itself, so memory stays bounded and no core idles.

use crate::columns::CellSink;
use crate::digests::Sorter;
use crate::waiting::{Entries, Waiting};
use crate::{FileReport, IngestError, Report};
use exposure_identifier::{Identifier, Kind, Rules};
use exposure_protocol::{Digest, sha256};
use rayon::Scope;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use zeroize::Zeroize as _;

/// Bytes of cells of one batch: enough to make locks rare, little enough to stay in a core's cache.
const BATCH_BYTES: usize = 256 << 10;

/// Batches that wait, for each core.
const WAITING_BATCHES: usize = 4;

/// Kinds in the order of their names, which is the order of sections in a ledger; a kind's place is its rank.
pub(crate) struct KindOrder(Vec<&'static Kind>);

impl KindOrder {
    pub(crate) fn new() -> Self {
        let mut kinds: Vec<_> = Kind::all().iter().collect();
        kinds.sort_by_key(|kind| &kind.name);
        Self(kinds)
    }

    /// Every kind with its rank.
    pub(crate) fn ranked(&self) -> impl Iterator<Item = (u8, &'static Kind)> {
        (0..).zip(self.0.iter().copied())
    }

    /// The kind of this rank.
    pub(crate) fn kind(&self, rank: u8) -> Option<&'static Kind> {
        self.0.get(usize::from(rank)).copied()
    }

    fn rank(&self, kind: &Kind) -> u8 {
        let place = self.0.iter().position(|other| std::ptr::eq(*other, kind));
        place.expect("every kind is in the table") as u8
    }
}

/// Where identifiers go.
pub(crate) enum Sink<'a> {
    /// Hashing is cheap: digests, to the sorter of each kind by rank.
    Digests(&'a [Sorter<'a>]),
    /// Evaluation is dear: each identifier waits until repetitions are gone.
    Waiting(&'a Waiting<'a>),
}

/// Takes cells.
pub(crate) struct Cells<'a> {
    rules: Rules,
    order: &'a KindOrder,
    sink: Sink<'a>,
    counts: Mutex<Report>,
    failed: Mutex<Option<IngestError>>,
    tasks: AtomicUsize,
}

struct Batch {
    text: String,
    /// The kind of each cell, and where its text ends.
    cells: Vec<(&'static Kind, u32)>,
}

impl Batch {
    /// What it takes. An empty cell takes something, too.
    fn bytes(&self) -> usize {
        self.text.len() + self.cells.len() * size_of::<(&Kind, u32)>()
    }
}

impl Default for Batch {
    fn default() -> Self {
        // A text that grows leaves copies behind that nobody wipes.
        Self { text: String::with_capacity(2 * BATCH_BYTES), cells: Vec::new() }
    }
}

impl Drop for Batch {
    fn drop(&mut self) {
        self.text.zeroize();
    }
}

impl<'a> Cells<'a> {
    pub(crate) fn new(rules: Rules, order: &'a KindOrder, sink: Sink<'a>) -> Self {
        Self { rules, order, sink, counts: Mutex::default(), failed: Mutex::default(), tasks: AtomicUsize::new(0) }
    }

    /// Runs `read`, which hands over cells, and everything that they make necessary. Returns what was counted.
    pub(crate) fn gather(
        self,
        read: impl FnOnce(&mut CellSink<'_>) -> Result<Vec<FileReport>, IngestError> + Send,
    ) -> Result<Report, IngestError> {
        let files = rayon::scope(|scope| {
            let mut batch = Batch::default();
            let mut take = |kind: &'static Kind, cell: &str| self.take(scope, &mut batch, kind, cell);
            let files = read(&mut take)?;
            self.hand_over(scope, batch)?;
            Ok::<_, IngestError>(files)
        })?;
        match self.failed.into_inner().expect("no panic while it is held") {
            Some(error) => Err(error),
            None => Ok(Report { files, ..self.counts.into_inner().expect("no panic while it is held") }),
        }
    }

    fn take<'s>(
        &'s self,
        scope: &Scope<'s>,
        batch: &mut Batch,
        kind: &'static Kind,
        cell: &str,
    ) -> Result<(), IngestError> {
        batch.text.push_str(cell);
        batch.cells.push((kind, batch.text.len() as u32));
        if batch.bytes() < BATCH_BYTES { Ok(()) } else { self.hand_over(scope, std::mem::take(batch)) }
    }

    fn hand_over<'s>(&'s self, scope: &Scope<'s>, batch: Batch) -> Result<(), IngestError> {
        if let Some(error) = self.failed.lock().expect("no panic while it is held").take() {
            return Err(error);
        }
        if self.tasks.load(Ordering::Relaxed) >= WAITING_BATCHES * rayon::current_num_threads() {
            return self.process(&batch);
        }
        self.tasks.fetch_add(1, Ordering::Relaxed);
        scope.spawn(move |_| {
            if let Err(error) = self.process(&batch) {
                *self.failed.lock().expect("no panic while it is held") = Some(error);
            }
            self.tasks.fetch_sub(1, Ordering::Relaxed);
        });
        Ok(())
    }

    fn process(&self, batch: &Batch) -> Result<(), IngestError> {
        let mut found = Found::default();
        let mut start = 0;
        for &(kind, end) in &batch.cells {
            let cell = kind.canonicalise(&batch.text[start..end as usize], &self.rules);
            start = end as usize;
            cell.rejected.iter().for_each(|&reason| found.counts.reject(kind.hashed_as(), reason));
            cell.accepted.iter().for_each(|identifier| self.add(&mut found, identifier));
        }
        for OfKind { kind, accepted, .. } in &found.kinds {
            found.counts.accept(kind, *accepted);
        }
        self.counts.lock().expect("no panic while it is held").add(found.counts);
        match &self.sink {
            Sink::Digests(sorters) => {
                found.kinds.iter().try_for_each(|of_kind| sorters[usize::from(of_kind.rank)].push(&of_kind.digests))
            }
            Sink::Waiting(waiting) => waiting.push(&found.entries),
        }
    }

    fn add(&self, found: &mut Found, identifier: &Identifier) {
        let kind = identifier.kind();
        // A dump has a few kinds.
        let place = found.kinds.iter().position(|known| std::ptr::eq(known.kind, kind)).unwrap_or_else(|| {
            found.kinds.push(OfKind { kind, rank: self.order.rank(kind), accepted: 0, digests: Vec::new() });
            found.kinds.len() - 1
        });
        let of_kind = &mut found.kinds[place];
        of_kind.accepted += 1;
        match self.sink {
            Sink::Digests(_) => of_kind.digests.push(sha256(&[&kind.name, ":", identifier.canonical()])),
            Sink::Waiting(_) => found.entries.push(of_kind.rank, identifier.canonical()),
        }
    }
}

/// What a batch held.
#[derive(Default)]
struct Found {
    counts: Report,
    kinds: Vec<OfKind>,
    entries: Entries,
}

/// What a batch held of one kind.
struct OfKind {
    kind: &'static Kind,
    rank: u8,
    accepted: u64,
    digests: Vec<Digest>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::Memory;
    use crate::spill::SpillDir;
    use exposure_index::DataDir;

    /// Empty cells have no text, and must not gather without bound.
    #[test]
    fn batches_of_empty_cells_are_handed_over() {
        let dir = tempfile::tempdir().expect("a directory");
        let spill = SpillDir::create(&DataDir::new(dir.path())).expect("created");
        let (order, memory) = (KindOrder::new(), Memory::new(1 << 20));
        let sorters: Vec<_> = order.ranked().map(|_| Sorter::new(&spill, &memory)).collect();
        let cells = Cells::new(Rules::on(jiff::civil::date(2026, 1, 1)), &order, Sink::Digests(&sorters));
        let phone = Kind::named("phone").expect("a kind");
        let handed_over = &cells.counts;
        let mut seen_before_the_end = false;
        let report = rayon::scope(|scope| {
            let mut batch = Batch::default();
            for _ in 0..100_000 {
                cells.take(scope, &mut batch, phone, "").expect("taken");
                assert!(batch.cells.len() <= BATCH_BYTES / size_of::<(&Kind, u32)>());
                seen_before_the_end |= batch.cells.is_empty();
            }
            cells.hand_over(scope, batch)
        });
        report.expect("nothing fails");
        assert!(seen_before_the_end);
        let counted = handed_over.lock().expect("no panic").rejected["phone"].values().sum::<u64>();
        assert_eq!(counted, 100_000);
    }
}
