//! Errors of reading a dump. Positions, never values.

use serde::{Deserialize, Serialize};
use std::io;

/// What is wrong with an input, where, and what to do. Never holds a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{what}, at byte {offset}")]
pub struct Damage {
    /// One clause: "the gzip data is truncated", "the archive expands to more than 2,000 times its
    /// size; if this is expected, raise --max-ratio".
    pub what: String,
    /// In bytes of the file as stored.
    pub offset: u64,
}

impl Damage {
    /// The damage that a reader's error carries. Other errors become damage at `offset`.
    pub(crate) fn of(error: &io::Error, offset: u64) -> Self {
        let mut inner = error.get_ref().map(|inner| inner as &(dyn std::error::Error + 'static));
        while let Some(error) = inner {
            if let Some(damage) = error.downcast_ref::<Self>() {
                return damage.clone();
            }
            // An error in an error, as libraries wrap them.
            inner = match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
                Some(wrapped) => Some(wrapped),
                None => error.source(),
            };
        }
        Self { what: format!("reading failed ({})", error.kind()), offset }
    }
}

/// Why a run cannot continue: a mistake in the operator's request, or a closed connection to the
/// parent. Sent from the worker to the parent as JSON; the parent knows which input it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DumpError {
    /// A named file of a format that is not supported.
    #[error("{what}")]
    Format {
        /// What it looks like and what to do.
        what: String,
    },
    /// A requested column does not exist.
    #[error("there is no column “{column}”: {found}")]
    NoSuchColumn {
        /// As requested.
        column: String,
        /// What exists instead.
        found: String,
    },
    /// No column was requested, and none is recognised.
    #[error("no column has a known header ({found})")]
    NoKnownColumn {
        /// What exists instead.
        found: String,
    },
    /// The receiver of identifiers closed its end.
    #[error("the identifiers cannot be delivered")]
    Sink,
}
