//! The scan's output: delivers runs of complete children as blocks, opens containers that are too
//! large to be held, and finds where to continue after an error.

use super::block::{Block, BlockKind, Reason};
use super::bytes::boundary;
use super::frame::{Frame, State, Window};
use super::grammar::Container;
use super::leaves::ListState;
use super::lines::{OBJECT_BYTES, begins_line, is_opening, object};
use super::scan::Structure;
use super::strings::unescape;
use crate::wiped::{WipedBytes, WipedText};
use std::sync::Arc;

/// Longest key that is remembered above an opened container, in bytes; a longer one is remembered
/// as empty.
const KEY_BYTES: usize = 1_024;

/// Digits of a key that may be an identifier.
const KEY_DIGITS: usize = 6;

/// Bytes of lost text that are delivered at a time.
const LOST_BYTES: usize = 64 << 10;

/// Most bytes that are held back of them, because a number might not be whole.
const WORD_BYTES: usize = 1 << 10;

impl Structure {
    /// What is held has reached the limit: delivers what is complete, and opens or skips the rest.
    pub(super) fn shrink(&mut self, window: Window<'_>) {
        let Some(child) = self.frames[self.opened - 1].child else { return self.flush(window) };
        if self.frames.len() > self.opened {
            return self.open_child(window);
        }
        self.flush(window);
        let reason = if matches!(self.state, State::Deep(_)) { Reason::Depth } else { Reason::Record };
        self.skipped.add(child, reason);
        self.lost = Some(child);
        self.skipping = true;
        self.limit = u64::MAX;
    }

    /// Opens the incomplete child of the innermost opened frame.
    pub(super) fn open_child(&mut self, window: Window<'_>) {
        self.flush(window);
        let frame = &mut self.frames[self.opened - 1];
        frame.run = None;
        if frame.container == Some(Container::Object) {
            let raw = frame.raw_key(window).filter(|raw| raw.len() <= KEY_BYTES).unwrap_or_default();
            let mut key = WipedText::default();
            unescape(&String::from_utf8_lossy(raw), &mut key);
            self.above.push(key[..].to_owned());
            self.shared = None;
            self.lose_key(window);
        }
        self.opened += 1;
        self.limit = self.frames[self.opened - 1].child.map_or(u64::MAX, |child| child + self.record as u64);
    }

    /// Delivers the key of an object that is opened, if it may be an identifier.
    fn lose_key(&mut self, window: Window<'_>) {
        let frame = &self.frames[self.opened - 1];
        let raw = frame.raw_key(window).unwrap_or_default();
        if raw.iter().filter(|byte| byte.is_ascii_digit()).count() >= KEY_DIGITS {
            let (from, end) = (frame.key.0, (frame.key.1 - window.base) as usize);
            self.lose(window, from, end);
        }
    }

    /// Delivers the complete children of the innermost opened frame.
    pub(super) fn flush(&mut self, window: Window<'_>) {
        let frame = &mut self.frames[self.opened - 1];
        if frame.child.is_none() {
            self.limit = u64::MAX;
        }
        let Some(run) = frame.run.take() else { return };
        if frame.run_end <= run {
            return;
        }
        let position = |at: u64| (at - window.base) as usize;
        let above = &self.above;
        self.ready.push_back(Block {
            text: WipedBytes::copy_of(&window.bytes[position(run)..position(frame.run_end)]),
            at: run,
            above: Arc::clone(self.shared.get_or_insert_with(|| Arc::from(above.as_slice()))),
            depth: self.opened - 1,
            position: frame.run_position,
            kind: match frame.container {
                None => BlockKind::Roots,
                Some(Container::Array) => BlockKind::Elements,
                Some(Container::Object) => BlockKind::Members,
            },
        });
    }

    /// Handles a syntax error at `at`: keeps what was complete and gives up all open values.
    /// Returns where to continue, which may be an earlier position.
    pub(super) fn error(&mut self, window: Window<'_>, at: usize) -> usize {
        let position = window.base + at as u64;
        let mut line = None;
        let mut lost = position;
        if !self.skipping {
            let child = self.frames[self.opened - 1].child;
            self.skipped.add(child.unwrap_or(position), Reason::Syntax);
            lost = child.unwrap_or(position);
            // The incomplete child is still held.
            let from = child.map_or(at, |child| (child - window.base) as usize);
            let skipped = &mut self.skipped;
            let left_out = |line: usize| skipped.add(window.base + line as u64, Reason::Syntax);
            line = self.backtrack.find(window.bytes, window.base, from, at, left_out);
        }
        self.flush(window);
        self.lost.get_or_insert(lost);
        self.frames.truncate(1);
        self.frames[0] = Frame::new(None, ListState::Root);
        (self.opened, self.skipping, self.limit) = (1, false, u64::MAX);
        self.above.clear();
        self.shared = None;
        let line = line.or(Some(at).filter(|&at| is_opening(window.bytes, at)));
        self.state = if line.is_some() { State::Between } else { State::Searching { from: position } };
        let next = line.unwrap_or(at);
        if line.is_some() {
            self.end_lost(window, next);
        }
        next
    }

    /// Delivers the rest of the text that is lost, which ends before `end`.
    pub(super) fn end_lost(&mut self, window: Window<'_>, end: usize) {
        let Some(lost) = self.lost.take() else { return };
        self.lose(window, lost, end);
    }

    /// Delivers text that is lost once there is much of it, up to `end` or to the word before it.
    pub(super) fn deliver_lost(&mut self, window: Window<'_>, end: usize) {
        let Some(lost) = self.lost else { return };
        let from = (lost - window.base) as usize;
        if end.saturating_sub(from) < LOST_BYTES {
            return;
        }
        let text = &window.bytes[from..end];
        let is_end = |byte: &u8| matches!(byte, b',' | b'"' | b'{' | b'}' | b'[' | b']' | b'\n');
        let word = text.iter().rev().take(WORD_BYTES).position(is_end);
        let end = boundary(window.bytes, end - word.unwrap_or(0));
        self.lose(window, lost, end);
        self.lost = Some(window.base + end as u64);
    }

    fn lose(&mut self, window: Window<'_>, from: u64, end: usize) {
        let start = boundary(window.bytes, (from - window.base) as usize);
        if start < end {
            self.ready.push_back(Block {
                text: WipedBytes::copy_of(&window.bytes[start..end]),
                at: window.base + start as u64,
                above: Arc::from([]),
                depth: 0,
                kind: BlockKind::Lost,
                position: 0,
            });
        }
    }

    /// Searches for a line that may begin a value. If there is none for long, an object after
    /// another object will do: one damaged record must not cost the rest of a list that is one
    /// line, or whose lines are indented.
    pub(super) fn find_next_value(&mut self, window: Window<'_>, at: usize, from: u64) -> usize {
        let bytes = window.bytes;
        let opens = |line: &usize| bytes.get(*line).is_none_or(|&byte| begins_line(byte));
        let line = memchr::memchr_iter(b'\n', &bytes[at..]).map(|found| at + found + 1).find(opens);
        let far = at.max((from + self.record as u64).saturating_sub(window.base) as usize);
        // If a line begins after the last byte, its first byte is not known yet.
        match object(bytes, far, line.unwrap_or(bytes.len())).or(line.filter(|&line| line < bytes.len())) {
            Some(position) => {
                self.state = State::Between;
                self.end_lost(window, position);
                position
            }
            None => at.max(bytes.len().saturating_sub(OBJECT_BYTES - 1)),
        }
    }
}
