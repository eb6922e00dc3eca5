//! Tables as readers in sequence hand them over (SQL, spreadsheets, Parquet): columns are decided from the first rows of
//! each, which wait meanwhile; then rows go to the cores in batches.

use crate::IngestError;
use crate::columns::{Column, ColumnSpec};
use crate::decide::{self, Decider, SAMPLE, Sample};
use crate::extract::{Columns, Extractor};
use crate::pool::Tasks;
use crate::report::{PartReport, is_given_name};
use crate::rows::{Cell, Rows, Tag};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use zeroize::Zeroize as _;

/// Bytes of cells of one batch.
const BATCH_BYTES: usize = 256 << 10;

/// Bytes of rows that wait until the columns of their table are decided.
const WAITING_BYTES: usize = 256 << 10;

/// Tables of one input that are told apart, and bytes of their names and their columns'; beyond, no more are read. Names are
/// the input's, and so is their number.
pub(crate) const TABLES: usize = 10_000;
const NAMES_BYTES: usize = 8 << 20;

/// Takes rows, decides, and hands batches over.
pub(crate) struct Tables<'t, 'p, 's> {
    tasks: &'t Tasks<'p, 's>,
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

/// A table whose columns are decided.
pub(crate) struct Decided {
    name: String,
    columns: Columns,
    /// The place of each column in a row.
    places: Vec<usize>,
    headers: Vec<String>,
    width: Option<usize>,
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

/// Rows of cells in one piece of memory.
#[derive(Default)]
struct Packed {
    text: String,
    cells: Vec<(Tag, u32)>,
    /// Where each row begins, and how many of the cells are before its end.
    rows: Vec<(u64, u32)>,
    malformed: Vec<u64>,
}

impl Packed {
    fn push<'c>(&mut self, at: u64, cells: impl Iterator<Item = &'c Cell<'c>>) {
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

    /// What it takes. An empty cell takes something, too.
    fn bytes(&self) -> usize {
        self.malformed.len() * size_of::<u64>()
            + self.text.len()
            + self.cells.len() * size_of::<(Tag, u32)>()
            + self.rows.len() * size_of::<(u64, u32)>()
    }

