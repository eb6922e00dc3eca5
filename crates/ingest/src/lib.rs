//! From dumps to ledgers to an index. The only crate that touches raw personal data.
//!
//! Data flows one way: [`input`](self) opens and decompresses → records split it → columns pick cells →
//! `exposure-identifier` canonicalises (`cells`) → repetitions leave (`waiting`) → the hasher evaluates → `digests` sorts →
//! `sections` writes a ledger. [`build`](build()) then turns ledgers into an index, and needs no dump any more.
//!
//! What waits for evaluation is a canonical identifier, so it is spilled to disk encrypted only. No error, report or
//! progress line holds a value of the dump.

mod audit;
mod build;
mod cells;
mod columns;
mod delimited;
mod digests;
#[allow(dead_code, unused_imports, reason = "wired in by the run")]
mod documents;
mod error;
mod frames;
#[doc(hidden)]
pub mod fuzzing;
mod input;
mod json;
mod limits;
mod lines;
mod memory;
mod report;
mod rows;
mod run;
mod sections;
mod spill;
mod suppress;
mod waiting;

pub use audit::{Audit, AuditError, Place, Sought, What, audit};
pub use build::{BuildOptions, Built, build};
pub use columns::ColumnSpec;
pub use error::{BuildError, Damage, IngestError};
pub use limits::{Limits, RATIO_ASKED_FROM};
pub use report::{FileReport, Report};
pub use run::{IngestOptions, Mode, ingest};
pub use suppress::{SuppressOptions, suppress};

/// Told how far a long run has come. Never told a value.
pub trait Progress: Sync {
    /// A new step begins; `total` is in the step's own unit (bytes, identifiers, records), where it is known.
    fn begin(&self, step: Step, total: Option<u64>);
    /// So much more of the step is done.
    fn advance(&self, by: u64);
}

/// The steps of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// Reading the dump; in bytes of the files as they lie.
    Reading,
    /// Evaluating distinct identifiers; in identifiers.
    Evaluating,
    /// Sorting digests and writing the ledger; in records.
    Sorting,
    /// The first reading of the ledgers; in records.
    Counting,
    /// The second reading of the ledgers, writing the index; in records.
    Writing,
    /// Reading the new index once more before it is published.
    Verifying,
}

/// For callers that do not care.
impl Progress for () {
    fn begin(&self, _: Step, _: Option<u64>) {}
    fn advance(&self, _: u64) {}
}
