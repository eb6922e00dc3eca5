//! Where a ledger comes from: what was read, how it was understood, what came of it.
//!
//! Counts, hashes and names of columns, never a value, a path or a time: equal inputs give equal bytes. When it was
//! done is in the log of operations.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The provenance of a ledger: one run of `ingest`, or several where records were appended.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provenance {
    /// In the order in which they were done.
    pub runs: Vec<Run>,
}

/// One run of `ingest`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Run {
    /// The program and its version.
    pub tool: String,
    /// The version of the rules that make canonical forms.
    pub normaliser: String,
    /// The region that numbers without a calling code were read in.
    pub region: String,
    /// By hash, whatever order they were given in.
    pub inputs: Vec<InputFile>,
    /// Identifiers found, by kind, repeated ones too.
    pub accepted: BTreeMap<String, u64>,
    /// Cells that are no identifier, by kind and reason.
    pub rejected: BTreeMap<String, BTreeMap<String, u64>>,
    /// Distinct identifiers in the ledger after the run, by kind.
    pub distinct: BTreeMap<String, u64>,
}

/// One input file. It has no name here: names of dumps tell whom they were taken from.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputFile {
    /// SHA-256 of the file as it lay there, in lower-case hex: what `sha256sum` says.
    pub sha256: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// What its records were written in.
    pub format: String,
    /// How it was compressed.
    pub compression: String,
    /// Records read.
    pub rows: u64,
    /// Of them, those not of the file's format.
    pub malformed: u64,
    /// The mapping: columns by header, number or path, and the kind of each.
    pub columns: Vec<(String, String)>,
    /// It was damaged or cut: what was good before that place is in the ledger.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub incomplete: bool,
}
