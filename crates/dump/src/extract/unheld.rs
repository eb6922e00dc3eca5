//! What a reader of tables delivered and no table holds: rows of too many tables, cells that are
//! too long, pieces of a file that are not read. Owns what the report says of it.

use crate::report::PartReport;

/// Maximum tables of one input; rows of further ones are not read.
pub(super) const TABLES: usize = 10_000;

#[derive(Default)]
pub(super) struct Unheld {
    /// Rows of too many tables.
    pub(super) skipped_rows: u64,
    /// How many rows have a cell that is too long, and the first of them.
    too_long: Option<(u64, u64)>,
    /// Pieces of the file that are not read, each with what to do about it.
    not_read: Vec<String>,
}

impl Unheld {
    /// A row has a cell that is too long.
    pub(super) fn too_long(&mut self, at: u64) {
        self.too_long.get_or_insert((0, at)).0 += 1;
    }

    /// A piece of the file is not read.
    pub(super) fn not_read(&mut self, what: String) {
        self.not_read.push(what);
    }

    pub(super) fn report(self, part: &mut PartReport) {
        part.caps.extend(self.too_long.map(|(rows, at)| {
            format!("{rows} rows with a cell longer than --max-record, searched as running text (first at row {at})")
        }));
        let rows = self.skipped_rows;
        let skipped = (rows > 0).then(|| {
            format!("it has more than {TABLES} tables, and {rows} rows of the others were not read; split it")
        });
        let said: Vec<String> = skipped.into_iter().chain(self.not_read).collect();
        part.damage = (!said.is_empty()).then(|| said.join("; besides, ")).or(part.damage.take());
    }
}
