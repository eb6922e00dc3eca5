//! Every leaf of a block with its path, for finding out which of them hold identifiers.

use super::block::{Block, Why};
use super::leaves::{Leaves, Lists};
use super::walker::Walker;
use super::wanted::{Follow, Here, NONE};
use crate::format::rows::Cell;
use crate::limits::Limits;
use std::collections::HashMap;

/// Paths that are told apart in one block. Objects that use data as keys have more, and none of those is a column.
const SAMPLED_PATHS: usize = 4_096;

/// Hands over every leaf of a block with its path, from the record it is part of on; arrays add nothing to a path.
pub(crate) fn paths(block: &Block, text: &str, limits: &Limits, each: &mut dyn FnMut(&[String], Cell<'_>)) {
    let mut leaves = Gathered::default();
    let mut walker = Walker::following(Sampled { nodes: vec![(0, String::new())], known: HashMap::new() }, limits);
    walker.walk(block, text, &mut leaves);
    let mut found = HashMap::new();
    for (node, cell) in leaves.0 {
        let path: &Vec<String> = found.entry(node).or_insert_with(|| walker.follow.path(node));
        each(path, cell);
    }
}

/// Each path is a column of its own.
struct Sampled {
    /// What is above, and the last key.
    nodes: Vec<(u32, String)>,
    known: HashMap<(u32, String), u32>,
}

impl Sampled {
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

impl Follow for Sampled {
    fn root(&self) -> Here {
        Here { from_root: 0, lists: Lists::Root, ..Here::NOWHERE }
    }

    fn record(&self, _: Here) -> Here {
        Here { from_root: 0, ..Here::NOWHERE }
    }

    fn child(&mut self, from: Here, key: &str) -> Here {
        if from.from_root == NONE {
            return Here::NOWHERE;
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
        Here { from_root: node, ..Here::NOWHERE }
    }

    fn is_live(&self, here: Here) -> bool {
        here.from_root != NONE
    }

    fn columns(&self, here: Here, each: &mut dyn FnMut(u32)) {
        each(here.from_root);
    }
}

/// The leaves of one block, which bounds them.
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

    fn malformed(&mut self, _: u64, _: Why) {}
}
