//! JSON of any shape: a value a line, pretty-printed, concatenated, one array, a search engine's answer, however large.
//!
//! Two halves. The [`Cutter`] goes through the text in sequence and yields blocks of whole values in bounded memory; a
//! [`Walker`] goes through one block on any core, builds no tree, and hands over the leaves that are wanted. Both read
//! the same language, and come to rights after what is malformed at the same places, so that it does not matter how
//! blocks fall. It is JSON, and a little more: commas may trail, bare words and escapes need not be known, and a string
//! may hold any character but a line feed.
//!
//! A line that is cut costs no other. In a string it ends with its line; where a comma, a key or a colon must follow, the
//! bracket of the next line cannot; and where a value must, so that the next line is taken for it, what is behind
//! tells, and that next line is read again ([`lines`]). A good value knows nothing of this: all of it happens once
//! something is wrong.

mod bytes;
mod cutter;
mod lines;
mod sampler;
mod scan;
mod strings;
#[cfg(test)]
mod tests;
mod walker;
mod wanted;

pub(crate) use cutter::Cutter;
pub(crate) use sampler::paths;
pub(crate) use walker::Walker;
pub(crate) use wanted::Wanted;

use crate::rows::Cell;
use std::sync::Arc;

/// Whole JSON values, one after another.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) text: Vec<u8>,
    /// Where it begins, in bytes of the text.
    pub(crate) at: u64,
    /// The keys above, where a value that is too large to be held was opened: `hits`, `hits`.
    pub(crate) above: Arc<[String]>,
    /// Objects and arrays that are open above.
    pub(crate) depth: usize,
    pub(crate) shape: Shape,
}

/// What the values of a block are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Values that stand in nothing. Some may be malformed.
    Roots,
    /// Elements of an array that was opened.
    Elements,
    /// Members of an object that was opened: `"key": value`.
    Members,
}

/// Why a piece of the text was passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Why {
    /// It is not JSON, or ends too early.
    Syntax,
    /// It is nested deeper than `--max-depth`.
    Depth,
    /// One string or number is longer than `--max-record`.
    Record,
}

/// Pieces of the text that were passed over, by reason, and where the first of each begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Passed {
    pub(crate) syntax: u64,
    pub(crate) depth: u64,
    pub(crate) record: u64,
    pub(crate) first_syntax: Option<u64>,
    pub(crate) first_depth: Option<u64>,
    pub(crate) first_record: Option<u64>,
}

impl Passed {
    /// One more.
    pub(crate) fn add(&mut self, at: u64, why: Why) {
        let (count, first) = match why {
            Why::Syntax => (&mut self.syntax, &mut self.first_syntax),
            Why::Depth => (&mut self.depth, &mut self.first_depth),
            Why::Record => (&mut self.record, &mut self.first_record),
        };
        *count += 1;
        *first = Some(first.map_or(at, |first| first.min(at)));
    }

    /// All of them.
    pub(crate) fn total(&self) -> u64 {
        self.syntax + self.depth + self.record
    }
}

/// Takes leaves, in the order of the text. A record's come together, when it is known to be whole.
pub(crate) trait Leaves {
    /// A leaf at a wanted path.
    fn leaf(&mut self, column: usize, cell: Cell<'_>);
    /// The record is complete whose leaves were handed over since the last one. `at` is where it begins.
    fn end(&mut self, at: u64);
    /// A piece has been passed over. Nothing of it was handed over, but where a part is too deep: the rest is then.
    fn malformed(&mut self, at: u64, why: Why);
}

/// Whether an array holds records, by the keys above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lists {
    Root,
    /// Below `hits` of an Elasticsearch answer.
    Hits,
    /// An array here holds records, if its first element is an object.
    List,
    Nothing,
}

impl Lists {
    /// `hits.hits` of Elasticsearch, `docs` and `rows` of bulk reads and of `CouchDB`, `RECORDS` of Navicat's
    /// exports.
    fn below(self, key: &[u8]) -> Self {
        match (self, key) {
            (Self::Root, b"hits") => Self::Hits,
            (Self::Hits, b"hits") | (Self::Root, b"docs" | b"rows" | b"RECORDS") => Self::List,
            _ => Self::Nothing,
        }
    }
}

/// Whether a text begins as JSON does, and how sure that is.
pub(crate) fn looks_like(head: &str) -> Option<f64> {
    let head = head.trim_start_matches(|c: char| c.is_ascii_whitespace() || matches!(c, '\u{feff}' | '\u{1e}'));
    let (first, rest) = (head.chars().next()?, head.get(1..)?.trim_start());
    let second = rest.bytes().next();
    match (first, second) {
        ('{', Some(b'"')) => {
            // A key and its colon.
            let (end, _) = bytes::string_end(rest.as_bytes(), 1).ok()?;
            rest[end + 1..].trim_start().starts_with(':').then_some(0.99)
        }
        ('{', Some(b'}')) | ('[', Some(b'{' | b'[')) => Some(0.95),
        ('{' | '[', None) => Some(0.6),
        // `["a", 1, null]`; `[2022-01-01] a line of a log` has no comma or bracket behind its first word.
        ('[', Some(b'"')) => Some(0.9),
        ('[', Some(b']')) => Some(0.5),
        ('[', Some(byte)) if bytes::is_bare(byte) => {
            let word = bytes::bare_end(rest.as_bytes(), 0);
            rest[word..].trim_start().starts_with(',').then_some(0.7)
        }
        _ => None,
    }
}
