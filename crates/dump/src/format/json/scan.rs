//! Scans the structure of a text of any length, once and byte by byte: where values begin and end,
//! and which objects and arrays are delivered in parts because they are too large to be held.
//!
//! Terms: an object or array is *opened* when it is delivered in parts. A *run* is the complete
//! children of the innermost opened container that gather into a block. A child that grows beyond
//! the limit is opened itself, and its own complete children become the run, so nothing is read
//! twice.

use super::block::{Block, BlockKind, Reason, Skipped};
use super::bytes::{Deep, bare_end, begins_root, is_bare, is_between, is_blank, special};
use super::leaves::ListState;
use super::lines::{Backtrack, OBJECT_BYTES, begins_line, is_opening, object};
use super::strings::unescape;
use crate::wiped::{WipedBytes, WipedText};
use std::collections::VecDeque;
use std::sync::Arc;

/// Longest key that is remembered above an opened container, in bytes; a longer one is remembered
/// as empty.
const KEY_BYTES: usize = 1_024;

/// A piece of the text, and its position.
#[derive(Clone, Copy)]
pub(super) struct Window<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) base: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
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
    },
    Escape {
        is_key: bool,
    },
    Bare,
    Deep(Deep),
    /// Searching for a position to continue after an error at this one.
    Searching {
        from: u64,
    },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Container {
    /// The top level.
    Text,
    Array,
    Object,
}

/// An object or array that is not complete. All positions are in the text.
struct Frame {
    container: Container,
    /// The first child of the run, and the end of its last complete one.
    run: Option<u64>,
    run_end: u64,
    /// The incomplete child; of a member, the position of its key.
    child: Option<u64>,
    key: (u64, u64),
    /// List state of the container itself, and of its current value.
    within: ListState,
    lists: ListState,
}

pub(super) struct Structure {
    state: State,
    frames: Vec<Frame>,
    /// How many frames, counted from the first, are opened.
    opened: usize,
    /// The keys above the innermost opened frame, and a shared copy of them.
    above: Vec<String>,
    shared: Option<Arc<[String]>>,
    /// Whether the child of the innermost opened frame is skipped.
    skipping: bool,
    /// The position at which memory must be freed at the latest.
    limit: u64,
    record: usize,
    depth: usize,
    /// Bytes of a run that make a block.
    target: usize,
    pub(super) ready: VecDeque<Block>,
    pub(super) skipped: Skipped,
    backtrack: Backtrack,
}

impl Structure {
    pub(super) fn new(record: usize, depth: usize, target: usize) -> Self {
        Self {
            state: State::Between,
            frames: vec![Frame::new(Container::Text, ListState::Root)],
            opened: 1,
            above: Vec::new(),
            shared: None,
            skipping: false,
            limit: u64::MAX,
            record,
            depth,
            target,
            ready: VecDeque::new(),
            skipped: Skipped::default(),
            backtrack: Backtrack::default(),
        }
    }

    /// Whether no value is open and no run waits.
    pub(super) fn is_between(&self) -> bool {
        self.state == State::Between && self.frames[0].run.is_none()
    }

    /// The first byte of the window that is still needed, once it has been scanned to `at`.
    pub(super) fn needed(&self, window: Window<'_>, at: usize) -> usize {
        let frame = &self.frames[self.opened - 1];
        let child = frame.child.filter(|_| !self.skipping);
        let kept = frame.run.or(child).map_or(at, |place| (place - window.base) as usize);
        // The byte before shows whether a line begins.
        kept.min(at.saturating_sub(1))
    }

    /// Continues at `at`, until a block is ready or the bytes end; returns the position reached.
    pub(super) fn scan(&mut self, window: Window<'_>, mut at: usize) -> usize {
        while self.ready.is_empty() {
            let limit = self.limit.saturating_add(u64::from(self.state == State::Bare)).saturating_sub(window.base);
            let end = window.bytes.len().min(usize::try_from(limit).unwrap_or(usize::MAX));
            if at < end {
                let (from, state) = (at, self.state);
                at = self.token(window, from, end);
                // Still searching: the match may begin with the last bytes.
                if at == from && self.state == state {
                    break;
                }
            } else if end < window.bytes.len() {
                self.shrink(window);
            } else {
                break;
            }
        }
        at
    }

