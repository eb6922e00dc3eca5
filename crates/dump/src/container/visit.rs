//! What an archive does with its entries. The walk implements it, so that archives need not know
//! that an entry may itself be an archive.

use super::walk::Place;
use crate::halt::Halt;
use std::io::Read;

/// Takes the entries of an archive.
pub(super) trait Visit {
    /// Looks at what begins here, unpacks it, and hands over what is inside.
    fn content(&mut self, reader: &mut (dyn Read + Send), place: &Place) -> Result<(), Halt>;

    /// Counts an entry that is not read, and reports why.
    fn skip(&mut self, place: Place, why: &'static str) -> Result<(), Halt>;
}
