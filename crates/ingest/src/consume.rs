//! From the identifiers that a worker delivers to digests, or to the dedup that precedes
//! evaluation, on all cores. Validates each batch: one invalid entry drops all of it.

use crate::dedup::{Dedup, entries};
use crate::error::IngestError;
use crate::heavy_hitters::{HeavyHitters, Seen};
use crate::progress::Progress;
use crate::sort::Sorter;
use exposure_dump::{KindOrder, PartReport};
use exposure_identifier::Kind;
use exposure_protocol::{Digest, sha256};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Where identifiers go.
#[derive(Clone, Copy)]
pub(crate) enum Target<'a> {
    /// Hashing is cheap: digests, to the sorter of each kind by rank.
    Sort(&'a [Sorter<'a>]),
    /// Evaluation is expensive: each identifier waits until repetitions are gone.
    Dedup(&'a Dedup<'a>),
}

/// What a batch holds of one kind.
struct OfKind {
    kind: &'static Kind,
    rank: u8,
    count: u64,
    digests: Vec<Digest>,
}

/// Takes batches from any thread.
pub(crate) struct Consumer<'a> {
    order: &'a KindOrder,
    target: Target<'a>,
    heavy: &'a HeavyHitters,
    progress: &'a dyn Progress,
    /// Identifiers of the whole run.
    found: AtomicU64,
    /// Identifiers of the current input, by rank.
    of_input: Vec<AtomicU64>,
    is_forged: AtomicBool,
}

impl<'a> Consumer<'a> {
    pub(crate) fn new(
        order: &'a KindOrder,
        target: Target<'a>,
        heavy: &'a HeavyHitters,
        progress: &'a dyn Progress,
    ) -> Self {
        let of_input = order.ranked().map(|_| AtomicU64::new(0)).collect();
        Self { order, target, heavy, progress, found: AtomicU64::new(0), of_input, is_forged: AtomicBool::new(false) }
    }

    /// Begins to count for another input.
    pub(crate) fn begin_input(&self) {
        self.of_input.iter().for_each(|count| count.store(0, Ordering::Relaxed));
        self.is_forged.store(false, Ordering::Relaxed);
    }

    /// Takes a batch, encoded as [`exposure_dump::Identifiers`] says: all of it, or nothing.
    pub(crate) fn take(&self, batch: &[u8]) -> Result<(), IngestError> {
        let (mut kinds, mut seen) = (Vec::new(), self.heavy.batch());
        let is_sound = entries(batch).all(|entry| entry.is_some_and(|entry| self.add(entry, &mut kinds, &mut seen)));
        if !is_sound {
            self.is_forged.store(true, Ordering::Relaxed);
            return Ok(());
        }
        self.heavy.add(seen);
        let mut count = 0;
        for kind in &kinds {
            self.of_input[usize::from(kind.rank)].fetch_add(kind.count, Ordering::Relaxed);
            count += kind.count;
        }
        self.progress.found(self.found.fetch_add(count, Ordering::Relaxed) + count);
        match self.target {
            Target::Sort(sorters) => {
                kinds.iter().try_for_each(|kind| sorters[usize::from(kind.rank)].push(&kind.digests))
            }
            Target::Dedup(dedup) => dedup.push(batch),
        }
    }

    /// Adds an entry to what its batch holds; false if it is not an identifier.
    fn add(&self, entry: &[u8], kinds: &mut Vec<OfKind>, seen: &mut Seen) -> bool {
        let Some((&rank, canonical)) = entry.split_first() else { return false };
        let Some(canonical) = str::from_utf8(canonical).ok().filter(|text| !text.is_empty()) else { return false };
        // A dump has a few kinds.
        let place = kinds.iter().position(|known| known.rank == rank).or_else(|| {
            kinds.push(OfKind { kind: self.order.kind(rank)?, rank, count: 0, digests: Vec::new() });
            Some(kinds.len() - 1)
        });
        let Some(place) = place else { return false };
        let of_kind = &mut kinds[place];
        of_kind.count += 1;
        self.heavy.see(seen, of_kind.kind, canonical);
        if let Target::Sort(_) = self.target {
            of_kind.digests.push(sha256(&[&of_kind.kind.name, ":", canonical]));
        }
        true
    }

    /// Identifiers of the current input; `None` if something was not an identifier.
    pub(crate) fn delivered(&self) -> Option<u64> {
        let is_sound = !self.is_forged.load(Ordering::Relaxed);
        is_sound.then(|| self.by_kind().map(|(_, count)| count).sum())
    }

    /// Identifiers of the current input, by kind.
    fn by_kind(&self) -> impl Iterator<Item = (&'static str, u64)> {
        let count = |rank: u8| self.of_input[usize::from(rank)].load(Ordering::Relaxed);
        self.order.ranked().map(move |(rank, kind)| (kind.name.as_str(), count(rank)))
    }

    /// Whether no part counts a kind that does not exist, or more identifiers than were delivered.
    pub(crate) fn covers(&self, parts: &[PartReport]) -> bool {
        let delivered: BTreeMap<_, _> = self.by_kind().collect();
        counted(parts).iter().all(|(name, count)| delivered.get(name).is_some_and(|delivered| count <= delivered))
    }

    /// Identifiers of the current input, by kind, that no part counts: what an unfinished part
    /// delivered.
    pub(crate) fn uncounted(&self, parts: &[PartReport]) -> BTreeMap<String, u64> {
        let counted = counted(parts);
        let rest = |(name, delivered): (&'static str, u64)| {
            (name.to_owned(), delivered.saturating_sub(counted.get(name).copied().unwrap_or_default()))
        };
        self.by_kind().map(rest).filter(|(_, count)| *count > 0).collect()
    }
}

/// Identifiers that parts count, by kind, as a worker names it. It may lie: sums saturate.
fn counted(parts: &[PartReport]) -> BTreeMap<&str, u64> {
    let mut counted: BTreeMap<&str, u64> = BTreeMap::new();
    for (name, kind) in parts.iter().flat_map(|part| &part.columns).flat_map(|column| &column.kinds) {
        let sum = counted.entry(name).or_default();
        *sum = sum.saturating_add(kind.accepted);
    }
    counted
}
