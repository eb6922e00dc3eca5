//! Rows of cells in one buffer, which is wiped when dropped.

use crate::format::rows::{Cell, Tag};
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

    /// Memory that it takes. An empty cell takes some, too.
    pub(super) fn bytes(&self) -> usize {
        self.malformed.len() * size_of::<u64>()
            + self.text.len()
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
