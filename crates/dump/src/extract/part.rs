//! One part of an input while it is read, and the errors if nothing in it can be read.

use crate::columns::column::ColumnSpec;
use crate::columns::detect::Detector;
use crate::columns::mapping::Requested;
use crate::encoding::Decoded;
use crate::error::{Damage, DumpError};
use crate::report::{ColumnReport, PartReport};
use std::io::Read;
use std::sync::Arc;

/// One part of an input while it is read.
pub(super) struct Part {
    /// Named by the operator: then it is a mistake if no column is recognised.
    pub(super) is_named: bool,
    pub(super) asked: Requested,
    pub(super) specs: Vec<ColumnSpec>,
    pub(super) detector: Arc<Detector>,
    pub(super) report: PartReport,
}

impl Part {
    /// Records the error that ended the part.
    pub(super) fn damaged(&mut self, error: &std::io::Error) {
        self.report.damage.get_or_insert_with(|| Damage::of(error, 0).to_string());
    }

    /// Records what the decoder found, once the text has been read.
    pub(super) fn encoded(&mut self, text: &Decoded<impl Read>) {
        let detected = text.detected();
        detected.encoding.clone_into(&mut self.report.encoding);
        self.report.encoding_confidence = detected.confidence;
        self.report.encoding_changes = text.changes().to_vec();
        self.report.unreadable += text.unreadable();
        if let Some(at) = text.first_unreadable().filter(|_| !text.is_plausible()) {
            let name = &self.report.encoding;
            self.report.damage.get_or_insert_with(|| {
                format!("the text is not {name} from byte {at} on; state its encoding in a mapping")
            });
        }
    }

    /// The same input, for a reading of its head.
    pub(super) fn scratch(&self) -> Self {
        Self {
            is_named: false,
            asked: self.asked.clone(),
            specs: self.specs.clone(),
            detector: Arc::clone(&self.detector),
            report: PartReport::default(),
        }
    }

    /// A requested column that a table with so many fields does not have.
    pub(super) fn no_such_column(&mut self, column: String, fields: usize) -> Result<(), DumpError> {
        self.mistake(DumpError::NoSuchColumn { column, found: found(fields) })
    }

    /// It is a mistake if a named file has nothing that could be read. In a directory there are
    /// many such files.
    pub(super) fn check_columns(&mut self, fields: usize) -> Result<(), DumpError> {
        let is_read = |column: &ColumnReport| column.is_of_a_kind();
        let PartReport { seen, damage, columns, .. } = &self.report;
        if !self.is_named || *seen > 0 || damage.is_some() || columns.iter().any(is_read) {
            return Ok(());
        }
        Err(DumpError::NoKnownColumn { found: found(fields) })
    }

    /// A requested path that no record has.
    pub(super) fn no_such_path(&mut self, column: String) -> Result<(), DumpError> {
        let found = "no record has a value at this path".to_owned();
        self.mistake(DumpError::NoSuchColumn { column, found })
    }

    /// No key of a record names a kind.
    pub(super) fn no_known_path(&mut self) -> Result<(), DumpError> {
        let found = "no key in its objects is a known header; a path such as --column a.b=phone also works".to_owned();
        // A file of a directory may have none.
        if self.is_named { Err(DumpError::NoKnownColumn { found }) } else { Ok(()) }
    }

    fn mistake(&mut self, error: DumpError) -> Result<(), DumpError> {
        if self.is_named {
            return Err(error);
        }
        self.report.skipped = Some("none of its columns is recognised".to_owned());
        Ok(())
    }

    /// After tables were read: whether any column was.
    pub(super) fn check(&mut self, fields: Option<usize>) -> Result<(), DumpError> {
        let found = |spec: &&ColumnSpec| {
            let wanted = spec.name.trim();
            let is_behind =
                |name: &str, column: &str| name.strip_suffix(column).is_some_and(|rest| rest.ends_with('.'));
            let is_it = |name: &str| name == wanted || is_behind(name, wanted) || is_behind(wanted, name);
            !self.report.columns.iter().any(|column| is_it(&column.name))
        };
        let Some(fields) = fields.filter(|_| self.report.damage.is_none()) else { return Ok(()) };
        match self.specs.iter().find(found) {
            Some(spec) => self.no_such_column(spec.name.clone(), fields),
            None => self.check_columns(fields),
        }
    }
}

/// How wide a table is, for an error.
fn found(fields: usize) -> String {
    match fields {
        0 => "there is no row in it".to_owned(),
        1 => "its rows have one column".to_owned(),
        n => format!("its rows have {n} columns"),
    }
}
