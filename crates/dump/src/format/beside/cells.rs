//! The cells of a sheet that a reader delivers, in passing: which strings they share, their
//! formulas, and formulas without a result.

use super::strings::Strings;
use super::texts::Texts;
use crate::format::office_xml::{attribute, local_name};

#[derive(Default)]
pub(super) struct Cells {
    is_in_rows: bool,
    pub(super) row: u64,
    kind: Kind,
    inside: Inside,
    result: Stored,
    /// Formulas without a result, and the row of the first.
    pub(super) without_result: (u64, u64),
}

/// What the value of a cell is.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    /// The number of a shared string.
    Shared,
    /// A text, which may be empty.
    Text,
    #[default]
    Other,
}

/// The element that is open.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Inside {
    Formula,
    Value,
    #[default]
    Other,
}

/// Whether a formula has a result.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Stored {
    #[default]
    NoFormula,
    Missing,
    Value,
}

impl Cells {
    /// Another sheet begins.
    pub(super) fn begin(&mut self) {
        *self = Self { without_result: self.without_result, ..Self::default() };
    }

    /// Within rows, formulas are read and values are not, since they are delivered.
    pub(super) fn tag(&mut self, tag: &[u8], texts: &mut Texts) {
        let (is_end, is_empty) = (tag.starts_with(b"</"), tag.ends_with(b"/>"));
        match (local_name(tag), is_end) {
            (b"sheetData", _) => self.is_in_rows = !is_end && !is_empty,
            _ if !self.is_in_rows => texts.tag(tag),
            (b"row", false) => {
                let number = attribute(tag, b"r").and_then(|number| number.parse().ok());
                self.row = number.unwrap_or(self.row + 1);
            }
            (b"c", false) => {
                (self.inside, self.result) = (Inside::Other, Stored::NoFormula);
                self.kind = match attribute(tag, b"t").as_deref() {
                    Some("s") => Kind::Shared,
                    Some("str") => Kind::Text,
                    _ => Kind::Other,
                };
            }
            (b"c", true) if self.result == Stored::Missing => {
                let (count, first) = self.without_result;
                self.without_result = (count + 1, if count == 0 { self.row } else { first });
            }
            (b"f", _) => {
                self.inside = if is_end || is_empty { Inside::Other } else { Inside::Formula };
                if self.result == Stored::NoFormula {
                    self.result = Stored::Missing;
                }
                // A line of its own.
                texts.tag(b"<f>");
            }
            (b"v" | b"t", _) => {
                self.inside = if is_end || is_empty { Inside::Other } else { Inside::Value };
                if self.kind == Kind::Text {
                    self.result = Stored::Value;
                }
            }
            _ => {}
        }
    }

    pub(super) fn text(&mut self, piece: &[u8], texts: &mut Texts, strings: &mut Strings) {
        if !self.is_in_rows || self.inside == Inside::Formula {
            texts.text(piece);
        } else if self.inside == Inside::Value {
            if !piece.trim_ascii().is_empty() {
                self.result = Stored::Value;
            }
            if self.kind == Kind::Shared {
                strings.refer(piece);
            }
        }
    }
}
