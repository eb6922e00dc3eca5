//! The cells of a sheet of `OpenDocument`, from its markup.

use crate::format::beside::Texts;
use crate::format::office_xml::{attribute, local_name, text_of};
use crate::format::rows::{Cell, Outside, Stopped};
use crate::format::sheets::{COLUMNS, ROWS, Row, Sheets, truth};
use std::borrow::Cow;

/// What the markup has said so far.
pub(super) struct Cells<'r> {
    sheets: Sheets<'r>,
    /// Maximum bytes of the text of a cell.
    text_max: usize,
    /// The row and the column of the next cell, from 0.
    row: u32,
    column: u32,
    /// How often the row is repeated, and its cells that are not empty.
    repeats: u32,
    filled: Vec<(u32, u32, Value)>,
    /// Bytes of their texts, and whether they are too many.
    bytes: usize,
    is_broken: bool,
    cell: Option<Open>,
    /// What stands beside cells.
    texts: Texts,
    /// Depth inside of a note.
    note: usize,
    /// Whether the document has ended.
    is_done: bool,
}

/// A cell that is being read.
#[derive(Default)]
struct Open {
    repeats: u32,
    value: Option<Value>,
    text: String,
    /// The value if there is no text.
    instead: Option<Value>,
    /// Whether a paragraph is open, and whether there was one before.
    paragraphs: usize,
    is_in_paragraph: bool,
}

enum Value {
    Number(f64),
    Truth(bool),
    Text(String),
}

impl Value {
    fn cell(&self) -> Cell<'_> {
        match self {
            Self::Number(number) => Cell::float(*number),
            Self::Truth(value) => truth(*value),
            Self::Text(text) => Cell::Text(Cow::Borrowed(text)),
        }
    }
}

impl<'r> Cells<'r> {
    pub(super) fn new(sheets: Sheets<'r>, text_max: usize) -> Self {
        Self {
            sheets,
            text_max,
            row: 0,
            column: 0,
            repeats: 1,
            filled: Vec::new(),
            bytes: 0,
            is_broken: false,
            cell: None,
            texts: Texts::default(),
            note: 0,
            is_done: false,
        }
    }

    /// The number of the row that is read, from 1.
    pub(super) fn at(&self) -> u64 {
        u64::from(self.row) + 1
    }

    pub(super) fn is_done(&self) -> bool {
        self.is_done
    }

    /// Delivers what the markup ended in.
    pub(super) fn finish(&mut self) -> Result<(), Stopped> {
        self.end_cell()?;
        self.end_row()?;
        self.flush(true)
    }

    /// Delivers what stands beside cells.
    fn flush(&mut self, is_all: bool) -> Result<(), Stopped> {
        match self.texts.take(is_all) {
            Some(text) => self.sheets.outside(self.at(), &text, Outside::Malformed),
            None => Ok(()),
        }
    }

    pub(super) fn tag(&mut self, tag: &[u8]) -> Result<(), Stopped> {
        let (is_end, is_empty) = (tag.starts_with(b"</"), tag.ends_with(b"/>"));
        let name = local_name(tag);
        if name == b"annotation" {
            match (is_end, is_empty) {
                (true, _) => self.note = self.note.saturating_sub(1),
                (false, false) => self.note += 1,
                (false, true) => {}
            }
        }
        if self.note > 0 || self.cell.is_none() {
            self.texts.tag(tag);
        } else {
            self.texts.attributes(tag);
        }
        if self.note > 0 || name == b"annotation" {
            return self.flush(false);
        }
        match (name, is_end) {
            (b"table", false) if tag.starts_with(b"<table:") => {
                // A table in a cell is read as part of it.
                if self.cell.is_none() {
                    (self.row, self.column) = (0, 0);
                    self.sheets.begin(&attribute(tag, b"table:name").unwrap_or_default())?;
                }
            }
            (b"table-row", false) => {
                self.column = 0;
                self.repeats = number(tag, b"table:number-rows-repeated").clamp(1, ROWS);
                if is_empty {
                    self.end_row()?;
                }
            }
            (b"table-row", true) => self.end_row()?,
            (b"table-cell" | b"covered-table-cell", false) => {
                self.end_cell()?;
                self.begin_cell(tag);
                if is_empty {
                    self.end_cell()?;
                }
            }
            (b"table-cell" | b"covered-table-cell", true) => self.end_cell()?,
            (b"document-content" | b"document", true) => self.is_done = true,
            _ => self.inline(name, is_end, tag),
        }
        Ok(())
    }

