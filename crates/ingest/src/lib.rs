//! The side with the key: from the identifiers that a worker finds in a dump to ledgers, and from ledgers
//! to an index.
//!
//! Data flows one way. `inputs` finds and opens files; `worker` has them parsed in a sandboxed process
//! (`exposure-dump`) and reads its frames; `consume` hashes identifiers, or hands them to `dedup` to wait
//! for `evaluate`; `sort` orders the digests; `ledger` writes them. A `journal` says what of it is durable.
//! [`build`](build()) then turns ledgers into an index, and needs no dump any more.
//!
//! No byte of a dump is parsed here. Identifiers that wait for evaluation are spilled to disk encrypted
//! only. No error, report or progress line holds a value of the dump.

mod audit;
mod build;
mod consume;
mod dedup;
mod error;
mod escrow;
mod evaluate;
mod frames;
mod heavy_hitters;
mod inputs;
mod journal;
mod ledger;
mod memory;
mod options;
mod overlaps;
mod preview;
mod progress;
mod read;
mod report;
mod run;
mod sort;
mod spill;
mod suppress;
mod test_entry;
mod worker;

pub use audit::{Audit, AuditError, Place, Sought, What, audit};
pub use build::{BuildOptions, Built, build};
pub use error::{BuildError, IngestError};
pub use escrow::{EscrowRecipient, RecipientError};
pub use exposure_dump::{
    Because, ColumnReport, ColumnSpec, ColumnSpecError, Damage, FileReport, KindReport, Limits, Mapping, MappingError,
    PartReport, RATIO_ASKED_FROM, Reads, Rejects,
};
pub use options::{IngestOptions, Mode};
pub use preview::{PreviewOptions, preview};
pub use progress::{Progress, Step};
pub use report::{HeavyHitter, Overlap, Report};
pub use run::ingest;
pub use suppress::{SuppressOptions, suppress};
pub use test_entry::TestEntryError;
pub use worker::Readers;
