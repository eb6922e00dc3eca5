//! Reads JSON on all cores: columns are detected by the first blocks, then each block is walked
//! independently.

use super::batch::Batch;
use super::columns::Columns;
use super::context::Context;
use super::part::Part;
use super::pool::Pool;
use super::text::utf8;
use crate::columns::column::{Column, ColumnSpec};
use crate::columns::detect::SAMPLE;
use crate::error::DumpError;
use crate::format::json::{self, Block, Cutter, Leaves, Reason, Walker, Wanted};
use crate::format::rows::{Cell, Tag};
use crate::limits::Limits;
use crate::report::{PartReport, is_schema_name};
use crate::wiped::WipedText;
use exposure_identifier::Kind;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::Read;

/// Bytes of the first blocks, by which columns are detected.
const SAMPLE_BYTES: usize = 256 << 10;

/// Initial capacity for the wanted text of a record.
const RECORD_BYTES: usize = 1 << 10;

/// Maximum distinct paths in the sample.
const PATHS: usize = 4_096;

/// Number of values from which a path counts as part of a schema.
const OF_MANY: usize = 20;

/// Reads JSON to its end, or to where it is damaged.
pub(super) fn read(context: &Context<'_>, text: &mut (dyn Read + Send), part: &mut Part) -> Result<(), DumpError> {
    "JSON".clone_into(&mut part.report.format);
    let mut text = Ending { text, last: b'}' };
    let mut cutter = Cutter::new(&mut text, context.limits);
    let (mut first, mut bytes, mut failed) = (Vec::new(), 0, None);
    while bytes < SAMPLE_BYTES && failed.is_none() {
        match cutter.next() {
            Ok(Some(block)) => {
                bytes += block.text.len();
                first.push(block);
            }
            Ok(None) => break,
            Err(error) => failed = Some(error),
        }
    }
    let Plan { paths, list, by_key_from } = plan(&first, part, context.limits);
    let by_key = |key: &str| Kind::of_header(key).map(|kind| by_key_from + index_of(kind));
    let wanted = Wanted::new(&paths, part.specs.is_empty().then_some(&by_key));
    let columns = Columns::new(list, &part.detector);
    let (pool, extractor, wanted, of_text, limits) =
        (Pool::default(), &context.extractor, &wanted, &columns, context.limits);
    let ended = pool.run(|tasks| {
        let mut first = first.into_iter();
        loop {
            let block = match (first.next(), failed.take()) {
                (Some(block), later) => {
                    failed = later;
                    block
                }
                (None, Some(error)) => return Ok(Some(error)),
                (None, None) => match cutter.next() {
                    Ok(Some(block)) => block,
                    Ok(None) => return Ok(None),
                    Err(error) => return Ok(Some(error)),
                },
            };
            tasks.submit(move || {
                let text = utf8(&block.text, of_text);
                let batch = Batch::new(of_text, extractor);
                let mut records = Records { batch, text: WipedText::with_capacity(RECORD_BYTES), cells: Vec::new() };
                Walker::new(wanted, limits).walk(&block, &text, &mut records);
                records.batch.finish()
            })?;
        }
    })?;
    ended.iter().for_each(|error| part.damaged(error));
    let skipped = *cutter.skipped();
    drop(cutter);
    let positions = [skipped.first_syntax, skipped.first_depth, skipped.first_record];
    columns.add_skipped(skipped.total(), &positions.into_iter().flatten().collect::<Vec<_>>());
    columns.report("", &mut part.report);
    // A preview truncates the text itself.
    let is_cut = !matches!(text.last, b'}' | b']') && part.report.malformed > 0 && !context.is_preview;
    if is_cut {
        part.report.damage.get_or_insert_with(|| "the JSON ends within a value: it is truncated".to_owned());
    }
    if skipped.depth + skipped.record > 0 {
        part.report.caps = caps(skipped.depth, skipped.record);
    }
    check_columns(part)
}

/// Remembers the last byte of a text that is not blank.
struct Ending<R> {
    text: R,
    last: u8,
}

impl<R: Read> Read for Ending<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.text.read(buffer)?;
        self.last = buffer[..read].iter().rev().find(|byte| !byte.is_ascii_whitespace()).copied().unwrap_or(self.last);
        Ok(read)
    }
}

/// The limits that were exceeded, for the report.
fn caps(depth: u64, record: u64) -> Vec<String> {
    let said = [(depth, "nested deeper than --max-depth"), (record, "longer than --max-record")];
    said.into_iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} pieces {what}")).collect()
}

