//! The options of a run of `ingest`.

use crate::escrow::EscrowRecipient;
use crate::incomplete::UNREAD_RATE;
use crate::worker::Readers;
use exposure_dump::{ColumnSpec, Limits, Mapping};
use exposure_identifier::Rules;
use exposure_index::DataDir;
use exposure_protocol::{Scheme, SecretKey};
use std::path::PathBuf;
use std::time::Duration;

/// What to ingest, and how.
pub struct IngestOptions<'a> {
    /// The data directory, with ledgers and catalogue.
    pub data: &'a DataDir,
    /// The source's slug.
    pub source: &'a str,
    /// How digests are made.
    pub scheme: Scheme,
    /// The key, for `voprf`.
    pub key: Option<&'a SecretKey>,
    /// The columns asked for. If empty, the mapping or the detection decides.
    pub columns: &'a [ColumnSpec],
    /// Formats, encodings and columns of files, as far as the operator states them.
    pub mapping: &'a Mapping,
    /// The default region and today's date.
    pub rules: Rules,
    /// What to do with an existing ledger.
    pub mode: Mode,
    /// Approximate bound of the memory, in bytes.
    pub memory: usize,
    /// Limits on each input.
    pub limits: Limits,
    /// The share of values that must be identifiers, between 0 and 1.
    pub accept_rate: f64,
    /// The share of what looks like an identifier in a file that may be left unread, between 0 and
    /// 1. More is reported as incomplete.
    pub unread_rate: f64,
    /// The age recipient to whom the identifiers are encrypted and kept, if any.
    pub escrow: Option<&'a EscrowRecipient>,
    /// Minimum time between checkpoints, which are made at the end of a file.
    pub checkpoint: Duration,
    /// What parses the dump.
    pub readers: &'a Readers,
    /// The dump: files, directories, patterns, `-`.
    pub files: &'a [PathBuf],
}

impl<'a> IngestOptions<'a> {
    /// The defaults: everything is detected, there is no ledger yet, 256 MiB of memory.
    pub fn new(
        data: &'a DataDir,
        source: &'a str,
        scheme: Scheme,
        rules: Rules,
        readers: &'a Readers,
        files: &'a [PathBuf],
    ) -> Self {
        static EVERYTHING_DETECTED: Mapping = Mapping::empty();
        Self {
            data,
            source,
            scheme,
            key: None,
            columns: &[],
            mapping: &EVERYTHING_DETECTED,
            rules,
            mode: Mode::New,
            memory: 256 << 20,
            limits: Limits::default(),
            accept_rate: 0.0,
            unread_rate: UNREAD_RATE,
            escrow: None,
            checkpoint: Duration::from_secs(30),
            readers,
            files,
        }
    }

    /// The key, if the scheme uses one.
    pub(crate) fn keyed(&self) -> Option<&'a SecretKey> {
        self.key.filter(|_| self.scheme == Scheme::Voprf)
    }
}

/// What to do with the ledger that a source already has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Fail if there is one.
    New,
    /// Keep its records and add to them.
    Append,
    /// Replace it.
    Replace,
}
