//! Ledgers: the sorted, distinct digests of one source, a section for each kind.
//!
//! Layout in `FORMAT.md`, "Ledger". A ledger lets its holder open seals and match tags, but not
//! evaluate: keep it offline.

mod block;
mod error;
mod file;
mod header;
mod provenance;
mod reader;
mod records;
mod section;
mod trailer;
mod writer;

pub use error::LedgerError;
pub use header::LedgerHeader;
pub use provenance::{InputFile, Provenance, Run};
pub use reader::Ledger;
pub use records::LedgerRecords;
pub use section::{PARTITIONS, Section};
pub use writer::{EncodedPartition, LedgerWriter, PartitionEncoder};

#[cfg(test)]
mod tests;
