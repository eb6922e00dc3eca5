//! Parses values, builds no tree, and delivers the wanted leaves of each record. Which values of a
//! block are records is in `records`; the text of leaves is in `values`.
//!
//! Not recursive, so that depth is bounded by the limit and not by the stack. Only JSON in strings
//! is parsed by a nested call, to a few levels.

use super::block::Reason;
use super::bulk::is_action;
use super::bytes::{Deep, bare_end, blanks, piece, string_end};
use super::grammar::{Container, Next, Start, after, start};
use super::leaves::{Leaves, ListState};
use super::level::Frame;
use super::paths::{Columns, PathState, PathTracker};
use super::pending::Pending;
use super::relaxed::{begins_key, call_end, is_prefix, quoted_end};
use super::tracker::WantedTracker;
use super::tree::Role;
use super::wanted::Wanted;
use crate::limits::Limits;
use crate::wiped::WipedText;
use std::ops::Range;

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
    deep: Vec<(usize, usize)>,
    /// The end of the last record, or the start of the current top-level value.
    pub(super) ended: usize,
    pub(super) base: u64,
    pub(super) depth: usize,
    /// The state of the value that is expected, or that is parsed.
    pub(super) here: PathState,
    /// The columns of a leaf, while it is added.
    pub(super) columns: Columns,
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
            here: PathState::NOWHERE,
            columns: Columns::new(),
        }
    }

    /// The state of the elements of an array.
    pub(super) fn element(&self, list: PathState) -> PathState {
        let element = match list.lists {
            ListState::List => self.tracker.record(list),
            ListState::Root => list,
            _ => PathState { lists: ListState::Nothing, ..list },
        };
        PathState { in_array: true, ..element }
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
                Expecting::Value => (at, step) = self.value(text, at, mode, leaves)?,
                Expecting::Element if byte == b']' => (at, step) = self.close(text, at),
                Expecting::Element => {
                    let frame = self.frames.last_mut().expect("the array that holds this");
                    let here = frame.here;
                    self.here = if let Some(position) = &mut frame.position {
                        *position += 1;
                        let position = *position - 1;
                        if mode == Mode::Check { here } else { self.tracker.position(here, position) }
                    } else if frame.is_records {
                        self.record = Some(at);
                        self.element(here)
                    } else {
                        PathState { lists: ListState::Nothing, in_array: true, ..here }
                    };
                    step = Expecting::Value;
                }
                Expecting::Member if byte == b'"' => (at, step) = self.key(text, at + 1, mode)?,
                Expecting::Member if begins_key(byte) => (at, step) = self.relaxed_key(text, at, mode)?,
                Expecting::Member if byte == b'}' => (at, step) = self.close(text, at),
                Expecting::Member => return Err(at),
                Expecting::After => {
                    let container = self.frames.last().expect("above the floor").container;
                    (at, step) = match after(container, byte).ok_or(at)? {
                        Next::Element => (at + 1, Expecting::Element),
                        Next::Member => (at + 1, Expecting::Member),
                        Next::End => self.close(text, at),
                    };
                }
            }
        }
    }

    fn close(&mut self, text: &str, at: usize) -> (usize, Expecting) {
        let frame = self.frames.pop();
        if let Some(frame) = frame.filter(|frame| frame.has_named) {
            self.name(text, &frame);
        }
        (at + 1, Expecting::After)
    }

    #[inline]
    fn value(
        &mut self,
        text: &str,
        at: usize,
        mode: Mode,
        leaves: &mut impl Leaves,
    ) -> Result<(usize, Expecting), usize> {
        let bytes = text.as_bytes();
        match start(bytes[at]).ok_or(at)? {
            Start::Text => {
                let (end, is_escaped) = string_end(bytes, at + 1)?;
                self.quoted(text, at + 1..end, is_escaped, mode, leaves);
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
                self.deep.push((at, end));
                Ok((end, Expecting::After))
            }
            Start::Open(Container::Object) => {
                let first_leaf = self.pending.len();
                self.frames.push(Frame { first_leaf, ..Frame::new(self.here, Container::Object) });
                Ok((at + 1, Expecting::Member))
            }
            Start::Open(Container::Array) => {
                let is_list = self.here.lists == ListState::List && bytes.get(blanks(bytes, at + 1)) == Some(&b'{');
                let is_records = is_list && mode == Mode::Block;
                if is_records {
                    self.end_record_if_any(text, leaves);
                }
                let (here, position) = self.positions(bytes, at, self.here);
                self.frames.push(Frame { is_records, position, ..Frame::new(here, Container::Array) });
                Ok((at + 1, Expecting::Element))
            }
            Start::Quoted => {
                let (end, is_escaped) = quoted_end(bytes, at + 1, bytes[at])?;
                self.quoted(text, at + 1..end, is_escaped, mode, leaves);
                Ok((end + 1, Expecting::After))
            }
            Start::Bare => {
                let end = bare_end(bytes, at);
                match bytes.get(end) {
                    Some(b'(') => {
                        let close = call_end(bytes, end)?;
                        self.call(text, end + 1..close, mode, leaves);
                        return Ok((close + 1, Expecting::After));
                    }
                    Some(&quote) if is_prefix(quote, end - at) => {
                        let (close, is_escaped) = quoted_end(bytes, end + 1, quote)?;
                        self.quoted(text, end + 1..close, is_escaped, mode, leaves);
                        return Ok((close + 1, Expecting::After));
                    }
                    _ => {}
                }
                if mode != Mode::Check {
                    self.bare(&text[at..end], at, mode);
                }
                Ok((end, Expecting::After))
            }
        }
    }

    /// A string.
    #[inline]
    fn quoted(&mut self, text: &str, raw: Range<usize>, is_escaped: bool, mode: Mode, leaves: &mut impl Leaves) {
        if mode != Mode::Check {
            if self.here.role == Role::Name {
                self.may_name(raw.start, raw.end);
            }
            self.string(text, raw, is_escaped, mode, leaves);
        }
    }

    /// Ends a record at `end` and delivers its leaves. Action lines of bulk files are not records.
    pub(super) fn end_record(&mut self, text: &str, end: usize, is_root: bool, leaves: &mut impl Leaves) {
        self.ended = end;
        let Some(start) = self.record else { return self.end_record_if_any(text, leaves) };
        self.report_deep(text, leaves);
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
        self.report_deep(text, leaves);
        if let Some(first) = self.pending.first_position() {
            let start = start.unwrap_or(first);
            self.pending.deliver(text, leaves);
            leaves.end(self.base + start as u64);
        }
    }

    fn report_deep(&mut self, text: &str, leaves: &mut impl Leaves) {
        for (at, end) in self.deep.drain(..) {
            leaves.malformed(self.base + at as u64, Reason::Depth);
            leaves.outside(self.base + at as u64, piece(text, at, end));
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
    /// A value whose state is `here`.
    Value,
    /// A value of an array, or its end.
    Element,
    /// A member of an object, or its end.
    Member,
    /// A comma, or the end of the container.
    After,
}
