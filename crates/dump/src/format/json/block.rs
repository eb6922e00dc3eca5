//! Blocks of whole JSON values, and what of a text was passed over.

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
