//! Reads JSON on all cores: columns are detected by the first blocks, then each block is walked
//! independently.

mod layout;
mod records;

use super::batch::Batch;
use super::columns::Columns;
use super::context::Context;
use super::part::Part;
use super::pool::Pool;
use super::text::utf8;
use crate::columns::column::{Because, ColumnSpec};
use crate::error::DumpError;
use crate::format::json::{Cutter, Walker, Wanted};
use crate::report::PartReport;
use layout::{LATER, Plan, plan, shown};
use records::Records;
use std::io::Read;

/// Bytes of the first blocks, by which columns are detected.
const SAMPLE_BYTES: usize = 256 << 10;

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
    let plan = plan(&first, part, context.limits);
    let Plan { list, headers, .. } = &plan;
    let of_label = |label| plan.of_label(label);
    let scanner = part.detector.scanner().clone();
    let may_hold = |text: &str| scanner.may_hold(text.as_bytes());
    let may_be = |text: &str| scanner.may_hold(text.as_bytes()) && scanner.may_be(text);
    let wanted = Wanted::new(plan.layout(&of_label, &may_hold, &may_be));
    let columns = Columns::new(list.clone(), &part.detector);
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
                let mut records = Records::new(Batch::new(of_text, extractor), headers);
                Walker::new(wanted, limits).walk(&block, &text, &mut records);
                records.finish()
            })?;
        }
    })?;
    ended.iter().for_each(|error| part.damaged(error));
    let skipped = *cutter.skipped();
    drop(cutter);
    let positions = [skipped.first_syntax, skipped.first_depth, skipped.first_record];
    columns.add_skipped(skipped.total(), &positions.into_iter().flatten().collect::<Vec<_>>());
    columns.report("", extractor, &mut part.report)?;
    name_later(wanted, part);
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

/// Names the columns of paths that came up after the sample.
fn name_later(wanted: &Wanted<'_>, part: &mut Part) {
    let paths = wanted.later();
    for column in &mut part.report.columns {
        let number = column.name.strip_prefix(LATER).and_then(|number| number.parse::<usize>().ok());
        if let Some(path) = number.and_then(|number| paths.get(number)) {
            column.name = shown(path, 0, usize::MAX);
        }
    }
}

/// Columns without any result are not listed. A requested one without any is a mistake.
fn check_columns(part: &mut Part) -> Result<(), DumpError> {
    part.report.columns.retain(|column| column.because == Because::Asked || !column.kinds.is_empty());
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
