//! From the identifiers that a worker delivers to digests, or to where they wait for evaluation, on all
//! cores. Believes nothing: an entry that is not one is reported, and its whole batch dropped.

use crate::dedup::{Dedup, entries};
use crate::error::IngestError;
use crate::heavy_hitters::HeavyHitters;
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

    /// Takes a batch, encoded as [`exposure_dump::Identifiers`] says.
    pub(crate) fn take(&self, batch: &[u8]) -> Result<(), IngestError> {
        let parsed = entries(batch).map(|entry| self.parse(entry?)).collect::<Option<Vec<_>>>();
        let Some(parsed) = parsed else {
            self.is_forged.store(true, Ordering::Relaxed);
            return Ok(());
        };
        let mut seen = self.heavy.batch();
        for (rank, kind, canonical) in &parsed {
            self.heavy.see(&mut seen, kind, canonical);
            self.of_input[usize::from(*rank)].fetch_add(1, Ordering::Relaxed);
        }
        self.heavy.add(seen);
        let count = parsed.len() as u64;
        self.progress.found(self.found.fetch_add(count, Ordering::Relaxed) + count);
        match self.target {
            Target::Sort(sorters) => {
                let mut made: Vec<(u8, Vec<Digest>)> = Vec::new();
                for (rank, kind, canonical) in parsed {
                    // A dump has a few kinds.
                    let place = made.iter().position(|(known, _)| *known == rank).unwrap_or_else(|| {
                        made.push((rank, Vec::new()));
                        made.len() - 1
                    });
                    made[place].1.push(sha256(&[&kind.name, ":", canonical]));
                }
                made.iter().try_for_each(|(rank, digests)| sorters[usize::from(*rank)].push(digests))
            }
            Target::Dedup(dedup) => dedup.push(batch),
        }
    }

    fn parse<'e>(&self, entry: &'e [u8]) -> Option<(u8, &'static Kind, &'e str)> {
        let (&rank, canonical) = entry.split_first()?;
        let canonical = str::from_utf8(canonical).ok().filter(|text| !text.is_empty())?;
        Some((rank, self.order.kind(rank)?, canonical))
    }

    /// Identifiers of the current input; `None` if something was not an identifier.
    pub(crate) fn delivered(&self) -> Option<u64> {
        let is_sound = !self.is_forged.load(Ordering::Relaxed);
        is_sound.then(|| self.of_input.iter().map(|count| count.load(Ordering::Relaxed)).sum())
    }

    /// Identifiers of the current input, by kind, that no part counts: what an unfinished part delivered.
    pub(crate) fn uncounted(&self, parts: &[PartReport]) -> BTreeMap<String, u64> {
        let counted = |name: &str| -> u64 {
            let columns = parts.iter().flat_map(|part| &part.columns);
            columns.filter_map(|column| column.kinds.get(name)).map(|kind| kind.accepted).sum()
        };
        let of_kind = |(rank, kind): (u8, &'static Kind)| {
            let delivered = self.of_input[usize::from(rank)].load(Ordering::Relaxed);
            (kind.name.clone(), delivered.saturating_sub(counted(&kind.name)))
        };
        self.order.ranked().map(of_kind).filter(|(_, count)| *count > 0).collect()
    }
}
