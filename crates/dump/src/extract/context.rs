//! What all readers of a run share: options, limits, and the sink of identifiers.

use super::identifiers::{Identifiers, KindOrder, Sink};
use super::pending::Waiting;
use crate::columns::column::ColumnSpec;
use crate::columns::detect::Detector;
use crate::columns::mapping::Mapping;
use crate::error::DumpError;
use crate::limits::Limits;
use std::sync::Arc;

/// What all batches of a run share.
pub(crate) struct Extractor<'a> {
    pub(crate) order: &'a KindOrder,
    pub(crate) sink: &'a dyn Sink,
    /// Masked rows of each table to show.
    pub(crate) shows: usize,
    /// Values that wait for the end of their table.
    pub(super) waiting: Waiting,
}

impl<'a> Extractor<'a> {
    pub(crate) fn new(order: &'a KindOrder, sink: &'a dyn Sink, shows: usize) -> Self {
        Self { order, sink, shows, waiting: Waiting::default() }
    }

    /// Gives identifiers to the sink, if there are any.
    pub(super) fn deliver(&self, identifiers: &Identifiers) -> Result<(), DumpError> {
        if identifiers.count() == 0 {
            return Ok(());
        }
        self.sink.take(identifiers).map_err(|_| DumpError::Sink)
    }
}

/// What all readers of a run share.
pub(crate) struct Context<'r> {
    pub(crate) extractor: Extractor<'r>,
    pub(crate) limits: &'r Limits,
    /// Of the region of the run. Some parts of a dump are of another.
    pub(crate) detector: &'r Arc<Detector>,
    pub(crate) mapping: &'r Mapping,
    pub(crate) columns: &'r [ColumnSpec],
    /// Only the head of each text is read.
    pub(crate) is_preview: bool,
}
