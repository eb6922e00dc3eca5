//! Every leaf of the first blocks with its path, by which columns are detected.

use super::block::{Block, BlockKind, Reason};
use super::leaves::{Leaves, ListState};
use super::paths::{Asked, Columns, PathState, PathTracker, is_data};
use super::tree::{ANY, NONE, Node, Role, Tree, is_silent};
use super::walker::Walker;
use crate::columns::label;
use crate::format::rows::{Parts, Tag};
use crate::limits::Limits;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Children of a node from which on those of which nothing is known are one path, if each came up
/// at most so often: an object that uses data as keys.
const CHILDREN: usize = 32;
const TIMES: usize = 2;

/// Values of a path that are kept.
const VALUES: usize = 1_000;

/// Stands for the column of a value that its name tells.
const NAMED: u32 = NONE - 1;

/// A path of a sample, and its first values.
pub(crate) struct SampledPath {
    pub(crate) path: Vec<String>,
    pub(crate) values: Vec<Cow<'static, str>>,
}

/// The paths of the first blocks and their values, in the order of the text. Values that a member
/// beside them names are left out.
pub(crate) fn sample(first: &[Block], limits: &Limits, may_hold: &(dyn Fn(&str) -> bool + Sync)) -> Vec<SampledPath> {
    let tracker = SampleTracker { tree: Tree::of_a_sample(), may_hold, rows_are_arrays: rows_are_arrays(first) };
    let mut walker = Walker::tracking(tracker, limits);
    let mut gathered = Gathered::default();
    for block in first {
        walker.walk(block, &String::from_utf8_lossy(&block.text), &mut gathered);
    }
    merged(&walker.tracker.tree, gathered)
}

/// Top-level arrays from which on they are rows of a table, and not lists.
const ROWS: usize = 3;

/// Whether the top-level arrays of a text are rows: there are several, each from a new line on, of
/// values that are no objects or arrays.
pub(crate) fn rows_are_arrays(first: &[Block]) -> bool {
    let Some(block) = first.first().filter(|block| block.kind == BlockKind::Roots) else { return false };
    let text = block.text.trim_ascii_start();
    let text = text.strip_prefix("\u{feff}".as_bytes()).unwrap_or(text);
    let Some(rest) = text.strip_prefix(b"[") else { return false };
    if matches!(rest.trim_ascii_start().first(), None | Some(b'{' | b'[' | b']')) {
        return false;
    }
    let begins_row = |&end: &usize| {
        let before = text[..end].trim_ascii_end();
        let before = before.strip_suffix(b",").unwrap_or(before);
        before.ends_with(b"]") && text[end..].trim_ascii_start().starts_with(b"[")
    };
    memchr::memchr_iter(b'\n', text).filter(begins_row).nth(ROWS - 2).is_some()
}

/// Makes one path of those that differ in data only.
fn merged(tree: &Tree, gathered: Gathered) -> Vec<SampledPath> {
    // How often each node came up, by the rarest leaf below it. Nodes are after their parents.
    let mut times: Vec<Option<usize>> = tree.nodes().map(|node| gathered.counts.get(&node).copied()).collect();
    let mut unknown: HashMap<u32, Vec<u32>> = HashMap::new();
    for node in tree.nodes().skip(1).collect::<Vec<_>>().into_iter().rev() {
        let &Node { parent, is_unknown, .. } = tree.node(node);
        let above = times[parent as usize];
        times[parent as usize] = above.into_iter().chain(times[node as usize]).min();
        if is_unknown {
            unknown.entry(parent).or_default().push(node);
        }
    }
    let times_of = |node: u32| times[node as usize].unwrap_or(0);
    let is_map = |children: &Vec<u32>| {
        let times: usize = children.iter().map(|&child| times_of(child)).sum();
        children.len() > CHILDREN && times <= children.len() * TIMES
    };
    let data: HashSet<u32> = unknown.into_values().filter(is_map).flatten().collect();
    let mut paths: Vec<SampledPath> = Vec::new();
    let mut known: HashMap<Vec<String>, usize> = HashMap::new();
    for (node, value) in gathered.values {
        let path = tree.path_without_data(node, |at| data.contains(&at));
        let at = *known.entry(path).or_insert_with_key(|path| {
            paths.push(SampledPath { path: path.clone(), values: Vec::new() });
            paths.len() - 1
        });
        if paths[at].values.len() < VALUES {
            paths[at].values.push(value.into());
        }
    }
    paths
}

/// Makes each path a column of its own.
struct SampleTracker<'s> {
    tree: Tree,
    may_hold: &'s (dyn Fn(&str) -> bool + Sync),
    rows_are_arrays: bool,
}

impl PathTracker for SampleTracker<'_> {
    fn root(&self) -> PathState {
        PathState { lists: ListState::Root, ..PathState::NOWHERE }
    }

    fn record(&self, _: PathState) -> PathState {
        PathState::NOWHERE
    }

    fn child(&mut self, from: PathState, key: &str) -> PathState {
        let is_data = self.is_data(key);
        let node = self.tree.child(from.node, if is_data { ANY } else { key });
        PathState { node, role: Role::of(key), is_silent: is_silent(key), is_data, ..PathState::NOWHERE }
    }

    fn columns(&mut self, here: &PathState, _: &str, columns: &mut Columns) {
        columns.push(here.node);
    }

    fn asked(&self, _: u32, _: u32) -> Asked {
        Asked::NOTHING
    }

    fn named(&mut self, name: &str) -> Option<u32> {
        label::of_header(name).map(|_| NAMED)
    }

    fn is_data(&self, key: &str) -> bool {
        is_data(key, self.may_hold)
    }

    fn rows_are_arrays(&self) -> bool {
        self.rows_are_arrays
    }
}

/// The leaves of the first blocks.
#[derive(Default)]
struct Gathered {
    values: Vec<(u32, String)>,
    counts: HashMap<u32, usize>,
}

impl Leaves for Gathered {
    fn leaf(&mut self, column: usize, (tag, text): Parts<'_>) {
        let node = column as u32;
        if tag == Tag::Nothing || node == NAMED || text.trim().is_empty() {
            return;
        }
        let count = self.counts.entry(node).or_default();
        *count += 1;
        if *count <= VALUES {
            self.values.push((node, text.to_owned()));
        }
    }

    fn end(&mut self, _: u64) {}

    fn malformed(&mut self, _: u64, _: Reason) {}

    fn outside(&mut self, _: u64, _: &str) {}
}
