//! What all readers of a run share: options, limits, and the sink of identifiers.

use super::identifiers::{KindOrder, Sink};
use crate::columns::column::ColumnSpec;
use crate::columns::mapping::Mapping;
use crate::limits::Limits;
use exposure_identifier::Rules;

/// What all batches of a run share.
pub(crate) struct Extractor<'a> {
    pub(crate) order: &'a KindOrder,
    pub(crate) sink: &'a dyn Sink,
    /// Masked rows of each table to show.
    pub(crate) shows: usize,
}

/// What all readers of a run share.
pub(crate) struct Context<'r> {
    pub(crate) extractor: Extractor<'r>,
    pub(crate) limits: &'r Limits,
    pub(crate) rules: Rules,
    pub(crate) mapping: &'r Mapping,
    pub(crate) columns: &'r [ColumnSpec],
    /// Only the head of each text is read.
    pub(crate) is_preview: bool,
}
