//! The state of reading a dump: the view of the text, the dialect, the tables and their columns.

use super::dialect::Dialect;
use super::header::Target;
use crate::format::rows::Rows;
use crate::format::window::Window;
use crate::limits::Limits;
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Read;

/// Tables whose columns are remembered, and the bytes of all their names: a dump has hundreds, and
/// may be hostile.
pub(super) const TABLES: usize = 1_000;
const NAMES_BYTES: usize = 8 << 20;

pub(super) struct Reader<'r> {
    pub(super) window: Window<&'r mut dyn Read>,
    pub(super) rows: &'r mut dyn Rows,
    pub(super) record: usize,
    pub(super) dialect: Dialect,
    pub(super) tables: Tables,
    pub(super) table: Current,
}

/// Columns by the name of their table.
#[derive(Default)]
pub(super) struct Tables {
    columns: HashMap<String, Vec<String>>,
    bytes: usize,
}

/// The table whose tuples are being read.
#[derive(Default)]
pub(super) struct Current {
    /// The statement up to its first tuple, as written: the next one usually begins the same.
    pub(super) beginning: Vec<u8>,
    /// The number of its columns, if known.
    pub(super) width: Option<usize>,
    /// The number of cells in the last tuple.
    pub(super) last_width: Option<usize>,
}

impl Tables {
    pub(super) fn remember(&mut self, target: &Target) {
        let bytes: usize = target.columns.iter().map(|name| name.len() + size_of::<String>()).sum();
        if self.columns.len() < TABLES && self.bytes + bytes <= NAMES_BYTES {
            self.bytes += bytes;
            self.columns.insert(target.table.to_lowercase(), target.columns.clone());
        }
    }

    /// The columns of an INSERT: as it names them, or else as the table was created.
    pub(super) fn columns_of<'t>(&'t self, target: &'t Target) -> Vec<Cow<'t, str>> {
        let created = if target.columns.is_empty() { self.columns.get(&target.table.to_lowercase()) } else { None };
        created.unwrap_or(&target.columns).iter().map(|name| Cow::Borrowed(name.as_str())).collect()
    }
}

impl<'r> Reader<'r> {
    pub(super) fn new(text: &'r mut dyn Read, limits: &Limits, rows: &'r mut dyn Rows) -> Self {
        Self {
            window: Window::new(text),
            rows,
            record: limits.record,
            dialect: Dialect::default(),
            tables: Tables::default(),
            table: Current::default(),
        }
    }
}
