//! The values of wanted leaves: strings, which may hold JSON themselves, numbers and words.

use super::bytes::blanks;
use super::leaves::{Leaves, ListState};
use super::paths::{PathState, PathTracker};
use super::pending::Pending;
use super::relaxed::quoted_end;
use super::strings::{Number, number, unescape};
use super::walker::{Expecting, Mode, Walker};
use crate::format::rows::Tag;
use std::ops::Range;

/// Longest value that another member may name, in bytes.
const NAMED_BYTES: usize = 64;

/// How many levels of JSON in strings are parsed. Logs have two.
const EMBEDDED_LEVELS: usize = 4;

impl<F: PathTracker> Walker<F> {
    /// A string, which may hold JSON itself.
    pub(super) fn string(
        &mut self,
        text: &str,
        raw: Range<usize>,
        is_escaped: bool,
        mode: Mode,
        leaves: &mut impl Leaves,
    ) {
        let is_json = begins_json(&text[raw.clone()]);
        if !is_escaped && !is_json {
            return self.leaf_of(&text[raw.clone()], raw.start, Tag::Text, mode);
        }
        let mut inner = self.unescaped.pop().unwrap_or_default();
        unescape(&text[raw], &mut inner);
        let here = self.here;
        if !self.embedded(&inner, mode, leaves) {
            self.here = here;
            self.leaf_of(&inner, 0, Tag::Text, Mode::Embedded(0));
        }
        inner.clear();
        self.unescaped.push(inner);
    }

    /// Parses a string's text as if it were in its place, if it is JSON.
    fn embedded(&mut self, inner: &str, mode: Mode, leaves: &mut impl Leaves) -> bool {
        let level = match mode {
            Mode::Check => return false,
            Mode::Block => 1,
            Mode::Embedded(level) => level + 1,
        };
        if level > EMBEDDED_LEVELS || !begins_json(inner) {
            return false;
        }
        let floor = self.frames.len();
        let here = std::mem::replace(&mut self.here, PathState::NOWHERE);
        let checked = self.run(inner, 0, Expecting::Value, floor, Mode::Check, leaves);
        self.frames.truncate(floor);
        if !checked.is_ok_and(|end| blanks(inner.as_bytes(), end) == inner.len()) {
            return false;
        }
        self.here = PathState { lists: ListState::Nothing, in_array: false, ..here };
        self.run(inner, 0, Expecting::Value, floor, Mode::Embedded(level), leaves).is_ok()
    }

    /// What is between the brackets of a call: a string, or a number, or several.
    pub(super) fn call(&mut self, text: &str, between: Range<usize>, mode: Mode, leaves: &mut impl Leaves) {
        if mode == Mode::Check {
            return;
        }
        let inner = &text[between.clone()];
        let start = between.start + (inner.len() - inner.trim_start().len());
        let inner = inner.trim();
        let quote = inner.bytes().next().filter(|quote| matches!(quote, b'"' | b'\''));
        let string = quote.map(|quote| quoted_end(inner.as_bytes(), 1, quote));
        match string {
            Some(Ok((end, is_escaped))) if end + 1 == inner.len() => {
                self.string(text, start + 1..start + end, is_escaped, mode, leaves);
            }
            None if number(inner).is_some() => self.bare(inner, start, mode),
            _ => self.leaf_of(inner, start, Tag::Text, mode),
        }
    }

    /// A number or a word.
    pub(super) fn bare(&mut self, word: &str, at: usize, mode: Mode) {
        match number(word) {
            Some(Number::Integer(_)) => self.leaf_of(word, at, Tag::Integer, mode),
            Some(Number::Plain(plain)) => self.leaf_of(&plain, 0, Tag::Float, Mode::Embedded(0)),
            None if word == "null" => self.leaf_of("", at, Tag::Nothing, mode),
            // `true`, `NaN`.
            None if !word.bytes().any(|byte| byte.is_ascii_digit()) => {}
            // What is no JSON may still hold numbers: `1----2`.
            None => self.leaf_of(word, at, Tag::Text, mode),
        }
    }

    /// A leaf whose text is a piece of the block, unless it is embedded.
    pub(super) fn leaf_of(&mut self, word: &str, at: usize, tag: Tag, mode: Mode) {
        self.columns.clear();
        self.tracker.columns(&self.here, word, &mut self.columns);
        if self.columns.is_empty() {
            return;
        }
        let leaf = match mode {
            Mode::Block => Pending::of_block(tag, at..at + word.len()),
            _ => self.pending.copied(tag, word),
        };
        // A requested column is what it is, and text is no number that is named.
        let is_named = word.len() <= NAMED_BYTES && !self.here.asked.has_columns;
        let named_in = if is_named { self.here.named_in } else { 0 };
        self.columns.iter().for_each(|&column| self.pending.add(&leaf, column, named_in));
        if let Some(frame) = usize::from(named_in).checked_sub(1).and_then(|at| self.frames.get_mut(at)) {
            frame.has_named = true;
        }
    }
}

fn begins_json(text: &str) -> bool {
    text.bytes().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|byte| matches!(byte, b'{' | b'['))
}
