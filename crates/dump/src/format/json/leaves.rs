//! The receiver of leaves of JSON, and the rules for which arrays hold records.

use super::block::Reason;
use crate::format::rows::Parts;

/// Receives leaves, in the order of the text. Those of one record come together, once it is known
/// to be whole.
pub(crate) trait Leaves {
    /// A leaf, or a key that may be an identifier.
    fn leaf(&mut self, column: usize, cell: Parts<'_>);
    /// The record of the leaves delivered since the last call is complete. `at` is its position.
    fn end(&mut self, at: u64);
    /// A piece was skipped. Nothing of it was delivered, unless only a part was too deep: then the
    /// rest was.
    fn malformed(&mut self, at: u64, reason: Reason);
    /// Text of which nothing was delivered, once each.
    fn outside(&mut self, at: u64, text: &str);
}

/// Whether an array holds records, by the keys above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListState {
    Root,
    /// Below `hits` of an Elasticsearch response.
    Hits,
    /// An array here holds records, if its first element is an object.
    List,
    Nothing,
}

impl ListState {
    /// `hits.hits` of Elasticsearch, `docs` and `rows` of bulk reads and of `CouchDB`, `RECORDS` of
    /// Navicat's exports.
    pub(super) fn below(self, key: &[u8]) -> Self {
        match (self, key) {
            (Self::Root, b"hits") => Self::Hits,
            (Self::Hits, b"hits") | (Self::Root, b"docs" | b"rows" | b"RECORDS") => Self::List,
            _ => Self::Nothing,
        }
    }
}
