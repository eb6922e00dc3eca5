//! The log of operations: what was ingested, withdrawn, built and published, and when. One JSON
//! object per line, append-only.
//!
//! It holds names of sources, hashes and counts, and no personal data.

use crate::data_dir::DataDir;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

/// An operation on a data directory.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "operation", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Operation {
    /// A dump was ingested into a ledger.
    Ingested {
        /// The source's slug.
        source: String,
        /// The hash of the ledger, in hex.
        ledger: String,
        /// Distinct identifiers in it, by kind.
        records: BTreeMap<String, u64>,
    },
    /// A source was withdrawn.
    Withdrawn {
        /// The source's slug.
        source: String,
    },
    /// Objections were recorded. Whose, is not in the log.
    Suppressed {
        /// The number of new objections.
        added: u64,
    },
    /// An index was built.
    Built {
        /// Its id.
        index: String,
        /// Distinct entries.
        records: u64,
        /// Entries left out because of objections.
        suppressed: u64,
        /// The ledgers it was built from: their hashes in hex, by source.
        ledgers: BTreeMap<String, String>,
    },
    /// An index was published.
    Published {
        /// Its id.
        index: String,
    },
}

/// The log of one data directory.
pub struct OperationsLog(PathBuf);

#[derive(Serialize)]
struct Line<'o> {
    at: String,
    #[serde(flatten)]
    operation: &'o Operation,
}

impl OperationsLog {
    /// The log of this data directory.
    pub fn of(data: &DataDir) -> Self {
        Self(data.operations())
    }

    /// Appends a line for each of these and makes them durable. The operations are already done,
    /// even if this fails.
    pub fn append(&self, operations: &[Operation]) -> io::Result<()> {
        let at = jiff::Timestamp::now().round(jiff::Unit::Second).map_err(io::Error::other)?.to_string();
        let mut lines = Vec::new();
        for operation in operations {
            serde_json::to_writer(&mut lines, &Line { at: at.clone(), operation })?;
            lines.push(b'\n');
        }
        let add = || {
            let mut file = OpenOptions::new().create(true).append(true).mode(0o600).open(&self.0)?;
            let length = file.metadata()?.len();
            // If the disk is full, a part may be written: half a line would corrupt the next one.
            file.write_all(&lines).and_then(|()| file.sync_data()).inspect_err(|_| drop(file.set_len(length)))
        };
        add().map_err(|error: io::Error| {
            let what = format!("the operation is done, but cannot be logged in {}: {error}", self.0.display());
            io::Error::new(error.kind(), what)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn lines_are_added_and_none_is_changed() {
        let dir = tempfile::tempdir().expect("a directory");
        let log = OperationsLog::of(&DataDir::new(dir.path()));
        log.append(&[Operation::Withdrawn { source: "a".to_owned() }]).expect("written");
        let before = fs::read_to_string(&log.0).expect("there");
        log.append(&[Operation::Published { index: "00".to_owned() }]).expect("written");
        let after = fs::read_to_string(&log.0).expect("there");
        assert!(after.starts_with(&before));
        let lines: Vec<serde_json::Value> =
            after.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(lines[0]["operation"], "withdrawn");
        assert_eq!((&lines[1]["operation"], &lines[1]["index"]), (&"published".into(), &"00".into()));
        assert!(lines.iter().all(|line| line["at"].as_str().is_some_and(|at| at.ends_with('Z'))));
    }
}
