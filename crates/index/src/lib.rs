#![doc = include_str!("../README.md")]
//!
//! The only crate that knows bytes on disk; `FORMAT.md` beside it documents each of them. Parses no
//! dumps, hashes no identifiers, speaks no HTTP.

mod bits;
mod catalogue;
mod data_dir;
mod directory;
mod distribution;
mod error;
mod fit;
mod format;
mod header;
mod inspect;
mod key_file;
mod leaf;
mod ledger;
mod limit;
mod lookup;
mod map;
mod operations;
mod packed;
mod publish;
mod reader;
mod select;
mod sizing;
mod sources;
mod writer;

pub use catalogue::{
    Catalogue, CatalogueError, CatalogueMistake, TEST_SOURCE, entry_from_toml, toml_mistake, valid_slug,
};
pub use data_dir::DataDir;
pub use distribution::{Bar, Distribution};
pub use error::IndexError;
pub use fit::KeyMismatch;
pub use format::FORMAT_VERSION;
pub use header::Header;
pub use inspect::{Inspection, Ranges};
pub use key_file::{KeyFileError, KeyTextError, key_from_text, key_to_text, read_key, write_key};
pub use leaf::LeafBytes;
pub use ledger::{
    EncodedPartition, InputFile, Ledger, LedgerError, LedgerHeader, LedgerRecords, LedgerWriter, PARTITIONS,
    PartitionEncoder, Provenance, Run, Section,
};
pub use limit::information_limit;
pub use operations::{Operation, OperationsLog};
pub use packed::{PACKED_HEADER_BYTES, PackedError, PackedLayout, PackedRange, RangeLeaves};
pub use publish::{Draft, publish, publish_bytes};
pub use reader::Index;
pub use sizing::{DEFAULT_FALSE_POSITIVE_RATE, Sizing, SizingError, deepest};
pub use sources::{IndexedSource, SourceTable};
pub use writer::{IndexWriter, LeafRun, Plan};
