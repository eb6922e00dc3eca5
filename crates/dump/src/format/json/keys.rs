//! Keys of objects: quoted or not, and what they lead to.

use super::bytes::{blanks, string_end};
use super::paths::{PathState, PathTracker};
use super::relaxed::{is_prefix, key_end, quoted_end};
use super::strings::unescape;
use super::tree::Role;
use super::walker::{Expecting, Mode, Walker};
use crate::format::rows::Tag;
use std::ops::Range;

impl<F: PathTracker> Walker<F> {
    /// Parses a key, whose text begins at `at`, and its colon.
    #[inline]
    pub(super) fn key(&mut self, text: &str, at: usize, mode: Mode) -> Result<(usize, Expecting), usize> {
        let (end, is_escaped) = string_end(text.as_bytes(), at)?;
        self.key_of(text, at..end, end + 1, is_escaped, mode)
    }

    /// The same for a key without quotes, or with single ones, which begins at `at`.
    pub(super) fn relaxed_key(&mut self, text: &str, at: usize, mode: Mode) -> Result<(usize, Expecting), usize> {
        let bytes = text.as_bytes();
        let word = key_end(bytes, at);
        match bytes.get(word) {
            Some(&quote) if is_prefix(quote, word - at) => {
                let (end, is_escaped) = quoted_end(bytes, word + 1, quote)?;
                self.key_of(text, word + 1..end, end + 1, is_escaped, mode)
            }
            _ => self.key_of(text, at..word, word, false, mode),
        }
    }

    #[inline]
    fn key_of(
        &mut self,
        text: &str,
        key: Range<usize>,
        after: usize,
        is_escaped: bool,
        mode: Mode,
    ) -> Result<(usize, Expecting), usize> {
        let after = blanks(text.as_bytes(), after);
        if text.as_bytes().get(after) != Some(&b':') {
            return Err(after);
        }
        let at = key.start;
        if mode == Mode::Check {
            self.here = PathState::NOWHERE;
            return Ok((after + 1, Expecting::Value));
        }
        let from = self.frames.last().expect("the object that holds this").here;
        let raw = &text[key];
        let here = if is_escaped {
            let mut key = self.unescaped.pop().unwrap_or_default();
            unescape(raw, &mut key);
            let here = self.member(from, &key, at, Mode::Embedded(0));
            key.clear();
            self.unescaped.push(key);
            here
        } else {
            self.member(from, raw, at, mode)
        };
        self.here = PathState { lists: from.lists.below(raw.as_bytes()), ..here };
        Ok((after + 1, Expecting::Value))
    }

    /// The state of a member. A key that is data may be an identifier itself.
    #[inline]
    fn member(&mut self, from: PathState, key: &str, at: usize, mode: Mode) -> PathState {
        let here = self.tracker.child(from, key);
        if here.is_data {
            self.here = self.tracker.keys(from);
            self.leaf_of(key, at, Tag::Text, mode);
        }
        let named_in = match here.role {
            Role::Value => u16::try_from(self.frames.len()).unwrap_or(0),
            _ if here.is_silent => from.named_in,
            _ => 0,
        };
        PathState { named_in, ..here }
    }
}
