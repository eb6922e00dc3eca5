//! The report of a run: counts, names and positions, never values. The report of a single input
//! belongs to `exposure-dump`.

use crate::incomplete::{self, Cause};
use exposure_dump::{FileReport, PartReport};
use exposure_index::InputFile;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

/// Reasons for which members were not read, in the provenance of one input.
const SKIPPED_REASONS: usize = 10;

/// What the provenance records of an input: everything except its path.
pub(crate) fn input_of(file: &FileReport, unread_rate: f64) -> InputFile {
    let reasons: BTreeSet<_> = file.parts.iter().filter_map(|part| part.skipped.clone()).collect();
    InputFile {
        sha256: file.sha256.clone(),
        bytes: file.bytes,
        format: file.format(),
        compression: file.compression(),
        rows: file.rows(),
        malformed: file.malformed(),
        columns: file.columns(),
        seen: file.seen(),
        set_aside: file.set_aside(),
        not_read: file.not_read(),
        skipped: reasons.into_iter().take(SKIPPED_REASONS).collect(),
        incomplete: !incomplete::of_file(file, unread_rate).is_empty(),
    }
}

/// An identifier in suspiciously many rows; mostly a made-up one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeavyHitter {
    /// Its kind.
    pub kind: String,
    /// Its masked form.
    pub masked: String,
    /// In how many rows, approximately.
    pub count: u64,
}

/// The identifiers that another source shares with this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// The other source.
    pub source: String,
    /// Identifiers in both, by kind.
    pub shared: BTreeMap<String, u64>,
}

/// The report of a run.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The files, in the order given.
    pub files: Vec<FileReport>,
    /// Identifiers found, by kind, including repeated ones.
    pub accepted: BTreeMap<String, u64>,
    /// Distinct identifiers in the ledger, by kind.
    pub distinct: BTreeMap<String, u64>,
    /// Of them, those that the older ledger did not hold.
    pub added: BTreeMap<String, u64>,
    /// Rejected cells, or parts of cells, by kind and reason code.
    pub rejected: BTreeMap<String, BTreeMap<String, u64>>,
    /// The most frequent identifiers, if they are suspicious.
    pub heavy: Vec<HeavyHitter>,
    /// Other sources under the same key that share identifiers.
    pub overlaps: Vec<Overlap>,
    /// How long the run took.
    pub took: Duration,
    /// Why the ledger does not hold all that the inputs show: a path and a sentence for each cause.
    pub incomplete: Vec<Cause>,
    /// Whether an earlier run, which was killed, had published the ledger, so that nothing was left
    /// to do.
    pub was_published: bool,
}

impl Report {
    /// Sums up the reports of the files.
    pub(crate) fn of(files: Vec<FileReport>, unread_rate: f64) -> Self {
        let mut report = Self { incomplete: incomplete::causes(&files, unread_rate), ..Self::default() };
        for column in files.iter().flat_map(|file| &file.parts).flat_map(|part| &part.columns) {
            for (kind, counts) in &column.kinds {
                if counts.accepted > 0 {
                    add(report.accepted.entry(kind.clone()).or_default(), counts.accepted);
                }
                for (reason, rejects) in &counts.rejected {
                    let reasons = report.rejected.entry(kind.clone()).or_default();
                    add(reasons.entry(reason.clone()).or_default(), rejects.count);
                }
            }
        }
        report.files = files;
        report
    }

    /// Records read in all files.
    pub fn rows(&self) -> u64 {
        self.files.iter().map(FileReport::rows).fold(0, u64::saturating_add)
    }

    /// Malformed records, which were skipped, in all files.
    pub fn malformed(&self) -> u64 {
        self.files.iter().map(FileReport::malformed).fold(0, u64::saturating_add)
    }

    /// The share of values in columns that are identifiers; `None` if there are no values.
    pub fn accept_rate(&self) -> Option<f64> {
        let parts = self.files.iter().flat_map(|file| &file.parts);
        let (accepted, rejected) = parts
            .map(PartReport::judged)
            .fold((0_u64, 0_u64), |sum, part| (sum.0.saturating_add(part.0), sum.1.saturating_add(part.1)));
        let all = accepted as f64 + rejected as f64;
        (all > 0.0).then(|| accepted as f64 / all)
    }

    /// All damage: path and description.
    pub fn damages(&self) -> Vec<(PathBuf, String)> {
        let all = |file: &FileReport| {
            file.damages().into_iter().map(|damage| (file.path.clone(), damage)).collect::<Vec<_>>()
        };
        self.files.iter().flat_map(all).collect()
    }
}

/// Counts come from a worker, which may lie: they saturate.
fn add(sum: &mut u64, count: u64) {
    *sum = sum.saturating_add(count);
}
