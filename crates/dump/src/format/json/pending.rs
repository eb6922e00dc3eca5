//! The leaves of a record, held until the record is known to be whole.

use super::leaves::Leaves;
use crate::format::rows::Tag;
use crate::wiped::WipedText;
use std::ops::Range;

/// The leaves of the current record.
#[derive(Default)]
pub(super) struct Pending {
    leaves: Vec<Leaf>,
    /// The text of those leaves that are not in the block.
    held: WipedText,
}

/// A leaf, and its text as a range of the block or of `held`.
#[derive(Clone)]
pub(super) struct Leaf {
    tag: Tag,
    is_held: bool,
    range: Range<usize>,
    column: u32,
    /// The open object, counted from 1, in which another member names it.
    named_in: u16,
}

impl Pending {
    pub(super) fn is_empty(&self) -> bool {
        self.leaves.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.leaves.len()
    }

    /// Where in the block the first leaf is, if there is one; 0 if its text is held.
    pub(super) fn first_position(&self) -> Option<usize> {
        self.leaves.first().map(|leaf| if leaf.is_held { 0 } else { leaf.range.start })
    }

    /// A leaf whose text is in the block; its column is set when it is added.
    pub(super) fn of_block(tag: Tag, range: Range<usize>) -> Leaf {
        Leaf { tag, is_held: false, range, column: 0, named_in: 0 }
    }

    /// A leaf whose text is not in the block, and is copied.
    pub(super) fn copied(&mut self, tag: Tag, text: &str) -> Leaf {
        let start = self.held.len();
        self.held.push_str(text);
        Leaf { tag, is_held: true, range: start..self.held.len(), column: 0, named_in: 0 }
    }

    /// Adds a leaf to a column.
    pub(super) fn add(&mut self, leaf: &Leaf, column: u32, named_in: u16) {
        self.leaves.push(Leaf { column, named_in, ..leaf.clone() });
    }

    /// Moves the leaves from this one on that are named in an object to a column.
    pub(super) fn name(&mut self, from: usize, named_in: u16, column: u32) {
        let leaves = self.leaves.get_mut(from..).unwrap_or_default();
        leaves.iter_mut().filter(|leaf| leaf.named_in == named_in).for_each(|leaf| leaf.column = column);
    }

    /// Delivers all leaves. `text` is the block's.
    pub(super) fn deliver(&mut self, text: &str, leaves: &mut impl Leaves) {
        for Leaf { tag, is_held, range, column, .. } in self.leaves.drain(..) {
            let text = if is_held { &self.held[range] } else { &text[range] };
            leaves.leaf(column as usize, (tag, text));
        }
        self.held.clear();
    }

    pub(super) fn clear(&mut self) {
        self.leaves.clear();
        self.held.clear();
    }
}
