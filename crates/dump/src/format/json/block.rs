//! Blocks of whole JSON values, and counts of what was skipped.

use crate::wiped::WipedBytes;
use std::sync::Arc;

/// Whole JSON values, one after another.
pub(crate) struct Block {
    pub(crate) text: WipedBytes,
    /// Its position in the text.
    pub(crate) at: u64,
    /// The keys above, if the values are parts of one that was too large to be held: `hits`,
    /// `hits`.
    pub(crate) above: Arc<[String]>,
    /// Objects and arrays that are open above.
    pub(crate) depth: usize,
    pub(crate) kind: BlockKind,
    /// The position of the first of the values in their array.
    pub(crate) position: usize,
}

/// What the values of a block are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BlockKind {
    /// Top-level values. Some may be malformed.
    Roots,
    /// Elements of an array that is delivered in parts.
    Elements,
    /// Members of an object that is delivered in parts: `"key": value`.
    Members,
    /// Text of which nothing can be read.
    Lost,
}

/// Why a piece of the text was skipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// It is not JSON, or ends too early.
    Syntax,
    /// It is nested deeper than `--max-depth`.
    Depth,
    /// One string or number is longer than `--max-record`.
    Record,
}

/// Pieces of the text that were skipped, by reason, and the position of the first of each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Skipped {
    pub(crate) syntax: u64,
    pub(crate) depth: u64,
    pub(crate) record: u64,
    pub(crate) first_syntax: Option<u64>,
    pub(crate) first_depth: Option<u64>,
    pub(crate) first_record: Option<u64>,
}

impl Skipped {
    /// One more.
    pub(crate) fn add(&mut self, at: u64, reason: Reason) {
        let (count, first) = match reason {
            Reason::Syntax => (&mut self.syntax, &mut self.first_syntax),
            Reason::Depth => (&mut self.depth, &mut self.first_depth),
            Reason::Record => (&mut self.record, &mut self.first_record),
        };
        *count += 1;
        *first = Some(first.map_or(at, |first| first.min(at)));
    }

    /// All of them.
    pub(crate) fn total(&self) -> u64 {
        self.syntax + self.depth + self.record
    }
}
