//! Where a value is on its path, and what a tracker of paths tells of it.

use super::leaves::ListState;
use super::tree::{KEYS, NONE, ROOT, Role, position};
use smallvec::SmallVec;

/// The columns of the leaves of one record's state.
pub(crate) type Columns = SmallVec<[u32; 2]>;

/// The state of a value on its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PathState {
    /// Its node in the tree of all paths, and the column of that.
    pub(super) node: u32,
    pub(super) column: u32,
    pub(super) asked: Asked,
    pub(super) role: Role,
    /// Its key says nothing.
    pub(super) is_silent: bool,
    /// Its key is data that may be an identifier.
    pub(super) is_data: bool,
    /// The open object, counted from 1, in which it is a value that another member names.
    pub(super) named_in: u16,
    /// It is an element of an array.
    pub(super) in_array: bool,
    pub(super) lists: ListState,
}

impl PathState {
    pub(super) const NOWHERE: Self = Self {
        node: ROOT,
        column: NONE,
        asked: Asked::NOTHING,
        role: Role::Nothing,
        is_silent: false,
        is_data: false,
        named_in: 0,
        in_array: false,
        lists: ListState::Nothing,
    };
}

/// Where a value is among the paths that were requested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The nodes that its path from the root and its path from its record lead to.
    pub(super) from_root: u32,
    pub(super) from_record: u32,
    /// Whether one of them has columns.
    pub(super) has_columns: bool,
}

impl Asked {
    pub(super) const NOTHING: Self = Self { from_root: NONE, from_record: NONE, has_columns: false };
}

/// Follows paths through an object and finds the columns of their leaves.
pub(crate) trait PathTracker {
    /// The state of a record's root.
    fn root(&self) -> PathState;
    /// The state of the elements of a list of records.
    fn record(&self, list: PathState) -> PathState;
    /// The state of a key's value, except for `lists`.
    fn child(&mut self, from: PathState, key: &str) -> PathState;
    /// Adds the columns of a leaf in this state.
    fn columns(&mut self, here: &PathState, text: &str, columns: &mut Columns);
    /// What was requested of these nodes.
    fn asked(&self, from_root: u32, from_record: u32) -> Asked;
    /// The column of values with this name, if the name says what they are.
    fn named(&mut self, name: &str) -> Option<u32>;
    /// Whether a key is data that may be an identifier.
    fn is_data(&self, key: &str) -> bool;
    /// Whether top-level arrays are rows.
    fn rows_are_arrays(&self) -> bool;

    /// The state of an element of an array whose elements are told apart.
    fn position(&mut self, array: PathState, index: usize) -> PathState {
        let here = self.child(array, &position(index));
        // A requested path need not name it.
        let requested = |here: u32, array: u32| if here == NONE { array } else { here };
        let from_root = requested(here.asked.from_root, array.asked.from_root);
        let from_record = requested(here.asked.from_record, array.asked.from_record);
        PathState {
            asked: self.asked(from_root, from_record),
            lists: ListState::Nothing,
            in_array: true,
            named_in: array.named_in,
            ..here
        }
    }

    /// The state of the keys of an object.
    fn keys(&mut self, object: PathState) -> PathState {
        PathState { lists: ListState::Nothing, ..self.child(object, KEYS) }
    }
}

/// Whether a key is data: a number, or what may be an identifier.
pub(super) fn is_data(key: &str, may_hold: &dyn Fn(&str) -> bool) -> bool {
    let mut digits = key.bytes().filter(u8::is_ascii_digit);
    match digits.next() {
        None if key.is_ascii() => false,
        Some(_) if key.bytes().all(|byte| byte.is_ascii_digit()) => true,
        _ => may_hold(key),
    }
}
