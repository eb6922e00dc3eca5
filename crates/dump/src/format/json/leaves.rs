//! What a walk through JSON hands over, and which arrays hold records.

use super::block::Why;
use crate::format::rows::Cell;

/// Takes leaves, in the order of the text. A record's come together, when it is known to be whole.
pub(crate) trait Leaves {
    /// A leaf at a wanted path.
    fn leaf(&mut self, column: usize, cell: Cell<'_>);
    /// The record is complete whose leaves were handed over since the last one. `at` is where it begins.
    fn end(&mut self, at: u64);
    /// A piece has been passed over. Nothing of it was handed over, but where a part is too deep: the rest is then.
    fn malformed(&mut self, at: u64, why: Why);
}

/// Whether an array holds records, by the keys above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lists {
    Root,
    /// Below `hits` of an Elasticsearch answer.
    Hits,
    /// An array here holds records, if its first element is an object.
    List,
    Nothing,
}

impl Lists {
    /// `hits.hits` of Elasticsearch, `docs` and `rows` of bulk reads and of `CouchDB`, `RECORDS` of Navicat's
    /// exports.
    pub(super) fn below(self, key: &[u8]) -> Self {
        match (self, key) {
            (Self::Root, b"hits") => Self::Hits,
            (Self::Hits, b"hits") | (Self::Root, b"docs" | b"rows" | b"RECORDS") => Self::List,
            _ => Self::Nothing,
        }
    }
}
