//! Rows of cells in one buffer, which is wiped when dropped.

use crate::format::rows::{Cell, Outside, Tag};
use crate::wiped::WipedText;

/// Bytes of cells in one batch.
pub(super) const BATCH_BYTES: usize = 256 << 10;

/// Rows of cells in one buffer.
#[derive(Default)]
pub(super) struct Packed {
    text: WipedText,
    cells: Vec<(Tag, u32)>,
    /// The position of each row, and how many of the cells are before its end.
    rows: Vec<(u64, u32)>,
    pub(super) malformed: Vec<u64>,
    /// Text that is in no row, with its position.
    outside: Vec<(u64, WipedText, Outside)>,
}

impl Packed {
    pub(super) fn push<'c>(&mut self, at: u64, cells: impl Iterator<Item = &'c Cell<'c>>) {
        if self.rows.is_empty() {
            // Allocated once, instead of by doubling.
            self.text = WipedText::with_capacity(2 * BATCH_BYTES);
        }
        for cell in cells {
            let (tag, text) = cell.parts();
            self.text.push_str(text);
            self.cells.push((tag, self.text.len() as u32));
        }
        self.rows.push((at, self.cells.len() as u32));
    }

    pub(super) fn rows(&self) -> usize {
        self.rows.len()
    }

    /// Keeps text that is in no row.
    pub(super) fn push_outside(&mut self, at: u64, text: &str, what: Outside) {
        let mut kept = WipedText::with_capacity(text.len());
        kept.push_str(text);
        self.outside.push((at, kept, what));
    }

    /// Takes over everything of another but its rows.
    pub(super) fn take_others(&mut self, other: &Self) {
        self.malformed.extend(&other.malformed);
        other.each_outside(|at, text, what| self.push_outside(at, text, what));
    }

    /// Calls `take` with each text that is in no row.
    pub(super) fn each_outside(&self, mut take: impl FnMut(u64, &str, Outside)) {
        self.outside.iter().for_each(|(at, text, what)| take(*at, text, *what));
    }

    /// The most cells of a row.
    pub(super) fn width(&self) -> usize {
        let starts = std::iter::once(0).chain(self.rows.iter().map(|(_, end)| *end));
        self.rows.iter().zip(starts).map(|((_, end), start)| end - start).max().unwrap_or_default() as usize
    }

    /// Memory that it takes. An empty cell takes some, too.
    pub(super) fn bytes(&self) -> usize {
        self.malformed.len() * size_of::<u64>()
            + self.text.len()
            + self.outside.iter().map(|(_, text, _)| text.len() + size_of::<(u64, WipedText, Outside)>()).sum::<usize>()
            + self.cells.len() * size_of::<(Tag, u32)>()
            + self.rows.len() * size_of::<(u64, u32)>()
    }

    /// Calls `take` with the position and the cells of each row.
    pub(super) fn each<'p>(&'p self, mut take: impl FnMut(u64, &[Cell<'p>])) {
        let (mut cell, mut start, mut cells) = (0, 0, Vec::new());
        for &(at, last) in &self.rows {
            cells.clear();
            for &(tag, end) in &self.cells[cell..last as usize] {
                cells.push(tag.cell(&self.text[start..end as usize]));
                start = end as usize;
            }
            cell = last as usize;
            take(at, &cells);
        }
    }
}
