//! Scans the structure of a text of any length, once and byte by byte: where values begin and end,
//! and which objects and arrays are delivered in parts because they are too large to be held.
//!
//! Terms: an object or array is *opened* when it is delivered in parts. A *run* is the complete
//! children of the innermost opened container that gather into a block. A child that grows beyond
//! the limit is opened itself, and its own complete children become the run, so nothing is read
//! twice.

use super::block::{Block, Skipped};
use super::bytes::{Deep, begins_root, is_between, is_blank};
use super::frame::{Frame, State, Window};
use super::grammar::{Container, Next, Start, after, start};
use super::leaves::ListState;
use super::lines::Backtrack;
use super::relaxed::begins_key;
use std::collections::VecDeque;
use std::sync::Arc;

pub(super) struct Structure {
    pub(super) state: State,
    pub(super) frames: Vec<Frame>,
    /// How many frames, counted from the first, are opened.
    pub(super) opened: usize,
    /// The keys above the innermost opened frame, and a shared copy of them.
    pub(super) above: Vec<String>,
    pub(super) shared: Option<Arc<[String]>>,
    /// Whether the child of the innermost opened frame is skipped.
    pub(super) skipping: bool,
    /// The position at which memory must be freed at the latest.
    pub(super) limit: u64,
    pub(super) record: usize,
    depth: usize,
    /// Bytes of a run that make a block.
    target: usize,
    pub(super) ready: VecDeque<Block>,
    pub(super) skipped: Skipped,
    /// Text from here on is lost, and not delivered yet.
    pub(super) lost: Option<u64>,
    pub(super) backtrack: Backtrack,
}

