//! What can go wrong between a dump and an index. Paths and places, never values.

use crate::test_entry::TestEntryError;
use exposure_dump::DumpError;
use exposure_index::{CatalogueError, IndexError, LedgerError, SizingError, TEST_SOURCE};
use exposure_protocol::ProtocolError;
use std::io;
use std::path::PathBuf;

/// Why a source was not ingested. What was published before is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    /// An input file cannot be read to its end.
    #[error("cannot read {}: {error}", path.display())]
    Input {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Standard input ends once.
    #[error("standard input (-) is named twice among the files, and can be read once; name it once")]
    StdinTwice,
    /// A format that is not read.
    #[error("{}: {what}", path.display())]
    Format {
        /// Which file.
        path: PathBuf,
        /// What it looks like and what to do.
        what: String,
    },
    /// A column that was asked for is not there.
    #[error("{} has no column “{column}”: {found}", path.display())]
    NoSuchColumn {
        /// Which file.
        path: PathBuf,
        /// As it was asked for.
        column: String,
        /// What there is.
        found: String,
    },
    /// No column was asked for, and none is known by its header.
    #[error("no column of {} is known by its header ({found}); name one with --column HEADER=KIND, or by its number, as in --column 3=phone", path.display())]
    NoKnownColumn {
        /// Which file.
        path: PathBuf,
        /// What there is.
        found: String,
    },
    /// Nothing would stand in the ledger: the columns, the region or the format are mistaken.
    #[error(
        "no identifier was found in {rows} rows ({malformed} malformed{reasons}), and nothing was written; check the format and --column"
    )]
    NothingFound {
        /// Records read.
        rows: u64,
        /// Of them, those not of the file's format.
        malformed: u64,
        /// Why cells were refused, each reason behind a comma.
        reasons: String,
    },
    /// An input is damaged before anything good came of it.
    #[error("{}: {what}; no identifier was found before that, and nothing was written", path.display())]
    NothingGood {
        /// Which file.
        path: PathBuf,
        /// What is wrong, and where.
        what: String,
    },
    /// Too few of the values in the columns that were read are identifiers: the columns are mistaken.
    #[error(
        "only {:.1} % of the values in the columns read are identifiers, fewer than the {:.1} % asked for, and nothing was written; `exposure preview` shows which columns were read, --column and --mapping name others, and --accept-rate lowers the bar",
        rate * 100.0, needed * 100.0
    )]
    FewAccepted {
        /// The share.
        rate: f64,
        /// What was asked for.
        needed: f64,
    },
    /// The process that parses dumps cannot be started.
    #[error("the process that parses dumps could not be started; nothing was read")]
    Worker(#[source] io::Error),
    /// The process that parses dumps is of another version, or of something else.
    #[error("the process that parses dumps is not of this version of the program; nothing was read")]
    OtherWorker,
    /// A layer of the sandbox is missing, and was required.
    #[error("the sandbox that dumps are parsed in lacks {missing}, and --require-sandbox was given; nothing was read")]
    Sandbox {
        /// Layers and reasons.
        missing: String,
    },
    /// The source has a ledger, and nothing says what to do with it.
    #[error("source {0} has a ledger already; say --append to add to it or --replace to make it anew")]
    LedgerExists(String),
    /// The ledger to append to was made otherwise.
    #[error("the ledger of {0} was made with another key or scheme; ingest with that one, or say --replace")]
    OtherKey(String),
    /// `voprf` without a key.
    #[error("the voprf scheme needs a key; make one with `exposure keygen`")]
    NoKey,
    /// Not a slug.
    #[error(
        "“{0}” is not a source's name: lower-case letters, digits and hyphens, at most 64, a letter or digit first"
    )]
    Slug(String),
    /// The test identifier's name.
    #[error(
        "“{TEST_SOURCE}” is the source of the test identifier, which every index holds; give this source another name"
    )]
    Reserved,
    /// The ledger of the test identifier.
    #[error(transparent)]
    TestEntry(#[from] TestEntryError),
    /// Objections that were recorded under another key or scheme.
    #[error("the objections in {} were recorded under another key or scheme; put that file away and record all of them again, or use the key they were recorded under", .0.display())]
    OtherObjections(PathBuf),
    /// Spill that does not decrypt or is cut: a disk that lies, or somebody else's hand in the data directory.
    #[error("a file in the spill directory was changed while it was in use; ingest again")]
    Spill,
    /// The spill directory cannot be written or read: mostly a disk that is full.
    #[error("cannot use the spill directory {}; nothing was changed", path.display())]
    SpillFailed {
        /// Which directory.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The data directory cannot be used.
    #[error("cannot use the data directory")]
    Data(#[from] io::Error),
    /// The ledger could not be written or read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The catalogue.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// A canonical form that cannot be hashed, which no kind makes.
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
}

impl IngestError {
    /// What a worker says of the input at this path.
    pub(crate) fn of_dump(path: PathBuf, error: DumpError) -> Self {
        match error {
            DumpError::Format { what } => Self::Format { path, what },
            DumpError::NoSuchColumn { column, found } => Self::NoSuchColumn { path, column, found },
            DumpError::NoKnownColumn { found } => Self::NoKnownColumn { path, found },
            other => Self::Format { path, what: other.to_string() },
        }
    }
}

/// Why an index was not built. What was published before is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// Nothing to build from, and no key to build an empty index under.
    #[error("there is no ledger in {} and no key to build an empty index under; run `exposure ingest` first", .0.display())]
    Nothing(PathBuf),
    /// Two ledgers do not belong together.
    #[error("the ledgers of {first} and {other} were made with different keys or schemes; ingest one of them again")]
    Mixed {
        /// The first source.
        first: String,
        /// One that differs.
        other: String,
    },
    /// Bare hashes, not asked for in so many words.
    #[error(
        "these ledgers hold bare SHA-256 hashes: whoever has the index can try every phone number in minutes; if that is meant, say --allow-unkeyed"
    )]
    Unkeyed,
    /// No width fits.
    #[error(transparent)]
    Sizing(#[from] SizingError),
    /// A ledger is damaged or cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The index cannot be read or does not verify.
    #[error(transparent)]
    Index(IndexError),
    /// The catalogue.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The data directory cannot be used.
    #[error("cannot use the data directory")]
    Data(#[from] io::Error),
    /// A source of which nothing says whether it is sensitive.
    #[error(
        "the ledger of {0} has no entry in the catalogue, so that nothing says whether it is sensitive; `exposure sources set {0} sensitive=false` makes one"
    )]
    NoEntry(String),
    /// The index in front holds a source whose ledger is gone, and nobody has withdrawn it.
    #[error("the ledger of {0} is not at {path}, though the index in front holds that source; put it back, or withdraw the source with `exposure sources remove {0}`", path = .1.display())]
    LedgerMissing(String, PathBuf),
    /// Objections that were recorded under another key or scheme than the ledgers'.
    #[error("the objections in {} were recorded under another key or scheme than the ledgers', so that nothing tells whom to leave out; record them again with `exposure suppress` once that file is put away", .0.display())]
    OtherObjections(PathBuf),
    /// The ledger of the test identifier.
    #[error(transparent)]
    TestEntry(#[from] TestEntryError),
    /// The key at hand is not the ledgers'.
    #[error("the ledgers were made with another key than the data directory's; put that key back, or ingest again")]
    OtherKey,
}

// By hand, so that a disk that is full is one error, whatever was being written.
impl From<IndexError> for BuildError {
    fn from(error: IndexError) -> Self {
        match error {
            IndexError::Io(error) => Self::Data(error),
            error => Self::Index(error),
        }
    }
}
