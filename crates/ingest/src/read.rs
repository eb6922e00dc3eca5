//! Reads the files of a run through workers, one after another, with checkpoints in between.

use crate::consume::Consumer;
use crate::dedup::Dedup;
use crate::error::IngestError;
use crate::inputs::{self, Found, Opened};
use crate::journal::{Attempt, FileId, Finished};
use crate::options::IngestOptions;
use crate::progress::{Progress, Step};
use crate::sort::Sorter;
use crate::worker::{self, Ended, Workers};
use exposure_dump::{
    ColumnReport, End, Event, FileReport, KindReport, PartReport, Pool, ReadAs, Walked, keep_freed_memory,
};
use exposure_identifier::Rules;
use std::path::Path;

/// Everything needed for reading the files.
pub(crate) struct Reading<'r> {
    pub(crate) options: &'r IngestOptions<'r>,
    pub(crate) rules: Rules,
    pub(crate) attempt: &'r Attempt,
    pub(crate) sorters: &'r [Sorter<'r>],
    pub(crate) dedup: Option<&'r Dedup<'r>>,
    pub(crate) progress: &'r dyn Progress,
}

/// The IDs of the files. Standard input has none, and is read by every attempt.
pub(crate) fn ids(files: &[Found]) -> Vec<FileId> {
    files.iter().filter_map(id).collect()
}

/// A hash of all IDs, in their order.
pub(crate) fn hash(ids: &[FileId]) -> [u8; 32] {
    let mut hash = blake3::Hasher::new();
    for id in ids {
        hash.update(id.bytes());
    }
    *hash.finalize().as_bytes()
}

fn id(found: &Found) -> Option<FileId> {
    if found.is_stdin() { None } else { found.metadata().ok().map(|metadata| FileId::of(&found.path, &metadata)) }
}

/// The ID of the file at this path; `None` if there is no file.
pub(crate) fn id_of(path: &Path) -> Option<FileId> {
    path.metadata().ok().map(|metadata| FileId::of(path, &metadata))
}

impl Reading<'_> {
    /// Reads all files except those that an earlier attempt has finished. Returns the reports of
    /// all, and the finished files that no checkpoint records yet.
    pub(crate) fn all(
        &self,
        files: &[Found],
        consumer: &Consumer<'_>,
    ) -> Result<(Vec<FileReport>, Vec<Finished>), IngestError> {
        let mut total = Some(0);
        for found in files {
            // Fails early if a file is missing. The size of standard input is unknown.
            let failed = |error| IngestError::Input { path: found.path.clone(), error };
            let size = if found.is_stdin() { None } else { Some(found.metadata().map_err(failed)?.len()) };
            total = total.zip(size).map(|(sum, size)| sum + size);
        }
        self.progress.begin(Step::Reading, total);
        keep_freed_memory();
        let IngestOptions { columns, mapping, limits, memory, readers, .. } = *self.options;
        let reading = worker::Reading { rules: self.rules, columns, mapping, limits, is_preview: false, memory };
        let mut workers = Workers::new(readers, &reading, self.progress);
        let mut reports = Vec::with_capacity(files.len());
        let mut finished = Vec::new();
        for (n, found) in files.iter().enumerate() {
            let id = id(found);
            if let Some(report) = id.and_then(|id| self.resumed(&id)) {
                self.progress.advance(report.bytes);
                reports.push(report);
                continue;
            }
            let report = if found.is_link { found.link()? } else { self.one(found, consumer, &mut workers)? };
            if let (Some(id), Ok(report)) = (id, serde_json::to_value(&report)) {
                finished.push(Finished { file: id, report });
            }
            reports.push(report);
            let is_last = n + 1 == files.len();
            // Sorting follows at once and needs no checkpoint. Standard input cannot be identified,
            // and a resumed run would read it again.
            let is_worth_it = (!is_last || self.dedup.is_some()) && total.is_some();
            if is_worth_it && self.attempt.is_due() && self.attempt.checkpoint(self.sorters, self.dedup, &finished)? {
                finished.clear();
            }
        }
        Ok((reports, finished))
    }

    /// The report of a file that an earlier attempt has finished.
    fn resumed(&self, id: &FileId) -> Option<FileReport> {
        let report: FileReport = serde_json::from_value(self.attempt.finished(id)?.clone()).ok()?;
        Some(FileReport { resumed: true, ..report })
    }

    fn one(
        &self,
        found: &Found,
        consumer: &Consumer<'_>,
        workers: &mut Workers<'_>,
    ) -> Result<FileReport, IngestError> {
        let Opened { input, request } = inputs::open(found)?;
        let mut file = FileReport { path: found.path.clone(), ..FileReport::default() };
        consumer.begin_input();
        let pool = Pool::default();
        let ended = pool.run(|tasks| {
            workers.read(&request, &input, &mut |event| match event {
                Event::Identifiers(batch) => tasks.submit(move || consumer.take(&batch)),
                Event::Progress(bytes) => {
                    self.progress.advance(bytes);
                    Ok(())
                }
                Event::Part(part) => {
                    file.push(*part);
                    Ok(())
                }
                Event::Failed(error) => Err(IngestError::of_dump(found.path.clone(), error)),
                Event::Hello(_) | Event::End(_) => Ok(()),
            })
        })?;
        match ended {
            Ended::Done(End { walked: Some(walked), identifiers })
                if consumer.delivered() == Some(identifiers)
                    && consumer.covers(&file.parts)
                    && file.parts.iter().all(PartReport::is_accounted_for) =>
            {
                file.walked(walked);
            }
            Ended::Done(_) => {
                // Its report is not believed either.
                file.parts.clear();
                unfinished(&mut file, &workers.stop_invalid(), consumer, found)?;
            }
            Ended::Died(why) => unfinished(&mut file, &why, consumer, found)?,
        }
        Ok(file)
    }
}

/// Completes the report of a file at which the worker died. What it had delivered is kept and
/// counted.
fn unfinished(file: &mut FileReport, why: &str, consumer: &Consumer<'_>, found: &Found) -> Result<(), IngestError> {
    let uncounted = consumer.uncounted(&file.parts);
    if !uncounted.is_empty() {
        let kind = |(name, accepted): (&String, &u64)| {
            (name.clone(), KindReport { accepted: *accepted, ..KindReport::default() })
        };
        let kinds = uncounted.iter().map(kind).collect();
        let column = ColumnReport { name: "?".to_owned(), reads: ReadAs::Text, kinds, ..ColumnReport::default() };
        let seen = uncounted.values().copied().fold(0, u64::saturating_add);
        let format = "unfinished".to_owned();
        file.push(PartReport { format, seen, columns: vec![column], ..PartReport::default() });
    }
    // The provenance identifies the file by its hash, although it was not read completely.
    let (sha256, bytes) = inputs::hash(found)?;
    file.walked(Walked { sha256, bytes, ..Walked::default() });
    file.damage = Some(format!("{why}; what was read of this file before that is kept, the rest is missing"));
    Ok(())
}
