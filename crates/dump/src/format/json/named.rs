//! What the members of an object say about each other, `{"type": "mobile", "value": "…"}`, and
//! which arrays are rows.

use super::bytes::blanks;
use super::level::Frame;
use super::paths::{PathState, PathTracker};
use super::strings::unescape;
use super::tree::Role;
use super::walker::Walker;
use crate::wiped::WipedText;

impl<F: PathTracker> Walker<F> {
    /// Moves the values of an object to the column that another member names.
    pub(super) fn name(&mut self, text: &str, frame: &Frame) {
        let names = &frame.names[..usize::from(frame.named)];
        let tracker = &mut self.tracker;
        let column = names.iter().find_map(|&(start, end)| {
            let mut name = WipedText::default();
            unescape(&text[start as usize..end as usize], &mut name);
            tracker.named(&name)
        });
        if let Some(column) = column {
            self.pending.name(frame.first_leaf, self.frames.len() as u16 + 1, column);
        }
    }

    /// Remembers a string that may name the other values of its object.
    pub(super) fn may_name(&mut self, start: usize, end: usize) {
        let Some(frame) = self.frames.last_mut() else { return };
        let (Ok(start), Ok(end)) = (u32::try_from(start), u32::try_from(end)) else { return };
        if let Some(name) = frame.names.get_mut(usize::from(frame.named)) {
            *name = (start, end);
            frame.named += 1;
        }
    }

    /// Whether the elements of an array are told apart: it is an element of another, or holds the
    /// cells of a row. Of arrays in each other, only the innermost counts.
    pub(super) fn positions(&self, bytes: &[u8], at: usize, here: PathState) -> (PathState, Option<usize>) {
        if here.in_array {
            let around = self.frames.last().filter(|frame| frame.position.is_some());
            return (PathState { in_array: false, ..around.map_or(here, |frame| frame.here) }, Some(0));
        }
        let begins_cell = || {
            let object = blanks(bytes, at + 1);
            let key = blanks(bytes, object + 1);
            bytes.get(object) == Some(&b'{') && bytes[key.min(bytes.len())..].starts_with(b"\"v\"")
        };
        (here, (here.role == Role::Cells && begins_cell()).then_some(0))
    }
}
