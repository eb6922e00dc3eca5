//! Parses values, builds no tree, and delivers the wanted leaves of each record. Which values of a
//! block are records is in `records`; the text of leaves is in `values`.
//!
//! Not recursive, so that depth is bounded by the limit and not by the stack. Only JSON in strings
//! is parsed by a nested call, to a few levels.

use super::block::Reason;
use super::bulk::is_action;
use super::bytes::{Deep, bare_end, blanks, string_end};
use super::grammar::{Container, Next, Start, after, start};
use super::leaves::{Leaves, ListState};
use super::pending::Pending;
use super::strings::unescape;
use super::wanted::{PathState, PathTracker, Wanted, WantedTracker};
use crate::limits::Limits;
use crate::wiped::WipedText;

/// Parses blocks, one after another, on one core.
pub(crate) struct Walker<F: PathTracker> {
    pub(super) tracker: F,
    pub(super) limits: Limits,
    pub(super) frames: Vec<Frame>,
    pub(super) pending: Pending,
    /// Buffers for unescaped text, one per level.
    pub(super) unescaped: Vec<WipedText>,
    /// The position of the current record, if there is one.
    pub(super) record: Option<usize>,
    /// Positions in it that are too deep: reported with it, so that a malformed record counts once
    /// however the text is cut.
    deep: Vec<usize>,
    /// The end of the last record, or the start of the current top-level value.
    pub(super) ended: usize,
    pub(super) base: u64,
    pub(super) depth: usize,
}

#[derive(Clone, Copy)]
pub(super) struct Frame {
    pub(super) here: PathState,
    pub(super) container: Container,
    /// An array whose elements are records.
    pub(super) is_records: bool,
}

/// What is being parsed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// The block itself.
    Block,
    /// A string of the block, at this level.
    Embedded(usize),
    /// A string, only to find out whether it is JSON.
    Check,
}

impl<'w> Walker<WantedTracker<'w>> {
    pub(crate) fn new(wanted: &'w Wanted<'w>, limits: &Limits) -> Self {
        Self::tracking(WantedTracker::new(wanted), limits)
    }
}

impl<F: PathTracker> Walker<F> {
    pub(super) fn tracking(tracker: F, limits: &Limits) -> Self {
        Self {
            tracker,
            limits: *limits,
            frames: Vec::new(),
            pending: Pending::default(),
            unescaped: Vec::new(),
            record: None,
            deep: Vec::new(),
            ended: 0,
            base: 0,
            depth: 0,
        }
    }

    /// The state of the elements of an array.
    pub(super) fn element(&self, list: PathState) -> PathState {
        match list.lists {
            ListState::List => self.tracker.record(list),
            ListState::Root => list,
            _ => PathState { lists: ListState::Nothing, ..list },
        }
    }

    /// Parses until only `floor` frames are open and a value is complete. Returns the position
    /// after it; the error is the position of a syntax error.
    pub(super) fn run(
        &mut self,
        text: &str,
        mut at: usize,
        mut step: Expecting,
        floor: usize,
        mode: Mode,
        leaves: &mut impl Leaves,
    ) -> Result<usize, usize> {
        let bytes = text.as_bytes();
        loop {
            if matches!(step, Expecting::After) {
                if self.frames.len() == floor {
                    return Ok(at);
                }
                if self.record.is_some() && self.frames.last().is_some_and(|frame| frame.is_records) {
                    self.end_record(text, at, false, leaves);
                }
            }
            at = blanks(bytes, at);
            let byte = *bytes.get(at).ok_or(at)?;
            match step {
                Expecting::Value(here) => (at, step) = self.value(text, at, here, mode, leaves)?,
                Expecting::Element if byte == b']' => (at, step) = self.close(at),
                Expecting::Element => {
                    let Frame { here, is_records, .. } = *self.frames.last().expect("the array that holds this");
                    let element = if is_records {
                        self.record = Some(at);
                        self.element(here)
                    } else {
                        PathState { lists: ListState::Nothing, ..here }
                    };
                    step = Expecting::Value(element);
                }
                Expecting::Member if byte == b'"' => (at, step) = self.key(text, at + 1, mode)?,
                Expecting::Member if byte == b'}' => (at, step) = self.close(at),
                Expecting::Member => return Err(at),
                Expecting::After => {
                    let container = self.frames.last().expect("above the floor").container;
                    (at, step) = match after(container, byte).ok_or(at)? {
                        Next::Element => (at + 1, Expecting::Element),
                        Next::Member => (at + 1, Expecting::Member),
                        Next::End => self.close(at),
                    };
                }
            }
        }
    }

    fn close(&mut self, at: usize) -> (usize, Expecting) {
        self.frames.pop();
        (at + 1, Expecting::After)
    }

