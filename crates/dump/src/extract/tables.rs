//! Tables from sequential readers (SQL, spreadsheets, Parquet): columns are detected by the first
//! rows of each table, which are held meanwhile; then rows go to the cores in batches.

use super::batch::Batch;
use super::context::Extractor;
use super::detected::{DetectedTable, key};
use super::packed::{BATCH_BYTES, Packed};
use super::pool::Tasks;
use super::unheld::{TABLES, Unheld};
use crate::columns::column::ColumnSpec;
use crate::columns::detect::{Detector, SAMPLE};
use crate::columns::header;
use crate::error::DumpError;
use crate::format::rows::{Cell, Outside, Rows};
use crate::halt::Halt;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// Bytes of rows that are held until the columns of their table are detected.
const SAMPLE_BYTES: usize = 256 << 10;

/// Bytes of small tables that wait for others of their shape.
const HELD_BYTES: usize = 4 << 20;

/// Maximum bytes of the names of tables and columns, which are controlled by the input.
const NAMES_BYTES: usize = 8 << 20;

/// The name of what is no table: text in front of the first one. No table is called so.
const OUTSIDE: &str = "\0";

/// Takes rows, detects columns, and submits batches.
pub(super) struct Tables<'t, 'p, 's> {
    tasks: &'t Tasks<'p, 's, DumpError>,
    extractor: &'s Extractor<'s>,
    detector: &'t Arc<Detector>,
    asked: &'t [ColumnSpec],
    header: Option<bool>,
    names: HashMap<[u8; 32], usize>,
    detected: &'s Mutex<Vec<Arc<DetectedTable>>>,
    /// The table as the reader named it last; a header further down changes the columns.
    declared: Option<(String, Vec<String>)>,
    current: Current,
    /// Small tables, which wait for others of their shape.
    held: Vec<Held>,
    held_bytes: usize,
    /// Rows that may still be taken.
    left: usize,
    unheld: Unheld,
    /// Bytes of the names of tables and columns that are remembered.
    names_bytes: usize,
    pub(super) places_are_rows: bool,
}

enum Current {
    None,
    /// Rows are held until the columns are detected.
    Sampling(Held),
    /// Columns are detected; rows gather in a batch.
    Detected {
        table: Arc<DetectedTable>,
        batch: Packed,
    },
}

/// A table whose columns are not detected yet.
struct Held {
    name: String,
    headers: Vec<String>,
    rows: Packed,
}

