//! What an archive does with its entries. The walk implements it, so that archives need not know
//! that an entry may itself be an archive.

use super::walk::Location;
use crate::halt::Halt;
use std::io::Read;

/// Takes the entries of an archive.
pub(super) trait Visit {
    /// Sniffs the content, unpacks it, and delivers the members inside.
    fn content(&mut self, reader: &mut (dyn Read + Send), location: &Location) -> Result<(), Halt>;

    /// Counts an entry that is not read, and reports why.
    fn skip(&mut self, location: Location, why: &'static str) -> Result<(), Halt>;
}