    /// Ends a text that has been scanned to `at`; returns where to continue, if an open value is
    /// given up.
    pub(super) fn finish(&mut self, window: Window<'_>, mut at: usize) -> usize {
        if self.state == State::Bare {
            self.value_end(window, at);
        }
        if !matches!(self.state, State::Between | State::Searching { .. }) {
            at = self.error(window, at);
        }
        self.flush(window);
        at
    }

    /// Scans one token, or the part of it that is there; returns the position of the next one.
    #[inline]
    fn token(&mut self, window: Window<'_>, at: usize, end: usize) -> usize {
        let bytes = &window.bytes[..end];
        let byte = bytes[at];
        match self.state {
            State::Text { is_key } => return self.text(window, end, at, is_key),
            State::Escape { .. } if byte == b'\n' => return self.error(window, at),
            State::Escape { is_key } => self.state = State::Text { is_key },
            State::Bare => {
                let after = bare_end(bytes, at);
                if after < end {
                    self.value_end(window, after);
                }
                return after;
            }
            State::Deep(mut deep) => {
                return match deep.pass(bytes, at) {
                    Ok((after, true)) => {
                        self.value_end(window, after);
                        after
                    }
                    Ok((after, false)) => {
                        self.state = State::Deep(deep);
                        after
                    }
                    Err(wrong) => self.error(window, wrong),
                };
            }
            State::Searching { from } => return self.find_next_value(window, at, from),
            State::Between if is_between(byte) => {}
            State::Between if !begins_root(byte) => return self.error(window, at),
            _ if is_blank(byte) => {}
            State::Element if byte == b']' => self.close(window, at + 1),
            State::Between | State::Element => {
                self.child(window, at);
                return self.value(window, end, at);
            }
            State::Value => return self.value(window, end, at),
            State::Member if byte == b'}' => self.close(window, at + 1),
            State::Member if byte == b'"' => {
                self.child(window, at);
                self.state = State::Text { is_key: true };
                return self.text(window, end, at + 1, true);
            }
            State::Colon if byte == b':' => self.state = State::Value,
            State::After => return self.after(window, at),
            State::Member | State::Colon => return self.error(window, at),
        }
        at + 1
    }

    /// The first byte of a value.
    fn value(&mut self, window: Window<'_>, end: usize, at: usize) -> usize {
        match window.bytes[at] {
            b'"' => {
                self.state = State::Text { is_key: false };
                return self.text(window, end, at + 1, false);
            }
            b'{' => self.open(window, Container::Object),
            b'[' => self.open(window, Container::Array),
            byte if is_bare(byte) => self.state = State::Bare,
            _ => return self.error(window, at),
        }
        at + 1
    }

    fn text(&mut self, window: Window<'_>, end: usize, at: usize, is_key: bool) -> usize {
        let at = special(&window.bytes[..end], at);
        if at == end {
            return at;
        }
        match window.bytes[at] {
            b'\\' => self.state = State::Escape { is_key },
            b'"' if is_key => {
                self.key_end(window, at);
                if at + 1 < end && window.bytes[at + 1] == b':' {
                    self.state = State::Value;
                    return at + 2;
                }
            }
            b'"' => self.value_end(window, at + 1),
            _ => return self.error(window, at),
        }
        at + 1
    }

    fn key_end(&mut self, window: Window<'_>, at: usize) {
        self.state = State::Colon;
        let frame = self.frames.last_mut().expect("there is always one");
        if let Some(child) = frame.child {
            frame.key = (child + 1, window.base + at as u64);
            frame.lists = frame.within.below(frame.raw_key(window).unwrap_or_default());
        }
    }

