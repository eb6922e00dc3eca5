//! The side with the key: from the identifiers that a worker finds in a dump to ledgers, and from
//! ledgers to an index.
//!
//! Data flows one way. `inputs` finds and opens files. `worker` has them parsed in a sandboxed
//! process (`exposure-dump`) and reads its frames. `consume` hashes identifiers, or passes them to
//! `dedup`, from which `evaluate` takes each once. `sort` orders the digests, and `ledger` writes
//! them. `partition` and `spill` keep all of that within the memory bound, and `journal` records
//! what is durable, so that a killed run is resumed. [`build`](build()) turns ledgers into an
//! index, and needs no dump.
//!
//! No byte of a dump is parsed here. Identifiers are written to disk only encrypted. No error,
//! report or progress message holds a value of the dump.

mod audit;
mod build;
mod consume;
mod dedup;
mod error;
mod escrow;
mod evaluate;
mod fingerprint;
mod forms;
mod frames;
mod heavy_hitters;
mod incomplete;
mod inputs;
mod journal;
mod ledger;
mod memory;
mod options;
mod overlaps;
mod partition;
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
    Because, ColumnReport, ColumnSpec, ColumnSpecError, Damage, EncodingChange, FileReport, KindReport, Limits,
    Mapping, MappingError, PartReport, RATIO_ASKED_FROM, ReadAs, Reads, Rejects,
};
pub use forms::OtherForms;
pub use incomplete::{Cause, UNREAD_RATE, of_file as incomplete_causes};
pub use options::{IngestOptions, Mode};
pub use preview::{PreviewOptions, preview};
pub use progress::{Progress, Step};
pub use report::{HeavyHitter, Overlap, Report};
pub use run::ingest;
pub use suppress::{SuppressOptions, suppress};
pub use test_entry::TestEntryError;
pub use worker::Readers;
