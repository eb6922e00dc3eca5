//! One text or table on its way, and what is said when nothing in it can be read.

use crate::columns::column::ColumnSpec;
use crate::columns::detect::Decider;
use crate::columns::mapping::Asked;
use crate::encoding::Decoded;
use crate::error::{Damage, DumpError};
use crate::format::detect::Undecided;
use crate::report::PartReport;
use std::io::Read;

/// One text or table on its way.
pub(super) struct Part {
    /// Named itself: then it is a mistake if nothing tells what to read.
    pub(super) is_named: bool,
    pub(super) asked: Asked,
    pub(super) specs: Vec<ColumnSpec>,
    pub(super) decider: Decider,
    pub(super) report: PartReport,
}

impl Part {
    /// What can be told of an input that ends in an error.
    pub(super) fn damaged(&mut self, error: &std::io::Error) {
        self.report.damage.get_or_insert_with(|| Damage::of(error, 0).to_string());
    }

    /// What the decoder found out, once the text has been read.
    pub(super) fn encoded(&mut self, text: &Decoded<impl Read>) {
        let decision = text.decision();
        decision.encoding.clone_into(&mut self.report.encoding);
        self.report.encoding_confidence = decision.confidence;
        self.report.unreadable += text.unreadable();
        if let Some(at) = text.first_unreadable().filter(|_| !text.holds()) {
            let name = &self.report.encoding;
            self.report.damage.get_or_insert_with(|| {
                format!("the text is not {name} from byte {at} on; say its encoding in a mapping")
            });
        }
    }

    /// A file that was named, and of which nothing tells what to read, is a mistake; one that was found is reported.
    pub(super) fn undecided(&mut self, why: Undecided) -> Result<(), DumpError> {
        let found = |fields: usize| match fields {
            1 => "its first row has one column".to_owned(),
            n => format!("its first row has {n} columns"),
        };
        let error = match why {
            Undecided::NoSuchColumn(column, fields) => DumpError::NoSuchColumn { column, found: found(fields) },
            Undecided::NoKnownColumn(fields) => DumpError::NoKnownColumn { found: found(fields) },
        };
        self.mistaken(error)
    }

    /// A path that was asked for, and that no record has.
    pub(super) fn no_such_path(&mut self, column: String) -> Result<(), DumpError> {
        let found = "no record has a value at this path".to_owned();
        self.mistaken(DumpError::NoSuchColumn { column, found })
    }

    /// No key of a record tells what its value is.
    pub(super) fn no_known_path(&mut self) -> Result<(), DumpError> {
        let found = "no key of its objects is a known header; a path such as --column a.b=phone also serves".to_owned();
        self.mistaken(DumpError::NoKnownColumn { found })
    }

    fn mistaken(&mut self, error: DumpError) -> Result<(), DumpError> {
        if self.is_named {
            return Err(error);
        }
        self.report.skipped = Some("no column of it is known".to_owned());
        Ok(())
    }

    /// After tables were read: whether there was anything to read in them.
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
            Some(spec) => self.undecided(Undecided::NoSuchColumn(spec.name.clone(), fields)),
            None if self.report.columns.is_empty() => self.undecided(Undecided::NoKnownColumn(fields)),
            None => Ok(()),
        }
    }
}
