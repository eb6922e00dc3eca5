//! Parses the values of a block, builds no tree, and delivers the wanted leaves.
//!
//! Not recursive, so that depth is bounded by the limit and not by the stack. Only JSON in strings
//! is parsed by a nested call, to a few levels.

use super::block::{Block, BlockKind, Reason};
use super::bytes::{Deep, bare_end, begins_root, blanks, is_bare, is_between, string_end};
use super::leaves::{Leaves, ListState};
use super::lines::{Backtrack, resume};
use super::strings::{Number, number, unescape};
use super::wanted::Wanted;
use super::wanted::{PathState, PathTracker, WantedTracker};
use crate::format::rows::Cell;
use crate::limits::Limits;
use crate::wiped::WipedText;
use std::borrow::Cow;
use std::ops::Range;

/// How many levels of JSON in strings are parsed. Logs have two.
const EMBEDDED_LEVELS: usize = 4;

/// Parses blocks, one after another, on one core.
pub(crate) struct Walker<F: PathTracker> {
    pub(super) tracker: F,
    limits: Limits,
    frames: Vec<Frame>,
    /// Leaves of the current record, until it is known to be whole, and the text of those that are
    /// not in the block.
    leaves: Vec<Leaf>,
    held: WipedText,
    /// Buffers for unescaped text, one per level.
    unescaped: Vec<WipedText>,
    /// The position of the current record, if there is one.
    record: Option<usize>,
    /// Positions in it that are too deep: reported with it, so that a malformed record counts once
    /// however the text is cut.
    deep: Vec<usize>,
    /// The end of the last record, or the start of the current top-level value.
    ended: usize,
    base: u64,
    depth: usize,
}

