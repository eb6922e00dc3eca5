//! Has the files of a run read, one after another, and makes durable now and then what came of them.

use crate::consume::Consumer;
use crate::dedup::Waiting;
use crate::error::IngestError;
use crate::inputs::{self, Found, Opened};
use crate::journal::{Attempt, FileId, Finished};
use crate::options::IngestOptions;
use crate::progress::{Progress, Step};
use crate::sort::Sorter;
use crate::worker::{self, Ended, Workers};
use exposure_dump::{ColumnReport, End, Event, FileReport, KindReport, PartReport, Pool, Walked};
use exposure_identifier::Rules;
use std::path::Path;

/// What reading all files needs.
pub(crate) struct Reading<'r> {
    pub(crate) options: &'r IngestOptions<'r>,
    pub(crate) rules: Rules,
    pub(crate) attempt: &'r Attempt,
    pub(crate) sorters: &'r [Sorter<'r>],
    pub(crate) waiting: Option<&'r Waiting<'r>>,
    pub(crate) progress: &'r dyn Progress,
}

/// What distinguishes the files from one another. Nothing distinguishes standard input, which is always read.
pub(crate) fn ids(files: &[Found]) -> Vec<FileId> {
    files.iter().filter_map(id).collect()
}

/// A hash of all of them, in their order.
pub(crate) fn hash(ids: &[FileId]) -> [u8; 32] {
    let mut hash = blake3::Hasher::new();
    for id in ids {
        hash.update(id.bytes());
    }
    *hash.finalize().as_bytes()
}

fn id(found: &Found) -> Option<FileId> {
    if found.is_stdin() { None } else { id_of(&found.path) }
}

/// What distinguishes a file from what it was, or may become; `None` if there is none.
pub(crate) fn id_of(path: &Path) -> Option<FileId> {
    path.metadata().ok().map(|metadata| FileId::of(path, &metadata))
}

impl Reading<'_> {
    /// Reads all files but those that an earlier attempt has read to their ends. Returns what they counted, and
    /// those that no checkpoint says to be finished yet.
    pub(crate) fn all(
        &self,
        files: &[Found],
        consumer: &Consumer<'_>,
    ) -> Result<(Vec<FileReport>, Vec<Finished>), IngestError> {
        let mut total = Some(0);
        for found in files {
            // A file that is not there costs nothing but this. How much standard input holds is not known.
            let failed = |error| IngestError::Input { path: found.path.clone(), error };
            let size = if found.is_stdin() { None } else { Some(found.path.metadata().map_err(failed)?.len()) };
            total = total.zip(size).map(|(sum, size)| sum + size);
        }
        self.progress.begin(Step::Reading, total);
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
            let report = self.one(found, consumer, &mut workers)?;
            if let (Some(id), Ok(report)) = (id, serde_json::to_value(&report)) {
                finished.push(Finished { file: id, report });
            }
            reports.push(report);
            let is_last = n + 1 == files.len();
            // What is sorted at once needs no checkpoint, and what standard input held would be there twice.
            let is_worth_it = (!is_last || self.waiting.is_some()) && total.is_some();
            if is_worth_it && self.attempt.is_due() && self.attempt.checkpoint(self.sorters, self.waiting, &finished)? {
                finished.clear();
            }
        }
        Ok((reports, finished))
    }

    /// What an earlier attempt counted of a file.
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
            Ended::Done(End { walked: Some(walked), identifiers }) if consumer.delivered() == Some(identifiers) => {
                file.walked(walked);
            }
            Ended::Done(_) => unfinished(&mut file, &workers.distrust(), consumer, found)?,
            Ended::Died(why) => unfinished(&mut file, &why, consumer, found)?,
        }
        Ok(file)
    }
}

/// Completes the report of a file at which the worker died: what it had delivered is kept, and counted.
fn unfinished(file: &mut FileReport, why: &str, consumer: &Consumer<'_>, found: &Found) -> Result<(), IngestError> {
    let uncounted = consumer.uncounted(&file.parts);
    if !uncounted.is_empty() {
        let kind = |(name, accepted): (&String, &u64)| {
            (name.clone(), KindReport { accepted: *accepted, ..KindReport::default() })
        };
        let kinds = uncounted.iter().map(kind).collect();
        let column = ColumnReport { name: "?".to_owned(), reads: "text".to_owned(), kinds, ..ColumnReport::default() };
        file.push(PartReport { format: "unfinished".to_owned(), columns: vec![column], ..PartReport::default() });
    }
    // The ledger says which file it was, although nobody has read it to its end.
    let (sha256, bytes) = inputs::hash(found)?;
    file.walked(Walked { sha256, bytes, ..Walked::default() });
    file.damage = Some(format!("{why}; what of this file had been delivered is kept, the rest was not read"));
    Ok(())
}
