//! Tables as readers in sequence hand them over (SQL, spreadsheets, Parquet): columns are decided by the
//! first rows of each, which wait meanwhile; then rows go to the cores in batches.

use super::batch::Batch;
use super::context::Extractor;
use super::decided::{Decided, key};
use super::packed::{BATCH_BYTES, Packed};
use super::pool::Tasks;
use crate::columns::column::ColumnSpec;
use crate::columns::detect::{Decider, SAMPLE};
use crate::error::DumpError;
use crate::format::rows::{Cell, Rows};
use crate::halt::Halt;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// Bytes of rows that wait until the columns of their table are decided.
const WAITING_BYTES: usize = 256 << 10;

/// Tables of one input that are told apart, and bytes of their names and their columns'; beyond, no more are read. Names are
/// the input's, and so is their number.
pub(super) const TABLES: usize = 10_000;
const NAMES_BYTES: usize = 8 << 20;

/// Takes rows, decides, and hands batches over.
pub(super) struct Tables<'t, 'p, 's> {
    tasks: &'t Tasks<'p, 's, DumpError>,
    extractor: &'s Extractor<'s>,
    decider: &'t Decider,
    asked: &'t [ColumnSpec],
    header: Option<bool>,
    names: HashMap<[u8; 32], usize>,
    decided: &'s Mutex<Vec<Arc<Decided>>>,
    current: Current,
    /// Rows that are taken before it is enough.
    left: usize,
    passed_over: u64,
    /// Bytes of the names of tables and columns that are remembered.
    names_bytes: usize,
}

enum Current {
    None,
    /// Rows wait for the decision.
    Waiting {
        name: String,
        headers: Vec<String>,
        rows: Packed,
    },
    /// By number in the list.
    Decided {
        table: Arc<Decided>,
        batch: Packed,
    },
}

impl<'t, 'p, 's> Tables<'t, 'p, 's> {
    pub(super) fn new(
        tasks: &'t Tasks<'p, 's, DumpError>,
        extractor: &'s Extractor<'s>,
        decider: &'t Decider,
        asked: &'t [ColumnSpec],
        header: Option<bool>,
        decided: &'s Mutex<Vec<Arc<Decided>>>,
        most_rows: usize,
    ) -> Self {
        let (names, current) = (HashMap::new(), Current::None);
        Self {
            tasks,
            extractor,
            decider,
            asked,
            header,
            names,
            decided,
            current,
            left: most_rows,
            passed_over: 0,
            names_bytes: 0,
        }
    }

    /// Hands over what still waits. How many rows were passed over, being of more tables than are told apart.
    pub(super) fn finish(mut self) -> Result<u64, DumpError> {
        self.leave()?;
        Ok(self.passed_over)
    }

    /// Leaves the current table.
    fn leave(&mut self) -> Result<(), DumpError> {
        match std::mem::replace(&mut self.current, Current::None) {
            Current::None => Ok(()),
            Current::Waiting { name, headers, rows } => {
                self.decide(name, headers, &rows);
                self.leave()
            }
            Current::Decided { table, batch } => self.hand_over(&table, batch),
        }
    }

    /// Decides the columns of a table by its first rows, and takes those.
    fn decide(&mut self, name: String, headers: Vec<String>, rows: &Packed) {
        let table = Arc::new(Decided::new(name, headers, rows, self.decider, self.asked, self.header));
        {
            let mut tables = self.decided.lock().expect("no panic while it is held");
            self.names.insert(table.key(), tables.len());
            tables.push(Arc::clone(&table));
        }
        let mut batch = Packed::default();
        let mut is_header = table.width.is_some();
        rows.each(|at, cells| {
            if !std::mem::take(&mut is_header) {
                table.take(&mut batch, at, cells);
            }
        });
        batch.malformed.extend(&rows.malformed);
        self.current = Current::Decided { table, batch };
    }

    /// Decides, or hands over, where enough has gathered.
    fn hand_over_if_full(&mut self) -> Result<(), DumpError> {
        match &mut self.current {
            Current::Waiting { rows, .. } if rows.rows() >= SAMPLE || rows.bytes() >= WAITING_BYTES => {
                if let Current::Waiting { name, headers, rows } = std::mem::replace(&mut self.current, Current::None) {
                    self.decide(name, headers, &rows);
                }
                Ok(())
            }
            Current::Decided { table, batch } if batch.bytes() >= BATCH_BYTES => {
                let (table, batch) = (Arc::clone(table), std::mem::take(batch));
                self.hand_over(&table, batch)
            }
            _ => Ok(()),
        }
    }

    fn hand_over(&self, table: &Arc<Decided>, batch: Packed) -> Result<(), DumpError> {
        let (table, extractor) = (Arc::clone(table), self.extractor);
        self.tasks.submit(move || {
            let mut taken = Batch::new(&table.columns, extractor);
            batch.each(|at, cells| taken.row(at, cells.iter().cloned().enumerate()));
            batch.malformed.iter().for_each(|&at| taken.malformed(at));
            taken.finish()
        })
    }
}

impl Rows for Tables<'_, '_, '_> {
    fn table(&mut self, name: &str, columns: &[Cow<'_, str>]) -> Result<(), Halt> {
        let is_current = match &self.current {
            Current::None => false,
            Current::Waiting { name: current, headers, .. } => current == name && headers == columns,
            Current::Decided { table, .. } => table.name == name && table.headers == columns,
        };
        if is_current {
            return Ok(());
        }
        self.leave()?;
        let headers: Vec<String> = columns.iter().map(|name| name.as_ref().to_owned()).collect();
        self.current = match self.names.get(&key(name, &headers)) {
            Some(&place) => {
                let tables = self.decided.lock().expect("no panic while it is held");
                Current::Decided { table: Arc::clone(&tables[place]), batch: Packed::default() }
            }
            None if self.names.len() < TABLES && self.names_bytes < NAMES_BYTES => {
                self.names_bytes += name.len() + headers.iter().map(String::len).sum::<usize>();
                Current::Waiting { name: name.to_owned(), headers, rows: Packed::default() }
            }
            None => Current::None,
        };
        Ok(())
    }

    fn row(&mut self, at: u64, cells: &[Cell<'_>]) -> Result<(), Halt> {
        self.left = self.left.checked_sub(1).ok_or(Halt::Enough)?;
        match &mut self.current {
            Current::None => self.passed_over += 1,
            Current::Waiting { rows, .. } => rows.push(at, cells.iter()),
            Current::Decided { table, batch } => table.take(batch, at, cells),
        }
        Ok(self.hand_over_if_full()?)
    }

    fn malformed(&mut self, at: u64) -> Result<(), Halt> {
        match &mut self.current {
            Current::None => {}
            Current::Waiting { rows: batch, .. } | Current::Decided { batch, .. } => batch.malformed.push(at),
        }
        Ok(self.hand_over_if_full()?)
    }
}
