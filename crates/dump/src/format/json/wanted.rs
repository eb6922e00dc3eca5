//! Which column each leaf belongs to: a requested path, a path of the sample, what the keys above
//! say, or one of the columns that are kept for paths that come up later. No leaf is left out.

use super::tree::{ANY, Below, NONE, Tree};
use crate::columns::label::Label;
use std::ops::Range;
use std::sync::RwLock;

/// The columns of a file.
pub(crate) struct Layout<'f> {
    /// Requested paths: the first columns, in this order.
    pub(crate) requested: Vec<Vec<String>>,
    /// Paths of the sample, each with its column.
    pub(crate) paths: Vec<(Vec<String>, u32)>,
    /// What the keys of a path say.
    pub(crate) below: Below,
    /// The column of a label, for paths that are not in the sample.
    pub(crate) of_label: &'f (dyn Fn(Label) -> Option<u32> + Sync),
    /// Columns for further paths, and the last of them for all that are too many.
    pub(crate) later: Range<u32>,
    /// By column: whether all leaves matter, even those that cannot be identifiers.
    pub(crate) takes_all: Vec<bool>,
    /// Whether a text may hold an identifier.
    pub(crate) may_hold: &'f (dyn Fn(&str) -> bool + Sync),
    /// The same, by more than the number of digits, for a text that does not begin with one.
    pub(crate) may_be: &'f (dyn Fn(&str) -> bool + Sync),
    /// Whether top-level arrays are rows.
    pub(crate) rows_are_arrays: bool,
}

/// What is shared by the trackers of all cores.
pub(crate) struct Wanted<'f> {
    pub(super) requested: Vec<Requested>,
    pub(super) layout: Layout<'f>,
    shared: RwLock<Shared>,
}

struct Shared {
    tree: Tree,
    /// Columns of `later` that have a path.
    taken: Vec<u32>,
}

#[derive(Default)]
pub(super) struct Requested {
    children: Vec<(Box<str>, u32)>,
    /// Whether any of the children has children.
    is_deep: bool,
    pub(super) columns: Vec<u32>,
}

impl<'f> Wanted<'f> {
    pub(crate) fn new(mut layout: Layout<'f>) -> Self {
        let mut requested = vec![Requested::default()];
        for (column, path) in layout.requested.iter().enumerate() {
            let mut node = 0;
            for (depth, key) in path.iter().enumerate() {
                requested[node].is_deep |= depth + 1 < path.len();
                let known = requested[node].children.iter().find(|(child, _)| **child == **key);
                node = if let Some(&(_, child)) = known {
                    child as usize
                } else {
                    let child = requested.len();
                    requested[node].children.push((key.as_str().into(), child as u32));
                    requested.push(Requested::default());
                    child
                };
            }
            requested[node].columns.push(column as u32);
        }
        let mut tree = Tree::new(layout.below);
        for (path, column) in layout.paths.drain(..) {
            let node = tree.add(&path);
            tree.set_column(node, column);
        }
        Self { requested, layout, shared: RwLock::new(Shared { tree, taken: Vec::new() }) }
    }

    /// The paths that came up later, in the order of their columns.
    pub(crate) fn later(&self) -> Vec<Vec<String>> {
        let shared = self.shared.read().expect("no panic while it is held");
        shared.taken.iter().map(|&node| shared.tree.path(node)).collect()
    }

    /// The node of the requested paths that a key leads to. A key may contain dots itself, as in
    /// flattened exports; a request may leave it open.
    pub(super) fn step(&self, node: u32, key: &str) -> u32 {
        let Some(Requested { children, is_deep, .. }) = self.requested.get(node as usize) else { return NONE };
        if let Some((_, child)) = children.iter().find(|(child, _)| **child == *key) {
            return *child;
        }
        if let Some((_, child)) = children.iter().find(|(child, _)| **child == *ANY) {
            return *child;
        }
        if !is_deep || memchr::memchr(b'.', key.as_bytes()).is_none() {
            return NONE;
        }
        key.split('.').fold(node, |node, part| {
            let children = self.requested.get(node as usize).map_or(&[][..], |node| &node.children);
            children.iter().find(|(child, _)| **child == *part).map_or(NONE, |&(_, child)| child)
        })
    }

    pub(super) fn child(&self, node: u32, key: &str) -> (u32, u32) {
        let known = {
            let shared = self.shared.read().expect("no panic while it is held");
            shared.tree.known(node, key).map(|child| (child, shared.tree.node(child).column))
        };
        known.unwrap_or_else(|| {
            let mut shared = self.shared.write().expect("no panic while it is held");
            let child = shared.tree.child(node, key);
            let column = shared.tree.node(child).column;
            if column == NONE
                && child != node
                && let Some(label) = shared.tree.node(child).says.label()
            {
                let column = (self.layout.of_label)(label).unwrap_or(NONE);
                shared.tree.set_column(child, column);
                return (child, column);
            }
            (child, column)
        })
    }

    /// A column for a path of which nothing is known.
    pub(super) fn column(&self, node: u32) -> u32 {
        let mut shared = self.shared.write().expect("no panic while it is held");
        let known = shared.tree.node(node).column;
        if known != NONE {
            return known;
        }
        let next = self.layout.later.start + shared.taken.len() as u32;
        if next + 1 >= self.layout.later.end {
            return self.layout.later.end.saturating_sub(1);
        }
        shared.taken.push(node);
        shared.tree.set_column(node, next);
        next
    }
}
