//! What of a row's text is in none of its cells: the rest of an expression, a comment.

use super::word::may_hold_identifier;

/// Most places that are remembered of one row; further ones extend the last.
const PLACES: usize = 1_024;

/// Places in the text of a row, each from its first byte to after its last one.
#[derive(Default)]
pub(super) struct Parts(Vec<(usize, usize)>);

impl Parts {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Remembers a part that is in no cell. Smaller ones in it are part of it then.
    pub(super) fn leave_out(&mut self, start: usize, end: usize) {
        let (mut start, mut end) = (start, end);
        while let Some(&(from, to)) = self.0.last()
            && (to >= start || self.0.len() >= PLACES)
        {
            (start, end) = (start.min(from), end.max(to));
            self.0.pop();
        }
        if end > start {
            self.0.push((start, end));
        }
    }

    /// The same for a comment, which may be remembered already, and need not be behind the others.
    pub(super) fn leave_out_comment(&mut self, start: usize, end: usize) {
        let is_full = self.0.len() >= 2 * PLACES;
        let is_known = self.0.iter().any(|&(from, to)| from < end && start < to);
        match self.0.last_mut() {
            _ if is_known => {}
            Some(last) if is_full => *last = (last.0.min(start), last.1.max(end)),
            _ => self.0.push((start, end)),
        }
    }

    /// Those that may hold an identifier.
    pub(super) fn telling<'p>(&'p self, text: &'p [u8]) -> impl Iterator<Item = (usize, &'p [u8])> {
        let parts = self.0.iter().filter_map(|&(start, end)| Some((start, text.get(start..end)?)));
        parts.filter(|(_, part)| may_hold_identifier(part))
    }
}
