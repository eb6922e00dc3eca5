//! One table: its cells, spans and headers, and how a row of it is delivered.

use crate::format::keyed::{Keyed, Record, has_digits};
use crate::format::rows::{self, Outside};
use crate::halt::Halt;
use crate::wiped::WipedText;

/// Maximum columns of a table; cells behind them are text.
const COLUMNS: usize = 1_024;

/// Maximum rows into which a cell reaches.
const ROWS: usize = 1_000;

/// Maximum characters of a header.
const HEADER_CHARACTERS: usize = 64;

/// A cell.
pub(super) struct Cell {
    text: WipedText,
    is_header: bool,
    columns: usize,
    rows: usize,
    /// The number that a spreadsheet has stored beside the text that it shows.
    number: Option<String>,
}

impl Cell {
    pub(super) fn new(is_header: bool) -> Self {
        Self { text: WipedText::default(), is_header, columns: 1, rows: 1, number: None }
    }

    pub(super) fn attribute(&mut self, key: &str, value: &str) {
        let number = || value.trim().parse().unwrap_or(1);
        match &*key.to_ascii_lowercase() {
            "colspan" => self.columns = number().clamp(1, COLUMNS),
            "rowspan" => self.rows = number().clamp(1, ROWS),
            "x:num" | "sdval" => self.number = Some(value.trim().to_owned()).filter(|value| !value.is_empty()),
            _ => {}
        }
    }

    fn shown(&self) -> &str {
        self.text.trim()
    }

    fn value(&self) -> rows::Cell<'_> {
        self.number.as_deref().map_or_else(|| rows::Cell::of_text(self.shown()), rows::Cell::of_number)
    }

    /// Whether it can name what is beside or below it.
    fn is_name(&self) -> bool {
        let text = self.shown();
        !text.is_empty() && self.number.is_none() && !has_digits(text) && text.chars().count() <= HEADER_CHARACTERS
    }

    /// Whether it names the cell beside it.
    fn is_label(&self) -> bool {
        self.is_name() && (self.is_header || self.shown().ends_with([':', '：']))
    }
}

/// A table that is open.
pub(super) struct Table {
    /// Names of its columns, once a row of header cells has come.
    headers: Vec<String>,
    name: Option<String>,
    row: Vec<Cell>,
    row_at: u64,
    has_cell: bool,
    /// Bytes of the row.
    bytes: usize,
    is_broken: bool,
    /// For each column, into how many more rows a cell above reaches.
    reaching: Vec<usize>,
    has_rows: bool,
    /// Values that stand beside their names.
    record: Record,
    record_at: u64,
}

impl Table {
    pub(super) fn new() -> Self {
        Self {
            headers: Vec::new(),
            name: None,
            row: Vec::new(),
            row_at: 0,
            has_cell: false,
            bytes: 0,
            is_broken: false,
            reaching: Vec::new(),
            has_rows: false,
            record: Record::default(),
            record_at: 0,
        }
    }

