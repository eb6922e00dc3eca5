//! What a run counted: for people as lines, for programs as fields. Counts and names, never values.

use exposure_identifier::{Kind, Rejection};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// One file.
#[derive(Clone, Debug, Default)]
pub struct FileReport {
    /// As it was given.
    pub path: PathBuf,
    /// What its records are written in.
    pub format: &'static str,
    /// How it was compressed.
    pub compression: &'static str,
    /// Records read, without the header.
    pub rows: u64,
    /// Of them, those that were passed over whole: not of the file's format.
    pub malformed: u64,
    /// The columns that were read, by header, number or path, and the kind of each.
    pub columns: Vec<(String, String)>,
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
    /// Cells, or pieces of cells, that are no identifier: by kind and reason.
    pub rejected: BTreeMap<String, BTreeMap<Rejection, u64>>,
}

impl Report {
    pub(crate) fn accept(&mut self, kind: &Kind, count: u64) {
        if count == 0 {
            return;
        }
        add(&mut self.accepted, &kind.name, count);
    }

    pub(crate) fn reject(&mut self, kind: &Kind, reason: Rejection) {
        match self.rejected.get_mut(&kind.name) {
            Some(reasons) => *reasons.entry(reason).or_default() += 1,
            None => drop(self.rejected.insert(kind.name.clone(), BTreeMap::from([(reason, 1)]))),
        }
    }

    /// Records read in all files.
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }

    /// Records passed over whole in all files.
    pub fn malformed(&self) -> u64 {
        self.files.iter().map(|file| file.malformed).sum()
    }
}

/// Adds to a count without allocating its name again.
fn add(counts: &mut BTreeMap<String, u64>, name: &str, count: u64) {
    match counts.get_mut(name) {
        Some(sum) => *sum += count,
        None => drop(counts.insert(name.to_owned(), count)),
    }
}
