//! A workbook of Excel 2003: sheets of rows of cells. Numbers were floating point, as in any
//! spreadsheet.

use crate::format::keyed::Keyed;
use crate::format::markup::{attributes, local, name_of};
use crate::format::rows::{self, Outside};
use crate::halt::Halt;
use crate::wiped::WipedText;

/// Maximum columns of a sheet. Excel 2003 has 256; what other programs write has a few more.
const COLUMNS: usize = 1_024;

pub(super) struct Workbook {
    most: usize,
    sheet: String,
    row: Option<Row>,
    /// Whether a cell's value is open, and not a comment's.
    is_in_data: bool,
    is_in_comment: bool,
}

struct Row {
    at: u64,
    cells: Vec<Cell>,
    bytes: usize,
    /// Columns that the last cell takes beside its own.
    merged: usize,
    is_broken: bool,
}

#[derive(Default)]
struct Cell {
    text: WipedText,
    is_number: bool,
}

impl Cell {
    fn value(&self) -> rows::Cell<'_> {
        let text = self.text.trim();
        if self.is_number { rows::Cell::of_number(text) } else { rows::Cell::of_text(text) }
    }
}

impl Workbook {
    pub(super) fn new(most: usize) -> Self {
        Self { most, sheet: String::new(), row: None, is_in_data: false, is_in_comment: false }
    }

    pub(super) fn start(&mut self, at: u64, tag: &str, keyed: &mut Keyed<'_>) -> Result<(), Halt> {
        let is_empty = tag.ends_with('/');
        let (mut index, mut merged, mut is_number, mut name) = (None, 0, false, None);
        let mut others = Vec::new();
        let are_sound = attributes(tag, |key, value| {
            others.extend([key.to_owned(), value.to_string()]);
            match local(key) {
                "Index" => index = value.trim().parse::<usize>().ok(),
                "MergeAcross" => merged = value.trim().parse().unwrap_or(0),
                "Type" => is_number = value.trim() == "Number",
                "Name" => name = Some(value.into_owned()),
                _ => {}
            }
        });
        if !are_sound {
            keyed.outside(at, tag, Outside::Malformed)?;
        }
        others.iter().try_for_each(|name| keyed.name(at, name))?;
        match local(name_of(tag)) {
            "Worksheet" => self.sheet = name.unwrap_or_default(),
            "Row" => {
                self.end_of_row(keyed)?;
                self.row = Some(Row { at, cells: Vec::new(), bytes: 0, merged: 0, is_broken: false });
            }
            "Cell" => {
                if let Some(row) = &mut self.row {
                    let next = row.cells.len() + row.merged;
                    let column = index.and_then(|index| index.checked_sub(1)).unwrap_or(next).max(row.cells.len());
                    if column < COLUMNS {
                        row.cells.resize_with(column + 1, Cell::default);
                        row.merged = merged.min(COLUMNS);
                    } else {
                        row.is_broken = true;
                    }
                }
            }
            "Data" => {
                self.is_in_data = !is_empty && !self.is_in_comment;
                if let Some(cell) = self.row.as_mut().and_then(|row| row.cells.last_mut()) {
                    cell.is_number = is_number;
                }
            }
            "Comment" => self.is_in_comment = !is_empty,
            _ => {}
        }
        Ok(())
    }

    pub(super) fn text(&mut self, at: u64, text: &str, keyed: &mut Keyed<'_>) -> Result<(), Halt> {
        let row = self.row.as_mut().filter(|row| self.is_in_data && !row.is_broken && !row.cells.is_empty());
        let Some(row) = row else { return keyed.outside(at, text, Outside::Malformed) };
        row.cells.last_mut().expect("there is one").text.push_str(text);
        row.bytes += text.len();
        if row.bytes > self.most {
            row.is_broken = true;
            row.cells.iter().try_for_each(|cell| keyed.outside(row.at, &cell.text, Outside::Malformed))?;
            row.cells.clear();
        }
        Ok(())
    }

    pub(super) fn end(&mut self, name: &str, keyed: &mut Keyed<'_>) -> Result<(), Halt> {
        match local(name) {
            "Row" | "Table" | "Worksheet" => self.end_of_row(keyed),
            "Data" => {
                self.is_in_data = false;
                Ok(())
            }
            "Comment" => {
                self.is_in_comment = false;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn end_of_row(&mut self, keyed: &mut Keyed<'_>) -> Result<(), Halt> {
        self.is_in_data = false;
        self.is_in_comment = false;
        let Some(row) = self.row.take() else { return Ok(()) };
        if row.is_broken {
            row.cells.iter().try_for_each(|cell| keyed.outside(row.at, &cell.text, Outside::Malformed))?;
            return keyed.malformed(row.at);
        }
        let cells: Vec<_> = row.cells.iter().map(Cell::value).collect();
        if cells.is_empty() { Ok(()) } else { keyed.row(&self.sheet, row.at, &cells) }
    }

    pub(super) fn finish(mut self, keyed: &mut Keyed<'_>) -> Result<(), Halt> {
        self.end_of_row(keyed)
    }
}
