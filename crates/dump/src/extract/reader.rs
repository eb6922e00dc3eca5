//! Reads one member: detects its format, and distributes its records to the cores.

use super::batch::Batch;
use super::columns::Columns;
use super::context::{Context, Extractor};
use super::detected::DetectedTable;
use super::json;
use super::part::Part;
use super::pool::Pool;
use super::tables::{TABLES, Tables};
use super::text::utf8;
use crate::columns::column::{Because, Column, Reads};
use crate::columns::detect::Detector;
use crate::container::{Content, Member, Seekable};
use crate::encoding::{self, Decoded};
use crate::error::DumpError;
use crate::format::blocks::{Block, Blocks, Cut};
use crate::format::delimited::{Dialect, Field};
use crate::format::detect::{self, FORMAT_HEAD_BYTES, Format, Table};
use crate::format::rows::{Cell, Stopped};
use crate::format::{parquet, sql, xlsx};
use crate::halt::Halt;
use crate::report::PartReport;
use exposure_identifier::Rules;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, Mutex};
use zeroize::Zeroizing;

/// Bytes of a text, and rows of a table, that a preview reads.
const PREVIEW_BYTES: u64 = 1 << 20;
const PREVIEW_ROWS: usize = 1_000;

/// Reads a file or a member of an archive to its end, or to where it is damaged.
pub(crate) fn member(
    context: &Context<'_>,
    path: &Path,
    is_named: bool,
    member: Member<'_>,
) -> Result<PartReport, DumpError> {
    Reader { context }.member(path, is_named, member)
}

struct Reader<'r> {
    context: &'r Context<'r>,
}

