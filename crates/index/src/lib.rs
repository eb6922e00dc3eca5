//! What is on disk: the published index, the ledgers it is built from, the catalogue, the key file.
//!
//! Alone knows bytes on disk; `FORMAT.md` beside this crate documents each of them. Does not read dumps, does not
//! hash identifiers, does not speak HTTP.

mod bits;
mod catalogue;
mod data;
mod directory;
mod distribution;
mod error;
mod fit;
mod header;
mod inspect;
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

pub use catalogue::{Catalogue, CatalogueError, CatalogueMistake, TEST_SOURCE, toml_mistake, valid_slug};
pub use data::{DataDir, KeyFileError, read_key, write_key};
pub use distribution::{Bar, Distribution};
pub use error::IndexError;
pub use fit::KeyMismatch;
pub use header::{FORMAT_VERSION, Header};
pub use inspect::{Inspection, Ranges};
pub use leaf::LeafBytes;
pub use ledger::{
    EncodedPartition, InputFile, Ledger, LedgerError, LedgerHeader, LedgerRecords, LedgerWriter, PARTITIONS,
    PartitionEncoder, Provenance, Run, Section,
};
pub use limit::information_limit;
pub use operations::{Operation, OperationsLog};
pub use packed::{PACKED_HEADER_BYTES, PackedError, PackedLayout, PackedRange, RangeLeaves};
pub use publish::publish;
pub use reader::Index;
pub use sizing::{DEFAULT_FALSE_POSITIVE_RATE, Sizing, SizingError, deepest};
pub use sources::{IndexedSource, SourceTable};
pub use writer::{IndexWriter, LeafRun, Plan};
