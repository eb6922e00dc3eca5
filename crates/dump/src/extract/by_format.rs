//! Reads a part whose format is known, and distributes its records to the cores.

use super::batch::Batch;
use super::columns::Columns;
use super::context::Context;
use super::delimited;
use super::detected::DetectedTable;
use super::json;
use super::part::Part;
use super::pool::Pool;
use super::tables::Tables;
use super::text::utf8;
use crate::columns::column::{Column, Treatment};
use crate::error::DumpError;
use crate::format::blocks::{Blocks, Cut};
use crate::format::detect::Format;
use crate::format::mail::MailText;
use crate::format::records::{Lines, Places, Records};
use crate::format::rows::{Outside, Stopped};
use crate::format::sql;
use crate::halt::Halt;
use crate::report::PartReport;
use std::io::Read;
use std::sync::{Arc, Mutex};

/// Bytes of a text, and rows of a table, that a preview reads.
pub(super) const PREVIEW_BYTES: u64 = 1 << 20;
const PREVIEW_ROWS: usize = 1_000;

/// Reads a text in one format.
pub(super) fn text(
    context: &Context<'_>,
    format: Format,
    head: &str,
    text: &mut (dyn Read + Send),
    part: &mut Part,
) -> Result<(), DumpError> {
    match format {
        Format::Delimited(table) => delimited::read(context, text, table, part),
        Format::Json => json::read(context, text, part),
        Format::Sql => {
            let format = format!("SQL ({})", sql::dialect_name(head));
            tables(context, &format, false, part, |tables| sql::read(&mut &mut *text, context.limits, tables))
        }
        Format::Layout(layout) => {
            tables(context, layout.name(), false, part, |tables| layout.read(&mut &mut *text, context.limits, tables))
        }
        Format::Text => running(context, text, part),
    }
}

/// Records of a binary format, which are read as JSON.
pub(super) fn records(
    context: &Context<'_>,
    format: &str,
    records: std::io::Result<impl Records + Send>,
    part: &mut Part,
) -> Result<(), DumpError> {
    match records {
        Ok(records) => {
            let most = if context.is_preview { PREVIEW_BYTES } else { u64::MAX };
            let mut lines = Lines::new(records, most, context.limits);
            json::read(context, &mut lines, part)?;
            number_rows(&mut part.report, lines.places());
        }
        Err(error) => part.damaged(&error),
    }
    format.clone_into(&mut part.report.format);
    Ok(())
}

/// Mail as running text. Returns how many files in it are not read.
pub(super) fn mail(
    context: &Context<'_>,
    mail: Box<dyn Read + Send + '_>,
    has_files: bool,
    part: &mut Part,
) -> Result<u64, DumpError> {
    let most = if context.is_preview { PREVIEW_BYTES } else { u64::MAX };
    let mut text = MailText::new(mail.take(most), has_files, context.limits);
    running(context, &mut text, part)?;
    "mail".clone_into(&mut part.report.format);
    let uuencoded = text.uuencoded();
    if uuencoded > 0 {
        part.report.damage.get_or_insert_with(|| {
            format!(
                "{uuencoded} uuencoded files in its texts were not read; unpack it (uudeview FILE does that) and read \
                 them as well"
            )
        });
    }
    Ok(text.unread())
}

fn running(context: &Context<'_>, text: &mut (dyn Read + Send), part: &mut Part) -> Result<(), DumpError> {
    "running text".clone_into(&mut part.report.format);
    let column = Column::unknown(String::new(), Treatment::Text, part.detector.rules());
    let columns = Columns::new(vec![column], &part.detector);
    let (columns, extractor) = (&columns, &context.extractor);
    let pool = Pool::default();
    let ended = pool.run(|tasks| {
        let mut blocks = Blocks::new(text, Cut::Words, context.limits);
        loop {
            let next = blocks.next();
            columns.add_malformed(&blocks.too_long());
            match next {
                Ok(Some(block)) => tasks.submit(move || {
                    let mut batch = Batch::new(columns, extractor);
                    let text = utf8(&block.text, columns);
                    if block.is_piece {
                        batch.outside(block.at, &text, Outside::Malformed);
                    } else {
                        batch.lines(0, &text, block.is_last);
                    }
                    batch.finish()
                })?,
                Ok(None) => return Ok(None),
                Err(error) => return Ok(Some(error)),
            }
        }
    })?;
    ended.iter().for_each(|error| part.damaged(error));
    columns.report("", extractor, &mut part.report)
}

/// Reads a format whose reader delivers rows in sequence.
pub(super) fn tables(
    context: &Context<'_>,
    format: &str,
    places_are_rows: bool,
    part: &mut Part,
    read: impl FnOnce(&mut Tables<'_, '_, '_>) -> Result<(), Stopped>,
) -> Result<(), DumpError> {
    format.clone_into(&mut part.report.format);
    part.report.places_are_rows = places_are_rows;
    let detected: Mutex<Vec<Arc<DetectedTable>>> = Mutex::default();
    let (pool, extractor, is_preview) = (Pool::default(), &context.extractor, context.is_preview);
    let (detector, specs, header) = (&part.detector, &part.specs, part.asked.header);
    let (stopped, unheld) = pool.run(|tasks| {
        let most_rows = if is_preview { PREVIEW_ROWS } else { usize::MAX };
        let mut tables = Tables::new(tasks, extractor, detector, specs, header, &detected, most_rows);
        tables.places_are_rows = places_are_rows;
        let stopped = match read(&mut tables) {
            Err(Stopped::Run(Halt::Enough)) => None,
            Err(Stopped::Run(Halt::Failed(error))) => return Err(error),
            read => read.err(),
        };
        Ok((stopped, tables.finish()?))
    })?;
    unheld.report(&mut part.report);
    match stopped {
        Some(Stopped::Input(error)) => part.damaged(&error),
        Some(Stopped::Damaged { what, at }) => {
            let unit = if part.report.places_are_rows { "row" } else { "byte" };
            part.report.damage = Some(format!("{what}, at {unit} {at}"));
        }
        _ => {}
    }
    let detected = detected.into_inner().expect("no panic while it is held");
    let is_alone = detected.iter().filter(|table| table.is_read()).count() == 1;
    let mut number = 0;
    for table in &detected {
        // Without rows it is text in front of a table, which has no number.
        number += usize::from(table.width > 0);
        table.report(number, is_alone || table.width == 0, extractor, &mut part.report)?;
    }
    part.check(detected.iter().map(|table| table.width).max())
}

/// Replaces positions in the lines of records by the numbers of the records.
fn number_rows(report: &mut PartReport, places: &Places) {
    report.places_are_rows = true;
    places.number(&mut report.malformed_at);
    for counts in report.columns.iter_mut().flat_map(|column| column.kinds.values_mut()) {
        let others = [&mut counts.set_aside, &mut counts.not_read];
        counts.rejected.values_mut().chain(others).for_each(|rejects| places.number(&mut rejects.first));
    }
}