    pub(super) fn has_cell(&self) -> bool {
        self.has_cell
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn begin_row(&mut self, at: u64) {
        self.row_at = at;
    }

    pub(super) fn begin_cell(&mut self, at: u64, cell: Cell) {
        if self.row.is_empty() {
            self.row_at = at;
        }
        self.bytes += size_of::<Cell>();
        self.row.push(cell);
        self.has_cell = true;
    }

    pub(super) fn end_cell(&mut self) {
        self.has_cell = false;
    }

    /// Adds text to the open cell. Blanks in a row are one.
    pub(super) fn add(&mut self, text: &str) {
        let Some(cell) = self.row.last_mut() else { return };
        let before = cell.text.len();
        for c in text.chars() {
            let c = if c == '\u{a0}' || (c.is_ascii_whitespace() && c != '\n') { ' ' } else { c };
            let is_blank = |c: char| c == ' ' || c == '\n';
            if !(is_blank(c) && cell.text.chars().next_back().is_none_or(is_blank)) {
                cell.text.push(c);
            }
        }
        self.bytes += cell.text.len() - before;
    }

    /// The open cell is not whole.
    pub(super) fn drop_cell(&mut self) {
        if std::mem::take(&mut self.has_cell) {
            self.row.pop();
        }
    }

    /// The row exceeds the limit: its text is handed on, and the row is malformed.
    pub(super) fn give_up(&mut self, keyed: &mut Keyed<'_>) -> Result<(), Halt> {
        if !std::mem::replace(&mut self.is_broken, true) {
            keyed.malformed(self.row_at)?;
        }
        for cell in &mut self.row {
            keyed.outside(self.row_at, &cell.text, Outside::Malformed)?;
            cell.text.clear();
        }
        self.row.truncate(1);
        self.bytes = 0;
        Ok(())
    }

    /// Delivers the row, if there is one. `name` names a table of this width.
    pub(super) fn end_row(&mut self, keyed: &mut Keyed<'_>, name: impl FnOnce(usize) -> String) -> Result<(), Halt> {
        self.has_cell = false;
        self.bytes = 0;
        let row = std::mem::take(&mut self.row);
        if row.is_empty() {
            return Ok(());
        }
        if std::mem::take(&mut self.is_broken) {
            return row.iter().try_for_each(|cell| keyed.outside(self.row_at, &cell.text, Outside::Malformed));
        }
        for cell in row.iter().filter(|cell| cell.number.as_deref().is_some_and(|number| number != cell.shown())) {
            keyed.name(self.row_at, cell.shown())?;
        }
        let placed = self.placed(&row);
        let is_header = row.iter().all(|cell| cell.is_header && (cell.is_name() || cell.shown().is_empty()));
        if is_header && !self.has_rows && row.len() > 1 {
            self.add_headers(&placed);
            return Ok(());
        }
        let is_pairs =
            row.len().is_multiple_of(2) && row.chunks(2).all(|pair| pair[0].is_label() && !pair[1].is_header);
        if is_pairs && self.headers.is_empty() {
            return self.add_pairs(&row, keyed);
        }
        self.has_rows = true;
        if self.headers.is_empty() {
            let name = self.name.get_or_insert_with(|| name(placed.len()));
            let cells: Vec<_> = placed.iter().map(|cell| cell.map_or(rows::Cell::Nothing, Cell::value)).collect();
            return keyed.row(name, self.row_at, &cells);
        }
        let mut record = Record::default();
        for (index, cell) in placed.iter().enumerate() {
            let Some(cell) = cell else { continue };
            let header = self.headers.get(index).map(String::as_str).unwrap_or_default();
            let number = (index + 1).to_string();
            record.push(self.row_at, if header.is_empty() { &number } else { header }, &cell.value());
        }
        keyed.record("", self.row_at, &record)
    }

    /// The cells by their columns, with those above that reach into the row left out.
    fn placed<'c>(&mut self, row: &'c [Cell]) -> Vec<Option<&'c Cell>> {
        let mut placed: Vec<Option<&Cell>> = Vec::new();
        let mut reaching = std::mem::take(&mut self.reaching);
        let is_reached = |column: usize, reaching: &[usize]| reaching.get(column).is_some_and(|&rows| rows > 0);
        let mut starts = Vec::new();
        for cell in row {
            while is_reached(placed.len(), &reaching) {
                placed.push(None);
            }
            starts.push((placed.len(), cell));
            placed.push(Some(cell));
            let more = cell.columns.min(COLUMNS.saturating_sub(placed.len()).max(1)) - 1;
            placed.extend(std::iter::repeat_n(None, more));
        }
        reaching.iter_mut().for_each(|rows| *rows = rows.saturating_sub(1));
        for (start, cell) in starts.into_iter().filter(|(start, cell)| cell.rows > 1 && *start < COLUMNS) {
            let end = (start + cell.columns).min(COLUMNS);
            reaching.resize(reaching.len().max(end), 0);
            reaching[start..end].iter_mut().for_each(|rows| *rows = (*rows).max(cell.rows - 1));
        }
        self.reaching = reaching;
        placed
    }

    /// A row of headers. Those of several rows are joined.
    fn add_headers(&mut self, placed: &[Option<&Cell>]) {
        self.headers.resize(self.headers.len().max(placed.len()), String::new());
        let mut above = "";
        for (header, cell) in self.headers.iter_mut().zip(placed) {
            // A header over several columns is one of each.
            above = cell.map_or(above, Cell::shown);
            if !above.is_empty() && (cell.is_some() || header.is_empty()) {
                if !header.is_empty() {
                    header.push(' ');
                }
                header.push_str(above);
            }
        }
    }

    /// A row in which each value stands behind its name.
    fn add_pairs(&mut self, row: &[Cell], keyed: &mut Keyed<'_>) -> Result<(), Halt> {
        for pair in row.chunks(2) {
            let key = pair[0].shown().trim_end_matches([':', '：', ' ']);
            if self.record.first_key() == Some(key) {
                keyed.record("", self.record_at, &self.record)?;
                self.record.clear();
            }
            if self.record.is_empty() {
                self.record_at = self.row_at;
            }
            self.record.push(self.row_at, key, &pair[1].value());
        }
        Ok(())
    }

    /// Delivers what is left at the end of the table.
    pub(super) fn finish(self, keyed: &mut Keyed<'_>) -> Result<(), Halt> {
        if self.has_rows || !self.record.is_empty() {
            return keyed.record("", self.record_at, &self.record);
        }
        // A table of nothing but headers.
        let text = self.headers.join("\n");
        keyed.outside(self.row_at, &text, Outside::Malformed)
    }
}
