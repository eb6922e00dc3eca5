//! An object or array that is open while a value is parsed.

use super::grammar::Container;
use super::paths::PathState;

#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) here: PathState,
    pub(super) container: Container,
    /// An array whose elements are records.
    pub(super) is_records: bool,
    /// The position of the next element, in an array whose elements are told apart.
    pub(super) position: Option<usize>,
    /// The leaves before this object, and whether any in it may be named by another member.
    pub(super) first_leaf: usize,
    pub(super) has_named: bool,
    /// Where the first strings are that may be names.
    pub(super) names: [(u32, u32); NAMES],
    pub(super) named: u8,
}

/// Names that are tried in an object.
const NAMES: usize = 3;

impl Frame {
    pub(super) fn new(here: PathState, container: Container) -> Self {
        Self {
            here,
            container,
            is_records: false,
            position: None,
            first_leaf: 0,
            has_named: false,
            names: [(0, 0); NAMES],
            named: 0,
        }
    }
}
