//! Reads the files of a run, one after another, and makes durable now and then what came of them.

use crate::digests::Sorter;
use crate::extract::Extractor;
use crate::journal::{Attempt, FileId, Finished};
use crate::read::Reader;
use crate::source::{self, Found};
use crate::waiting::Waiting;
use crate::{FileReport, IngestError, IngestOptions, Progress, Step};
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

/// What tells the files from one another; standard input is told from nothing, and always read.
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

/// What tells a file from what it was, or may become; none if there is none.
pub(crate) fn id_of(path: &Path) -> Option<FileId> {
    path.metadata().ok().map(|metadata| FileId::of(path, &metadata))
}

impl Reading<'_> {
    /// Reads all files but those that an earlier attempt has read to their ends. What they counted, and those that no
    /// checkpoint says to be finished yet.
    pub(crate) fn all(
        &self,
        files: &[Found],
        extractor: &Extractor<'_>,
    ) -> Result<(Vec<FileReport>, Vec<Finished>), IngestError> {
        let mut total = Some(0);
        for found in files {
            // A file that is not there costs nothing but this. How much standard input holds is not known.
            let failed = |error| IngestError::Input { path: found.path.clone(), error };
            let size = if found.is_stdin() { None } else { Some(found.path.metadata().map_err(failed)?.len()) };
            total = total.zip(size).map(|(sum, size)| sum + size);
        }
        self.progress.begin(Step::Reading, total);
        let reader = Reader {
            extractor,
            limits: &self.options.limits,
            rules: self.rules,
            mapping: self.options.mapping,
            columns: self.options.columns,
            is_preview: false,
        };
        let mut reports = Vec::with_capacity(files.len());
        let mut finished = Vec::new();
        for (n, found) in files.iter().enumerate() {
            let id = id(found);
            if let Some(report) = id.and_then(|id| self.resumed(&id)) {
                self.progress.advance(report.bytes);
                reports.push(report);
                continue;
            }
            let report = self.one(found, &reader)?;
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

    fn one(&self, found: &Found, reader: &Reader<'_>) -> Result<FileReport, IngestError> {
        let mut file = FileReport { path: found.path.clone(), ..FileReport::default() };
        let walked = source::walk(&found.path, reader.limits, self.progress, &mut |member| {
            file.push(reader.member(&found.path, found.is_named, member)?);
            Ok(())
        })?;
        file.walked(walked);
        Ok(file)
    }
}
