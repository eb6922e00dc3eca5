//! The structure of a text of any length, byte by byte and once: where values begin and end, and which objects and
//! arrays are opened because they are too large to be held.
//!
//! What is complete in the innermost opened object or array gathers in a run, and leaves as a block. A child that grows
//! beyond the limit is opened itself: its own complete children are then the run, and nothing is read twice.

use super::block::{Block, Passed, Shape, Why};
use super::bytes::{Deep, bare_end, begins_root, is_bare, is_between, is_blank, special};
use super::leaves::Lists;
use super::lines::{OBJECT_BYTES, Retreat, begins_line, is_opening, object};
use super::strings::unescape;
use std::collections::VecDeque;
use std::sync::Arc;

/// Longest key that is remembered above what was opened, in bytes; a longer one is remembered as empty.
const KEY_BYTES: usize = 1_024;

/// A piece of the text, and where it begins in it.
#[derive(Clone, Copy)]
pub(super) struct Window<'b> {
    pub(super) bytes: &'b [u8],
    pub(super) base: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Between values that stand in nothing.
    Between,
    /// A value of an array, or the array's end.
    Element,
    /// A member of an object, or the object's end.
    Member,
    Colon,
    Value,
    /// Behind a value: a comma or the end.
    After,
    Text {
        is_key: bool,
    },
    Escape {
        is_key: bool,
    },
    Bare,
    Deep(Deep),
    /// Looking for where to go on after an error at this place.
    Lost {
        from: u64,
    },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Container {
    /// What stands in nothing.
    Text,
    Array,
    Object,
}

/// An object or array that is open. Places are in the text.
struct Frame {
    container: Container,
    /// The first child of the run, and the end of its last complete one.
    run: Option<u64>,
    run_end: u64,
    /// The child that is not complete yet; of a member, its key.
    child: Option<u64>,
    key: (u64, u64),
    /// What it is itself, and what the present value is.
    within: Lists,
    lists: Lists,
}

pub(super) struct Structure {
    state: State,
    frames: Vec<Frame>,
    /// How many frames, from the first, are handed over in pieces.
    opened: usize,
    /// The keys above the innermost of them, and the same to be shared.
    above: Vec<String>,
    shared: Option<Arc<[String]>>,
    /// Whether the child of the innermost opened frame is passed over.
    passing: bool,
    /// Where something must be done at the latest, so that what is kept remains small.
    limit: u64,
    record: usize,
    depth: usize,
    /// Bytes of a run that leave as a block.
    target: usize,
    pub(super) ready: VecDeque<Block>,
    pub(super) passed: Passed,
    retreat: Retreat,
}

impl Structure {
    pub(super) fn new(record: usize, depth: usize, target: usize) -> Self {
        Self {
            state: State::Between,
            frames: vec![Frame::new(Container::Text, Lists::Root)],
            opened: 1,
            above: Vec::new(),
            shared: None,
            passing: false,
            limit: u64::MAX,
            record,
            depth,
            target,
            ready: VecDeque::new(),
            passed: Passed::default(),
            retreat: Retreat::default(),
        }
    }

    /// Whether nothing is open, and nothing waits.
    pub(super) fn is_between(&self) -> bool {
        self.state == State::Between && self.frames[0].run.is_none()
    }

    /// The first byte that is still needed, of a window that has been scanned to `at`.
    pub(super) fn needed(&self, window: Window<'_>, at: usize) -> usize {
        let frame = &self.frames[self.opened - 1];
        let child = frame.child.filter(|_| !self.passing);
        let kept = frame.run.or(child).map_or(at, |place| (place - window.base) as usize);
        // The byte before tells whether a line begins.
        kept.min(at.saturating_sub(1))
    }

