//! Evaluates the deduplicated identifiers, and writes them to the escrow if there is one.

use crate::dedup::{Dedup, TakeDistinct};
use crate::error::IngestError;
use crate::escrow::{Escrow, Sealed};
use crate::journal::{Attempt, Finished};
use crate::options::IngestOptions;
use crate::progress::{Progress, Step};
use crate::sort::Sorter;
use exposure_dump::KindOrder;
use exposure_protocol::Hasher;
use zeroize::Zeroizing;

/// Identifiers evaluated at a time: enough to keep all cores busy, few enough to show progress.
const BATCH: usize = 16_384;

/// Evaluates all identifiers, and passes the digests to the sorter of their kind. Returns the
/// finished escrow if one was asked for. `unsaved` are the finished files that no checkpoint
/// records yet; `None` forbids checkpoints, as after standard input, which cannot be identified.
pub(crate) fn run(
    options: &IngestOptions<'_>,
    dedup: &Dedup<'_>,
    order: &KindOrder,
    sorters: &[Sorter<'_>],
    attempt: &Attempt,
    unsaved: Option<Vec<Finished>>,
    progress: &dyn Progress,
) -> Result<Option<Sealed>, IngestError> {
    // The number of distinct identifiers is not known yet.
    progress.begin(Step::Evaluating, None);
    let hasher = options.keyed().map_or(Hasher::Sha256, Hasher::keyed);
    let escrow = options.escrow.map(|recipient| Escrow::begin(options.data, options.source, recipient)).transpose()?;
    let batch = Vec::with_capacity(BATCH);
    let mut evaluation = Evaluation { hasher, order, sorters, attempt, unsaved, progress, escrow, batch };
    dedup.for_each_part(&mut evaluation)?;
    evaluation.flush()?;
    Ok(evaluation.escrow.map(Escrow::finish).transpose()?)
}

struct Evaluation<'e> {
    hasher: Hasher,
    order: &'e KindOrder,
    sorters: &'e [Sorter<'e>],
    attempt: &'e Attempt,
    /// Finished files that no checkpoint records yet; `None` if no checkpoint may be written.
    unsaved: Option<Vec<Finished>>,
    progress: &'e dyn Progress,
    escrow: Option<Escrow>,
    batch: Vec<(u8, Zeroizing<String>)>,
}

impl Evaluation<'_> {
    fn flush(&mut self) -> Result<(), IngestError> {
        self.batch.sort_by_key(|(rank, _)| *rank);
        for of_kind in self.batch.chunk_by(|a, b| a.0 == b.0) {
            let inputs: Vec<_> = of_kind.iter().map(|(_, input)| input.as_bytes()).collect();
            self.sorters[usize::from(of_kind[0].0)].push(&self.hasher.digests(&inputs)?)?;
        }
        self.progress.advance(self.batch.len() as u64);
        self.batch.clear();
        Ok(())
    }
}

impl TakeDistinct for Evaluation<'_> {
    fn take(&mut self, distinct: &mut dyn Iterator<Item = &[u8]>) -> Result<(), IngestError> {
        for entry in distinct {
            let (&rank, canonical) = entry.split_first().ok_or(IngestError::Spill)?;
            let kind = self.order.kind(rank).ok_or(IngestError::Spill)?;
            let canonical = std::str::from_utf8(canonical).map_err(|_| IngestError::Spill)?;
            if let Some(escrow) = &mut self.escrow {
                escrow.write(&kind.name, canonical)?;
            }
            self.batch.push((rank, Zeroizing::new([&kind.name, ":", canonical].concat())));
            if self.batch.len() == BATCH {
                self.flush()?;
            }
        }
        Ok(())
    }

    fn partition_taken(&mut self, left: &Dedup<'_>) -> Result<(), IngestError> {
        // Every attempt writes its escrow from the beginning, so it must see all identifiers.
        if self.escrow.is_none() && self.unsaved.is_some() && self.attempt.is_due() {
            self.flush()?;
            let unsaved = self.unsaved.as_deref().unwrap_or_default();
            if self.attempt.checkpoint(self.sorters, Some(left), unsaved)? {
                self.unsaved = Some(Vec::new());
            }
        }
        Ok(())
    }
}
