//! The cells of a sheet that a reader delivers, in passing: which strings they share, their
//! formulas, formulas without a result, and values that are not of their cell's type, which the
//! reader's library takes for nothing.

use super::strings::Strings;
use super::texts::Texts;
use crate::format::office_xml::{attribute, local_name, text_of};
use zeroize::Zeroize as _;

#[derive(Default)]
pub(super) struct Cells {
    is_in_rows: bool,
    pub(super) row: u64,
    kind: Kind,
    inside: Inside,
    has_formula: bool,
    /// The value that is stored, and in how many elements and pieces of text it is.
    value: String,
    values: u32,
    pieces: u32,
    /// Formulas without a result, and the row of the first.
    pub(super) without_result: (u64, u64),
}

/// What the value of a cell is, by its type.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    /// The number of a shared string.
    Shared,
    /// A text, which may be empty.
    Text,
    /// A text in elements of its own.
    Inline,
    Truth,
    Error,
    Date,
    #[default]
    Number,
    Unknown,
}

/// The element that is open.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Inside {
    Formula,
    Value,
    /// A text in elements of its own.
    Text,
    #[default]
    Other,
}

impl Cells {
    /// Another sheet begins.
    pub(super) fn begin(&mut self) {
        *self = Self { without_result: self.without_result, ..Self::default() };
    }

    /// Within rows, formulas are read and values are not, since they are delivered.
    pub(super) fn tag(&mut self, tag: &[u8], texts: &mut Texts, strings: &mut Strings) {
        let (is_end, is_empty) = (tag.starts_with(b"</"), tag.ends_with(b"/>"));
        let opened = |inside: Inside| if is_end || is_empty { Inside::Other } else { inside };
        match (local_name(tag), is_end) {
            (b"sheetData", _) => self.is_in_rows = !is_end && !is_empty,
            _ if !self.is_in_rows => texts.tag(tag),
            (b"row", false) => {
                let number = attribute(tag, b"r").and_then(|number| number.parse().ok());
                self.row = number.unwrap_or(self.row + 1);
            }
            (b"c", false) => self.begin_cell(tag),
            (b"c", true) => self.end_cell(texts, strings),
            (b"f", _) => {
                self.inside = opened(Inside::Formula);
                self.has_formula = true;
                // A line of its own.
                texts.tag(b"<f>");
            }
            (b"v", _) => {
                self.inside = opened(Inside::Value);
                if !is_end {
                    self.values += 1;
                    if !self.value.is_empty() {
                        self.value.push('\n');
                    }
                }
            }
            (b"t", _) => self.inside = opened(Inside::Text),
            _ => {}
        }
    }

    pub(super) fn text(&mut self, piece: &[u8], texts: &mut Texts) {
        match self.inside {
            _ if !self.is_in_rows => texts.text(piece),
            Inside::Formula => texts.text(piece),
            // A library reads it where the type says so, which is known.
            Inside::Text if self.kind == Kind::Inline => self.pieces = 1,
            Inside::Value | Inside::Text => {
                if piece.starts_with(b"<!--") || piece.starts_with(b"<?") {
                    texts.push(&text_of(piece));
                } else {
                    self.value.push_str(&text_of(piece));
                }
                // Not every library reads a section of characters, or more than one piece.
                self.pieces += if piece.starts_with(b"<") { 2 } else { 1 };
            }
            Inside::Other => {}
        }
    }

    fn begin_cell(&mut self, tag: &[u8]) {
        self.value.zeroize();
        (self.inside, self.has_formula, self.values, self.pieces) = (Inside::Other, false, 0, 0);
        self.kind = match attribute(tag, b"t").as_deref() {
            Some("s") => Kind::Shared,
            Some("str") => Kind::Text,
            Some("inlineStr") => Kind::Inline,
            Some("b") => Kind::Truth,
            Some("e") => Kind::Error,
            Some("d") => Kind::Date,
            Some("n") | None => Kind::Number,
            Some(_) => Kind::Unknown,
        };
    }

    fn end_cell(&mut self, texts: &mut Texts, strings: &mut Strings) {
        let (value, kind) = (&self.value, self.kind);
        let has_value = !value.trim().is_empty() || self.pieces > 0 || (kind == Kind::Text && self.values > 0);
        if self.has_formula && !has_value {
            let (count, first) = self.without_result;
            self.without_result = (count + 1, if count == 0 { self.row } else { first });
        }
        if value.is_empty() {
            return;
        }
        let is_plain = self.values == 1 && self.pieces == 1;
        let is_delivered = is_plain
            && match kind {
                Kind::Shared => value.parse().is_ok_and(|number| strings.refer_to(number)),
                Kind::Text | Kind::Date => true,
                Kind::Truth => value.len() == 1,
                Kind::Error => value.starts_with('#'),
                Kind::Number => value.parse::<f64>().is_ok(),
                Kind::Inline | Kind::Unknown => false,
            };
        if !is_delivered {
            texts.push(value);
        }
    }
}
