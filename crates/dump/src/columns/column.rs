//! Columns: as requested, and as read. Detection belongs to `detect`.

use exposure_identifier::{Kind, Rules};

/// What to look for in the cells of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reads {
    /// Identifiers of this kind, in any spelling.
    Kind(&'static Kind),
    /// Running text with identifiers anywhere in it.
    Text,
}

/// The name that requests running text instead of a kind.
const TEXT: &str = "text";

impl Reads {
    /// The name of the kind, or `text`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Kind(kind) => &kind.name,
            Self::Text => TEXT,
        }
    }
}

impl std::str::FromStr for Reads {
    type Err = exposure_identifier::UnknownKind;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == TEXT { Ok(Self::Text) } else { Kind::named(text).map(Self::Kind) }
    }
}

/// `--column NAME=KIND`: a header, a number from 1, or a dotted path into JSON, and what to read
/// there: a kind, or `text`.
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Because {
    /// It was requested.
    Asked,
    /// Its header says so.
    Header,
    /// Its values say so: its header says nothing, or something else.
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
    pub(crate) reads: Reads,
    pub(crate) rules: Rules,
    /// Its phone numbers lack the plus of their calling codes.
    pub(crate) lacks_plus: bool,
    /// A spreadsheet has turned the last digits of its long numbers into zeros.
    pub(crate) is_rounded: bool,
    pub(crate) because: Because,
    /// How many of the sampled values are identifiers.
    pub(crate) passed: usize,
    pub(crate) looked_at: usize,
}

impl Column {
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
