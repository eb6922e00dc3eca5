//! A column of a part: how it was detected, and what was done with what it holds.

use super::places::Rejects;
use crate::columns::column::{Because, Treatment};
use exposure_identifier::{Kind, UnknownKind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is reported as a column and is none.
pub(crate) const ROWS_OF_OTHER_WIDTH: &str = "rows of another width";
pub(crate) const TEXT_OUTSIDE: &str = "text outside of rows";

/// The names of paths into JSON that are not shown; one is followed by a number.
pub(crate) const LATE_PATH: &str = "a path that came up late";
pub(crate) const NUMBERED_PATH: &str = "path ";

/// What the cells of a column were read as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum ReadAs {
    /// Identifiers of this kind.
    Kind(&'static Kind),
    /// Running text.
    Text,
    /// Not as identifiers: it is known to hold something else.
    SetAside,
    /// Nothing as a whole: identifiers among words were read, and bare values where most of those
    /// around them are identifiers.
    #[default]
    Undecided,
}

/// A column: how it was detected, and what it held.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ColumnReport {
    /// Header, number or path; preceded by the table and a full stop, if there are several.
    pub name: String,
    /// What its cells were read as.
    pub reads: ReadAs,
    /// What it holds instead, if it is set aside.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub instead: String,
    /// Why.
    pub because: Because,
    /// It is no column, but text that is in no row and from which no values are taken.
    #[serde(default, skip_serializing_if = "is_false")]
    pub is_passed_over: bool,
    /// Between 0 and 1.
    pub confidence: f64,
    /// Region of its phone numbers.
    pub region: String,
    /// Its phone numbers lack the plus of their calling codes.
    pub lacks_plus: bool,
    /// A spreadsheet has turned its last digits into zeros.
    pub is_rounded: bool,
    /// By kind.
    pub kinds: BTreeMap<String, KindReport>,
}

/// What a column held of one kind.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KindReport {
    /// Identifiers, including repeated ones.
    pub accepted: u64,
    /// Of them, those found in another column of their row, whose value was in this one.
    pub swapped: u64,
    /// Cells, or pieces of cells, that were rejected: by reason code.
    pub rejected: BTreeMap<String, Rejects>,
    /// What looks like one, in a column that is known to hold something else.
    #[serde(default, skip_serializing_if = "Rejects::is_none")]
    pub set_aside: Rejects,
    /// What looks like one, and was not read: nothing says what it is.
    #[serde(default, skip_serializing_if = "Rejects::is_none")]
    pub not_read: Rejects,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

impl ReadAs {
    /// The name of the kind, `text`, `set aside` or `undecided`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kind(kind) => &kind.name,
            Self::Text => "text",
            Self::SetAside => "set aside",
            Self::Undecided => "undecided",
        }
    }
}

impl From<Treatment> for ReadAs {
    fn from(treatment: Treatment) -> Self {
        match treatment {
            Treatment::Kind(kind) => Self::Kind(kind),
            Treatment::Text => Self::Text,
            Treatment::SetAside(_) => Self::SetAside,
            Treatment::Undecided => Self::Undecided,
        }
    }
}

impl From<ReadAs> for String {
    fn from(reads: ReadAs) -> Self {
        reads.name().to_owned()
    }
}

impl TryFrom<String> for ReadAs {
    type Error = UnknownKind;

    fn try_from(name: String) -> Result<Self, UnknownKind> {
        let other = [Self::Text, Self::SetAside, Self::Undecided].into_iter().find(|other| other.name() == name);
        other.map_or_else(|| Kind::named(&name).map(Self::Kind), Ok)
    }
}

impl ColumnReport {
    /// Whether it was read as identifiers of one kind.
    pub fn is_of_a_kind(&self) -> bool {
        matches!(self.reads, ReadAs::Kind(_))
    }

    /// Whether it is a path into JSON that is not shown, since its keys may be data.
    pub fn is_hidden_path(&self) -> bool {
        self.name.ends_with(LATE_PATH) || self.name.starts_with(NUMBERED_PATH)
    }

    /// Whether it is what stands beside the columns: rows of another width, text outside of rows.
    pub(crate) fn is_loose(&self) -> bool {
        [ROWS_OF_OTHER_WIDTH, TEXT_OUTSIDE].iter().any(|name| self.name.ends_with(name))
    }

    /// Whether `--column` cannot name it, since it is no column.
    pub fn is_no_column(&self) -> bool {
        self.is_passed_over || self.is_loose()
    }

    /// Whether anything of it was read.
    pub fn is_read(&self) -> bool {
        self.is_of_a_kind() || self.reads == ReadAs::Text || self.kinds.values().any(|kind| kind.accepted > 0)
    }
}

impl KindReport {
    /// All that looks like an identifier of the kind, whatever was done with it.
    pub(crate) fn seen(&self) -> u64 {
        let rejected = self.rejected.iter().filter(|(reason, _)| *reason != "empty").map(|(_, rejects)| rejects.count);
        rejected.chain([self.accepted, self.set_aside.count, self.not_read.count]).fold(0, u64::saturating_add)
    }

    /// Adds the counts of another report, without its positions.
    pub(super) fn add(&mut self, other: Self) {
        self.accepted = self.accepted.saturating_add(other.accepted);
        self.swapped = self.swapped.saturating_add(other.swapped);
        for (reason, rejects) in other.rejected {
            self.rejected.entry(reason).or_default().add(rejects.count, &[]);
        }
        self.set_aside.add(other.set_aside.count, &[]);
        self.not_read.add(other.not_read.count, &[]);
    }
}
