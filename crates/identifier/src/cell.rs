//! The result of canonicalising one cell of text.

use crate::identifier::Identifier;
use crate::rejection::Rejection;
use smallvec::SmallVec;

/// The identifiers of one cell: nearly always one, which needs no allocation.
pub type Identifiers = SmallVec<[Identifier; 1]>;

/// What one cell of text contained.
#[derive(Debug, Default)]
pub struct Cell {
    /// The identifiers, in order, each once.
    pub accepted: Identifiers,
    /// Why each other part of the cell was rejected.
    pub rejected: Vec<Rejection>,
}

impl Cell {
    /// The identifiers, or the first rejection if there are none.
    pub fn into_result(self) -> Result<Identifiers, Rejection> {
        match self.rejected.first() {
            Some(&first) if self.accepted.is_empty() => Err(first),
            _ => Ok(self.accepted),
        }
    }
}