#[derive(Clone, Copy)]
struct Frame {
    here: PathState,
    kind: Container,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Container {
    Object,
    Array,
    /// An array whose elements are records.
    Records,
}

struct Leaf {
    column: u32,
    kind: LeafKind,
    /// Whether its text is in `held` or in the block.
    is_held: bool,
    place: Range<usize>,
}

#[derive(Clone, Copy)]
enum LeafKind {
    Nothing,
    Text,
    Integer,
    Float,
}

/// What is being parsed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
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
            leaves: Vec::new(),
            held: WipedText::default(),
            unescaped: Vec::new(),
            record: None,
            deep: Vec::new(),
            ended: 0,
            base: 0,
            depth: 0,
        }
    }

    /// Delivers the wanted leaves of a block. `text` is the block's.
    pub(crate) fn walk(&mut self, block: &Block, text: &str, leaves: &mut impl Leaves) {
        (self.base, self.depth) = (block.at, block.depth);
        let mut here = self.tracker.root();
        for key in block.above.iter() {
            here = if here.lists == ListState::List { self.tracker.record(here) } else { here };
            let lists = here.lists.below(key.as_bytes());
            here = PathState { lists, ..self.tracker.child(here, key) };
        }
        match block.kind {
            BlockKind::Roots => self.roots(text, here, leaves),
            BlockKind::Elements => self.elements(text, here, leaves),
            BlockKind::Members => self.members(text, here, leaves),
        }
    }

    fn roots(&mut self, text: &str, here: PathState, leaves: &mut impl Leaves) {
        let bytes = text.as_bytes();
        let mut backtrack = Backtrack::default();
        let mut at = 0;
        loop {
            while at < bytes.len() && is_between(bytes[at]) {
                at += 1;
            }
            let Some(&first) = bytes.get(at) else { return };
            (self.record, self.ended) = (Some(at), at);
            let walked = if first == b'[' && self.depth < self.limits.depth {
                self.record = None;
                self.frames.push(Frame { here, kind: Container::Records });
                self.run(text, at + 1, Expecting::Element, 0, Mode::Block, leaves)
            } else if begins_root(first) {
                self.run(text, at, Expecting::Value(here), 0, Mode::Block, leaves)
            } else {
                Err(at)
            };
            at = match walked {
                Ok(end) => {
                    self.end_record(text, end, true, leaves);
                    end
                }
                Err(wrong) => {
                    let from = self.record.unwrap_or(self.ended);
                    self.discard_record(wrong, leaves);
                    let base = self.base;
                    let skipped = |line: usize| leaves.malformed(base + line as u64, Reason::Syntax);
                    backtrack.find(bytes, base, from, wrong, skipped).unwrap_or_else(|| resume(bytes, wrong))
                }
            };
        }
    }

    fn elements(&mut self, text: &str, list: PathState, leaves: &mut impl Leaves) {
        let here = self.element(list);
        let mut at = 0;
        loop {
            while text.as_bytes().get(at).is_some_and(|&byte| is_between(byte)) {
                at += 1;
            }
            if at == text.len() {
                return;
            }
            self.record = Some(at);
            match self.run(text, at, Expecting::Value(here), 0, Mode::Block, leaves) {
                Ok(end) => {
                    self.end_record(text, end, false, leaves);
                    at = end;
                }
                // The cutter has verified that this does not happen.
                Err(wrong) => return self.discard_record(wrong, leaves),
            }
        }
    }

    /// The state of the elements of an array.
    fn element(&self, list: PathState) -> PathState {
        match list.lists {
            ListState::List => self.tracker.record(list),
            ListState::Root => list,
            _ => PathState { lists: ListState::Nothing, ..list },
        }
    }

    /// Members of an object that is too large: those that are objects are records, the members
    /// between them form one each.
    fn members(&mut self, text: &str, here: PathState, leaves: &mut impl Leaves) {
        self.frames.push(Frame { here, kind: Container::Object });
        let mut at = 0;
        loop {
            let bytes = text.as_bytes();
            while bytes.get(at).is_some_and(|&byte| is_between(byte)) {
                at += 1;
            }
            if at == text.len() {
                break;
            }
            self.record = self.record.or(Some(at));
            // Only one member, so the frame is closed here.
            match self.run(text, at, Expecting::Member, 1, Mode::Block, leaves) {
                Ok(end) => {
                    if matches!(bytes.get(end.wrapping_sub(1)), Some(b'}' | b']')) {
                        self.end_record_if_any(text, leaves);
                    }
                    at = end;
                }
                Err(wrong) => {
                    self.discard_record(wrong, leaves);
                    break;
                }
            }
        }
        self.end_record_if_any(text, leaves);
        self.frames.clear();
    }

    /// Parses until only `floor` frames are open and a value is complete. Returns the position
    /// after it; the error is the position of a syntax error.
    fn run(
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
                if self.record.is_some() && self.frames.last().is_some_and(|frame| frame.kind == Container::Records) {
                    self.end_record(text, at, false, leaves);
                }
            }
            at = blanks(bytes, at);
            let byte = *bytes.get(at).ok_or(at)?;
            match step {
                Expecting::Value(here) => (at, step) = self.value(text, at, here, mode, leaves)?,
                Expecting::Element if byte == b']' => (at, step) = self.close(at),
                Expecting::Element => {
                    let Frame { here, kind } = *self.frames.last().expect("the array that holds this");
                    let element = if kind == Container::Records {
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
                    let kind = self.frames.last().expect("above the floor").kind;
                    match (kind, byte) {
                        (Container::Object, b'}') | (Container::Array | Container::Records, b']') => {
                            (at, step) = self.close(at);
                        }
                        (Container::Object, b',') => (at, step) = (at + 1, Expecting::Member),
                        (_, b',') => (at, step) = (at + 1, Expecting::Element),
                        _ => return Err(at),
                    }
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
        match bytes[at] {
            b'"' => {
                let (end, is_escaped) = string_end(bytes, at + 1)?;
                if mode != Mode::Check && self.tracker.is_live(here) {
                    self.string(text, at + 1..end, is_escaped, here, mode, leaves);
                }
                Ok((end + 1, Expecting::After))
            }
            b'{' | b'[' if self.depth + self.frames.len() >= self.limits.depth => {
                if mode != Mode::Block {
                    return Err(at);
                }
                let (end, is_past) = Deep::new().pass(bytes, at + 1)?;
                if !is_past {
                    return Err(end);
                }
                self.deep.push(at);
                Ok((end, Expecting::After))
            }
            b'{' => {
                self.frames.push(Frame { here, kind: Container::Object });
                Ok((at + 1, Expecting::Member))
            }
            b'[' => {
                let is_list = here.lists == ListState::List && bytes.get(blanks(bytes, at + 1)) == Some(&b'{');
                if is_list && mode == Mode::Block {
                    self.end_record_if_any(text, leaves);
                }
                let kind = if is_list && mode == Mode::Block { Container::Records } else { Container::Array };
                self.frames.push(Frame { here, kind });
                Ok((at + 1, Expecting::Element))
            }
            byte if is_bare(byte) => {
                let end = bare_end(bytes, at);
                if mode != Mode::Check && self.tracker.is_live(here) {
                    self.bare(&text[at..end], at, here, mode);
                }
                Ok((end, Expecting::After))
            }
            _ => Err(at),
        }
    }

    fn string(
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
            return self.leaf(text, raw, LeafKind::Text, here, mode);
        }
        let mut inner = self.unescaped.pop().unwrap_or_default();
        unescape(&text[raw], &mut inner);
        if !self.embedded(&inner, here, mode, leaves) {
            self.leaf(&inner, 0..inner.len(), LeafKind::Text, here, Mode::Embedded(0));
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

    fn bare(&mut self, word: &str, at: usize, here: PathState, mode: Mode) {
        match number(word) {
            Some(Number::Integer(_)) => self.leaf_of(word, at, LeafKind::Integer, here, mode),
            Some(Number::Plain(plain)) => self.leaf(&plain, 0..plain.len(), LeafKind::Float, here, Mode::Embedded(0)),
            None if word == "null" => self.leaf_of("", at, LeafKind::Nothing, here, mode),
            None => {}
        }
    }

    /// A leaf whose text is a piece of the block, unless it is embedded.
    fn leaf_of(&mut self, word: &str, at: usize, kind: LeafKind, here: PathState, mode: Mode) {
        match mode {
            Mode::Block => self.add(kind, false, at..at + word.len(), here),
            _ => self.leaf(word, 0..word.len(), kind, here, mode),
        }
    }

    fn leaf(&mut self, text: &str, place: Range<usize>, kind: LeafKind, here: PathState, mode: Mode) {
        if mode == Mode::Block {
            return self.add(kind, false, place, here);
        }
        let from = self.held.len();
        self.held.push_str(&text[place]);
        self.add(kind, true, from..self.held.len(), here);
    }

    fn add(&mut self, kind: LeafKind, is_held: bool, place: Range<usize>, here: PathState) {
        let leaves = &mut self.leaves;
        self.tracker.columns(here, &mut |column| leaves.push(Leaf { column, kind, is_held, place: place.clone() }));
    }

    /// Ends a record at `end` and delivers its leaves. Action lines of bulk files are not records.
    fn end_record(&mut self, text: &str, end: usize, is_root: bool, leaves: &mut impl Leaves) {
        self.ended = end;
        let Some(start) = self.record else { return self.end_record_if_any(text, leaves) };
        self.report_deep(leaves);
        if is_root && self.leaves.is_empty() && is_action(&text.as_bytes()[start..end]) {
            self.record = None;
            return;
        }
        self.deliver(text, leaves);
        self.record = None;
        leaves.end(self.base + start as u64);
    }

    /// Ends the part of a record around a list of records, which counts as one only if it has
    /// leaves.
    fn end_record_if_any(&mut self, text: &str, leaves: &mut impl Leaves) {
        let start = self.record.take();
        self.report_deep(leaves);
        if let Some(first) = self.leaves.first() {
            let start = start.unwrap_or(if first.is_held { 0 } else { first.place.start });
            self.deliver(text, leaves);
            leaves.end(self.base + start as u64);
        }
    }

    fn deliver(&mut self, text: &str, leaves: &mut impl Leaves) {
        for Leaf { column, kind, is_held, place } in self.leaves.drain(..) {
            let text = Cow::Borrowed(if is_held { &self.held[place] } else { &text[place] });
            let cell = match kind {
                LeafKind::Nothing => Cell::Nothing,
                LeafKind::Text => Cell::Text(text),
                LeafKind::Integer => Cell::Integer(text),
                LeafKind::Float => Cell::Float(text),
            };
            leaves.leaf(column as usize, cell);
        }
        self.held.clear();
    }

    fn report_deep(&mut self, leaves: &mut impl Leaves) {
        for at in self.deep.drain(..) {
            leaves.malformed(self.base + at as u64, Reason::Depth);
        }
    }

    /// The current record is not JSON.
    fn discard_record(&mut self, wrong: usize, leaves: &mut impl Leaves) {
        let start = self.record.take().unwrap_or(wrong);
        self.frames.clear();
        self.leaves.clear();
        self.held.clear();
        self.deep.clear();
        leaves.malformed(self.base + start as u64, Reason::Syntax);
    }
}

/// The next token that is expected.
#[derive(Clone, Copy)]
enum Expecting {
    Value(PathState),
    /// A value of an array, or its end.
    Element,
    /// A member of an object, or its end.
    Member,
    /// A comma, or the end of the container.
    After,
}

fn begins_json(text: &str) -> bool {
    text.bytes().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|byte| matches!(byte, b'{' | b'['))
}

/// Whether a value is a line of an Elasticsearch bulk file that only says what to do with the next
/// line: `{"index":{"_index":"people"}}`.
fn is_action(value: &[u8]) -> bool {
    fn after<'v>(value: &'v [u8], token: &[u8]) -> Option<&'v [u8]> {
        value.trim_ascii_start().strip_prefix(token)
    }
    let action = || {
        let rest = after(value, b"{")?;
        let actions = [&b"\"index\""[..], b"\"create\"", b"\"update\"", b"\"delete\""];
        let rest = actions.into_iter().find_map(|action| after(rest, action))?;
        let rest = after(after(rest, b":")?, b"{")?;
        let ends = value.trim_ascii_end().strip_suffix(b"}")?.trim_ascii_end().ends_with(b"}");
        (ends && (after(rest, b"}").is_some() || after(rest, b"\"_").is_some() || after(rest, b"\"routing").is_some()))
            .then_some(())
    };
    action().is_some()
}
