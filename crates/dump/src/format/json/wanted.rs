//! Which leaves are wanted: by their path, or by their last key.

use super::leaves::Lists;
use zeroize::Zeroize as _;

/// Keys whose columns are remembered, of which each has one place: objects that use data as keys forget, but never fill
/// the memory. A power of two.
const REMEMBERED_KEYS: usize = 4_096;

/// Longest key that is remembered, in bytes. Headers are shorter.
const REMEMBERED_KEY_BYTES: usize = 64;

/// No node, no column.
pub(super) const NONE: u32 = u32::MAX;

/// Where a value stands, as far as that matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Here {
    /// What its path from the root leads to, and its path from the record it is part of.
    pub(super) from_root: u32,
    pub(super) from_record: u32,
    /// The column that its key announces.
    pub(super) by_key: u32,
    pub(super) lists: Lists,
}

impl Here {
    /// Where nothing is wanted.
    pub(super) const NOWHERE: Self = Self { from_root: NONE, from_record: NONE, by_key: NONE, lists: Lists::Nothing };
}

/// Finds columns on the way through an object.
pub(crate) trait Follow {
    /// Where the value of a record's root stands.
    fn root(&self) -> Here;
    /// Where the elements of a list of records stand.
    fn record(&self, list: Here) -> Here;
    /// Where the value of a key stands. `lists` is not looked at.
    fn child(&mut self, from: Here, key: &str) -> Here;
    /// Whether anything at or below this place may be wanted.
    fn is_live(&self, here: Here) -> bool;
    /// Calls `each` with each column that a leaf here belongs to.
    fn columns(&self, here: Here, each: &mut dyn FnMut(u32));
}

type ByKey<'f> = &'f (dyn Fn(&str) -> Option<usize> + Sync);

/// What to look for in a file.
pub(crate) struct Wanted<'f> {
    nodes: Vec<Node>,
    by_key: Option<ByKey<'f>>,
}

#[derive(Default)]
struct Node {
    children: Vec<(Box<str>, u32)>,
    /// Whether there is more below them.
    is_deep: bool,
    columns: Vec<u32>,
}

impl<'f> Wanted<'f> {
    /// Each path is a column, in this order; `by_key` says which column the values of a key are of that no path leads to.
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

    /// Where a key leads. It may itself hold dots, as flattened exports have them.
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

/// What is wanted, and what one worker remembers of its keys.
pub(crate) struct Known<'w> {
    wanted: &'w Wanted<'w>,
    remembered: Vec<Option<(Box<str>, u32)>>,
}

impl<'w> Known<'w> {
    pub(super) fn new(wanted: &'w Wanted<'w>) -> Self {
        let places = if wanted.by_key.is_some() { REMEMBERED_KEYS } else { 0 };
        Self { wanted, remembered: vec![None; places] }
    }

    fn column_of(&mut self, by_key: ByKey<'_>, key: &str) -> u32 {
        let ask = || {
            // Of a flattened path, the last key is the header.
            let last = || key.rsplit_once('.').and_then(|(_, last)| by_key(last));
            by_key(key).or_else(last).map_or(NONE, |column| column as u32)
        };
        if key.len() > REMEMBERED_KEY_BYTES {
            return ask();
        }
        let place = &mut self.remembered[place_of(key)];
        match place {
            Some((known, column)) if **known == *key => *column,
            _ => {
                let column = ask();
                if let Some((mut forgotten, _)) = place.replace((key.into(), column)) {
                    forgotten.zeroize();
                }
                column
            }
        }
    }
}

impl Drop for Known<'_> {
    fn drop(&mut self) {
        self.remembered.iter_mut().flatten().for_each(|(key, _)| key.zeroize());
    }
}

impl Follow for Known<'_> {
    fn root(&self) -> Here {
        Here { from_root: 0, lists: Lists::Root, ..Here::NOWHERE }
    }

    fn record(&self, list: Here) -> Here {
        Here { from_record: 0, lists: Lists::Nothing, ..list }
    }

    fn child(&mut self, from: Here, key: &str) -> Here {
        let wanted = self.wanted;
        let from_root = wanted.step(from.from_root, key);
        let from_record = wanted.step(from.from_record, key);
        let by_key = match wanted.by_key {
            Some(by_key) if !wanted.has_columns(from_root) && !wanted.has_columns(from_record) => {
                self.column_of(by_key, key)
            }
            _ => NONE,
        };
        Here { from_root, from_record, by_key, lists: Lists::Nothing }
    }

    fn is_live(&self, here: Here) -> bool {
        self.wanted.by_key.is_some() || here.from_root != NONE || here.from_record != NONE
    }

    fn columns(&self, here: Here, each: &mut dyn FnMut(u32)) {
        let of = |node: u32| self.wanted.nodes.get(node as usize).map_or(&[][..], |node| &node.columns);
        let first = of(here.from_root);
        first.iter().for_each(|&column| each(column));
        of(here.from_record).iter().filter(|column| !first.contains(column)).for_each(|&column| each(column));
        if here.by_key != NONE {
            each(here.by_key);
        }
    }
}

/// Where a key is remembered: any mixture will do, for what falls together is only asked again.
fn place_of(key: &str) -> usize {
    let bytes = key.as_bytes();
    let (first, last) = match (bytes.first_chunk::<8>(), bytes.last_chunk::<8>()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => (bytes.iter().fold(0, |word, &byte| word << 8 | u64::from(byte)), 0),
    };
    let mixed = (first ^ last.rotate_left(23) ^ bytes.len() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let hash = mixed >> 32;
    hash as usize & (REMEMBERED_KEYS - 1)
}