    /// Parses a key, whose text begins at `at`, and its colon.
    #[inline]
    fn key(&mut self, text: &str, at: usize, mode: Mode) -> Result<(usize, Expecting), usize> {
        let bytes = text.as_bytes();
        let (end, is_escaped) = string_end(bytes, at)?;
        let after = blanks(bytes, end + 1);
        if bytes.get(after) != Some(&b':') {
            return Err(after);
        }
        let from = self.frames.last().expect("the object that holds this").here;
        if mode == Mode::Check || !self.tracker.is_live(from) && from.lists == ListState::Nothing {
            return Ok((after + 1, Expecting::Value(PathState::UNWANTED)));
        }
        let raw = &text[at..end];
        let here = if is_escaped {
            let mut key = self.unescaped.pop().unwrap_or_default();
            unescape(raw, &mut key);
            let here = self.tracker.child(from, &key);
            key.clear();
            self.unescaped.push(key);
            here
        } else {
            self.tracker.child(from, raw)
        };
        Ok((after + 1, Expecting::Value(PathState { lists: from.lists.below(raw.as_bytes()), ..here })))
    }

    #[inline]
    fn value(
        &mut self,
        text: &str,
        at: usize,
        here: PathState,
        mode: Mode,
        leaves: &mut impl Leaves,
    ) -> Result<(usize, Expecting), usize> {
        let bytes = text.as_bytes();
        match start(bytes[at]).ok_or(at)? {
            Start::Text => {
                let (end, is_escaped) = string_end(bytes, at + 1)?;
                if mode != Mode::Check && self.tracker.is_live(here) {
                    self.string(text, at + 1..end, is_escaped, here, mode, leaves);
                }
                Ok((end + 1, Expecting::After))
            }
            Start::Open(_) if self.depth + self.frames.len() >= self.limits.depth => {
                if mode != Mode::Block {
                    return Err(at);
                }
                let (end, is_past) = Deep::new().skip(bytes, at + 1)?;
                if !is_past {
                    return Err(end);
                }
                self.deep.push(at);
                Ok((end, Expecting::After))
            }
            Start::Open(Container::Object) => {
                self.frames.push(Frame { here, container: Container::Object, is_records: false });
                Ok((at + 1, Expecting::Member))
            }
            Start::Open(Container::Array) => {
                let is_list = here.lists == ListState::List && bytes.get(blanks(bytes, at + 1)) == Some(&b'{');
                let is_records = is_list && mode == Mode::Block;
                if is_records {
                    self.end_record_if_any(text, leaves);
                }
                self.frames.push(Frame { here, container: Container::Array, is_records });
                Ok((at + 1, Expecting::Element))
            }
            Start::Bare => {
                let end = bare_end(bytes, at);
                if mode != Mode::Check && self.tracker.is_live(here) {
                    self.bare(&text[at..end], at, here, mode);
                }
                Ok((end, Expecting::After))
            }
        }
    }

    /// Ends a record at `end` and delivers its leaves. Action lines of bulk files are not records.
    pub(super) fn end_record(&mut self, text: &str, end: usize, is_root: bool, leaves: &mut impl Leaves) {
        self.ended = end;
        let Some(start) = self.record else { return self.end_record_if_any(text, leaves) };
        self.report_deep(leaves);
        if is_root && self.pending.is_empty() && is_action(&text.as_bytes()[start..end]) {
            self.record = None;
            return;
        }
        self.pending.deliver(text, leaves);
        self.record = None;
        leaves.end(self.base + start as u64);
    }

    /// Ends the part of a record around a list of records, which counts as one only if it has
    /// leaves.
    pub(super) fn end_record_if_any(&mut self, text: &str, leaves: &mut impl Leaves) {
        let start = self.record.take();
        self.report_deep(leaves);
        if let Some(first) = self.pending.first_position() {
            let start = start.unwrap_or(first);
            self.pending.deliver(text, leaves);
            leaves.end(self.base + start as u64);
        }
    }

    fn report_deep(&mut self, leaves: &mut impl Leaves) {
        for at in self.deep.drain(..) {
            leaves.malformed(self.base + at as u64, Reason::Depth);
        }
    }

    /// The current record is not JSON.
    pub(super) fn discard_record(&mut self, wrong: usize, leaves: &mut impl Leaves) {
        let start = self.record.take().unwrap_or(wrong);
        self.frames.clear();
        self.pending.clear();
        self.deep.clear();
        leaves.malformed(self.base + start as u64, Reason::Syntax);
    }
}

/// The next token that is expected.
#[derive(Clone, Copy)]
pub(super) enum Expecting {
    Value(PathState),
    /// A value of an array, or its end.
    Element,
    /// A member of an object, or its end.
    Member,
    /// A comma, or the end of the container.
    After,
}
