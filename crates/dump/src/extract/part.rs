//! One part of an input while it is read, and the errors if nothing in it can be read.

use crate::columns::column::ColumnSpec;
use crate::columns::detect::Detector;
use crate::columns::mapping::Requested;
use crate::encoding::Decoded;
use crate::error::{Damage, DumpError};
use crate::format::detect::NotDetected;
use crate::report::PartReport;
use std::io::Read;

/// One part of an input while it is read.
pub(super) struct Part {
    /// Named by the operator: then it is a mistake if no column is recognised.
    pub(super) is_named: bool,
    pub(super) asked: Requested,
    pub(super) specs: Vec<ColumnSpec>,
    pub(super) detector: Detector,
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

    /// It is a mistake if no column of a named file is recognised. A file found in a directory is
    /// reported instead.
    pub(super) fn not_detected(&mut self, why: NotDetected) -> Result<(), DumpError> {
        let found = |fields: usize| match fields {
            1 => "its first row has one column".to_owned(),
            n => format!("its first row has {n} columns"),
        };
        let error = match why {
            NotDetected::NoSuchColumn(column, fields) => DumpError::NoSuchColumn { column, found: found(fields) },
            NotDetected::NoKnownColumn(fields) => DumpError::NoKnownColumn { found: found(fields) },
        };
        self.mistake(error)
    }

    /// A requested path that no record has.
    pub(super) fn no_such_path(&mut self, column: String) -> Result<(), DumpError> {
        let found = "no record has a value at this path".to_owned();
        self.mistake(DumpError::NoSuchColumn { column, found })
    }

    /// No key of a record names a kind.
    pub(super) fn no_known_path(&mut self) -> Result<(), DumpError> {
        let found = "no key in its objects is a known header; a path such as --column a.b=phone also works".to_owned();
        self.mistake(DumpError::NoKnownColumn { found })
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
            Some(spec) => self.not_detected(NotDetected::NoSuchColumn(spec.name.clone(), fields)),
            None if self.report.columns.is_empty() => self.not_detected(NotDetected::NoKnownColumn(fields)),
            None => Ok(()),
        }
    }
}
