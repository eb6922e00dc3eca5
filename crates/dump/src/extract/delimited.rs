//! Reads delimited text on all cores. One thread cuts it into blocks of whole records and looks for
//! headers further down, behind which the columns may be others; the rest is done by block.

use super::batch::Batch;
use super::columns::Columns;
use super::context::{Context, Extractor};
use super::part::Part;
use super::pool::Pool;
use super::text::utf8;
use crate::columns::column::ColumnSpec;
use crate::columns::detect::Sample;
use crate::columns::header;
use crate::error::DumpError;
use crate::format::blocks::{Block, Blocks, Cut};
use crate::format::delimited::{Dialect, Field};
use crate::format::detect::{self, Table};
use crate::format::rows::{Outside, Tag};
use std::borrow::Cow;
use std::io::Read;
use std::ops::Range;
use std::sync::Arc;

/// Maximum headings of one text. Their number is controlled by the input.
const HEADINGS: usize = 1_000;

/// Bytes of a line with which a header may begin; a line with so many digits in them is a record.
const DIGITS_OF_A_RECORD: usize = 5;

/// What a header is called in which something looks like an identifier.
const HEADERS: &str = "headers";

/// Longer lines are no headers.
const HEADER_BYTES: usize = 16 << 10;

/// Reads delimited text to its end, or to where it is damaged.
pub(super) fn read(
    context: &Context<'_>,
    text: &mut (dyn Read + Send),
    table: Table,
    part: &mut Part,
) -> Result<(), DumpError> {
    part.report.format = table.dialect.name();
    let Table { dialect, header_at, width, columns } = table;
    let (most, extractor) = (context.limits.record, &context.extractor);
    let first = Arc::new(Heading {
        dialect: dialect.clone(),
        width,
        header_at,
        header: Vec::new(),
        columns: Columns::new(columns, &part.detector),
    });
    let mut headings = Headings { all: vec![first], current: 0, part };
    let pool = Pool::default();
    let ended = pool.run(|tasks| {
        let mut blocks = Blocks::new(text, Cut::Records(dialect), context.limits);
        loop {
            let next = blocks.next();
            headings.current().columns.add_malformed(&blocks.too_long());
            match next {
                Ok(Some(block)) if block.is_piece => {
                    let heading = Arc::clone(headings.current());
                    tasks.submit(move || {
                        let mut batch = Batch::new(&heading.columns, extractor);
                        batch.outside(block.at, &utf8(&block.text, &heading.columns), Outside::Malformed);
                        batch.finish()
                    })?;
                }
                Ok(Some(block)) => {
                    let pieces = headings.pieces(&block, most);
                    tasks.submit(move || pieces.iter().try_for_each(|piece| piece.take(&block, most, extractor)))?;
                }
                Ok(None) => return Ok(None),
                Err(error) => return Ok(Some(error)),
            }
        }
    })?;
    let Headings { all, part, .. } = headings;
    ended.iter().for_each(|error| part.damaged(error));
    for (number, heading) in (1..).zip(&all) {
        let name = if number == 1 { String::new() } else { format!("table {number}") };
        heading.columns.report(&name, extractor, &mut part.report)?;
    }
    part.check_columns(width)
}

/// A header, and what it says of the records below it: how they are split, what their fields are.
struct Heading {
    dialect: Dialect,
    width: usize,
    /// Where in the text its header is. What stands before it is no record.
    header_at: Option<u64>,
    /// Its header as written, if it is not the first.
    header: Vec<u8>,
    columns: Columns,
}

/// The headings of a text, in their order.
struct Headings<'p> {
    all: Vec<Arc<Heading>>,
    current: usize,
    part: &'p mut Part,
}

/// A part of a block under one heading.
struct Piece {
    range: Range<usize>,
    heading: Arc<Heading>,
}