    /// Goes on at `at`, until a block is ready or the bytes end; where it came to.
    pub(super) fn scan(&mut self, window: Window<'_>, mut at: usize) -> usize {
        while self.ready.is_empty() {
            let limit = self.limit.saturating_add(u64::from(self.state == State::Bare)).saturating_sub(window.base);
            let end = window.bytes.len().min(usize::try_from(limit).unwrap_or(usize::MAX));
            if at < end {
                let (from, state) = (at, self.state);
                at = self.token(window, from, end);
                // Still lost: what it looks for may begin with the last bytes.
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

    /// The text has ended, and has been scanned to `at`; where to go on, if what was open is given up.
    pub(super) fn finish(&mut self, window: Window<'_>, mut at: usize) -> usize {
        if self.state == State::Bare {
            self.value_end(window, at);
        }
        if !matches!(self.state, State::Between | State::Lost { .. }) {
            at = self.error(window, at);
        }
        self.flush(window);
        at
    }

    /// One token, or as much of it as there is; where the next one begins.
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
            State::Lost { from } => return self.look_for_more(window, at, from),
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
        if is_opened && !self.passing {
            self.limit = place + self.record as u64;
        }
    }

    fn open(&mut self, window: Window<'_>, container: Container) {
        let is_root = self.frames.len() == 1;
        let parent = self.frames.last().expect("there is always one");
        let is_row = parent.container == Container::Array && container == Container::Array;
        let lists = if is_row { Lists::Nothing } else { parent.lists };
        // An array of records, as its first element tells.
        let is_list = parent.within == Lists::List
            && parent.container == Container::Array
            && container == Container::Object
            && parent.run == parent.child;
        while is_list && !self.passing && self.opened < self.frames.len() {
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
        if std::mem::take(&mut self.passing) {
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

    /// What is kept has grown to its limit: hands over what is complete, and opens what is not.
    fn shrink(&mut self, window: Window<'_>) {
        let Some(child) = self.frames[self.opened - 1].child else { return self.flush(window) };
        if self.frames.len() > self.opened {
            return self.open_child(window);
        }
        self.flush(window);
        let why = if matches!(self.state, State::Deep(_)) { Why::Depth } else { Why::Record };
        self.passed.add(child, why);
        self.passing = true;
        self.limit = u64::MAX;
    }

    /// Hands over in pieces what is open in the innermost opened frame.
    fn open_child(&mut self, window: Window<'_>) {
        self.flush(window);
        let frame = &mut self.frames[self.opened - 1];
        frame.run = None;
        if frame.container == Container::Object {
            let raw = frame.raw_key(window).filter(|raw| raw.len() <= KEY_BYTES).unwrap_or_default();
            let mut key = String::new();
            unescape(&String::from_utf8_lossy(raw), &mut key);
            self.above.push(key);
            self.shared = None;
        }
        self.opened += 1;
        self.limit = self.frames[self.opened - 1].child.map_or(u64::MAX, |child| child + self.record as u64);
    }

    /// Hands over the complete children of the innermost opened frame.
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
            text: window.bytes[place(run)..place(frame.run_end)].to_vec(),
            at: run,
            above: Arc::clone(self.shared.get_or_insert_with(|| Arc::from(above.as_slice()))),
            depth: self.opened - 1,
            shape: match frame.container {
                Container::Text => Shape::Roots,
                Container::Array => Shape::Elements,
                Container::Object => Shape::Members,
            },
        });
    }

    /// Something is not JSON at `at`: what was complete is kept, all that is open is given up. Where to go on, which may
    /// be before.
    fn error(&mut self, window: Window<'_>, at: usize) -> usize {
        let place = window.base + at as u64;
        let mut line = None;
        if !self.passing {
            let child = self.frames[self.opened - 1].child;
            self.passed.add(child.unwrap_or(place), Why::Syntax);
            // What is not complete is still held.
            let from = child.map_or(at, |child| (child - window.base) as usize);
            let passed = &mut self.passed;
            let left_out = |line: usize| passed.add(window.base + line as u64, Why::Syntax);
            line = self.retreat.find(window.bytes, window.base, from, at, left_out);
        }
        self.flush(window);
        self.frames.truncate(1);
        self.frames[0] = Frame::new(Container::Text, Lists::Root);
        (self.opened, self.passing, self.limit) = (1, false, u64::MAX);
        self.above.clear();
        self.shared = None;
        let line = line.or(Some(at).filter(|&at| is_opening(window.bytes, at)));
        self.state = if line.is_some() { State::Between } else { State::Lost { from: place } };
        line.unwrap_or(at)
    }

    /// Looks for a line that may begin a value. Where there is none for long, an object behind another will do:
    /// one damaged record must not cost all of a list that is one line, or whose lines are indented.
    fn look_for_more(&mut self, window: Window<'_>, at: usize, from: u64) -> usize {
        let bytes = window.bytes;
        let opens = |line: &usize| bytes.get(*line).is_none_or(|&byte| begins_line(byte));
        let line = memchr::memchr_iter(b'\n', &bytes[at..]).map(|found| at + found + 1).find(opens);
        let far = at.max((from + self.record as u64).saturating_sub(window.base) as usize);
        // Of a line that begins behind the last byte so far, nothing is known yet.
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
    fn new(container: Container, within: Lists) -> Self {
        let lists = if within == Lists::Root { Lists::Root } else { Lists::Nothing };
        Self { container, run: None, run_end: 0, child: None, key: (0, 0), within, lists }
    }

    /// The present key, as long as it is held.
    fn raw_key<'b>(&self, window: Window<'b>) -> Option<&'b [u8]> {
        let place = |at: u64| Some(at.checked_sub(window.base)? as usize);
        window.bytes.get(place(self.key.0)?..place(self.key.1)?)
    }
}
