//! Goes through the values of a block, builds no tree, and hands over the leaves that are wanted.
//!
//! It does not call itself, so that depth is a matter of the limit and not of the stack; only JSON in strings is walked by
//! a call, a few levels of it.

use super::block::{Block, Shape, Why};
use super::bytes::{Deep, bare_end, begins_root, blanks, is_bare, is_between, string_end};
use super::leaves::{Leaves, Lists};
use super::lines::{Retreat, resume};
use super::strings::{Number, number, unescape};
use super::wanted::Wanted;
use super::wanted::{Follow, Here, Known};
use crate::format::rows::Cell;
use crate::limits::Limits;
use std::borrow::Cow;
use std::ops::Range;
use zeroize::Zeroize as _;

/// How often JSON is looked for in a string in JSON. Logs have it twice.
const EMBEDDED_LEVELS: usize = 4;

/// One worker's way through blocks.
pub(crate) struct Walker<F: Follow> {
    pub(super) follow: F,
    limits: Limits,
    frames: Vec<Frame>,
    /// Leaves of the present record, until it is known to be whole, and the text of those that is not in the block.
    leaves: Vec<Leaf>,
    held: String,
    /// Room for what escapes hide, a level each.
    unescaped: Vec<String>,
    /// Where the present record begins, if one does.
    record: Option<usize>,
    /// What of it is too deep: told with it, so that a record that is malformed counts once however it is cut.
    deep: Vec<usize>,
    /// Where the last one ended, or else the value that stands in nothing begins.
    ended: usize,
    base: u64,
    depth: usize,
}

#[derive(Clone, Copy)]
struct Frame {
    here: Here,
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
    kind: Kind,
    /// In `held` or in the block.
    is_held: bool,
    place: Range<usize>,
}

#[derive(Clone, Copy)]
enum Kind {
    Nothing,
    Text,
    Integer,
    Float,
}

/// Why leaves are asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// The block itself.
    Block,
    /// A string of the block, at so many levels.
    Embedded(usize),
    /// Only whether it is JSON.
    Check,
}

impl<'w> Walker<Known<'w>> {
    pub(crate) fn new(wanted: &'w Wanted<'w>, limits: &Limits) -> Self {
        Self::following(Known::new(wanted), limits)
    }
}

impl<F: Follow> Walker<F> {
    pub(super) fn following(follow: F, limits: &Limits) -> Self {
        Self {
            follow,
            limits: *limits,
            frames: Vec::new(),
            leaves: Vec::new(),
            held: String::new(),
            unescaped: Vec::new(),
            record: None,
            deep: Vec::new(),
            ended: 0,
            base: 0,
            depth: 0,
        }
    }

    /// Hands over what is wanted of a block. `text` is the block's.
    pub(crate) fn walk(&mut self, block: &Block, text: &str, leaves: &mut impl Leaves) {
        (self.base, self.depth) = (block.at, block.depth);
        let mut here = self.follow.root();
        for key in block.above.iter() {
            here = if here.lists == Lists::List { self.follow.record(here) } else { here };
            let lists = here.lists.below(key.as_bytes());
            here = Here { lists, ..self.follow.child(here, key) };
        }
        match block.shape {
            Shape::Roots => self.roots(text, here, leaves),
            Shape::Elements => self.elements(text, here, leaves),
            Shape::Members => self.members(text, here, leaves),
        }
    }