impl Headings<'_> {
    fn current(&self) -> &Arc<Heading> {
        &self.all[self.current]
    }

    /// The parts of a block: a header that is repeated, or another one, ends a part.
    fn pieces(&mut self, block: &Block, most: usize) -> Vec<Piece> {
        let (mut pieces, mut start, mut at) = (Vec::new(), 0, 0);
        let ends = memchr::memchr_iter(b'\n', &block.text).map(|at| at + 1);
        for end in ends.chain([block.text.len()]) {
            let line = &block.text[at..end];
            if may_be_header(line)
                && block.at + at as u64 > self.all[0].header_at.unwrap_or(0)
                && let Some(heading) = self.of_header(line, &block.text[end..], most)
            {
                pieces.push(Piece { range: start..at, heading: Arc::clone(self.current()) });
                self.current = heading;
                start = end;
            }
            at = end;
        }
        pieces.push(Piece { range: start..block.text.len(), heading: Arc::clone(self.current()) });
        pieces
    }

    /// The heading that begins with this line, if it is a header.
    fn of_header(&mut self, line: &[u8], below: &[u8], most: usize) -> Option<usize> {
        let text = std::str::from_utf8(line).ok()?;
        let current = Arc::clone(self.current());
        let mut fields: Vec<Field> = Vec::new();
        current.dialect.split(text, most, &mut fields);
        let cells: Vec<Cow<'_, str>> = fields.iter().map(|field| field.text(text)).collect();
        let is_header = header::looks_like(&cells, cells.len()) && (cells.len() == 1 || header::labels(&cells) >= 2);
        if !is_header {
            return None;
        }
        if let Some(known) = self.all.iter().position(|heading| heading.header == line.trim_ascii()) {
            return Some(known);
        }
        if self.all.len() == HEADINGS {
            return None;
        }
        let below = String::from_utf8_lossy(below);
        let rows = detect::rows(&below, true, &current.dialect).into_iter().map(|(_, row)| row);
        let rows: Vec<_> = rows.filter(|row| row.len() == cells.len()).collect();
        let width = cells.len();
        let specs: Vec<ColumnSpec> = self.part.specs.iter().filter(|spec| is_there(spec, &cells)).cloned().collect();
        let sample = Sample { values: header::by_column(&rows, width), headers: Some(cells) };
        let columns = self.part.detector.columns(&specs, &sample).ok()?;
        self.all.push(Arc::new(Heading {
            // Blocks are cut under the first heading.
            dialect: current.dialect.clone(),
            width,
            header_at: None,
            header: line.trim_ascii().to_vec(),
            columns: Columns::new(columns, &self.part.detector),
        }));
        Some(self.all.len() - 1)
    }
}

fn is_there(spec: &ColumnSpec, headers: &[Cow<'_, str>]) -> bool {
    match spec.index() {
        Some(index) => index < headers.len(),
        None => headers.iter().any(|header| header.trim() == spec.name.trim()),
    }
}

/// Whether a line could be a header, by a look at its first digits: nearly all records have some.
fn may_be_header(line: &[u8]) -> bool {
    line.len() < HEADER_BYTES
        && !line.trim_ascii().is_empty()
        && line.iter().filter(|byte| byte.is_ascii_digit()).nth(DIGITS_OF_A_RECORD - 1).is_none()
}

impl Piece {
    /// Splits a part of a block into rows.
    fn take(&self, block: &Block, most: usize, extractor: &Extractor<'_>) -> Result<(), DumpError> {
        let Heading { dialect, width, header_at, columns, .. } = &*self.heading;
        let bytes = &block.text[self.range.clone()];
        let first = block.at + self.range.start as u64;
        let text = utf8(bytes, columns);
        let mut batch = Batch::new(columns, extractor);
        let (mut start, mut fields): (usize, Vec<Field>) = (0, Vec::new());
        while start < text.len() {
            let ended = dialect.split(&text[start..], most, &mut fields);
            let (record, at) = (text.get(start..start + ended.at).unwrap_or_default(), first + start as u64);
            start += ended.at;
            if record.trim_ascii().is_empty() {
                continue;
            }
            match header_at {
                Some(header) if at < *header => batch.outside(at, record, Outside::Malformed),
                Some(header) if at == *header => batch.outside(at, record, Outside::PassedOver(HEADERS)),
                _ if ended.is_malformed => {
                    batch.malformed(at);
                    batch.outside(at, record, Outside::Malformed);
                }
                _ if fields.len() == *width => take_row(&mut batch, at, record, &fields),
                _ => {
                    let cells = fields.iter().map(|field| field.text(record).into_owned());
                    batch.row_of_other_width(at, cells.collect());
                }
            }
        }
        batch.finish()
    }
}

/// Reads a record as wide as its table. Most of its fields are pieces of it.
fn take_row(batch: &mut Batch<'_>, at: u64, record: &str, fields: &[Field]) {
    if fields.iter().any(|field| field.has_doubled_quotes(record)) {
        let texts: Vec<_> = fields.iter().map(|field| field.text(record)).collect();
        batch.row(at, texts.iter().map(|text| (Tag::Text, &**text)).enumerate());
    } else {
        batch.row(at, fields.iter().map(|field| (Tag::Text, field.written(record))).enumerate());
    }
}
