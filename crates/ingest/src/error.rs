//! Errors between a dump and an index. They name paths and positions, never values.

use crate::forms::OtherForms;
use crate::test_entry::TestEntryError;
use exposure_dump::DumpError;
use exposure_index::{CatalogueError, IndexError, LedgerError, SizingError, TEST_SOURCE};
use exposure_protocol::ProtocolError;
use std::io;
use std::path::PathBuf;

/// Most sources that one error names.
const SOURCES_NAMED: usize = 5;

/// Why a source was not ingested. Nothing that was published before has changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    /// An input file cannot be read completely.
    #[error("cannot read {}: {error}", path.display())]
    Input {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Standard input can be read only once.
    #[error("standard input (-) is given twice, and can be read only once")]
    StdinTwice,
    /// An input in an unsupported format.
    #[error("{}: {what}", path.display())]
    Format {
        /// Which file.
        path: PathBuf,
        /// What it looks like, and what to do.
        what: String,
    },
    /// A column that was asked for does not exist.
    #[error("{} has no column “{column}”: {found}", path.display())]
    NoSuchColumn {
        /// Which file.
        path: PathBuf,
        /// The column, as it was asked for.
        column: String,
        /// The columns that exist.
        found: String,
    },
    /// No column was asked for, and no header is known.
    #[error("no column of {} has a known header ({found}); name a column with --column HEADER=KIND, or by number, as in --column 3=phone", path.display())]
    NoKnownColumn {
        /// Which file.
        path: PathBuf,
        /// The columns that exist.
        found: String,
    },
    /// The ledger would be empty, so the columns, the region or the format are wrong.
    #[error(
        "no identifier was read from {rows} rows ({malformed} malformed{reasons}), and nothing was written; {advice}"
    )]
    NothingFound {
        /// Records read.
        rows: u64,
        /// Of them, those that do not conform to the file's format.
        malformed: u64,
        /// Why cells were rejected, with a comma before each reason.
        reasons: String,
        /// What was not read, and what reads it.
        advice: String,
    },
    /// An input is damaged, and nothing was found before the damage.
    #[error("{}: {what}; no identifier was found before the damage, and nothing was written", path.display())]
    NothingGood {
        /// Which file.
        path: PathBuf,
        /// The damage and its position.
        what: String,
    },
    /// Too few values in the columns that were read are identifiers, so the columns are wrong.
    #[error(
        "only {:.1} % of the values in the columns that were read are identifiers, less than the required {:.1} %, and nothing was written; `exposure preview` shows which columns are read, --column and --mapping select others, and --accept-rate lowers the limit",
        rate * 100.0, needed * 100.0
    )]
    FewAccepted {
        /// The share.
        rate: f64,
        /// The share required.
        needed: f64,
    },
    /// The process that parses dumps cannot be started.
    #[error("the process that parses dumps could not be started; nothing was read")]
    Worker(#[source] io::Error),
    /// The process that parses dumps has another version, or is another program.
    #[error("the process that parses dumps is not this version of this program; nothing was read")]
    OtherWorker,
    /// A layer of the sandbox is missing although the sandbox is required.
    #[error("the sandbox for parsing dumps lacks {missing}, and --require-sandbox was given; nothing was read")]
    Sandbox {
        /// The missing layers and why they are missing.
        missing: String,
    },
    /// The source has a ledger, and neither appending nor replacing was asked for.
    #[error("source {0} has a ledger already; use --append to add to it or --replace to replace it")]
    LedgerExists(String),
    /// The ledger to append to has another key or scheme.
    #[error("the ledger of {0} was made with another key or scheme; use that key and scheme, or --replace")]
    OtherKey(String),
    /// The ledger to append to has canonical forms of another version: numbers of one source would
    /// be in it in two forms.
    #[error(
        "the ledger of {} holds numbers of kind {} in canonical forms of version {}, and this program makes version {}; {}",
        .0.source, .0.kind, .0.version, .0.own, append_advice(.0)
    )]
    OtherForms(OtherForms),
    /// `voprf` without a key.
    #[error("the voprf scheme needs a key; make one with `exposure keygen`")]
    NoKey,
    /// Not a slug.
    #[error(
        "“{0}” is not a valid source name: use at most 64 lower-case letters, digits and hyphens, and begin with a letter or digit"
    )]
    Slug(String),
    /// The name of the test identifier's source.
    #[error(
        "“{TEST_SOURCE}” is the name of the test identifier's source, which is in every index; give this source another name"
    )]
    Reserved,
    /// The ledger of the test identifier is missing or unusable.
    #[error(transparent)]
    TestEntry(#[from] TestEntryError),
    /// Objections that were recorded with another key or scheme.
    #[error("the objections in {} were recorded with another key or scheme; use that key and scheme, or move the file away and record all objections again", .0.display())]
    OtherObjections(PathBuf),
    /// A spill file that does not decrypt or is truncated: the disk is faulty, or another program
    /// changed the data directory.
    #[error("a file in the spill directory was changed while it was in use; ingest again")]
    Spill,
    /// The spill directory cannot be written or read, mostly because the disk is full.
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
    /// A ledger cannot be written or read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The catalogue cannot be read or written.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// A canonical form cannot be hashed. No kind produces one.
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
}