    /// Each row with its place and its cells.
    fn each<'p>(&'p self, mut take: impl FnMut(u64, &[Cell<'p>])) {
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

impl<'t, 'p, 's> Tables<'t, 'p, 's> {
    pub(crate) fn new(
        tasks: &'t Tasks<'p, 's>,
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
    pub(crate) fn finish(mut self) -> Result<u64, IngestError> {
        self.leave()?;
        Ok(self.passed_over)
    }

    /// Leaves the current table.
    fn leave(&mut self) -> Result<(), IngestError> {
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
    fn hand_over_if_full(&mut self) -> Result<(), IngestError> {
        match &mut self.current {
            Current::Waiting { rows, .. } if rows.rows.len() >= SAMPLE || rows.bytes() >= WAITING_BYTES => {
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

    fn hand_over(&self, table: &Arc<Decided>, batch: Packed) -> Result<(), IngestError> {
        let (table, extractor) = (Arc::clone(table), self.extractor);
        self.tasks.submit(move || {
            let mut taken = table.columns.batch(extractor);
            batch.each(|at, cells| taken.row(at, cells.iter().cloned().enumerate()));
            batch.malformed.iter().for_each(|&at| taken.malformed(at));
            taken.finish()
        })
    }
}

impl Rows for Tables<'_, '_, '_> {
    fn table(&mut self, name: &str, columns: &[Cow<'_, str>]) -> Result<(), IngestError> {
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

    fn row(&mut self, at: u64, cells: &[Cell<'_>]) -> Result<(), IngestError> {
        self.left = self.left.checked_sub(1).ok_or(IngestError::Enough)?;
        match &mut self.current {
            Current::None => self.passed_over += 1,
            Current::Waiting { rows, .. } => rows.push(at, cells.iter()),
            Current::Decided { table, batch } => table.take(batch, at, cells),
        }
        self.hand_over_if_full()
    }

    fn malformed(&mut self, at: u64) -> Result<(), IngestError> {
        match &mut self.current {
            Current::None => {}
            Current::Waiting { rows: batch, .. } | Current::Decided { batch, .. } => batch.malformed.push(at),
        }
        self.hand_over_if_full()
    }
}

/// What tells tables apart.
fn key(name: &str, headers: &[impl AsRef<str>]) -> [u8; 32] {
    let mut hash = blake3::Hasher::new();
    std::iter::once(name).chain(headers.iter().map(AsRef::as_ref)).for_each(|part| {
        hash.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
    });
    *hash.finalize().as_bytes()
}

impl Decided {
    fn new(
        name: String,
        headers: Vec<String>,
        rows: &Packed,
        decider: &Decider,
        asked: &[ColumnSpec],
        header: Option<bool>,
    ) -> Self {
        let mut samples: Vec<Vec<Cow<'_, str>>> = Vec::new();
        rows.each(|_, cells| samples.push(cells.iter().map(text_of).collect()));
        let width = samples.iter().map(Vec::len).max().unwrap_or_default().max(headers.len());
        let by_column = |rows: &[Vec<Cow<'_, str>>]| {
            let mut columns = vec![Vec::new(); width];
            for row in rows {
                for (column, cell) in columns.iter_mut().zip(row).filter(|(_, cell)| !cell.trim().is_empty()) {
                    column.push(Cow::Owned(cell.as_ref().to_owned()));
                }
            }
            columns
        };
        // Columns that are not there in this table may be in another.
        let there = |headers: &[Cow<'_, str>]| -> Vec<ColumnSpec> {
            let is_there = |spec: &&ColumnSpec| {
                let is_header =
                    |header: &Cow<'_, str>| header.trim() == spec.name.trim() || is_column_of(&name, header, spec);
                spec.place().map_or_else(|| headers.iter().any(is_header), |place| place < width)
            };
            asked.iter().filter(is_there).map(|spec| of_table(&name, spec)).collect()
        };
        let first: Vec<Cow<'_, str>> = samples.first().cloned().unwrap_or_default();
        let named: Vec<Cow<'_, str>> = headers.iter().map(|header| header.as_str().into()).collect();
        let below = Sample { headers: None, values: by_column(samples.get(1..).unwrap_or_default()) };
        let has_header = headers.is_empty()
            && header.unwrap_or_else(|| {
                let specs = there(&first);
                let places: Vec<_> = specs.iter().filter(|spec| spec.place().is_some()).cloned().collect();
                !first.is_empty()
                    && decide::is_header(&first, &specs, &decider.columns(&places, &below).unwrap_or_default())
            });
        let sample = match (has_header, headers.is_empty()) {
            (true, _) => Sample { headers: Some(first), ..below },
            (false, true) => Sample { headers: None, values: by_column(&samples) },
            (false, false) => Sample { headers: Some(named), values: by_column(&samples) },
        };
        let specs = there(sample.headers.as_deref().unwrap_or_default());
        let is_wanted = asked.is_empty() || !specs.is_empty();
        let columns = if is_wanted { decider.columns(&specs, &sample).unwrap_or_default() } else { Vec::new() };
        let (places, columns): (Vec<usize>, Vec<Column>) = columns.into_iter().unzip();
        Self { name, columns: Columns::new(columns), places, headers, width: has_header.then_some(width) }
    }

    fn key(&self) -> [u8; 32] {
        key(&self.name, &self.headers)
    }

    /// Keeps the cells of columns that are read.
    fn take(&self, batch: &mut Packed, at: u64, cells: &[Cell<'_>]) {
        const NOTHING: Cell<'static> = Cell::Nothing;
        batch.push(at, self.places.iter().map(|&place| cells.get(place).unwrap_or(&NOTHING)));
    }

    /// Whether it has columns that are read.
    pub(crate) fn is_read(&self) -> bool {
        !self.places.is_empty()
    }

    /// Fields of its rows.
    pub(crate) fn fields(&self) -> usize {
        self.width.unwrap_or(self.headers.len())
    }

    /// Adds what was counted.
    pub(crate) fn report(&self, number: usize, is_alone: bool, part: &mut PartReport) {
        let name = if is_given_name(&self.name) { self.name.clone() } else { format!("table {number}") };
        self.columns.report(if is_alone { "" } else { &name }, part);
    }
}

/// Whether `users.mobile` was asked for and this is it.
fn is_column_of(table: &str, header: &str, spec: &ColumnSpec) -> bool {
    spec.name.trim().strip_prefix(table).and_then(|rest| rest.strip_prefix('.')) == Some(header.trim())
}

/// A wish without the name of its table.
fn of_table(table: &str, spec: &ColumnSpec) -> ColumnSpec {
    let column =
        spec.name.trim().strip_prefix(table).and_then(|rest| rest.strip_prefix('.')).filter(|_| !table.is_empty());
    ColumnSpec { name: column.unwrap_or(&spec.name).to_owned(), ..spec.clone() }
}

fn text_of<'c>(cell: &Cell<'c>) -> Cow<'c, str> {
    match cell {
        Cell::Nothing => Cow::Borrowed(""),
        Cell::Text(text) | Cell::Integer(text) | Cell::Float(text) => text.clone(),
    }
}
