//! The provenance of a ledger: what was read, how it was interpreted, and what was found.
//!
//! Counts, hashes and names of columns, never a value, a path or a time: equal inputs give equal
//! bytes. Times are in the log of operations.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The provenance of a ledger: one run of `ingest`, or several where records were appended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// In order.
    pub runs: Vec<Run>,
}

impl Provenance {
    /// Whether any run left something of its inputs out.
    pub fn is_incomplete(&self) -> bool {
        self.runs.iter().any(Run::is_incomplete)
    }
}

impl Run {
    /// Whether it left something of its inputs out.
    pub fn is_incomplete(&self) -> bool {
        self.inputs.iter().any(|input| input.incomplete)
    }
}

/// One run of `ingest`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The program and its version.
    pub tool: String,
    /// The version of the rules that produce canonical forms.
    #[serde(rename = "normaliser")]
    pub canonical_version: String,
    /// The default region of phone numbers.
    pub region: String,
    /// Sorted by hash.
    pub inputs: Vec<InputFile>,
    /// Identifiers found, by kind, repetitions included.
    pub accepted: BTreeMap<String, u64>,
    /// Rejected cells, by kind and reason.
    pub rejected: BTreeMap<String, BTreeMap<String, u64>>,
    /// Distinct identifiers in the ledger after the run, by kind.
    pub distinct: BTreeMap<String, u64>,
}

/// One input. Its name is left out, since names of dumps tell whom they were taken from.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputFile {
    /// SHA-256 of the file, in lower-case hex, as `sha256sum` prints it.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// The format of its records.
    pub format: String,
    /// The compression.
    pub compression: String,
    /// Records read.
    pub rows: u64,
    /// Records that were malformed.
    pub malformed: u64,
    /// Columns by header, number or path, and the kind of each.
    pub columns: Vec<(String, String)>,
    /// What looks like an identifier in it, wherever it is.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub seen: u64,
    /// Of it, what is in columns that are known to hold something else.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub set_aside: u64,
    /// Of it, what was not read.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub not_read: u64,
    /// Why it or members of it were not read, each reason once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skipped: Vec<String>,
    /// Whether it was damaged or cut, or something in it was not read. What was read is in the
    /// ledger.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub incomplete: bool,
}

fn is_zero(count: &u64) -> bool {
    *count == 0
}
