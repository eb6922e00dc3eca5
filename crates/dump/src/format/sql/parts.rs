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

    /// Remembers a part that is in no cell.
    pub(super) fn leave_out(&mut self, start: usize, end: usize) {
        let is_full = self.0.len() >= PLACES;
        match self.0.last_mut() {
            Some(last) if last.1 >= start || is_full => last.1 = last.1.max(end),
            _ if end > start => self.0.push((start, end)),
            _ => {}
        }
    }

    /// Those that may hold an identifier.
    pub(super) fn telling<'p>(&'p self, text: &'p [u8]) -> impl Iterator<Item = (usize, &'p [u8])> {
        let parts = self.0.iter().filter_map(|&(start, end)| Some((start, text.get(start..end)?)));
        parts.filter(|(_, part)| may_hold_identifier(part))
    }
}
