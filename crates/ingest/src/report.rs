//! What a run counted: for people as lines, for programs as fields. Counts, names and positions, never
//! values. What was counted of one input is `exposure-dump`'s.

use exposure_dump::{FileReport, PartReport};
use exposure_index::InputFile;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

/// What the ledger says of an input: all but its path.
pub(crate) fn input_of(file: &FileReport) -> InputFile {
    InputFile {
        sha256: file.sha256.clone(),
        bytes: file.bytes,
        format: file.format(),
        compression: file.compression(),
        rows: file.rows(),
        malformed: file.malformed(),
        columns: file.columns(),
        incomplete: !file.damages().is_empty(),
    }
}

/// An identifier that stands in suspiciously many rows: mostly one that somebody made up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeavyHitter {
    /// Its kind.
    pub kind: String,
    /// Its masked form.
    pub masked: String,
    /// In how many rows, about.
    pub count: u64,
}

/// What another source has in common with this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// The other source.
    pub source: String,
    /// Identifiers in both, by kind.
    pub shared: BTreeMap<String, u64>,
}

/// One source.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The files, in the order given.
    pub files: Vec<FileReport>,
    /// Identifiers found, by kind, repeated ones too.
    pub accepted: BTreeMap<String, u64>,
    /// Distinct identifiers in the ledger, by kind.
    pub distinct: BTreeMap<String, u64>,
    /// Of them, those that an older ledger did not hold.
    pub added: BTreeMap<String, u64>,
    /// Cells, or pieces of cells, that are no identifier: by kind and the code of the reason.
    pub rejected: BTreeMap<String, BTreeMap<String, u64>>,
    /// The most frequent ones.
    pub heavy: Vec<HeavyHitter>,
    /// Other sources of the same key, as far as they share anything.
    pub overlaps: Vec<Overlap>,
    /// How long the run took.
    pub took: Duration,
    /// A run that was stopped had published the ledger already, and nothing was left to do.
    pub was_published: bool,
}

impl Report {
    /// Adds up what the files counted.
    pub(crate) fn of(files: Vec<FileReport>) -> Self {
        let mut report = Self::default();
        for column in files.iter().flat_map(|file| &file.parts).flat_map(|part| &part.columns) {
            for (kind, counts) in &column.kinds {
                if counts.accepted > 0 {
                    *report.accepted.entry(kind.clone()).or_default() += counts.accepted;
                }
                for (reason, rejects) in &counts.rejected {
                    let reasons = report.rejected.entry(kind.clone()).or_default();
                    *reasons.entry(reason.clone()).or_default() += rejects.count;
                }
            }
        }
        report.files = files;
        report
    }

    /// Records read in all files.
    pub fn rows(&self) -> u64 {
        self.files.iter().map(FileReport::rows).sum()
    }

    /// Records passed over whole in all files.
    pub fn malformed(&self) -> u64 {
        self.files.iter().map(FileReport::malformed).sum()
    }

    /// Of the values in columns, the share that are identifiers; none where there are no values.
    pub fn accept_rate(&self) -> Option<f64> {
        let parts = self.files.iter().flat_map(|file| &file.parts);
        let (accepted, refused) =
            parts.map(PartReport::judged).fold((0, 0), |sum, part| (sum.0 + part.0, sum.1 + part.1));
        (accepted + refused > 0).then(|| accepted as f64 / (accepted + refused) as f64)
    }

    /// What is wrong with the files: path and sentence.
    pub fn damages(&self) -> Vec<(PathBuf, String)> {
        let all = |file: &FileReport| {
            file.damages().into_iter().map(|damage| (file.path.clone(), damage)).collect::<Vec<_>>()
        };
        self.files.iter().flat_map(all).collect()
    }
}