impl<'t, 'p, 's> Tables<'t, 'p, 's> {
    pub(super) fn new(
        tasks: &'t Tasks<'p, 's, DumpError>,
        extractor: &'s Extractor<'s>,
        detector: &'t Arc<Detector>,
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
            declared: None,
            current,
            held: Vec::new(),
            held_bytes: 0,
            left: most_rows,
            unheld: Unheld::default(),
            names_bytes: 0,
            places_are_rows: false,
        }
    }

    /// Delivers what is still held.
    pub(super) fn finish(mut self) -> Result<Unheld, DumpError> {
        self.leave()?;
        self.detect_held()?;
        Ok(self.unheld)
    }

    /// Finishes the current table.
    fn leave(&mut self) -> Result<(), DumpError> {
        match std::mem::replace(&mut self.current, Current::None) {
            Current::None => Ok(()),
            Current::Sampling(held) => {
                self.held_bytes += held.rows.bytes();
                self.held.push(held);
                if self.held_bytes > HELD_BYTES { self.detect_held() } else { Ok(()) }
            }
            Current::Detected { table, batch } => self.deliver(&table, batch),
        }
    }

    /// Detects the columns of small tables, together with others of their shape.
    fn detect_held(&mut self) -> Result<(), DumpError> {
        self.held_bytes = 0;
        let held = std::mem::take(&mut self.held);
        let mut shapes: HashMap<(Vec<String>, usize), Vec<usize>> = HashMap::new();
        let shape = |held: &Held| (held.headers.clone(), held.rows.width());
        for (index, table) in held.iter().enumerate() {
            shapes.entry(shape(table)).or_default().push(index);
        }
        for (index, table) in held.iter().enumerate() {
            let others = shapes.get(&shape(table)).into_iter().flatten().filter(|&&other| other != index);
            let alike: Vec<&Packed> = others.take(SAMPLE).map(|&other| &held[other].rows).collect();
            let (table, batch) = self.detect(table, &alike);
            self.deliver(&table, batch)?;
        }
        Ok(())
    }

    /// Detects the columns of a table by its first rows, and takes those.
    fn detect(&mut self, held: &Held, alike: &[&Packed]) -> (Arc<DetectedTable>, Packed) {
        let Held { name, headers, rows } = held;
        let known = self.names.get(&key(name, headers)).copied();
        let table = if let Some(index) = known {
            Arc::clone(&self.detected.lock().expect("no panic while it is held")[index])
        } else {
            let (name, headers) = (name.clone(), headers.clone());
            let table = DetectedTable::new(name, headers, rows, alike, self.detector, self.asked, self.header);
            let table = Arc::new(table);
            let mut tables = self.detected.lock().expect("no panic while it is held");
            self.names.insert(table.key(), tables.len());
            tables.push(Arc::clone(&table));
            table
        };
        let header = table.header.filter(|_| known.is_none());
        let mut batch = Packed::default();
        let mut n = 0;
        rows.each(|at, cells| {
            match header {
                Some(header) if n < header => batch.push_outside(at, &joined(cells), Outside::Malformed),
                Some(header) if n == header => batch.push_outside(at, &joined(cells), Outside::PassedOver("headers")),
                _ => table.take(&mut batch, at, cells),
            }
            n += 1;
        });
        batch.take_others(rows);
        (table, batch)
    }

    /// Detects columns, or delivers a batch, once enough rows have gathered.
    fn deliver_if_full(&mut self) -> Result<(), DumpError> {
        match &mut self.current {
            Current::Sampling(held) if held.rows.rows() >= SAMPLE || held.rows.bytes() >= SAMPLE_BYTES => {
                if let Current::Sampling(held) = std::mem::replace(&mut self.current, Current::None) {
                    let (table, batch) = self.detect(&held, &[]);
                    self.current = Current::Detected { table, batch };
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

    /// What gathers for the current table.
    fn batch(&mut self) -> Option<&mut Packed> {
        match &mut self.current {
            Current::None => None,
            Current::Sampling(Held { rows: batch, .. }) | Current::Detected { batch, .. } => Some(batch),
        }
    }

    /// The rows that follow have these columns.
    fn begin(&mut self, name: &str, headers: Vec<String>) -> Result<(), DumpError> {
        self.leave()?;
        self.current = match self.names.get(&key(name, &headers)) {
            Some(&index) => {
                let tables = self.detected.lock().expect("no panic while it is held");
                Current::Detected { table: Arc::clone(&tables[index]), batch: Packed::default() }
            }
            None if self.names.len() + self.held.len() < TABLES && self.names_bytes < NAMES_BYTES => {
                self.names_bytes += name.len() + headers.iter().map(String::len).sum::<usize>();
                Current::Sampling(Held { name: name.to_owned(), headers, rows: Packed::default() })
            }
            None => Current::None,
        };
        Ok(())
    }

    /// Whether a row is a header further down: of the same table again, or of another one.
    fn is_header(&self, cells: &[Cell<'_>]) -> bool {
        let Current::Detected { table, .. } = &self.current else { return false };
        let is_declared = self.declared.as_ref().is_some_and(|(_, headers)| !headers.is_empty());
        let words = || cells.iter().map(|cell| cell.parts().1).collect::<Vec<_>>();
        !is_declared
            && cells.iter().all(|cell| cell.parts().1.len() < header::HEADER_BYTES)
            && header::looks_like(&words(), table.width)
            && header::labels(&words()) >= 2
    }

    fn deliver(&self, table: &Arc<DetectedTable>, batch: Packed) -> Result<(), DumpError> {
        let (table, extractor, places_are_rows) = (Arc::clone(table), self.extractor, self.places_are_rows);
        self.tasks.submit(move || {
            let mut taken = Batch::new(&table.columns, extractor);
            taken.places_are_rows = places_are_rows;
            let is_declared = !table.headers.is_empty();
            batch.each(|at, cells| {
                if is_declared && cells.len() != table.width {
                    taken.row_of_other_width(at, cells.iter().map(|cell| cell.parts().1.to_owned()).collect());
                } else {
                    taken.row(at, cells.iter().map(Cell::parts).enumerate());
                }
            });
            batch.malformed.iter().for_each(|&at| taken.malformed(at));
            batch.each_outside(|at, text, what| taken.outside(at, text, what));
            taken.finish()
        })
    }
}

impl Rows for Tables<'_, '_, '_> {
    fn table(&mut self, name: &str, columns: &[Cow<'_, str>]) -> Result<(), Halt> {
        if self.declared.as_ref().is_some_and(|(declared, headers)| declared == name && headers == columns) {
            return Ok(());
        }
        let headers: Vec<String> = columns.iter().map(|name| name.as_ref().to_owned()).collect();
        self.declared = Some((name.to_owned(), headers.clone()));
        Ok(self.begin(name, headers)?)
    }

    fn row(&mut self, at: u64, cells: &[Cell<'_>]) -> Result<(), Halt> {
        self.left = self.left.checked_sub(1).ok_or(Halt::Enough)?;
        if self.is_header(cells) {
            let headers = cells.iter().map(|cell| cell.parts().1.trim().to_owned()).collect();
            let name = self.declared.as_ref().map(|(name, _)| name.clone()).unwrap_or_default();
            return Ok(self.begin(&name, headers)?);
        }
        match &mut self.current {
            Current::None => self.unheld.skipped_rows += 1,
            Current::Sampling(held) => held.rows.push(at, cells.iter()),
            Current::Detected { table, batch } => table.take(batch, at, cells),
        }
        Ok(self.deliver_if_full()?)
    }

    fn malformed(&mut self, at: u64) -> Result<(), Halt> {
        if let Some(batch) = self.batch() {
            batch.malformed.push(at);
        }
        Ok(self.deliver_if_full()?)
    }

    fn outside(&mut self, at: u64, text: &[u8], what: Outside) -> Result<(), Halt> {
        if !self.detector.scanner().may_hold(text) {
            return Ok(());
        }
        if matches!(self.current, Current::None) {
            self.begin(OUTSIDE, Vec::new())?;
        }
        if let Some(batch) = self.batch() {
            batch.push_outside(at, &String::from_utf8_lossy(text), what);
        }
        Ok(self.deliver_if_full()?)
    }

    fn too_long(&mut self, at: u64) {
        self.unheld.too_long(at);
    }

    fn not_read(&mut self, what: String) {
        self.unheld.not_read(what);
    }
}

/// The cells of a row that is no record, as a text.
fn joined(cells: &[Cell<'_>]) -> String {
    cells.iter().map(|cell| cell.parts().1).collect::<Vec<_>>().join("\n")
}
