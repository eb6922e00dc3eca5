//! Tracks the paths of one walker, and remembers the keys that it has met.

use super::leaves::ListState;
use super::paths::{Asked, Columns, PathState, PathTracker, is_data};
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

/// A key below a path, and the state of its value.
struct Seen {
    from: From,
    key: Box<str>,
    state: PathState,
    /// The slot of the key that came next, the last time: records are much alike.
    next: usize,
}

/// What of a state decides what a key below it leads to.
type From = (u32, u32, u32);

/// Tracks paths for one walker, and remembers keys.
pub(crate) struct WantedTracker<'w> {
    wanted: &'w Wanted<'w>,
    remembered: Vec<Option<Seen>>,
    /// The slot of the last key that was found.
    last: usize,
    /// Columns of nodes of which nothing was known when they came up.
    later: HashMap<u32, u32>,
    names: HashMap<Box<str>, Option<u32>>,
}

impl<'w> WantedTracker<'w> {
    pub(super) fn new(wanted: &'w Wanted<'w>) -> Self {
        let remembered = std::iter::repeat_with(|| None).take(REMEMBERED_KEYS).collect();
        Self { wanted, remembered, last: 0, later: HashMap::new(), names: HashMap::new() }
    }

    /// The state of a key's value, by the trees.
    fn look_up(&self, from: From, key: &str) -> PathState {
        let (node, column) = self.wanted.child(from.0, key);
        let here = PathState { node, column, role: Role::of(key), is_silent: is_silent(key), ..PathState::NOWHERE };
        self.step(from, key, here)
    }

    /// This state, with the nodes of requested paths that a key leads to.
    fn step(&self, from: From, key: &str, here: PathState) -> PathState {
        if self.wanted.layout.requested.is_empty() {
            return here;
        }
        PathState { asked: self.asked(self.wanted.step(from.1, key), self.wanted.step(from.2, key)), ..here }
    }

    /// The state of a key's value, if the key is remembered in this slot.
    #[inline]
    fn seen(&self, slot: usize, from: From, key: &str) -> Option<PathState> {
        let seen = self.remembered[slot].as_ref()?;
        (seen.from == from && *seen.key == *key).then_some(seen.state)
    }
}

impl WantedTracker<'_> {
    /// The state of the value of a key that did not come next the last time.
    fn unexpected(&mut self, from: From, key: &str) -> PathState {
        let slot = slot_of(from, key);
        let state = if let Some(state) = self.seen(slot, from, key) {
            state
        } else {
            if self.is_data(key) {
                let any = self.unexpected((from.0, NONE, NONE), ANY);
                return PathState { is_data: true, ..self.step(from, key, any) };
            }
            let state = self.look_up(from, key);
            if key.len() > REMEMBERED_KEY_BYTES {
                return state;
            }
            let seen = Seen { from, key: key.into(), state, next: slot };
            self.remembered[slot].replace(seen).into_iter().for_each(|mut forgotten| forgotten.key.zeroize());
            state
        };
        if let Some(last) = &mut self.remembered[self.last] {
            last.next = slot;
        }
        self.last = slot;
        state
    }

    /// Whether a leaf matters in a column that was not requested.
    #[inline]
    fn is_taken(&self, here: &PathState, text: &str) -> bool {
        let layout = &self.wanted.layout;
        // A column is judged by its numbers, also by those that are no identifiers.
        let begins_as_number = || text.as_bytes().first().is_some_and(u8::is_ascii_digit);
        let may_matter = || {
            if begins_as_number() {
                SHORT_NUMBER.contains(&text.len()) || (layout.may_hold)(text)
            } else {
                (layout.may_be)(text)
            }
        };
        layout.takes_all.get(here.column as usize) == Some(&true) || may_matter()
    }
}

impl Drop for WantedTracker<'_> {
    fn drop(&mut self) {
        self.remembered.iter_mut().flatten().for_each(|seen| seen.key.zeroize());
        self.names.drain().for_each(|(mut name, _)| name.zeroize());
    }
}

impl PathTracker for WantedTracker<'_> {
    fn root(&self) -> PathState {
        PathState { asked: self.asked(ROOT, NONE), lists: ListState::Root, ..PathState::NOWHERE }
    }

    fn record(&self, list: PathState) -> PathState {
        PathState { asked: self.asked(list.asked.from_root, ROOT), ..PathState::NOWHERE }
    }

    #[inline]
    fn child(&mut self, from: PathState, key: &str) -> PathState {
        let from = (from.node, from.asked.from_root, from.asked.from_record);
        let expected = self.remembered[self.last].as_ref().map_or(0, |last| last.next);
        if let Some(state) = self.seen(expected, from, key) {
            self.last = expected;
            return state;
        }
        self.unexpected(from, key)
    }

    fn columns(&mut self, here: &PathState, text: &str, columns: &mut Columns) {
        if here.asked.has_columns {
            for node in [here.asked.from_root, here.asked.from_record] {
                let of_node = self.wanted.requested.get(node as usize).map_or(&[][..], |node| &node.columns);
                of_node.iter().for_each(|column| {
                    if !columns.contains(column) {
                        columns.push(*column);
                    }
                });
            }
        } else if self.is_taken(here, text) {
            match here.column {
                NONE if self.wanted.layout.later.is_empty() => {}
                NONE => columns.push(*self.later.entry(here.node).or_insert_with(|| self.wanted.column(here.node))),
                column => columns.push(column),
            }
        }
    }

    fn asked(&self, from_root: u32, from_record: u32) -> Asked {
        let has_columns =
            |node: u32| self.wanted.requested.get(node as usize).is_some_and(|node| !node.columns.is_empty());
        Asked { from_root, from_record, has_columns: has_columns(from_root) || has_columns(from_record) }
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
fn slot_of(from: From, key: &str) -> usize {
    let bytes = key.as_bytes();
    let (first, last) = match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => (bytes.iter().fold(0, |word, &byte| word << 8 | u64::from(byte)), 0),
    };
    let place = (u64::from(from.0) << 32) | u64::from(from.1) << 20 | u64::from(from.2) << 10 | bytes.len() as u64;
    let mixed = (first ^ last.rotate_left(23) ^ place).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hash = mixed >> 32;
    hash as usize & (REMEMBERED_KEYS - 1)
}
