//! Rows of cells in one piece of memory, which is wiped when it is dropped.

use crate::format::rows::{Cell, Tag};
use zeroize::Zeroize as _;

/// Bytes of cells of one batch.
pub(super) const BATCH_BYTES: usize = 256 << 10;

/// Rows of cells in one piece of memory.
#[derive(Default)]
pub(super) struct Packed {
    text: String,
    cells: Vec<(Tag, u32)>,
    /// Where each row begins, and how many of the cells are before its end.
    rows: Vec<(u64, u32)>,
    pub(super) malformed: Vec<u64>,
}

impl Packed {
    pub(super) fn push<'c>(&mut self, at: u64, cells: impl Iterator<Item = &'c Cell<'c>>) {
        if self.text.capacity() == 0 {
            // A text that grows leaves copies behind that nobody wipes.
            self.text.reserve(2 * BATCH_BYTES);
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

    /// What it takes. An empty cell takes something, too.
    pub(super) fn bytes(&self) -> usize {
        self.malformed.len() * size_of::<u64>()
            + self.text.len()
            + self.cells.len() * size_of::<(Tag, u32)>()
            + self.rows.len() * size_of::<(u64, u32)>()
    }

    /// Each row with its place and its cells.
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

impl Drop for Packed {
    fn drop(&mut self) {
        self.text.zeroize();
    }
}
