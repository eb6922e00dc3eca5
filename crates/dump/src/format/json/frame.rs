//! The state of scanning the structure of a text: where in the grammar the scan is, and which
//! containers are open.

use super::bytes::Deep;
use super::grammar::Container;
use super::leaves::ListState;
use super::relaxed::Call;

/// A piece of the text, and its position.
#[derive(Clone, Copy)]
pub(super) struct Window<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) base: u64,
}

/// Where in the grammar the scan is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Between top-level values.
    Between,
    /// A value of an array, or the array's end.
    Element,
    /// A member of an object, or the object's end.
    Member,
    Colon,
    Value,
    /// After a value: a comma or the end.
    After,
    Text {
        is_key: bool,
        quote: u8,
    },
    Escape {
        is_key: bool,
        quote: u8,
    },
    /// A word, and how many of its letters are passed: none, one, or more.
    Bare {
        letters: usize,
    },
    /// A key without quotes.
    BareKey {
        letters: usize,
    },
    Call(Call),
    /// After the first character of a comment between values.
    Slash,
    /// In a comment that ends with its line.
    LineComment,
    /// In a comment that ends with `*/`.
    Comment {
        after_star: bool,
    },
    Deep(Deep),
    /// Searching for a position to continue after an error at this one.
    Searching {
        from: u64,
    },
}

/// An object or array that is not complete. All positions are in the text.
pub(super) struct Frame {
    /// `None` at the top level.
    pub(super) container: Option<Container>,
    /// The first child of the run, and the end of its last complete one.
    pub(super) run: Option<u64>,
    pub(super) run_end: u64,
    /// The position of the next child, and of the first of the run, among the children.
    pub(super) children: usize,
    pub(super) run_position: usize,
    /// The incomplete child; of a member, the position of its key.
    pub(super) child: Option<u64>,
    pub(super) key: (u64, u64),
    /// List state of the container itself, and of its current value.
    pub(super) within: ListState,
    pub(super) lists: ListState,
}

impl Frame {
    pub(super) fn new(container: Option<Container>, within: ListState) -> Self {
        let lists = if within == ListState::Root { ListState::Root } else { ListState::Nothing };
        Self { container, run: None, run_end: 0, children: 0, run_position: 0, child: None, key: (0, 0), within, lists }
    }

    /// The current key, if it is still held.
    pub(super) fn raw_key<'b>(&self, window: Window<'b>) -> Option<&'b [u8]> {
        let position = |at: u64| Some(at.checked_sub(window.base)? as usize);
        window.bytes.get(position(self.key.0)?..position(self.key.1)?)
    }
}
