//! The tree of paths of a file: what each path says, and which column its leaves belong to.
//!
//! Paths that differ only in data are one: keys that hold numbers, and further keys of an object
//! that has many, are [`ANY`]. So data used as keys cannot fill the memory.

use crate::columns::label::{self, Inherited};
use std::collections::HashMap;
use zeroize::Zeroize as _;

/// Stands for every key that is data.
pub(super) const ANY: &str = "*";

/// Stands, below an object, for its keys themselves.
pub(super) const KEYS: &str = "{}";

/// Position in an array from which on all are one.
const POSITIONS: usize = 1_024;

/// Children of a node that are told apart, if nothing is known of them: more are data.
const CHILDREN: u32 = 64;

/// Nodes of a tree.
const NODES: usize = 16_384;

/// No node, no column.
pub(super) const NONE: u32 = u32::MAX;

/// The root.
pub(super) const ROOT: u32 = 0;

pub(super) struct Node {
    pub(super) parent: u32,
    key: Box<str>,
    /// Its key says nothing that those above do not.
    pub(super) is_unknown: bool,
    children: HashMap<Box<str>, u32>,
    /// Children of which nothing is known.
    unknown: u32,
    pub(super) says: Inherited,
    /// The column of its leaves, if it is known.
    pub(super) column: u32,
}

impl Node {
    fn new(parent: u32, key: &str, is_unknown: bool, says: Inherited) -> Self {
        Self { parent, key: key.into(), is_unknown, children: HashMap::new(), unknown: 0, says, column: NONE }
    }
}

/// What the keys down to a node say, by those above and its own.
pub(crate) type Below = fn(Inherited, &str) -> Inherited;

pub(super) struct Tree {
    nodes: Vec<Node>,
    /// How many children of a node are told apart.
    most: u32,
    below: Below,
}

impl Tree {
    pub(super) fn new(below: Below) -> Self {
        Self { nodes: vec![Node::new(NONE, "", false, Inherited::default())], most: CHILDREN, below }
    }

    /// A tree that tells all children apart, to see which are data.
    pub(super) fn of_a_sample() -> Self {
        let mut tree = Self::new(Inherited::below);
        tree.most = u32::MAX;
        tree
    }

    pub(super) fn node(&self, at: u32) -> &Node {
        &self.nodes[at as usize]
    }

    pub(super) fn nodes(&self) -> impl Iterator<Item = u32> {
        0..self.nodes.len() as u32
    }

    pub(super) fn set_column(&mut self, at: u32, column: u32) {
        self.nodes[at as usize].column = column;
    }

    /// The child of a node, if it is known.
    pub(super) fn known(&self, at: u32, key: &str) -> Option<u32> {
        self.nodes[at as usize].children.get(key).copied()
    }

    /// The child of a node, which is added if there is room.
    pub(super) fn child(&mut self, at: u32, key: &str) -> u32 {
        if let Some(known) = self.known(at, key) {
            return known;
        }
        let parent = &self.nodes[at as usize];
        let says = (self.below)(parent.says, key);
        let is_unknown = says.label() == parent.says.label();
        // Where other keys are data, one of which nothing is known is data too.
        let is_data = is_unknown && (parent.unknown >= self.most || self.are_data(parent));
        if (is_data || self.nodes.len() >= NODES) && key != ANY && key != KEYS {
            return self.child(at, ANY);
        }
        if self.nodes.len() > NODES + NODES / 2 {
            return at;
        }
        let child = self.nodes.len() as u32;
        let parent = &mut self.nodes[at as usize];
        parent.unknown += u32::from(is_unknown);
        parent.children.insert(key.into(), child);
        self.nodes.push(Node::new(at, key, is_unknown, says));
        child
    }

    /// Whether the keys of an object are data, as a sample says.
    fn are_data(&self, node: &Node) -> bool {
        self.most < u32::MAX && node.children.contains_key(ANY)
    }

    /// The node of a path, which is added.
    pub(super) fn add(&mut self, path: &[String]) -> u32 {
        path.iter().fold(ROOT, |node, key| self.child(node, key))
    }

    /// The keys from the root to a node.
    pub(super) fn path(&self, at: u32) -> Vec<String> {
        self.path_without_data(at, |_| false)
    }

    /// The same, with [`ANY`] for keys that are data.
    pub(super) fn path_without_data(&self, mut at: u32, is_data: impl Fn(u32) -> bool) -> Vec<String> {
        let mut path = Vec::new();
        while at != ROOT {
            let node = self.node(at);
            path.push(if is_data(at) { ANY.to_owned() } else { node.key.to_string() });
            at = node.parent;
        }
        path.reverse();
        path
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        for node in &mut self.nodes {
            node.key.zeroize();
            node.children.drain().for_each(|(mut key, _)| key.zeroize());
        }
    }
}

/// The key of an element of an array whose elements are told apart.
pub(super) fn position(index: usize) -> String {
    if index < POSITIONS { format!("[{index}]") } else { format!("[{ANY}]") }
}

/// What a key does in an object that names its values: `{"type": "mobile", "value": "…"}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Nothing,
    /// Its value is a name.
    Name,
    /// Its value is what is named.
    Value,
    /// It holds cells of a row, each an object: `"f": [{"v": …}]`.
    Cells,
}

const NAMES: [&str; 27] = [
    "type",
    "kind",
    "key",
    "name",
    "label",
    "field",
    "fieldname",
    "field_name",
    "code",
    "system",
    "title",
    "attribute",
    "attr",
    "property",
    "question",
    "q",
    "k",
    "tag",
    "category",
    "channel",
    "column",
    "@type",
    "@name",
    "字段",
    "名称",
    "类型",
    "标题",
];

const VALUES: [&str; 17] = [
    "value", "values", "val", "v", "number", "num", "no", "content", "text", "answer", "#text", "_text", "$t", "data",
    "值", "内容", "号码",
];

/// Longest key with a role, in bytes.
const ROLE_BYTES: usize = 24;

impl Role {
    pub(super) fn of(key: &str) -> Self {
        if key.len() > ROLE_BYTES {
            return Self::Nothing;
        }
        let lower = key.to_lowercase();
        let ends_as = |words: &[&str]| words.iter().any(|word| lower.ends_with(word));
        match lower.as_str() {
            name if NAMES.contains(&name) => Self::Name,
            value if VALUES.contains(&value) => Self::Value,
            "f" | "c" => Self::Cells,
            // `meta_key` and `meta_value`, `fieldName` and `fieldValue`
            _ if ends_as(&["key", "name", "type", "label", "code"]) => Self::Name,
            _ if ends_as(&["value", "val"]) => Self::Value,
            _ => Self::Nothing,
        }
    }
}

/// Whether a key says nothing, so that a name reaches through it.
pub(super) fn is_silent(key: &str) -> bool {
    label::says_nothing(key)
}