impl IngestError {
    /// The error that a worker reports of the input at this path.
    pub(crate) fn of_dump(path: PathBuf, error: DumpError) -> Self {
        match error {
            DumpError::Format { what } => Self::Format { path, what },
            DumpError::NoSuchColumn { column, found } => Self::NoSuchColumn { path, column, found },
            DumpError::NoKnownColumn { found } => Self::NoKnownColumn { path, found },
            other => Self::Format { path, what: other.to_string() },
        }
    }
}

/// Why an index was not built. Nothing that was published before has changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// There is no ledger, and no key for an empty index.
    #[error("there is no ledger in {}, and no key for an empty index; run `exposure ingest` first", .0.display())]
    Nothing(PathBuf),
    /// Two ledgers have different keys or schemes.
    #[error("the ledgers of {first} and {other} were made with different keys or schemes; ingest one of them again")]
    Mixed {
        /// The first source.
        first: String,
        /// A source that differs.
        other: String,
    },
    /// Ledgers of another canonical version than this program's, without explicit permission.
    #[error(
        "numbers of kind {kind} in {} are in canonical forms of another version than this program's, {own}, so checks \
         would miss some of them; {}, or build all the same with --allow-other-forms: a check of that kind that finds \
         nothing then says that it cannot tell", sources_of(sources), build_advice(sources, *own)
    )]
    OtherForms {
        /// The kind.
        kind: String,
        /// Its canonical version in this program.
        own: u16,
        /// The sources, and the canonical version of each.
        sources: Vec<(String, u16)>,
    },
    /// Ledgers of the unkeyed scheme, without explicit permission.
    #[error(
        "these ledgers hold plain SHA-256 hashes, and anyone with the index can try every phone number in minutes; to build it anyway, use --allow-unkeyed"
    )]
    Unkeyed,
    /// No widths of tags and seals fit.
    #[error(transparent)]
    Sizing(#[from] SizingError),
    /// A ledger is damaged or cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The index cannot be read or does not verify.
    #[error(transparent)]
    Index(IndexError),
    /// The catalogue cannot be read or written.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The data directory cannot be used.
    #[error("cannot use the data directory")]
    Data(#[from] io::Error),
    /// A source without an entry in the catalogue, which says whether it is sensitive.
    #[error(
        "the source {0} has a ledger but no entry in the catalogue, which must say whether it is sensitive; `exposure sources set {0} sensitive=false` adds one"
    )]
    NoEntry(String),
    /// The current index holds a source whose ledger is missing, and which was not withdrawn.
    #[error("the ledger of {0} is missing at {path}, but the current index holds that source; restore the ledger, or withdraw the source with `exposure sources remove {0}`", path = .1.display())]
    LedgerMissing(String, PathBuf),
    /// Objections that were recorded with another key or scheme than the ledgers'.
    #[error("the objections in {} were recorded with another key or scheme than the ledgers', so they match no entry; move that file away and record all objections again with `exposure suppress`", .0.display())]
    OtherObjections(PathBuf),
    /// The ledger of the test identifier is missing or unusable.
    #[error(transparent)]
    TestEntry(#[from] TestEntryError),
    /// The key in the data directory is not the ledgers'.
    #[error(
        "the ledgers were made with another key than the one in the data directory; restore that key, or ingest again"
    )]
    OtherKey,
}

/// What to do where a ledger cannot be appended to.
fn append_advice(OtherForms { version, own, .. }: &OtherForms) -> &'static str {
    if version > own {
        "use a newer version of this program"
    } else {
        "ingest all its files again with --replace, or these under another source name"
    }
}

/// Sources as an error names them: not more than a few.
fn sources_of(sources: &[(String, u16)]) -> String {
    let named = sources.iter().take(SOURCES_NAMED).map(|(slug, version)| format!("{slug} (version {version})"));
    let named = named.collect::<Vec<_>>().join(", ");
    match sources.len().saturating_sub(SOURCES_NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

/// What to do where sources are of another version.
fn build_advice(sources: &[(String, u16)], own: u16) -> &'static str {
    if sources.iter().any(|(_, version)| *version > own) {
        "use a newer version of this program"
    } else {
        "ingest them again with --replace"
    }
}

// By hand, so that a full disk is the same error whatever was being written.
impl From<IndexError> for BuildError {
    fn from(error: IndexError) -> Self {
        match error {
            IndexError::Io(error) => Self::Data(error),
            error => Self::Index(error),
        }
    }
}