impl Structure {
    pub(super) fn new(record: usize, depth: usize, target: usize) -> Self {
        Self {
            state: State::Between,
            frames: vec![Frame::new(None, ListState::Root)],
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
            lost: None,
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
        let kept = frame.run.or(child).map_or(at, |position| (position - window.base) as usize);
        let kept = self.lost.map_or(kept, |lost| kept.min((lost - window.base) as usize));
        // The byte before shows whether a line begins.
        kept.min(at.saturating_sub(1))
    }

    /// Continues at `at`, until a block is ready or the bytes end; returns the position reached.
    pub(super) fn scan(&mut self, window: Window<'_>, mut at: usize) -> usize {
        while self.ready.is_empty() {
            let limit = self
                .limit
                .saturating_add(u64::from(matches!(self.state, State::Bare { .. })))
                .saturating_sub(window.base);
            let end = window.bytes.len().min(usize::try_from(limit).unwrap_or(usize::MAX));
            if at < end {
                let (from, state) = (at, self.state);
                at = self.token(window, from, end);
                self.deliver_lost(window, at);
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
        if matches!(self.state, State::Bare { .. }) {
            self.value_end(window, at);
        }
        if matches!(self.state, State::LineComment | State::Comment { .. }) {
            self.state = State::Between;
            self.end_lost(window, window.bytes.len());
        }
        if !matches!(self.state, State::Between | State::Searching { .. }) {
            at = self.error(window, at);
        }
        if matches!(self.state, State::Searching { .. }) {
            self.end_lost(window, window.bytes.len());
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
            State::Text { is_key, quote } => return self.text(window, end, at, is_key, quote),
            State::Escape { .. } if byte == b'\n' => return self.error(window, at),
            State::Escape { is_key, quote } => self.state = State::Text { is_key, quote },
            State::Bare { letters } => return self.bare(window, end, at, letters),
            State::BareKey { letters } => return self.bare_key(window, end, at, letters),
            State::Call(mut call) => {
                return match call.skip(bytes, at) {
                    Ok((close, true)) => {
                        self.value_end(window, close + 1);
                        close + 1
                    }
                    Ok((after, false)) => {
                        self.state = State::Call(call);
                        after
                    }
                    Err(wrong) => self.error(window, wrong),
                };
            }
            State::Slash | State::LineComment | State::Comment { .. } => return self.comment(window, end, at),
            State::Deep(mut deep) => {
                return match deep.skip(bytes, at) {
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
            State::Between if byte == b'/' => {
                self.flush(window);
                self.lost = Some(window.base + at as u64);
                self.state = State::Slash;
            }
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
                self.key_start(window, at + 1);
                self.state = State::Text { is_key: true, quote: b'"' };
                return self.text(window, end, at + 1, true, b'"');
            }
            State::Member if begins_key(byte) => {
                self.child(window, at);
                self.key_start(window, at);
                self.state = State::BareKey { letters: 0 };
                return self.bare_key(window, end, at, 0);
            }
            State::Colon if byte == b':' => self.state = State::Value,
            State::After => return self.after(window, at),
            State::Member | State::Colon => return self.error(window, at),
        }
        at + 1
    }

    /// The first byte of a value.
    fn value(&mut self, window: Window<'_>, end: usize, at: usize) -> usize {
        match start(window.bytes[at]) {
            Some(Start::Text) => {
                self.state = State::Text { is_key: false, quote: b'"' };
                return self.text(window, end, at + 1, false, b'"');
            }
            Some(Start::Quoted) => self.state = State::Text { is_key: false, quote: b'\'' },
            Some(Start::Open(container)) => self.open(window, container),
            Some(Start::Bare) => self.state = State::Bare { letters: 1 },
            None => return self.error(window, at),
        }
        at + 1
    }

    fn after(&mut self, window: Window<'_>, at: usize) -> usize {
        let container = self.frames.last().expect("there is always one").container;
        match container.and_then(|container| after(container, window.bytes[at])) {
            Some(Next::Element) => self.state = State::Element,
            Some(Next::Member) => self.state = State::Member,
            Some(Next::End) => self.close(window, at + 1),
            None => return self.error(window, at),
        }
        at + 1
    }

    /// A child of the innermost frame begins.
    fn child(&mut self, window: Window<'_>, at: usize) {
        let position = window.base + at as u64;
        let is_opened = self.frames.len() == self.opened;
        let frame = self.frames.last_mut().expect("there is always one");
        if frame.run.is_none() {
            (frame.run, frame.run_end, frame.run_position) = (Some(position), position, frame.children);
        }
        frame.children += 1;
        frame.child = Some(position);
        if is_opened && !self.skipping {
            self.limit = position + self.record as u64;
        }
    }

    fn open(&mut self, window: Window<'_>, container: Container) {
        let is_root = self.frames.len() == 1;
        let parent = self.frames.last().expect("there is always one");
        let is_row = parent.container == Some(Container::Array) && container == Container::Array;
        let lists = if is_row { ListState::Nothing } else { parent.lists };
        // An array of records, judging by its first element.
        let is_list = parent.within == ListState::List
            && parent.container == Some(Container::Array)
            && container == Container::Object
            && parent.run == parent.child;
        while is_list && !self.skipping && self.opened < self.frames.len() {
            self.open_child(window);
        }
        if self.frames.len() > self.depth {
            self.state = State::Deep(Deep::new());
            return;
        }
        self.frames.push(Frame::new(Some(container), lists));
        self.state = if container == Container::Array { State::Element } else { State::Member };
        if is_root && container == Container::Array {
            self.open_child(window);
        }
    }

    /// A value of the innermost frame ends.
    pub(super) fn value_end(&mut self, window: Window<'_>, after: usize) {
        let position = window.base + after as u64;
        let count = self.frames.len();
        self.state = if count == 1 { State::Between } else { State::After };
        let frame = self.frames.last_mut().expect("there is always one");
        frame.child = None;
        frame.run_end = position;
        if count > self.opened {
            return;
        }
        if std::mem::take(&mut self.skipping) {
            frame.run = None;
            self.end_lost(window, after);
        }
        let frame = self.frames.last_mut().expect("there is always one");
        self.limit = frame.run.map_or(u64::MAX, |run| run + (self.target + self.record) as u64);
        if frame.run.is_some_and(|run| position - run >= self.target as u64) {
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
        if frame.container == Some(Container::Object) {
            self.above.pop();
            self.shared = None;
        }
    }
}
