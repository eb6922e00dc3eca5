//! Every leaf of a block with its path, to detect which paths hold identifiers.

use super::block::{Block, Reason};
use super::leaves::{Leaves, ListState};
use super::walker::Walker;
use super::wanted::{NONE, PathState, PathTracker};
use crate::format::rows::Cell;
use crate::limits::Limits;
use std::collections::HashMap;

/// Maximum distinct paths in one block. Objects that use data as keys have more, but none of those
/// is a column.
const SAMPLED_PATHS: usize = 4_096;

/// Delivers every leaf of a block with its path, starting at its record; arrays add nothing to a
/// path.
pub(crate) fn paths(block: &Block, text: &str, limits: &Limits, each: &mut dyn FnMut(&[String], Cell<'_>)) {
    let mut leaves = Gathered::default();
    let mut walker = Walker::tracking(SampleTracker { nodes: vec![(0, String::new())], known: HashMap::new() }, limits);
    walker.walk(block, text, &mut leaves);
    let mut found = HashMap::new();
    for (node, cell) in leaves.0 {
        let path: &Vec<String> = found.entry(node).or_insert_with(|| walker.tracker.path(node));
        each(path, cell);
    }
}

/// Makes each path a column of its own.
struct SampleTracker {
    /// The parent node, and the last key.
    nodes: Vec<(u32, String)>,
    known: HashMap<(u32, String), u32>,
}

impl SampleTracker {
    fn path(&self, mut node: usize) -> Vec<String> {
        let mut path = Vec::new();
        while node != 0 {
            let (above, key) = &self.nodes[node];
            path.push(key.clone());
            node = *above as usize;
        }
        path.reverse();
        path
    }
}

impl PathTracker for SampleTracker {
    fn root(&self) -> PathState {
        PathState { from_root: 0, lists: ListState::Root, ..PathState::UNWANTED }
    }

    fn record(&self, _: PathState) -> PathState {
        PathState { from_root: 0, ..PathState::UNWANTED }
    }

    fn child(&mut self, from: PathState, key: &str) -> PathState {
        if from.from_root == NONE {
            return PathState::UNWANTED;
        }
        let next = self.nodes.len() as u32;
        let known = self.known.get(&(from.from_root, key.to_owned())).copied();
        let node = known.unwrap_or_else(|| {
            if self.nodes.len() >= SAMPLED_PATHS {
                return NONE;
            }
            self.nodes.push((from.from_root, key.to_owned()));
            self.known.insert((from.from_root, key.to_owned()), next);
            next
        });
        PathState { from_root: node, ..PathState::UNWANTED }
    }

    fn is_live(&self, here: PathState) -> bool {
        here.from_root != NONE
    }

    fn columns(&self, here: PathState, each: &mut dyn FnMut(u32)) {
        each(here.from_root);
    }
}

/// The leaves of one block, whose size bounds them.
#[derive(Default)]
struct Gathered(Vec<(usize, Cell<'static>)>);

impl Leaves for Gathered {
    fn leaf(&mut self, column: usize, cell: Cell<'_>) {
        let owned = match cell {
            Cell::Nothing => Cell::Nothing,
            Cell::Text(text) => Cell::Text(text.into_owned().into()),
            Cell::Integer(text) => Cell::Integer(text.into_owned().into()),
            Cell::Float(text) => Cell::Float(text.into_owned().into()),
        };
        self.0.push((column, owned));
    }

    fn end(&mut self, _: u64) {}

    fn malformed(&mut self, _: u64, _: Reason) {}
}
