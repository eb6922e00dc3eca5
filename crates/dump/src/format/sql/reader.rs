//! The state of reading a dump: the view of the text, the dialect, the tables and their columns.

use super::dialect::Dialect;
use super::header::Target;
use super::lexer::{Fault, Lexer};
use super::parts::Parts;
use super::view::View;
use crate::format::rows::{Outside, Rows, Stopped};
use crate::limits::Limits;
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Read;

/// Tables whose columns are remembered, and the bytes of all their names: a dump has hundreds, and
/// may be hostile.
pub(super) const TABLES: usize = 1_000;
const NAMES_BYTES: usize = 8 << 20;

pub(super) const COMMENTS: Outside = Outside::PassedOver("comments");
pub(super) const STATEMENTS: Outside = Outside::PassedOver("statements without rows");
pub(super) const BETWEEN: Outside = Outside::PassedOver("text between statements");
pub(super) const NAMES: Outside = Outside::PassedOver("names of tables and columns");
pub(super) const PARTS: Outside = Outside::PassedOver("parts of expressions");

pub(super) struct Reader<'r> {
    pub(super) view: View<'r>,
    pub(super) rows: &'r mut dyn Rows,
    pub(super) record: usize,
    pub(super) dialect: Dialect,
    pub(super) tables: Tables,
    pub(super) table: Current,
    pub(super) parts: Parts,
    /// No clause before this position can be parsed: one that was tried did not end before it.
    pub(super) hopeless_until: u64,
}

/// Columns by the name of their table.
#[derive(Default)]
pub(super) struct Tables {
    created: HashMap<String, Vec<String>>,
    /// As the last INSERT named them.
    inserted: HashMap<String, Vec<String>>,
    bytes: usize,
}

/// The table whose tuples are being read.
#[derive(Default)]
pub(super) struct Current {
    /// The statement up to its first tuple, as written: the next one usually begins the same.
    pub(super) beginning: Vec<u8>,
    pub(super) target: Target,
    /// The number of its columns, if known.
    pub(super) width: Option<usize>,
    /// The number of cells in the last tuple.
    pub(super) last_width: Option<usize>,
}

impl Tables {
    pub(super) fn created(&mut self, target: &Target) {
        remember(&mut self.created, &mut self.bytes, target);
    }

    pub(super) fn inserted(&mut self, target: &Target) {
        if !target.columns.is_empty() {
            remember(&mut self.inserted, &mut self.bytes, target);
        }
    }

    /// The columns of an INSERT: as it names them, or else as the table was created.
    pub(super) fn columns_of<'t>(&'t self, target: &'t Target) -> Vec<Cow<'t, str>> {
        let created = if target.columns.is_empty() { self.created.get(&target.table.to_lowercase()) } else { None };
        created.unwrap_or(&target.columns).iter().map(|name| Cow::Borrowed(name.as_str())).collect()
    }

    /// The columns of a table by any statement before.
    pub(super) fn known(&self, table: &str) -> Option<&[String]> {
        let table = table.to_lowercase();
        self.created.get(&table).or_else(|| self.inserted.get(&table)).map(Vec::as_slice)
    }
}

fn remember(tables: &mut HashMap<String, Vec<String>>, total: &mut usize, target: &Target) {
    let name = target.table.to_lowercase();
    if tables.get(&name) == Some(&target.columns) {
        return;
    }
    let size = |columns: &[String]| columns.iter().map(|name| name.len() + size_of::<String>()).sum::<usize>();
    let bytes = size(&target.columns);
    let freed = tables.get(&name).map_or(0, |columns| size(columns));
    let is_room = tables.len() < TABLES || tables.contains_key(&name);
    if is_room && *total - freed + bytes <= NAMES_BYTES {
        *total = *total - freed + bytes;
        tables.insert(name, target.columns.clone());
    }
}

impl<'r> Reader<'r> {
    pub(super) fn new(text: &'r mut dyn Read, limits: &Limits, rows: &'r mut dyn Rows) -> Self {
        Self {
            view: View::new(text),
            rows,
            record: limits.record,
            dialect: Dialect::default(),
            tables: Tables::default(),
            table: Current::default(),
            parts: Parts::default(),
            hopeless_until: 0,
        }
    }

    /// Skips bytes that were delivered, or that say nothing.
    pub(super) fn take(&mut self, count: usize) -> Result<(), Stopped> {
        Ok(self.view.take(count, self.rows)?)
    }

    /// Skips bytes that are in no row.
    pub(super) fn pass(&mut self, count: usize, what: Outside) -> Result<(), Stopped> {
        Ok(self.view.pass(count, what, self.rows)?)
    }

    /// Hands on what was passed.
    pub(super) fn flush(&mut self) -> Result<(), Stopped> {
        Ok(self.view.flush(self.rows)?)
    }

    /// Parses the beginning of the view, reading as much as that needs, up to the longest record.
    /// Also returns the number of bytes parsed.
    pub(super) fn parse<T>(&mut self, parse: impl Fn(&mut Lexer<'_>) -> Result<T, Fault>) -> Result<(T, usize), Fault> {
        loop {
            let (bytes, is_all, can_grow) = self.view.held(self.record);
            let mut lexer = Lexer::new(bytes, self.dialect, is_all);
            match parse(&mut lexer) {
                Err(Fault::Cut) if can_grow => self.view.read_more(),
                parsed => return parsed.map(|parsed| (parsed, lexer.at)),
            };
        }
    }

    /// The rows that follow belong to this table.
    pub(super) fn begin(&mut self, target: Target) -> Result<(), Stopped> {
        if let Some(product) = target.product {
            self.dialect.observe_product(product);
        }
        let columns = self.tables.columns_of(&target);
        self.rows.table(&target.table, &columns)?;
        let width = (!columns.is_empty()).then_some(columns.len());
        self.table = Current { target, width, ..Current::default() };
        Ok(())
    }
}