    fn after(&mut self, window: Window<'_>, at: usize) -> usize {
        let container = self.frames.last().expect("there is always one").container;
        match (container, window.bytes[at]) {
            (Container::Array, b',') => self.state = State::Element,
            (Container::Object, b',') => self.state = State::Member,
            (Container::Array, b']') | (Container::Object, b'}') => self.close(window, at + 1),
            _ => return self.error(window, at),
        }
        at + 1
    }

    /// A child of the innermost frame begins.
    fn child(&mut self, window: Window<'_>, at: usize) {
        let place = window.base + at as u64;
        let is_opened = self.frames.len() == self.opened;
        let frame = self.frames.last_mut().expect("there is always one");
        if frame.run.is_none() {
            (frame.run, frame.run_end) = (Some(place), place);
        }
        frame.child = Some(place);
        if is_opened && !self.skipping {
            self.limit = place + self.record as u64;
        }
    }

    fn open(&mut self, window: Window<'_>, container: Container) {
        let is_root = self.frames.len() == 1;
        let parent = self.frames.last().expect("there is always one");
        let is_row = parent.container == Container::Array && container == Container::Array;
        let lists = if is_row { ListState::Nothing } else { parent.lists };
        // An array of records, judging by its first element.
        let is_list = parent.within == ListState::List
            && parent.container == Container::Array
            && container == Container::Object
            && parent.run == parent.child;
        while is_list && !self.skipping && self.opened < self.frames.len() {
            self.open_child(window);
        }
        if self.frames.len() > self.depth {
            self.state = State::Deep(Deep::new());
            return;
        }
        self.frames.push(Frame::new(container, lists));
        self.state = if container == Container::Array { State::Element } else { State::Member };
        if is_root && container == Container::Array {
            self.open_child(window);
        }
    }

    /// A value of the innermost frame ends.
    fn value_end(&mut self, window: Window<'_>, after: usize) {
        let place = window.base + after as u64;
        let count = self.frames.len();
        self.state = if count == 1 { State::Between } else { State::After };
        let frame = self.frames.last_mut().expect("there is always one");
        frame.child = None;
        frame.run_end = place;
        if count > self.opened {
            return;
        }
        if std::mem::take(&mut self.skipping) {
            frame.run = None;
        }
        self.limit = frame.run.map_or(u64::MAX, |run| run + (self.target + self.record) as u64);
        if frame.run.is_some_and(|run| place - run >= self.target as u64) {
            self.flush(window);
        }
    }

    /// The innermost frame ends.
    fn close(&mut self, window: Window<'_>, after: usize) {
        if self.frames.len() > self.opened {
            self.frames.pop();
            return self.value_end(window, after);
        }
        self.flush(window);
        self.frames.pop();
        self.opened -= 1;
        let count = self.frames.len();
        self.state = if count == 1 { State::Between } else { State::After };
        let frame = self.frames.last_mut().expect("the text itself is never closed");
        (frame.run, frame.child) = (None, None);
        self.limit = u64::MAX;
        if frame.container == Container::Object {
            self.above.pop();
            self.shared = None;
        }
    }

    /// What is held has reached the limit: delivers what is complete, and opens or skips the rest.
    fn shrink(&mut self, window: Window<'_>) {
        let Some(child) = self.frames[self.opened - 1].child else { return self.flush(window) };
        if self.frames.len() > self.opened {
            return self.open_child(window);
        }
        self.flush(window);
        let reason = if matches!(self.state, State::Deep(_)) { Reason::Depth } else { Reason::Record };
        self.skipped.add(child, reason);
        self.skipping = true;
        self.limit = u64::MAX;
    }

    /// Opens the incomplete child of the innermost opened frame.
    fn open_child(&mut self, window: Window<'_>) {
        self.flush(window);
        let frame = &mut self.frames[self.opened - 1];
        frame.run = None;
        if frame.container == Container::Object {
            let raw = frame.raw_key(window).filter(|raw| raw.len() <= KEY_BYTES).unwrap_or_default();
            let mut key = WipedText::default();
            unescape(&String::from_utf8_lossy(raw), &mut key);
            self.above.push(key[..].to_owned());
            self.shared = None;
        }
        self.opened += 1;
        self.limit = self.frames[self.opened - 1].child.map_or(u64::MAX, |child| child + self.record as u64);
    }