/// What to read: paths, followed by a column for each kind that a key elsewhere may name.
struct Plan {
    paths: Vec<Vec<String>>,
    list: Vec<Column>,
    by_key_from: usize,
}

fn plan(first: &[Block], part: &Part, limits: &Limits) -> Plan {
    let values = sample(first, limits);
    let mut paths: Vec<Vec<String>> = Vec::new();
    let mut list = Vec::new();
    if part.specs.is_empty() {
        for (number, (path, values)) in (1..).zip(values) {
            let key = path.last().map(String::as_str);
            list.push(part.detector.by_header_or_values(key, &shown(&path, number, values.len()), &values));
            paths.push(path);
        }
    } else {
        for spec in &part.specs {
            let keys = spec.keys();
            let at_path =
                values.iter().find(|(path, _)| path.join(".") == spec.name).map(|(_, values)| values.as_slice());
            list.push(part.detector.requested(spec, at_path.unwrap_or_default()));
            paths.push(keys);
        }
    }
    let by_key_from = list.len();
    if part.specs.is_empty() {
        // Keys that name a kind and were not in the sample.
        list.extend(Kind::all().iter().map(|kind| part.detector.by_header(kind)));
    }
    Plan { paths, list, by_key_from }
}

/// The values of each path in the first blocks.
fn sample(first: &[Block], limits: &Limits) -> BTreeMap<Vec<String>, Vec<Cow<'static, str>>> {
    let mut values: BTreeMap<Vec<String>, Vec<Cow<'static, str>>> = BTreeMap::new();
    for block in first {
        json::paths(block, &String::from_utf8_lossy(&block.text), limits, &mut |path, cell| {
            let (Cell::Text(text) | Cell::Integer(text) | Cell::Float(text)) = cell else { return };
            if text.trim().is_empty() || (values.len() >= PATHS && !values.contains_key(path)) {
                return;
            }
            let of_path = values.entry(path.to_vec()).or_default();
            if of_path.len() < SAMPLE {
                of_path.push(Cow::Owned(text.into_owned()));
            }
        });
    }
    values
}

/// A path as it may be shown. Objects may use data as keys: a path is shown if many records have it
/// and its keys look like names of a schema.
fn shown(path: &[String], number: usize, values: usize) -> String {
    if values >= OF_MANY && path.iter().all(|key| is_schema_name(key)) {
        path.join(".")
    } else {
        format!("path {number}")
    }
}

fn index_of(kind: &Kind) -> usize {
    Kind::all().iter().position(|other| std::ptr::eq(other, kind)).expect("every kind is in the table")
}

/// Columns without any result are not listed. A requested one without any is a mistake.
fn check_columns(part: &mut Part) -> Result<(), DumpError> {
    part.report.columns.retain(|column| column.because == "asked" || !column.kinds.is_empty());
    let PartReport { rows, malformed, damage, columns, .. } = &part.report;
    if rows == malformed || damage.is_some() {
        return Ok(());
    }
    let unseen =
        |name: &&ColumnSpec| columns.iter().any(|column| column.name == name.name.trim() && column.kinds.is_empty());
    match part.specs.iter().find(unseen).map(|spec| spec.name.clone()) {
        Some(column) => part.no_such_path(column),
        None if columns.is_empty() => part.no_known_path(),
        None => Ok(()),
    }
}

/// Gathers the leaves of a record into a row.
struct Records<'b> {
    batch: Batch<'b>,
    text: WipedText,
    /// The column of each cell, its type, and where its text ends.
    cells: Vec<(usize, Tag, usize)>,
}

impl Leaves for Records<'_> {
    fn leaf(&mut self, column: usize, cell: Cell<'_>) {
        let (tag, text) = cell.parts();
        self.text.push_str(text);
        self.cells.push((column, tag, self.text.len()));
    }

    fn end(&mut self, at: u64) {
        let mut start = 0;
        let cell = |&(column, tag, end): &(usize, Tag, usize)| {
            let text = &self.text[std::mem::replace(&mut start, end)..end];
            (column, tag.cell(text))
        };
        self.batch.row(at, self.cells.iter().map(cell));
        self.text.clear();
        self.cells.clear();
    }

    fn malformed(&mut self, at: u64, _: Reason) {
        self.batch.malformed(at);
    }
}