    fn roots(&mut self, text: &str, here: Here, leaves: &mut impl Leaves) {
        let bytes = text.as_bytes();
        let mut retreat = Retreat::default();
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
                self.run(text, at + 1, Step::Element, 0, Mode::Block, leaves)
            } else if begins_root(first) {
                self.run(text, at, Step::Value(here), 0, Mode::Block, leaves)
            } else {
                Err(at)
            };
            at = match walked {
                Ok(end) => {
                    self.end(text, end, true, leaves);
                    end
                }
                Err(wrong) => {
                    let from = self.record.unwrap_or(self.ended);
                    self.give_up(wrong, leaves);
                    let base = self.base;
                    let passed = |line: usize| leaves.malformed(base + line as u64, Why::Syntax);
                    retreat.find(bytes, base, from, wrong, passed).unwrap_or_else(|| resume(bytes, wrong))
                }
            };
        }
    }

    fn elements(&mut self, text: &str, list: Here, leaves: &mut impl Leaves) {
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
            match self.run(text, at, Step::Value(here), 0, Mode::Block, leaves) {
                Ok(end) => {
                    self.end(text, end, false, leaves);
                    at = end;
                }
                // The cutter has seen that this does not happen.
                Err(wrong) => return self.give_up(wrong, leaves),
            }
        }
    }

    /// Where elements of an array that was opened stand.
    fn element(&self, list: Here) -> Here {
        match list.lists {
            Lists::List => self.follow.record(list),
            Lists::Root => list,
            _ => Here { lists: Lists::Nothing, ..list },
        }
    }

    /// Members of an object that is too large: those that are objects are records, what stands between belongs together.
    fn members(&mut self, text: &str, here: Here, leaves: &mut impl Leaves) {
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
            // One member, and then none: its frame is closed here.
            match self.run(text, at, Step::Member, 1, Mode::Block, leaves) {
                Ok(end) => {
                    if matches!(bytes.get(end.wrapping_sub(1)), Some(b'}' | b']')) {
                        self.end_if_any(text, leaves);
                    }
                    at = end;
                }
                Err(wrong) => {
                    self.give_up(wrong, leaves);
                    break;
                }
            }
        }
        self.end_if_any(text, leaves);
        self.frames.clear();
    }

    /// Walks until as many frames are open as `floor` says and a value is complete; just behind it, or where the text goes
    /// wrong.
    fn run(
        &mut self,
        text: &str,
        mut at: usize,
        mut step: Step,
        floor: usize,
        mode: Mode,
        leaves: &mut impl Leaves,
    ) -> Result<usize, usize> {
        let bytes = text.as_bytes();
        loop {
            if matches!(step, Step::After) {
                if self.frames.len() == floor {
                    return Ok(at);
                }
                if self.record.is_some() && self.frames.last().is_some_and(|frame| frame.kind == Container::Records) {
                    self.end(text, at, false, leaves);
                }
            }
            at = blanks(bytes, at);
            let byte = *bytes.get(at).ok_or(at)?;
            match step {
                Step::Value(here) => (at, step) = self.value(text, at, here, mode, leaves)?,
                Step::Element if byte == b']' => (at, step) = self.close(at),
                Step::Element => {
                    let Frame { here, kind } = *self.frames.last().expect("the array that holds this");
                    let element = if kind == Container::Records {
                        self.record = Some(at);
                        self.element(here)
                    } else {
                        Here { lists: Lists::Nothing, ..here }
                    };
                    step = Step::Value(element);
                }
                Step::Member if byte == b'"' => (at, step) = self.key(text, at + 1, mode)?,
                Step::Member if byte == b'}' => (at, step) = self.close(at),
                Step::Member => return Err(at),
                Step::After => {
                    let kind = self.frames.last().expect("above the floor").kind;
                    match (kind, byte) {
                        (Container::Object, b'}') | (Container::Array | Container::Records, b']') => {
                            (at, step) = self.close(at);
                        }
                        (Container::Object, b',') => (at, step) = (at + 1, Step::Member),
                        (_, b',') => (at, step) = (at + 1, Step::Element),
                        _ => return Err(at),
                    }
                }
            }
        }
    }

    fn close(&mut self, at: usize) -> (usize, Step) {
        self.frames.pop();
        (at + 1, Step::After)
    }

    /// A key, whose text begins at `at`, and its colon.
    #[inline]
    fn key(&mut self, text: &str, at: usize, mode: Mode) -> Result<(usize, Step), usize> {
        let bytes = text.as_bytes();
        let (end, is_escaped) = string_end(bytes, at)?;
        let after = blanks(bytes, end + 1);
        if bytes.get(after) != Some(&b':') {
            return Err(after);
        }
        let from = self.frames.last().expect("the object that holds this").here;
        if mode == Mode::Check || !self.follow.is_live(from) && from.lists == Lists::Nothing {
            return Ok((after + 1, Step::Value(Here::NOWHERE)));
        }
        let raw = &text[at..end];
        let here = if is_escaped {
            let mut key = self.unescaped.pop().unwrap_or_default();
            unescape(raw, &mut key);
            let here = self.follow.child(from, &key);
            key.clear();
            self.unescaped.push(key);
            here
        } else {
            self.follow.child(from, raw)
        };
        Ok((after + 1, Step::Value(Here { lists: from.lists.below(raw.as_bytes()), ..here })))
    }

    #[inline]
    fn value(
        &mut self,
        text: &str,
        at: usize,
        here: Here,
        mode: Mode,
        leaves: &mut impl Leaves,
    ) -> Result<(usize, Step), usize> {
        let bytes = text.as_bytes();
        match bytes[at] {
            b'"' => {
                let (end, is_escaped) = string_end(bytes, at + 1)?;
                if mode != Mode::Check && self.follow.is_live(here) {
                    self.string(text, at + 1..end, is_escaped, here, mode, leaves);
                }
                Ok((end + 1, Step::After))
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
                Ok((end, Step::After))
            }
            b'{' => {
                self.frames.push(Frame { here, kind: Container::Object });
                Ok((at + 1, Step::Member))
            }
            b'[' => {
                let is_list = here.lists == Lists::List && bytes.get(blanks(bytes, at + 1)) == Some(&b'{');
                if is_list && mode == Mode::Block {
                    self.end_if_any(text, leaves);
                }
                let kind = if is_list && mode == Mode::Block { Container::Records } else { Container::Array };
                self.frames.push(Frame { here, kind });
                Ok((at + 1, Step::Element))
            }
            byte if is_bare(byte) => {
                let end = bare_end(bytes, at);
                if mode != Mode::Check && self.follow.is_live(here) {
                    self.bare(&text[at..end], at, here, mode);
                }
                Ok((end, Step::After))
            }
            _ => Err(at),
        }
    }

    fn string(
        &mut self,
        text: &str,
        raw: Range<usize>,
        is_escaped: bool,
        here: Here,
        mode: Mode,
        leaves: &mut impl Leaves,
    ) {
        let is_json = begins_json(&text[raw.clone()]);
        if !is_escaped && !is_json {
            return self.leaf(text, raw, Kind::Text, here, mode);
        }
        let mut inner = self.unescaped.pop().unwrap_or_default();
        unescape(&text[raw], &mut inner);
        if !self.embedded(&inner, here, mode, leaves) {
            self.leaf(&inner, 0..inner.len(), Kind::Text, here, Mode::Embedded(0));
        }
        inner.clear();
        self.unescaped.push(inner);
    }

    /// Walks a string's text as if it stood there, if it is JSON.
    fn embedded(&mut self, inner: &str, here: Here, mode: Mode, leaves: &mut impl Leaves) -> bool {
        let level = match mode {
            Mode::Check => return false,
            Mode::Block => 1,
            Mode::Embedded(level) => level + 1,
        };
        if level > EMBEDDED_LEVELS || !begins_json(inner) {
            return false;
        }
        let floor = self.frames.len();
        let checked = self.run(inner, 0, Step::Value(Here::NOWHERE), floor, Mode::Check, leaves);
        self.frames.truncate(floor);
        if !checked.is_ok_and(|end| blanks(inner.as_bytes(), end) == inner.len()) {
            return false;
        }
        let here = Here { lists: Lists::Nothing, ..here };
        self.run(inner, 0, Step::Value(here), floor, Mode::Embedded(level), leaves).is_ok()
    }

    fn bare(&mut self, word: &str, at: usize, here: Here, mode: Mode) {
        match number(word) {
            Some(Number::Integer(_)) => self.leaf_of(word, at, Kind::Integer, here, mode),
            Some(Number::Plain(plain)) => self.leaf(&plain, 0..plain.len(), Kind::Float, here, Mode::Embedded(0)),
            None if word == "null" => self.leaf_of("", at, Kind::Nothing, here, mode),
            None => {}
        }
    }

    /// A leaf whose text is a piece of the block, unless it is embedded.
    fn leaf_of(&mut self, word: &str, at: usize, kind: Kind, here: Here, mode: Mode) {
        match mode {
            Mode::Block => self.add(kind, false, at..at + word.len(), here),
            _ => self.leaf(word, 0..word.len(), kind, here, mode),
        }
    }

    fn leaf(&mut self, text: &str, place: Range<usize>, kind: Kind, here: Here, mode: Mode) {
        if mode == Mode::Block {
            return self.add(kind, false, place, here);
        }
        let from = self.held.len();
        self.held.push_str(&text[place]);
        self.add(kind, true, from..self.held.len(), here);
    }

    fn add(&mut self, kind: Kind, is_held: bool, place: Range<usize>, here: Here) {
        let leaves = &mut self.leaves;
        self.follow.columns(here, &mut |column| leaves.push(Leaf { column, kind, is_held, place: place.clone() }));
    }

    /// A record ends before `end`: hands over what it holds. The action lines of bulk files are none.
    fn end(&mut self, text: &str, end: usize, is_root: bool, leaves: &mut impl Leaves) {
        self.ended = end;
        let Some(start) = self.record else { return self.end_if_any(text, leaves) };
        self.tell_deep(leaves);
        if is_root && self.leaves.is_empty() && is_action(&text.as_bytes()[start..end]) {
            self.record = None;
            return;
        }
        self.hand_over(text, leaves);
        self.record = None;
        leaves.end(self.base + start as u64);
    }

    /// What stands around a list of records is one only if it holds something.
    fn end_if_any(&mut self, text: &str, leaves: &mut impl Leaves) {
        let start = self.record.take();
        self.tell_deep(leaves);
        if let Some(first) = self.leaves.first() {
            let start = start.unwrap_or(if first.is_held { 0 } else { first.place.start });
            self.hand_over(text, leaves);
            leaves.end(self.base + start as u64);
        }
    }

    fn hand_over(&mut self, text: &str, leaves: &mut impl Leaves) {
        for Leaf { column, kind, is_held, place } in self.leaves.drain(..) {
            let text = Cow::Borrowed(if is_held { &self.held[place] } else { &text[place] });
            let cell = match kind {
                Kind::Nothing => Cell::Nothing,
                Kind::Text => Cell::Text(text),
                Kind::Integer => Cell::Integer(text),
                Kind::Float => Cell::Float(text),
            };
            leaves.leaf(column as usize, cell);
        }
        self.held.clear();
    }

    fn tell_deep(&mut self, leaves: &mut impl Leaves) {
        for at in self.deep.drain(..) {
            leaves.malformed(self.base + at as u64, Why::Depth);
        }
    }

    /// The present record is not JSON.
    fn give_up(&mut self, wrong: usize, leaves: &mut impl Leaves) {
        let start = self.record.take().unwrap_or(wrong);
        self.frames.clear();
        self.leaves.clear();
        self.held.clear();
        self.deep.clear();
        leaves.malformed(self.base + start as u64, Why::Syntax);
    }
}

impl<F: Follow> Drop for Walker<F> {
    fn drop(&mut self) {
        self.held.zeroize();
        self.unescaped.iter_mut().for_each(String::zeroize);
    }
}

/// What comes next.
#[derive(Clone, Copy)]
enum Step {
    Value(Here),
    /// A value of an array, or its end.
    Element,
    /// A member of an object, or its end.
    Member,
    /// A comma, or the end of what holds the value.
    After,
}

fn begins_json(text: &str) -> bool {
    text.bytes().find(|byte| !byte.is_ascii_whitespace()).is_some_and(|byte| matches!(byte, b'{' | b'['))
}

/// Whether a value is a line of an Elasticsearch bulk file that only says what to do with the next one:
/// `{"index":{"_index":"people"}}`.
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
