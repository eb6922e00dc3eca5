//! Counts what reading a head gives, to tell how much of it is in tables.

use crate::format::rows::{Cell, Outside, Rows};
use crate::halt::Halt;
use std::borrow::Cow;

/// What reading a head gives.
#[derive(Default)]
pub(super) struct Tried {
    pub(super) rows: usize,
    pub(super) width: usize,
    pub(super) outside: usize,
}

impl Rows for Tried {
    fn table(&mut self, _: &str, columns: &[Cow<'_, str>]) -> Result<(), Halt> {
        self.width = self.width.max(columns.len());
        Ok(())
    }

    fn row(&mut self, _: u64, cells: &[Cell<'_>]) -> Result<(), Halt> {
        self.rows += 1;
        self.width = self.width.max(cells.len());
        Ok(())
    }

    fn malformed(&mut self, _: u64) -> Result<(), Halt> {
        Ok(())
    }

    fn outside(&mut self, _: u64, text: &[u8], _: Outside) -> Result<(), Halt> {
        self.outside += text.trim_ascii().len();
        Ok(())
    }
}
