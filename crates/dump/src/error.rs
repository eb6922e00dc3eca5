//! What can go wrong while a dump is read. Positions, never values.

use serde::{Deserialize, Serialize};
use std::io;

/// What is wrong with an input, where, and what to do. Never holds a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{what}, at byte {offset}")]
pub struct Damage {
    /// One clause: "the gzip data is cut", "the archive expands to more than 2,000 times its size; if
    /// that is meant, raise --max-ratio".
    pub what: String,
    /// In bytes of the file as it lies there.
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
        Self { what: format!("it cannot be read any further ({})", error.kind()), offset }
    }
}

/// Why a run cannot go on: a mistake in what the operator asked for, or a parent that is gone. Travels
/// from the worker to the parent as JSON; the parent knows which input it is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DumpError {
    /// A named file of a format that is not read.
    #[error("{what}")]
    Format {
        /// What it looks like and what to do.
        what: String,
    },
    /// A column that was asked for is not there.
    #[error("there is no column “{column}”: {found}")]
    NoSuchColumn {
        /// As it was asked for.
        column: String,
        /// What there is.
        found: String,
    },
    /// No column was asked for, and none is recognised by its header.
    #[error("no column is known by its header ({found})")]
    NoKnownColumn {
        /// What there is.
        found: String,
    },
    /// Whoever takes the identifiers is gone.
    #[error("the identifiers cannot be delivered")]
    Sink,
}
