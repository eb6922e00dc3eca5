//! Walks the values of a block: which of them are records, and where to continue after an error.
//! Parsing each value is the walker's own part.

use super::block::{Block, BlockKind, Reason};
use super::bytes::{begins_root, blanks, is_between, piece};
use super::grammar::Container;
use super::leaves::{Leaves, ListState};
use super::level::Frame;
use super::lines::{Backtrack, resume};
use super::paths::{PathState, PathTracker};
use super::relaxed::comment_end;
use super::walker::{Expecting, Mode, Walker};

impl<F: PathTracker> Walker<F> {
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
            BlockKind::Lost => leaves.outside(block.at, text),
            BlockKind::Roots => self.roots(text, here, leaves),
            BlockKind::Elements => self.elements(text, here, block.position, leaves),
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
            if let Some(end) = comment_end(bytes, at) {
                leaves.outside(self.base + at as u64, piece(text, at, end));
                at = end;
                continue;
            }
            (self.record, self.ended) = (Some(at), at);
            let is_array = first == b'[' && self.depth < self.limits.depth;
            let walked = if is_array && self.tracker.rows_are_arrays() {
                self.record = Some(blanks(bytes, at + 1));
                self.frames.push(Frame { position: Some(0), ..Frame::new(here, Container::Array) });
                self.run(text, at + 1, Expecting::Element, 0, Mode::Block, leaves)
            } else if is_array {
                self.record = None;
                self.frames.push(Frame { is_records: true, ..Frame::new(here, Container::Array) });
                self.run(text, at + 1, Expecting::Element, 0, Mode::Block, leaves)
            } else if begins_root(first) {
                self.here = here;
                self.run(text, at, Expecting::Value, 0, Mode::Block, leaves)
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
                    let next = backtrack.find(bytes, base, from, wrong, skipped);
                    let next = next.unwrap_or_else(|| resume(bytes, wrong));
                    leaves.outside(base + from as u64, piece(text, from, next));
                    next
                }
            };
        }
    }

    fn elements(&mut self, text: &str, list: PathState, mut position: usize, leaves: &mut impl Leaves) {
        let here = self.element(list);
        let mut at = 0;
        loop {
            while text.as_bytes().get(at).is_some_and(|&byte| is_between(byte)) {
                at += 1;
            }
            if at == text.len() {
                return;
            }
            self.record = self.record.or(Some(at));
            let is_row = self.depth == 1 && self.tracker.rows_are_arrays();
            self.here = if is_row { self.tracker.position(list, position) } else { here };
            position += 1;
            match self.run(text, at, Expecting::Value, 0, Mode::Block, leaves) {
                Ok(end) => {
                    // The elements of a row are one record.
                    if !is_row || text.as_bytes()[end..].iter().all(|&byte| is_between(byte)) {
                        self.end_record(text, end, false, leaves);
                    }
                    at = end;
                }
                // The cutter has verified that this does not happen.
                Err(wrong) => return self.discard_record(wrong, leaves),
            }
        }
    }

    /// Members of an object that is too large: those that are objects are records, the members
    /// between them form one each.
    fn members(&mut self, text: &str, here: PathState, leaves: &mut impl Leaves) {
        self.frames.push(Frame::new(here, Container::Object));
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
}
