//! What to ingest, and how.

use crate::escrow::EscrowRecipient;
use crate::worker::Readers;
use exposure_dump::{ColumnSpec, Limits, Mapping};
use exposure_identifier::Rules;
use exposure_index::DataDir;
use exposure_protocol::{Scheme, SecretKey};
use std::path::PathBuf;
use std::time::Duration;

/// What to ingest, and how.
pub struct IngestOptions<'a> {
    /// Where ledgers and catalogue are.
    pub data: &'a DataDir,
    /// The source's slug.
    pub source: &'a str,
    /// How digests are made.
    pub scheme: Scheme,
    /// The key, for `voprf`.
    pub key: Option<&'a SecretKey>,
    /// Columns as asked for; none: as the mapping says, or known by their headers and values.
    pub columns: &'a [ColumnSpec],
    /// How files are to be understood.
    pub mapping: &'a Mapping,
    /// Default region and today's date.
    pub rules: Rules,
    /// What to do about an older ledger.
    pub mode: Mode,
    /// Bytes to hold in memory, about.
    pub memory: usize,
    /// What an input may ask for.
    pub limits: Limits,
    /// Share of values that must be identifiers, between 0 and 1.
    pub accept_rate: f64,
    /// An age recipient for whom the identifiers are kept, encrypted.
    pub escrow: Option<&'a EscrowRecipient>,
    /// How long reading may go on before what was read is made durable, at the end of a file.
    pub checkpoint: Duration,
    /// Who parses the dump.
    pub readers: &'a Readers,
    /// The dump: files, directories, patterns, `-`.
    pub files: &'a [PathBuf],
}

impl<'a> IngestOptions<'a> {
    /// The plain case: no wishes, no older ledger, a quarter of a gigabyte.
    pub fn new(
        data: &'a DataDir,
        source: &'a str,
        scheme: Scheme,
        rules: Rules,
        readers: &'a Readers,
        files: &'a [PathBuf],
    ) -> Self {
        static EVERYTHING_DECIDED: Mapping = Mapping::empty();
        Self {
            data,
            source,
            scheme,
            key: None,
            columns: &[],
            mapping: &EVERYTHING_DECIDED,
            rules,
            mode: Mode::New,
            memory: 256 << 20,
            limits: Limits::default(),
            accept_rate: 0.0,
            escrow: None,
            checkpoint: Duration::from_secs(30),
            readers,
            files,
        }
    }

    /// The key, in the scheme that has one.
    pub(crate) fn keyed(&self) -> Option<&'a SecretKey> {
        self.key.filter(|_| self.scheme == Scheme::Voprf)
    }
}

/// What to do with the ledger that a source has already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// There must be none.
    New,
    /// Its records stay.
    Append,
    /// It is made anew.
    Replace,
}