    /// Delivers the complete children of the innermost opened frame.
    fn flush(&mut self, window: Window<'_>) {
        let frame = &mut self.frames[self.opened - 1];
        if frame.child.is_none() {
            self.limit = u64::MAX;
        }
        let Some(run) = frame.run.take() else { return };
        if frame.run_end <= run {
            return;
        }
        let place = |at: u64| (at - window.base) as usize;
        let above = &self.above;
        self.ready.push_back(Block {
            text: WipedBytes::copy_of(&window.bytes[place(run)..place(frame.run_end)]),
            at: run,
            above: Arc::clone(self.shared.get_or_insert_with(|| Arc::from(above.as_slice()))),
            depth: self.opened - 1,
            kind: match frame.container {
                Container::Text => BlockKind::Roots,
                Container::Array => BlockKind::Elements,
                Container::Object => BlockKind::Members,
            },
        });
    }

    /// Handles a syntax error at `at`: keeps what was complete and gives up all open values.
    /// Returns where to continue, which may be an earlier position.
    fn error(&mut self, window: Window<'_>, at: usize) -> usize {
        let place = window.base + at as u64;
        let mut line = None;
        if !self.skipping {
            let child = self.frames[self.opened - 1].child;
            self.skipped.add(child.unwrap_or(place), Reason::Syntax);
            // The incomplete child is still held.
            let from = child.map_or(at, |child| (child - window.base) as usize);
            let skipped = &mut self.skipped;
            let left_out = |line: usize| skipped.add(window.base + line as u64, Reason::Syntax);
            line = self.backtrack.find(window.bytes, window.base, from, at, left_out);
        }
        self.flush(window);
        self.frames.truncate(1);
        self.frames[0] = Frame::new(Container::Text, ListState::Root);
        (self.opened, self.skipping, self.limit) = (1, false, u64::MAX);
        self.above.clear();
        self.shared = None;
        let line = line.or(Some(at).filter(|&at| is_opening(window.bytes, at)));
        self.state = if line.is_some() { State::Between } else { State::Searching { from: place } };
        line.unwrap_or(at)
    }

    /// Searches for a line that may begin a value. If there is none for long, an object after
    /// another object will do: one damaged record must not cost the rest of a list that is one
    /// line, or whose lines are indented.
    fn find_next_value(&mut self, window: Window<'_>, at: usize, from: u64) -> usize {
        let bytes = window.bytes;
        let opens = |line: &usize| bytes.get(*line).is_none_or(|&byte| begins_line(byte));
        let line = memchr::memchr_iter(b'\n', &bytes[at..]).map(|found| at + found + 1).find(opens);
        let far = at.max((from + self.record as u64).saturating_sub(window.base) as usize);
        // If a line begins after the last byte, its first byte is not known yet.
        match object(bytes, far, line.unwrap_or(bytes.len())).or(line.filter(|&line| line < bytes.len())) {
            Some(place) => {
                self.state = State::Between;
                place
            }
            None => at.max(bytes.len().saturating_sub(OBJECT_BYTES - 1)),
        }
    }
}

impl Frame {
    fn new(container: Container, within: ListState) -> Self {
        let lists = if within == ListState::Root { ListState::Root } else { ListState::Nothing };
        Self { container, run: None, run_end: 0, child: None, key: (0, 0), within, lists }
    }

    /// The current key, if it is still held.
    fn raw_key<'b>(&self, window: Window<'b>) -> Option<&'b [u8]> {
        let place = |at: u64| Some(at.checked_sub(window.base)? as usize);
        window.bytes.get(place(self.key.0)?..place(self.key.1)?)
    }
}
