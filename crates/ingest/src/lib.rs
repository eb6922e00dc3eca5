//! From dumps to ledgers to an index. The only crate that touches raw personal data.
//!
//! Data flows one way: [`input`](self) opens and decompresses → records split it → columns pick cells →
//! `exposure-identifier` canonicalises (`cells`) → repetitions leave (`waiting`) → the hasher evaluates → `digests` sorts →
//! `sections` writes a ledger. [`build`](build()) then turns ledgers into an index, and needs no dump any more.
//!
//! What waits for evaluation is a canonical identifier, so it is spilled to disk encrypted only. No error, report or
//! progress line holds a value of the dump.

mod audit;
mod blocks;
mod build;
mod columnar;
mod columns;
mod decide;
mod decode;
mod delimited;
mod digests;
mod documents;
mod error;
mod escrow;
mod evaluation;
mod extract;
mod frames;
#[doc(hidden)]
pub mod fuzzing;
mod guard;
mod heavy;
mod journal;

mod limits;
mod mapping;
mod memory;
mod overlaps;
mod pool;
mod preview;
mod read;
mod reading;
mod report;
mod rows;
mod run;
mod sections;
mod shape;
mod source;
mod spill;
mod sql;
mod structured;
mod suppress;
mod table;
mod test_entry;
mod waiting;
mod window;
mod xlsx;

pub use audit::{Audit, AuditError, Place, Sought, What, audit};
pub use build::{BuildOptions, Built, build};
pub use columns::{Because, ColumnSpec, Reads};
pub use error::{BuildError, Damage, IngestError};
pub use escrow::{EscrowRecipient, RecipientError};
pub use guard::is_guarded;
pub use limits::{Limits, RATIO_ASKED_FROM};
pub use mapping::{Mapping, MappingError};
pub use preview::{PreviewOptions, preview};
pub use report::{ColumnReport, FileReport, HeavyHitter, KindReport, Overlap, PartReport, Rejects, Report};
pub use run::{IngestOptions, Mode, ingest};
pub use suppress::{SuppressOptions, suppress};
pub use test_entry::TestEntryError;

/// Told how far a long run has come. Never told a value.
pub trait Progress: Sync {
    /// A new step begins; `total` is in the step's own unit (bytes, identifiers, records), where it is known.
    fn begin(&self, step: Step, total: Option<u64>);
    /// So much more of the step is done.
    fn advance(&self, by: u64);
    /// So many identifiers have been found so far.
    fn found(&self, identifiers: u64);
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
    /// Comparing the new ledger with the others.
    Comparing,
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
    fn found(&self, _: u64) {}
}
