//! Columns: as requested, and as read. Detection belongs to `detect`.

use exposure_identifier::{Kind, Rules};
use serde::{Deserialize, Serialize};

/// What an operator requests for a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// Identifiers of this kind, in any spelling.
    Kind(&'static Kind),
    /// Running text with identifiers anywhere in it.
    Text,
    /// Nothing: what looks like an identifier in it is something else.
    Nothing,
}

/// The name that requests running text instead of a kind.
const TEXT: &str = "text";

/// The name that requests that a column is not read.
const NOTHING: &str = "none";

impl Reads {
    /// The name of the kind, `text` or `none`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kind(kind) => &kind.name,
            Self::Text => TEXT,
            Self::Nothing => NOTHING,
        }
    }
}

/// What is done with the cells of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Treatment {
    /// Read as identifiers of this kind, in any spelling.
    Kind(&'static Kind),
    /// Searched as running text.
    Text,
    /// Known to hold something else, which is named here. What looks like an identifier in it is
    /// set aside.
    SetAside(&'static str),
    /// Neither its header nor its first values decide. Identifiers among words are read as in
    /// running text; bare values are read where most of those of a block are identifiers.
    Undecided,
}

/// Why a column is set aside that the operator has not to be read.
const ASKED_NOT_TO: &str = "a column that is not to be read";

impl From<Reads> for Treatment {
    fn from(reads: Reads) -> Self {
        match reads {
            Reads::Kind(kind) => Self::Kind(kind),
            Reads::Text => Self::Text,
            Reads::Nothing => Self::SetAside(ASKED_NOT_TO),
        }
    }
}

impl std::str::FromStr for Reads {
    type Err = exposure_identifier::UnknownKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            TEXT => Ok(Self::Text),
            NOTHING => Ok(Self::Nothing),
            kind => Kind::named(kind).map(Self::Kind),
        }
    }
}

/// `--column NAME=KIND`: a header, a number from 1, or a dotted path into JSON, and what to read
/// there: a kind, `text`, or `none`.
#[derive(Clone, Debug, PartialEq)]
pub struct ColumnSpec {
    /// As requested.
    pub name: String,
    /// What its cells hold.
    pub reads: Reads,
    /// Region of its phone numbers, if not the file's.
    pub region: Option<exposure_identifier::Region>,
    /// Whether its phone numbers lack the plus of their calling codes, if stated.
    pub lacks_plus: Option<bool>,
}

/// A `--column` that cannot be parsed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a column and its kind; write --column HEADER=KIND, as in --column mobile=phone")]
pub struct ColumnSpecError(String);

impl std::str::FromStr for ColumnSpec {
    type Err = ColumnSpecError;

    fn from_str(text: &str) -> Result<Self, ColumnSpecError> {
        let not_a_spec = || ColumnSpecError(text.to_owned());
        let (name, kind) = text.rsplit_once('=').ok_or_else(not_a_spec)?;
        let reads = kind.parse().map_err(|_| not_a_spec())?;
        if name.is_empty() || name.parse() == Ok(0_usize) {
            Err(not_a_spec())
        } else {
            Ok(Self { name: name.to_owned(), reads, region: None, lacks_plus: None })
        }
    }
}

impl ColumnSpec {
    /// The index from 0, if the column was requested by number.
    pub(crate) fn index(&self) -> Option<usize> {
        self.name.parse::<usize>().ok()?.checked_sub(1)
    }

    /// The keys of a path into JSON.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.name.split('.').map(str::to_owned).collect()
    }
}

/// Why a column is read as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Because {
    /// It was requested.
    Asked,
    /// Its header says so.
    Header,
    /// Its values say so: its header says nothing, or something else.
    #[default]
    Values,
}

impl Because {
    /// One word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Header => "header",
            Self::Values => "values",
        }
    }
}

/// A column to read, with what was detected of it as a whole.
#[derive(Clone, Debug)]
pub(crate) struct Column {
    /// As requested, a header from the list of synonyms, or its number. Never the first row's text
    /// otherwise: that may be data.
    pub(crate) name: String,
    pub(crate) treatment: Treatment,
    pub(crate) rules: Rules,
    /// Its phone numbers lack the plus of their calling codes.
    pub(crate) lacks_plus: bool,
    /// A spreadsheet has turned the last digits of its long numbers into zeros.
    pub(crate) is_rounded: bool,
    pub(crate) because: Because,
    /// How many of the sampled values are identifiers.
    pub(crate) passed: usize,
    /// Of how many that say anything.
    pub(crate) looked_at: usize,
}

impl Column {
    /// A column of which nothing is known.
    pub(crate) fn unknown(name: String, treatment: Treatment, rules: Rules) -> Self {
        let because = Because::Values;
        Self { name, treatment, rules, lacks_plus: false, is_rounded: false, because, passed: 0, looked_at: 0 }
    }

    /// The kind that its cells are read as.
    pub(crate) fn kind(&self) -> Option<&'static Kind> {
        match self.treatment {
            Treatment::Kind(kind) => Some(kind),
            Treatment::Text | Treatment::SetAside(_) | Treatment::Undecided => None,
        }
    }

    /// Whether its cells are read, as a kind or as running text.
    pub(crate) fn is_read(&self) -> bool {
        matches!(self.treatment, Treatment::Kind(_) | Treatment::Text)
    }

    /// How certain the detection is, between 0 and 1.
    pub(crate) fn confidence(&self) -> f64 {
        let share = if self.looked_at == 0 { 0.0 } else { self.passed as f64 / self.looked_at as f64 };
        match self.because {
            Because::Asked => 1.0,
            // A header counts as much as all values together.
            Because::Header => 0.5 + share / 2.0,
            Because::Values => share * self.looked_at as f64 / (self.looked_at as f64 + 1.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spec_names_a_column_and_a_kind() {
        for wrong in ["phone", "=phone", "a=", "a=telefon", "0=phone", "00=phone", "+0=phone"] {
            assert!(wrong.parse::<ColumnSpec>().is_err(), "{wrong}");
        }
        let spec: ColumnSpec = "a=b=phone".parse().expect("a spec");
        assert_eq!((spec.name.as_str(), spec.reads.name()), ("a=b", "phone"));
        assert_eq!("notes=text".parse::<ColumnSpec>().expect("a spec").reads, Reads::Text);
    }
}