    /// Tags of the text of a cell.
    fn inline(&mut self, name: &[u8], is_end: bool, tag: &[u8]) {
        let Some(cell) = &mut self.cell else { return };
        match (name, is_end) {
            (b"p" | b"h", false) => {
                if cell.paragraphs > 0 {
                    cell.text.push('\n');
                }
                cell.paragraphs += 1;
                cell.is_in_paragraph = !tag.ends_with(b"/>");
            }
            (b"p" | b"h", true) => cell.is_in_paragraph = false,
            (b"s", false) => {
                let count = number(tag, b"text:c").clamp(1, 1_024);
                cell.text.extend(std::iter::repeat_n(' ', count as usize));
            }
            (b"tab", false) => cell.text.push('\t'),
            (b"line-break", false) => cell.text.push('\n'),
            _ => {}
        }
    }

    /// Text between tags.
    pub(super) fn text(&mut self, text: &[u8]) -> Result<(), Stopped> {
        let is_mark = text.starts_with(b"<?") || text.starts_with(b"<!--");
        let cell = self.cell.as_mut().filter(|cell| cell.is_in_paragraph && self.note == 0 && !is_mark);
        let Some(cell) = cell else {
            self.texts.text(text);
            return self.flush(false);
        };
        cell.text.push_str(&text_of(text));
        if cell.text.len() <= self.text_max {
            return Ok(());
        }
        self.is_broken = true;
        let text = std::mem::take(&mut cell.text);
        self.sheets.outside(self.at(), &text, Outside::Malformed)
    }

    fn begin_cell(&mut self, tag: &[u8]) {
        let kind = attribute(tag, b"office:value-type").unwrap_or_default();
        let value = match &kind[..] {
            "float" | "percentage" | "currency" => {
                attribute(tag, b"office:value").and_then(|number| number.trim().parse().ok()).map(Value::Number)
            }
            "boolean" => attribute(tag, b"office:boolean-value").map(|value| Value::Truth(value == "true")),
            "date" => attribute(tag, b"office:date-value").map(|value| Value::Text(value.into_owned())),
            "time" => attribute(tag, b"office:time-value").map(|value| Value::Text(value.into_owned())),
            _ => attribute(tag, b"office:string-value").map(|value| Value::Text(value.into_owned())),
        };
        // Of a number, the text is only a way to show it; of a string, it is the value.
        let (value, instead) = if kind == "string" { (None, value) } else { (value, None) };
        let repeats = number(tag, b"table:number-columns-repeated").clamp(1, COLUMNS);
        self.cell = Some(Open { repeats, value, instead, ..Open::default() });
    }

    fn end_cell(&mut self) -> Result<(), Stopped> {
        let Some(cell) = self.cell.take() else { return Ok(()) };
        let of_text = || (!cell.text.trim().is_empty()).then_some(Value::Text(cell.text));
        let value = cell.value.or_else(of_text).or(cell.instead);
        let from = self.column;
        self.column = self.column.saturating_add(cell.repeats);
        if let Some(value) = value {
            if let Value::Text(text) = &value {
                self.bytes = self.bytes.saturating_add(text.len());
            }
            self.is_broken |= self.bytes > self.text_max || self.filled.len() >= COLUMNS as usize;
            if self.is_broken {
                let at = self.at();
                for value in self.filled.drain(..).map(|(_, _, value)| value).chain([value]) {
                    self.sheets.outside(at, value.cell().parts().1, Outside::Malformed)?;
                }
            } else {
                self.filled.push((from, cell.repeats, value));
            }
        }
        Ok(())
    }

    /// Delivers the row as often as it is repeated, unless it is empty.
    fn end_row(&mut self) -> Result<(), Stopped> {
        let cells = std::mem::take(&mut self.filled);
        let repeats = std::mem::replace(&mut self.repeats, 1);
        self.bytes = 0;
        if std::mem::take(&mut self.is_broken) {
            let mut row = Row::numbered(self.row);
            row.unreadable();
            self.sheets.end(&mut row)?;
        } else if !cells.is_empty() {
            for repeat in 0..repeats {
                let number = self.row.saturating_add(repeat);
                let mut row = Row::default();
                for (from, columns, value) in &cells {
                    for column in 0..*columns {
                        self.sheets.cell(&mut row, (number, from.saturating_add(column)), value.cell())?;
                    }
                }
                self.sheets.end(&mut row)?;
            }
        }
        self.row = self.row.saturating_add(repeats);
        Ok(())
    }
}

fn number(tag: &[u8], name: &[u8]) -> u32 {
    attribute(tag, name).and_then(|number| number.parse().ok()).unwrap_or(1)
}
