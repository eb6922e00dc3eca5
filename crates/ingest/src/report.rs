//! What a run counted: for people as lines, for programs as fields. Counts and names, never values.

use exposure_identifier::{Kind, Rejection};
use exposure_index::InputFile;
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
    /// SHA-256 of it as it lay there, in lower-case hex.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Records read, without the header.
    pub rows: u64,
    /// Of them, those that were passed over whole: not of the file's format.
    pub malformed: u64,
    /// The columns that were read, by header, number or path, and the kind of each.
    pub columns: Vec<(String, String)>,
}

impl FileReport {
    /// What the ledger says of the file: all but its path.
    pub(crate) fn to_input(&self) -> InputFile {
        InputFile {
            sha256: self.sha256.clone(),
            bytes: self.bytes,
            format: self.format.to_owned(),
            compression: self.compression.to_owned(),
            rows: self.rows,
            malformed: self.malformed,
            columns: self.columns.clone(),
        }
    }
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

    /// Adds what another part of the same run counted.
    pub(crate) fn add(&mut self, other: Self) {
        self.files.extend(other.files);
        other.accepted.into_iter().for_each(|(kind, count)| add(&mut self.accepted, &kind, count));
        other.distinct.into_iter().for_each(|(kind, count)| add(&mut self.distinct, &kind, count));
        for (kind, reasons) in other.rejected {
            let sums = self.rejected.entry(kind).or_default();
            reasons.into_iter().for_each(|(reason, count)| *sums.entry(reason).or_default() += count);
        }
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
