//! The values of wanted leaves: strings, which may hold JSON themselves, numbers and words.

use super::bytes::blanks;
use super::leaves::{Leaves, ListState};
use super::pending::{Leaf, Pending};
use super::strings::{Number, number, unescape};
use super::walker::{Expecting, Mode, Walker};
use super::wanted::{PathState, PathTracker};
use crate::format::rows::Tag;
use std::ops::Range;

/// How many levels of JSON in strings are parsed. Logs have two.
const EMBEDDED_LEVELS: usize = 4;

impl<F: PathTracker> Walker<F> {
    /// A string, which may hold JSON itself.
    pub(super) fn string(
        &mut self,
        text: &str,
        raw: Range<usize>,
        is_escaped: bool,
        here: PathState,
        mode: Mode,
        leaves: &mut impl Leaves,
    ) {
        let is_json = begins_json(&text[raw.clone()]);
        if !is_escaped && !is_json {
            return self.leaf(text, raw, Tag::Text, here, mode);
        }
        let mut inner = self.unescaped.pop().unwrap_or_default();
        unescape(&text[raw], &mut inner);
        if !self.embedded(&inner, here, mode, leaves) {
            self.leaf(&inner, 0..inner.len(), Tag::Text, here, Mode::Embedded(0));
        }
        inner.clear();
        self.unescaped.push(inner);
    }

    /// Parses a string's text as if it were in its place, if it is JSON.
    fn embedded(&mut self, inner: &str, here: PathState, mode: Mode, leaves: &mut impl Leaves) -> bool {
        let level = match mode {
            Mode::Check => return false,
            Mode::Block => 1,
            Mode::Embedded(level) => level + 1,
        };
        if level > EMBEDDED_LEVELS || !begins_json(inner) {
            return false;
        }
        let floor = self.frames.len();
        let checked = self.run(inner, 0, Expecting::Value(PathState::UNWANTED), floor, Mode::Check, leaves);
        self.frames.truncate(floor);
        if !checked.is_ok_and(|end| blanks(inner.as_bytes(), end) == inner.len()) {
            return false;
        }
        let here = PathState { lists: ListState::Nothing, ..here };
        self.run(inner, 0, Expecting::Value(here), floor, Mode::Embedded(level), leaves).is_ok()
    }

    /// A number or a word.
    pub(super) fn bare(&mut self, word: &str, at: usize, here: PathState, mode: Mode) {
        match number(word) {
            Some(Number::Integer(_)) => self.leaf_of(word, at, Tag::Integer, here, mode),
            Some(Number::Plain(plain)) => self.leaf(&plain, 0..plain.len(), Tag::Float, here, Mode::Embedded(0)),
            None if word == "null" => self.leaf_of("", at, Tag::Nothing, here, mode),
            None => {}
        }
    }

    /// A leaf whose text is a piece of the block, unless it is embedded.
    fn leaf_of(&mut self, word: &str, at: usize, tag: Tag, here: PathState, mode: Mode) {
        match mode {
            Mode::Block => self.add(&Pending::of_block(tag, at..at + word.len()), here),
            _ => self.leaf(word, 0..word.len(), tag, here, mode),
        }
    }

    fn leaf(&mut self, text: &str, range: Range<usize>, tag: Tag, here: PathState, mode: Mode) {
        let leaf = match mode {
            Mode::Block => Pending::of_block(tag, range),
            _ => self.pending.copied(tag, &text[range]),
        };
        self.add(&leaf, here);
    }

    fn add(&mut self, leaf: &Leaf, here: PathState) {
        let pending = &mut self.pending;
        self.tracker.columns(here, &mut |column| pending.add(leaf, column));
    }
}

fn begins_json(text: &str) -> bool {
    text.bytes().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|byte| matches!(byte, b'{' | b'['))
}
