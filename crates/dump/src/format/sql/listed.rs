//! Values with names that stand in one clause, and the rows that they make.

use super::reader::Tables;
use crate::format::rows::{Cell, Rows};
use crate::halt::Halt;
use std::borrow::Cow;
use std::collections::HashMap;

/// Maximum values of a clause.
const VALUES: usize = 64 << 10;

/// Maximum cells of the rows of one clause. Names that repeat make rows.
const CELLS: usize = 1 << 20;

/// Values, each with its name; the name is empty where it has none.
#[derive(Default)]
pub(super) struct Listed<'b> {
    /// What is called with them.
    pub(super) called: String,
    pub(super) names: Vec<Cow<'b, str>>,
    pub(super) cells: Vec<Cell<'b>>,
    /// Whether any of them is a column or the result of a function.
    pub(super) is_computed: bool,
}

impl<'b> Listed<'b> {
    /// Adds a value; false if there are too many.
    pub(super) fn add(&mut self, name: Cow<'b, str>, cell: Cell<'b>) -> bool {
        self.names.push(name);
        self.cells.push(cell);
        self.cells.len() <= VALUES
    }

    /// Whether any value is there.
    pub(super) fn has_values(&self) -> bool {
        self.cells.iter().any(|cell| *cell != Cell::Nothing)
    }

    /// Delivers them as rows of the table: each name is a column, and one that repeats begins
    /// another row. If the table and all the names are known, its columns are those. False if that
    /// would be too many cells.
    pub(super) fn deliver(self, table: &str, tables: &Tables, rows: &mut dyn Rows, at: u64) -> Result<bool, Halt> {
        let Self { names, cells, .. } = self;
        let known = tables.known(table);
        let mut columns: Vec<Cow<'_, str>> =
            known.unwrap_or_default().iter().map(|name| Cow::Borrowed(name.as_str())).collect();
        let index = |columns: &[Cow<'_, str>]| -> HashMap<String, usize> {
            columns.iter().enumerate().map(|(index, name)| (name.to_lowercase(), index)).collect()
        };
        let mut indexes = index(&columns);
        if !names.iter().all(|name| indexes.contains_key(&name.to_lowercase())) {
            indexes.clear();
            columns.clear();
            for name in names.iter().filter(|name| !name.is_empty()) {
                indexes.entry(name.to_lowercase()).or_insert_with(|| {
                    columns.push(name.clone());
                    columns.len() - 1
                });
            }
        }
        let mut taken = vec![0_usize; columns.len()];
        let mut table_rows: Vec<Vec<Cell<'_>>> = Vec::new();
        for (name, cell) in names.iter().zip(cells) {
            let Some(&column) = indexes.get(&name.to_lowercase()) else { continue };
            let row = taken[column];
            taken[column] += 1;
            if row == table_rows.len() {
                if (row + 1) * columns.len() > CELLS {
                    return Ok(false);
                }
                table_rows.push(vec![Cell::Nothing; columns.len()]);
            }
            table_rows[row][column] = cell;
        }
        if table_rows.is_empty() {
            return Ok(false);
        }
        rows.table(table, &columns)?;
        for row in table_rows {
            rows.row(at, &row)?;
        }
        Ok(true)
    }
}