impl Reader<'_> {
    fn member(&self, path: &Path, is_named: bool, member: Member<'_>) -> Result<PartReport, DumpError> {
        let Member { name, compression, content } = member;
        let asked = self.context.mapping.of(path, name.as_deref());
        let rules = Rules { region: asked.region.unwrap_or(self.context.rules.region), ..self.context.rules };
        let specs = if self.context.columns.is_empty() { asked.columns.clone() } else { self.context.columns.to_vec() };
        let is_named = is_named && name.is_none();
        let report = PartReport { name, compression, ..PartReport::default() };
        let mut part = Part { is_named, asked, specs, detector: Detector::new(rules), report };
        match content {
            Content::Text(text) => self.text(text, &mut part)?,
            Content::Workbook(file) => {
                self.tables("xlsx", true, &mut part, |tables| xlsx::read(file.reader(), self.context.limits, tables))?;
            }
            Content::Parquet(file) => {
                self.tables("Parquet", true, &mut part, |tables| match file {
                    Seekable::File(file) => parquet::read(file, self.context.limits, tables),
                    Seekable::Memory(bytes) => parquet::read_whole(bytes, self.context.limits, tables),
                })?;
            }
            Content::Unsupported { text, is_read, .. } if part.asked.is_text() => {
                is_read.set(true);
                self.text(text, &mut part)?;
            }
            Content::Skipped(why) | Content::Unsupported { what: why, .. } if is_named => {
                return Err(DumpError::Format { what: why.to_owned() });
            }
            Content::Skipped(why) | Content::Unsupported { what: why, .. } => {
                part.report.skipped = Some(why.to_owned());
            }
        }
        Ok(part.report)
    }

    fn text(&self, text: Box<dyn Read + Send + '_>, part: &mut Part) -> Result<(), DumpError> {
        let most = if self.context.is_preview { PREVIEW_BYTES } else { u64::MAX };
        let region = part.asked.region.unwrap_or(self.context.rules.region).to_string();
        let mut text = encoding::decode(text.take(most), part.asked.encoding, Some(region));
        let head = text.peek(FORMAT_HEAD_BYTES);
        let is_whole = head.len() < FORMAT_HEAD_BYTES;
        // A character may be truncated at the end.
        let head = Zeroizing::new(String::from_utf8_lossy(head).into_owned());
        let detected = detect::detect(&head, is_whole, &part.asked, &part.specs, &part.detector);
        let (format, confidence) = match detected {
            Ok(detected) => detected,
            Err(why) => {
                // If the file is truncated this early, the damage is what matters.
                match if is_whole { std::io::copy(&mut text, &mut std::io::sink()) } else { Ok(0) } {
                    Ok(_) => return part.not_detected(why),
                    Err(error) => {
                        part.damaged(&error);
                        return Ok(());
                    }
                }
            }
        };
        part.report.format_confidence = confidence;
        match format {
            Format::Delimited(table) => self.delimited(&mut text, table, part)?,
            Format::Json => json::read(self.context, &mut text, part)?,
            Format::Sql => {
                let format = format!("SQL ({})", sql::dialect_name(&head));
                self.tables(&format, false, part, |tables| sql::read(&mut text, self.context.limits, tables))?;
            }
            Format::Text => self.running(&mut text, part)?,
        }
        part.encoded(&text);
        Ok(())
    }

    fn delimited(&self, text: &mut Decoded<impl Read + Send>, table: Table, part: &mut Part) -> Result<(), DumpError> {
        part.report.format = table.dialect.name();
        let Table { dialect, has_header, width, columns } = table;
        let (indexes, list): (Vec<usize>, Vec<Column>) = columns.into_iter().unzip();
        let columns = Columns::new(list);
        let rows = Split { dialect: dialect.clone(), indexes, width, columns: &columns };
        let (most, extractor) = (self.context.limits.record, &self.context.extractor);
        self.blocks(text, Cut::Records(dialect), &columns, part, &|block| {
            // The header is the first record of the text.
            rows.take(block, has_header && block.at == 0, most, extractor)
        })
    }

    fn running(&self, text: &mut Decoded<impl Read + Send>, part: &mut Part) -> Result<(), DumpError> {
        "running text".clone_into(&mut part.report.format);
        let rules = Rules { region: part.asked.region.unwrap_or(self.context.rules.region), ..self.context.rules };
        let column = Column {
            name: String::new(),
            reads: Reads::Text,
            rules,
            lacks_plus: false,
            is_rounded: false,
            because: Because::Values,
            passed: 0,
            looked_at: 0,
        };
        let columns = Columns::new(vec![column]);
        let extractor = &self.context.extractor;
        self.blocks(text, Cut::Words, &columns, part, &|block| {
            let mut batch = Batch::new(&columns, extractor);
            batch.lines(0, &utf8(block, &columns), block.is_last);
            batch.finish()
        })
    }

    /// Reads a text in blocks of whole records, each of which is a task.
    fn blocks(
        &self,
        text: &mut Decoded<impl Read + Send>,
        cut: Cut,
        columns: &Columns,
        part: &mut Part,
        take: &(dyn Fn(&Block) -> Result<(), DumpError> + Sync),
    ) -> Result<(), DumpError> {
        let pool = Pool::default();
        let ended = pool.run(|tasks| {
            let mut blocks = Blocks::new(text, cut, self.context.limits);
            loop {
                let next = blocks.next();
                columns.add_malformed(&blocks.too_long());
                match next {
                    Ok(Some(block)) => tasks.submit(move || take(&block))?,
                    Ok(None) => return Ok(None),
                    Err(error) => return Ok(Some(error)),
                }
            }
        })?;
        ended.iter().for_each(|error| part.damaged(error));
        columns.report("", &mut part.report);
        Ok(())
    }

    /// Reads a format whose reader delivers rows in sequence.
    fn tables(
        &self,
        format: &str,
        places_are_rows: bool,
        part: &mut Part,
        read: impl FnOnce(&mut Tables<'_, '_, '_>) -> Result<(), Stopped>,
    ) -> Result<(), DumpError> {
        format.clone_into(&mut part.report.format);
        part.report.places_are_rows = places_are_rows;
        let detected: Mutex<Vec<Arc<DetectedTable>>> = Mutex::default();
        let (pool, extractor, is_preview) = (Pool::default(), &self.context.extractor, self.context.is_preview);
        let (detector, specs, header) = (&part.detector, &part.specs, part.asked.header);
        let (stopped, skipped_rows) = pool.run(|tasks| {
            let most_rows = if is_preview { PREVIEW_ROWS } else { usize::MAX };
            let mut tables = Tables::new(tasks, extractor, detector, specs, header, &detected, most_rows);
            let stopped = match read(&mut tables) {
                Err(Stopped::Run(Halt::Enough)) => None,
                Err(Stopped::Run(Halt::Failed(error))) => return Err(error),
                read => read.err(),
            };
            Ok((stopped, tables.finish()?))
        })?;
        if skipped_rows > 0 {
            part.report.damage = Some(format!(
                "it has more than {TABLES} tables, and {skipped_rows} rows of the others were not read; split it"
            ));
        }
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
        (1..).zip(&detected).for_each(|(number, table)| table.report(number, is_alone, &mut part.report));
        part.check(detected.iter().map(|table| table.fields()).max())
    }
}

/// Splits a block of delimited text into rows.
struct Split<'c> {
    dialect: Dialect,
    indexes: Vec<usize>,
    width: usize,
    columns: &'c Columns,
}

impl Split<'_> {
    fn take(&self, block: &Block, has_header: bool, most: usize, extractor: &Extractor<'_>) -> Result<(), DumpError> {
        let text = utf8(block, self.columns);
        let mut batch = Batch::new(self.columns, extractor);
        let mut is_header = has_header;
        let (mut start, mut fields): (usize, Vec<Field>) = (0, Vec::new());
        while start < text.len() {
            let ended = self.dialect.split(&text[start..], most, &mut fields);
            let (record, at) = (text.get(start..start + ended.at).unwrap_or_default(), block.at + start as u64);
            start += ended.at;
            if ended.is_malformed {
                batch.malformed(at);
                continue;
            }
            if record.trim_ascii().is_empty() || std::mem::take(&mut is_header) {
                continue;
            }
            if fields.len() == self.width {
                let cells = self.indexes.iter().enumerate();
                batch.row(at, cells.map(|(column, &index)| (column, Cell::Text(fields[index].text(record)))));
            } else {
                batch.malformed(at);
            }
        }
        batch.finish()
    }
}
