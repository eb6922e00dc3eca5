//! Tables from sequential readers (SQL, spreadsheets, Parquet): columns are detected by the first
//! rows of each table, which are held meanwhile; then rows go to the cores in batches.

use super::batch::Batch;
use super::context::Extractor;
use super::detected::{DetectedTable, key};
use super::packed::{BATCH_BYTES, Packed};
use super::pool::Tasks;
use crate::columns::column::ColumnSpec;
use crate::columns::detect::{Detector, SAMPLE};
use crate::error::DumpError;
use crate::format::rows::{Cell, Rows};
use crate::halt::Halt;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// Bytes of rows that are held until the columns of their table are detected.
const SAMPLE_BYTES: usize = 256 << 10;

/// Maximum tables of one input, and bytes of their names and their columns'; further ones are not
/// read. Names and number are controlled by the input.
pub(super) const TABLES: usize = 10_000;
const NAMES_BYTES: usize = 8 << 20;

/// Takes rows, detects columns, and submits batches.
pub(super) struct Tables<'t, 'p, 's> {
    tasks: &'t Tasks<'p, 's, DumpError>,
    extractor: &'s Extractor<'s>,
    detector: &'t Detector,
    asked: &'t [ColumnSpec],
    header: Option<bool>,
    names: HashMap<[u8; 32], usize>,
    detected: &'s Mutex<Vec<Arc<DetectedTable>>>,
    current: Current,
    /// Rows that may still be taken.
    left: usize,
    skipped_rows: u64,
    /// Bytes of the names of tables and columns that are remembered.
    names_bytes: usize,
}

enum Current {
    None,
    /// Rows are held until the columns are detected.
    Sampling {
        name: String,
        headers: Vec<String>,
        rows: Packed,
    },
    /// Columns are detected; rows gather in a batch.
    Detected {
        table: Arc<DetectedTable>,
        batch: Packed,
    },
}

impl<'t, 'p, 's> Tables<'t, 'p, 's> {
    pub(super) fn new(
        tasks: &'t Tasks<'p, 's, DumpError>,
        extractor: &'s Extractor<'s>,
        detector: &'t Detector,
        asked: &'t [ColumnSpec],
        header: Option<bool>,
        detected: &'s Mutex<Vec<Arc<DetectedTable>>>,
        most_rows: usize,
    ) -> Self {
        let (names, current) = (HashMap::new(), Current::None);
        Self {
            tasks,
            extractor,
            detector,
            asked,
            header,
            names,
            detected,
            current,
            left: most_rows,
            skipped_rows: 0,
            names_bytes: 0,
        }
    }

    /// Delivers what is still held. Returns how many rows were skipped because of too many tables.
    pub(super) fn finish(mut self) -> Result<u64, DumpError> {
        self.leave()?;
        Ok(self.skipped_rows)
    }

    /// Finishes the current table.
    fn leave(&mut self) -> Result<(), DumpError> {
        match std::mem::replace(&mut self.current, Current::None) {
            Current::None => Ok(()),
            Current::Sampling { name, headers, rows } => {
                self.detect(name, headers, &rows);
                self.leave()
            }
            Current::Detected { table, batch } => self.deliver(&table, batch),
        }
    }

    /// Detects the columns of a table by its first rows, and takes those.
    fn detect(&mut self, name: String, headers: Vec<String>, rows: &Packed) {
        let table = Arc::new(DetectedTable::new(name, headers, rows, self.detector, self.asked, self.header));
        {
            let mut tables = self.detected.lock().expect("no panic while it is held");
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
        self.current = Current::Detected { table, batch };
    }

    /// Detects columns, or delivers a batch, once enough rows have gathered.
    fn deliver_if_full(&mut self) -> Result<(), DumpError> {
        match &mut self.current {
            Current::Sampling { rows, .. } if rows.rows() >= SAMPLE || rows.bytes() >= SAMPLE_BYTES => {
                if let Current::Sampling { name, headers, rows } = std::mem::replace(&mut self.current, Current::None) {
                    self.detect(name, headers, &rows);
                }
                Ok(())
            }
            Current::Detected { table, batch } if batch.bytes() >= BATCH_BYTES => {
                let (table, batch) = (Arc::clone(table), std::mem::take(batch));
                self.deliver(&table, batch)
            }
            _ => Ok(()),
        }
    }

    fn deliver(&self, table: &Arc<DetectedTable>, batch: Packed) -> Result<(), DumpError> {
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
            Current::Sampling { name: current, headers, .. } => current == name && headers == columns,
            Current::Detected { table, .. } => table.name == name && table.headers == columns,
        };
        if is_current {
            return Ok(());
        }
        self.leave()?;
        let headers: Vec<String> = columns.iter().map(|name| name.as_ref().to_owned()).collect();
        self.current = match self.names.get(&key(name, &headers)) {
            Some(&index) => {
                let tables = self.detected.lock().expect("no panic while it is held");
                Current::Detected { table: Arc::clone(&tables[index]), batch: Packed::default() }
            }
            None if self.names.len() < TABLES && self.names_bytes < NAMES_BYTES => {
                self.names_bytes += name.len() + headers.iter().map(String::len).sum::<usize>();
                Current::Sampling { name: name.to_owned(), headers, rows: Packed::default() }
            }
            None => Current::None,
        };
        Ok(())
    }

    fn row(&mut self, at: u64, cells: &[Cell<'_>]) -> Result<(), Halt> {
        self.left = self.left.checked_sub(1).ok_or(Halt::Enough)?;
        match &mut self.current {
            Current::None => self.skipped_rows += 1,
            Current::Sampling { rows, .. } => rows.push(at, cells.iter()),
            Current::Detected { table, batch } => table.take(batch, at, cells),
        }
        Ok(self.deliver_if_full()?)
    }

    fn malformed(&mut self, at: u64) -> Result<(), Halt> {
        match &mut self.current {
            Current::None => {}
            Current::Sampling { rows: batch, .. } | Current::Detected { batch, .. } => batch.malformed.push(at),
        }
        Ok(self.deliver_if_full()?)
    }
}
