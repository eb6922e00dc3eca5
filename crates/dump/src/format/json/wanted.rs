//! Tracks which leaves are wanted: by path, or by last key.

use super::leaves::ListState;
use zeroize::Zeroize as _;

/// Keys whose columns are cached, each in one slot: data used as keys evicts other keys, but cannot
/// fill the memory. A power of two.
const REMEMBERED_KEYS: usize = 4_096;

/// Longest key that is cached, in bytes. Headers are shorter.
const REMEMBERED_KEY_BYTES: usize = 64;

/// No node, no column.
pub(super) const NONE: u32 = u32::MAX;

/// The state of a value on its path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PathState {
    /// The nodes that its path from the root and its path from its record lead to.
    pub(super) from_root: u32,
    pub(super) from_record: u32,
    /// The column that its key names.
    pub(super) by_key: u32,
    pub(super) lists: ListState,
}

impl PathState {
    /// The state of a value that cannot be wanted.
    pub(super) const UNWANTED: Self =
        Self { from_root: NONE, from_record: NONE, by_key: NONE, lists: ListState::Nothing };
}

/// Follows paths through an object and finds their columns.
pub(crate) trait PathTracker {
    /// The state of a record's root.
    fn root(&self) -> PathState;
    /// The state of the elements of a list of records.
    fn record(&self, list: PathState) -> PathState;
    /// The state of a key's value, except for `lists`.
    fn child(&mut self, from: PathState, key: &str) -> PathState;
    /// Whether anything at or below this state may be wanted.
    fn is_live(&self, here: PathState) -> bool;
    /// Calls `each` with every column of a leaf in this state.
    fn columns(&self, here: PathState, each: &mut dyn FnMut(u32));
}

type ByKey<'f> = &'f (dyn Fn(&str) -> Option<usize> + Sync);

/// The wanted paths and keys of a file.
pub(crate) struct Wanted<'f> {
    nodes: Vec<Node>,
    by_key: Option<ByKey<'f>>,
}

#[derive(Default)]
struct Node {
    children: Vec<(Box<str>, u32)>,
    /// Whether any of the children has children.
    is_deep: bool,
    columns: Vec<u32>,
}

impl<'f> Wanted<'f> {
    /// Each path is a column, in this order; `by_key` gives the column of a key to which no path
    /// leads.
    pub(crate) fn new(paths: &[Vec<String>], by_key: Option<ByKey<'f>>) -> Self {
        let mut nodes = vec![Node::default()];
        for (column, path) in paths.iter().enumerate() {
            let mut node = 0;
            for (depth, key) in path.iter().enumerate() {
                nodes[node].is_deep |= depth + 1 < path.len();
                let known = nodes[node].children.iter().find(|(child, _)| **child == **key).map(|&(_, child)| child);
                node = if let Some(child) = known {
                    child as usize
                } else {
                    let child = nodes.len();
                    nodes[node].children.push((key.as_str().into(), child as u32));
                    nodes.push(Node::default());
                    child
                };
            }
            nodes[node].columns.push(column as u32);
        }
        Self { nodes, by_key }
    }

    /// The node that a key leads to. A key may contain dots itself, as in flattened exports.
    fn step(&self, node: u32, key: &str) -> u32 {
        let Some(Node { children, is_deep, .. }) = self.nodes.get(node as usize) else { return NONE };
        if let Some((_, child)) = children.iter().find(|(child, _)| **child == *key) {
            return *child;
        }
        if !is_deep || memchr::memchr(b'.', key.as_bytes()).is_none() {
            return NONE;
        }
        key.split('.').fold(node, |node, part| {
            let children = self.nodes.get(node as usize).map_or(&[][..], |node| &node.children);
            children.iter().find(|(child, _)| **child == *part).map_or(NONE, |&(_, child)| child)
        })
    }

    fn has_columns(&self, node: u32) -> bool {
        self.nodes.get(node as usize).is_some_and(|node| !node.columns.is_empty())
    }
}

/// Tracks paths for one walker, with a cache of key columns.
pub(crate) struct WantedTracker<'w> {
    wanted: &'w Wanted<'w>,
    remembered: Vec<Option<(Box<str>, u32)>>,
}

impl<'w> WantedTracker<'w> {
    pub(super) fn new(wanted: &'w Wanted<'w>) -> Self {
        let slots = if wanted.by_key.is_some() { REMEMBERED_KEYS } else { 0 };
        Self { wanted, remembered: vec![None; slots] }
    }

    fn column_of(&mut self, by_key: ByKey<'_>, key: &str) -> u32 {
        let ask = || {
            // In a flattened path, the last key is the header.
            let last = || key.rsplit_once('.').and_then(|(_, last)| by_key(last));
            by_key(key).or_else(last).map_or(NONE, |column| column as u32)
        };
        if key.len() > REMEMBERED_KEY_BYTES {
            return ask();
        }
        let slot = &mut self.remembered[slot_of(key)];
        match slot {
            Some((known, column)) if **known == *key => *column,
            _ => {
                let column = ask();
                if let Some((mut forgotten, _)) = slot.replace((key.into(), column)) {
                    forgotten.zeroize();
                }
                column
            }
        }
    }
}

impl Drop for WantedTracker<'_> {
    fn drop(&mut self) {
        self.remembered.iter_mut().flatten().for_each(|(key, _)| key.zeroize());
    }
}

impl PathTracker for WantedTracker<'_> {
    fn root(&self) -> PathState {
        PathState { from_root: 0, lists: ListState::Root, ..PathState::UNWANTED }
    }

    fn record(&self, list: PathState) -> PathState {
        PathState { from_record: 0, lists: ListState::Nothing, ..list }
    }

    fn child(&mut self, from: PathState, key: &str) -> PathState {
        let wanted = self.wanted;
        let from_root = wanted.step(from.from_root, key);
        let from_record = wanted.step(from.from_record, key);
        let by_key = match wanted.by_key {
            Some(by_key) if !wanted.has_columns(from_root) && !wanted.has_columns(from_record) => {
                self.column_of(by_key, key)
            }
            _ => NONE,
        };
        PathState { from_root, from_record, by_key, lists: ListState::Nothing }
    }

    fn is_live(&self, here: PathState) -> bool {
        self.wanted.by_key.is_some() || here.from_root != NONE || here.from_record != NONE
    }

    fn columns(&self, here: PathState, each: &mut dyn FnMut(u32)) {
        let of = |node: u32| self.wanted.nodes.get(node as usize).map_or(&[][..], |node| &node.columns);
        let first = of(here.from_root);
        first.iter().for_each(|&column| each(column));
        of(here.from_record).iter().filter(|column| !first.contains(column)).for_each(|&column| each(column));
        if here.by_key != NONE {
            each(here.by_key);
        }
    }
}

/// The cache slot of a key: any mixing function will do, since a collision only costs a lookup.
fn slot_of(key: &str) -> usize {
    let bytes = key.as_bytes();
    let (first, last) = match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => (bytes.iter().fold(0, |word, &byte| word << 8 | u64::from(byte)), 0),
    };
    let mixed = (first ^ last.rotate_left(23) ^ bytes.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hash = mixed >> 32;
    hash as usize & (REMEMBERED_KEYS - 1)
}
