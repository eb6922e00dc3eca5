//! Tracks the paths of one walker, and remembers the keys that it has met.

use super::leaves::ListState;
use super::paths::{Columns, PathState, PathTracker, is_data};
use super::tree::{ANY, NONE, ROOT, Role, is_silent};
use super::wanted::Wanted;
use crate::columns::label;
use std::collections::HashMap;
use std::ops::Range;
use zeroize::Zeroize as _;

/// Keys that are remembered, each in one slot: data used as keys evicts other keys, but cannot fill
/// the memory. A power of two.
const REMEMBERED_KEYS: usize = 4_096;

/// Longest key that is remembered, in bytes. Headers are shorter.
const REMEMBERED_KEY_BYTES: usize = 64;

/// Longest name of a value that is read: `{"type": "mobile", …}`.
const NAME_BYTES: usize = 64;

/// Digits and their punctuation that may be a number by which a column is judged, though it is too
/// short to be an identifier.
const SHORT_NUMBER: Range<usize> = 5..16;

/// What is remembered of a key below a node.
#[derive(Clone, Copy)]
struct Child {
    node: u32,
    column: u32,
    role: Role,
    is_silent: bool,
    is_data: bool,
}

/// Tracks paths for one walker, and remembers keys.
pub(crate) struct WantedTracker<'w> {
    wanted: &'w Wanted<'w>,
    remembered: Vec<Option<(u32, Box<str>, Child)>>,
    /// Columns of nodes of which nothing was known when they came up.
    later: HashMap<u32, u32>,
    names: HashMap<Box<str>, Option<u32>>,
}

impl<'w> WantedTracker<'w> {
    pub(super) fn new(wanted: &'w Wanted<'w>) -> Self {
        Self { wanted, remembered: vec![None; REMEMBERED_KEYS], later: HashMap::new(), names: HashMap::new() }
    }

    fn look_up(&self, node: u32, key: &str) -> Child {
        let (node, column) = self.wanted.child(node, key);
        Child { node, column, role: Role::of(key), is_silent: is_silent(key), is_data: false }
    }

    fn known(&mut self, node: u32, key: &str) -> Child {
        if key.len() > REMEMBERED_KEY_BYTES {
            let is_data = self.is_data(key);
            return Child { is_data, ..self.look_up(node, if is_data { ANY } else { key }) };
        }
        let slot = slot_of(node, key);
        if let Some((from, known, child)) = &self.remembered[slot]
            && *from == node
            && **known == *key
        {
            return *child;
        }
        if self.is_data(key) {
            return Child { is_data: true, ..self.known(node, ANY) };
        }
        let child = self.look_up(node, key);
        if let Some((_, mut forgotten, _)) = self.remembered[slot].replace((node, key.into(), child)) {
            forgotten.zeroize();
        }
        child
    }
}

impl Drop for WantedTracker<'_> {
    fn drop(&mut self) {
        self.remembered.iter_mut().flatten().for_each(|(_, key, _)| key.zeroize());
        self.names.drain().for_each(|(mut name, _)| name.zeroize());
    }
}

impl PathTracker for WantedTracker<'_> {
    fn root(&self) -> PathState {
        PathState { from_root: ROOT, lists: ListState::Root, ..PathState::NOWHERE }
    }

    fn record(&self, list: PathState) -> PathState {
        PathState { from_root: list.from_root, from_record: ROOT, ..PathState::NOWHERE }
    }

    fn child(&mut self, from: PathState, key: &str) -> PathState {
        let (from_root, from_record) = if self.wanted.layout.requested.is_empty() {
            (NONE, NONE)
        } else {
            (self.wanted.step(from.from_root, key), self.wanted.step(from.from_record, key))
        };
        let Child { node, column, role, is_silent, is_data } = self.known(from.node, key);
        PathState { node, column, from_root, from_record, role, is_silent, is_data, ..PathState::NOWHERE }
    }

    fn columns(&mut self, here: PathState, text: &str) -> Columns {
        let mut columns = Columns::new();
        for node in [here.from_root, here.from_record] {
            let of_node = self.wanted.requested.get(node as usize).map_or(&[][..], |node| &node.columns);
            of_node.iter().for_each(|column| {
                if !columns.contains(column) {
                    columns.push(*column);
                }
            });
        }
        if !columns.is_empty() {
            return columns;
        }
        let layout = &self.wanted.layout;
        let takes_all = layout.takes_all.get(here.column as usize) == Some(&true);
        // A column is judged by its numbers, also by those that are no identifiers.
        let begins_as_number = text.as_bytes().first().is_some_and(u8::is_ascii_digit);
        let is_wanted = if begins_as_number {
            SHORT_NUMBER.contains(&text.len()) || (layout.may_hold)(text)
        } else {
            (layout.may_be)(text)
        };
        if !takes_all && !is_wanted {
            return columns;
        }
        let column = match here.column {
            NONE if layout.later.is_empty() => return columns,
            NONE => *self.later.entry(here.node).or_insert_with(|| self.wanted.column(here.node)),
            column => column,
        };
        columns.push(column);
        columns
    }

    fn is_requested(&self, here: PathState) -> bool {
        let has_columns =
            |node: u32| self.wanted.requested.get(node as usize).is_some_and(|node| !node.columns.is_empty());
        has_columns(here.from_root) || has_columns(here.from_record)
    }

    fn named(&mut self, name: &str) -> Option<u32> {
        if name.len() > NAME_BYTES || self.names.len() > REMEMBERED_KEYS || self.is_data(name) {
            return None;
        }
        if let Some(known) = self.names.get(name) {
            return *known;
        }
        let column = label::of_header(name).and_then(|label| (self.wanted.layout.of_label)(label));
        self.names.insert(name.into(), column);
        column
    }

    fn is_data(&self, key: &str) -> bool {
        is_data(key, self.wanted.layout.may_hold)
    }

    fn rows_are_arrays(&self) -> bool {
        self.wanted.layout.rows_are_arrays
    }
}

/// The slot of a key: any mixing function will do, since a collision only costs a lookup.
fn slot_of(node: u32, key: &str) -> usize {
    let bytes = key.as_bytes();
    let (first, last) = match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => (bytes.iter().fold(0, |word, &byte| word << 8 | u64::from(byte)), 0),
    };
    let place = (u64::from(node) << 32) | bytes.len() as u64;
    let mixed = (first ^ last.rotate_left(23) ^ place).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hash = mixed >> 32;
    hash as usize & (REMEMBERED_KEYS - 1)
}
