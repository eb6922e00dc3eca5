//! Reads one member: detects its format, and distributes its records to the cores.

use super::batch::Batch;
use super::columns::Columns;
use super::context::{Context, Extractor};
use super::delimited;
use super::detected::DetectedTable;
use super::json;
use super::part::Part;
use super::pool::Pool;
use super::tables::{TABLES, Tables};
use super::text::utf8;
use super::trial::Explained;
use crate::columns::column::{Column, Treatment};
use crate::columns::detect::Detector;
use crate::columns::mapping::FormatName;
use crate::container::{Content, FileFormat, Member, Seekable, StreamFormat};
use crate::encoding;
use crate::error::DumpError;
use crate::format::arrow::Arrow;
use crate::format::avro::Avro;
use crate::format::blocks::{Blocks, Cut};
use crate::format::bson::Bson;
use crate::format::detect::{self, FORMAT_HEAD_BYTES, Format};
use crate::format::orc::Orc;
use crate::format::records::{Lines, Places, Records};
use crate::format::rows::{Outside, Stopped};
use crate::format::{ods, parquet, sql, xls, xlsb, xlsx};
use crate::halt::Halt;
use crate::report::PartReport;
use bytes::Bytes;
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

/// Confidence from which a text is of a format, although nothing in its head says more.
const SURE: f64 = 0.9;

/// The format of a part that a mapping leaves out.
const NOT_TO_BE_READ: &str = "not to be read, as the mapping says";

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
        let mut part = Part { is_named, asked, specs, detector: Arc::new(Detector::new(rules)), report };
        match content {
            _ if part.asked.format == Some(FormatName::None) => NOT_TO_BE_READ.clone_into(&mut part.report.format),
            Content::Text(text) => self.text(text, &mut part)?,
            Content::Tables(format, file) => self.file(format, file, &mut part)?,
            Content::Records(format, stream) => {
                let limits = self.context.limits;
                match format {
                    StreamFormat::Arrow => self.records(format.name(), Arrow::open(stream, limits), &mut part)?,
                    StreamFormat::Avro => self.records(format.name(), Avro::open(stream, limits), &mut part)?,
                    StreamFormat::Bson => self.records(format.name(), Ok(Bson::new(stream, limits)), &mut part)?,
                    StreamFormat::BsonArchive => {
                        self.records(format.name(), Bson::archive(stream, limits), &mut part)?;
                    }
                }
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

    /// A file of tables that is read out of order.
    fn file(&self, format: FileFormat, file: Seekable, part: &mut Part) -> Result<(), DumpError> {
        let limits = self.context.limits;
        match format {
            FileFormat::Ods => {
                self.tables(format.name(), true, part, |tables| ods::read(file.reader(), limits, tables))
            }
            FileFormat::Xls => {
                self.tables(format.name(), true, part, |tables| xls::read(file.reader(), limits, tables))
            }
            FileFormat::Xlsb => {
                self.tables(format.name(), true, part, |tables| xlsb::read(file.reader(), limits, tables))
            }
            FileFormat::Xlsx => {
                self.tables(format.name(), true, part, |tables| xlsx::read(file.reader(), limits, tables))
            }
            FileFormat::Parquet => self.tables(format.name(), true, part, |tables| match file {
                Seekable::File(file) => parquet::read(file, limits, tables),
                Seekable::Memory(bytes) => parquet::read_whole(bytes, limits, tables),
            }),
            FileFormat::Orc => match file {
                Seekable::File(file) => self.records(format.name(), Orc::open(file, limits), part),
                Seekable::Memory(bytes) => self.records(format.name(), Orc::open(Bytes::from(bytes), limits), part),
            },
        }
    }

    /// Records of a binary format, which are read as JSON.
    fn records(
        &self,
        format: &str,
        records: std::io::Result<impl Records + Send>,
        part: &mut Part,
    ) -> Result<(), DumpError> {
        match records {
            Ok(records) => {
                let most = if self.context.is_preview { PREVIEW_BYTES } else { u64::MAX };
                let mut lines = Lines::new(records, most, self.context.limits);
                json::read(self.context, &mut lines, part)?;
                number_rows(&mut part.report, lines.places());
            }
            Err(error) => part.damaged(&error),
        }
        format.clone_into(&mut part.report.format);
        Ok(())
    }

    fn text(&self, text: Box<dyn Read + Send + '_>, part: &mut Part) -> Result<(), DumpError> {
        let most = if self.context.is_preview { PREVIEW_BYTES } else { u64::MAX };
        let region = part.asked.region.unwrap_or(self.context.rules.region).to_string();
        let mut text = encoding::decode(text.take(most), part.asked.encoding, Some(region));
        let head = text.peek(FORMAT_HEAD_BYTES);
        let is_whole = head.len() < FORMAT_HEAD_BYTES;
        // A character may be truncated at the end.
        let head = Zeroizing::new(String::from_utf8_lossy(head).into_owned());
        let formats = match detect::plausible(&head, is_whole, &part.asked, &part.specs, &part.detector) {
            Ok(formats) => formats,
            Err(why) => {
                // If the file is truncated this early, the damage is what matters.
                match if is_whole { std::io::copy(&mut text, &mut std::io::sink()) } else { Ok(0) } {
                    Ok(_) => return part.no_such_column(why.0, why.1),
                    Err(error) => {
                        part.damaged(&error);
                        return Ok(());
                    }
                }
            }
        };
        let (format, confidence) = self.best(formats, &head, is_whole, part)?;
        part.report.format_confidence = confidence;
        self.format(format, &head, &mut text, part)?;
        part.encoded(&text);
        Ok(())
    }

    /// The format that explains most of the head.
    fn best(
        &self,
        mut formats: Vec<(Format, f64)>,
        head: &str,
        is_whole: bool,
        part: &Part,
    ) -> Result<(Format, f64), DumpError> {
        if formats.len() == 1 {
            return Ok(formats.swap_remove(0));
        }
        // The last line may be incomplete.
        let end = if is_whole { head.len() } else { head.rfind('\n').map_or(head.len(), |at| at + 1) };
        let head = &head[..end];
        let trial = Context { extractor: Extractor { sink: &(), shows: 0, ..self.context.extractor }, ..*self.context };
        let mut best: Option<(usize, Explained)> = None;
        // The likeliest that does not have what was asked for.
        let mut refused = None;
        for (index, (format, _)) in formats.iter().enumerate() {
            if matches!(format, Format::Text) {
                continue;
            }
            let mut scratch = part.scratch();
            match (Reader { context: &trial }).format(format.clone(), head, &mut head.as_bytes(), &mut scratch) {
                Ok(()) => {}
                Err(DumpError::Sink) => return Err(DumpError::Sink),
                // What it asks for is not in this reading.
                Err(_) => {
                    refused.get_or_insert(index);
                    continue;
                }
            }
            if scratch.report.skipped.is_some() && !part.specs.is_empty() {
                refused.get_or_insert(index);
                continue;
            }
            let explained = Explained::by(&scratch.report);
            if best.is_none_or(|(_, other)| explained.is_better_than(&other)) {
                best = Some((index, explained));
            }
        }
        let in_text = if part.specs.is_empty() { searched(head, part) } else { 0 };
        let chosen = match best {
            Some((_, explained)) if explained.is_nothing() => {
                formats.iter().position(|(format, confidence)| match format {
                    Format::Delimited(table) => table.is_certain() || (is_whole && table.width > 1 && in_text == 0),
                    Format::Text => false,
                    Format::Json | Format::Sql | Format::Layout(_) => *confidence >= SURE,
                })
            }
            Some((_, explained)) if explained.cuts_numbers(in_text) => None,
            Some((index, explained)) if !part.specs.is_empty() || explained.is_of_columns() => Some(index),
            // What is missing is said when it is read.
            None => refused,
            _ => None,
        };
        Ok(formats.swap_remove(chosen.unwrap_or(formats.len() - 1)))
    }

    /// Reads a text in one format.
    fn format(
        &self,
        format: Format,
        head: &str,
        text: &mut (dyn Read + Send),
        part: &mut Part,
    ) -> Result<(), DumpError> {
        match format {
            Format::Delimited(table) => delimited::read(self.context, text, table, part),
            Format::Json => json::read(self.context, text, part),
            Format::Sql => {
                let format = format!("SQL ({})", sql::dialect_name(head));
                self.tables(&format, false, part, |tables| sql::read(&mut &mut *text, self.context.limits, tables))
            }
            Format::Layout(layout) => self
                .tables(layout.name(), false, part, |tables| layout.read(&mut &mut *text, self.context.limits, tables)),
            Format::Text => self.running(text, part),
        }
    }

    fn running(&self, text: &mut (dyn Read + Send), part: &mut Part) -> Result<(), DumpError> {
        "running text".clone_into(&mut part.report.format);
        let column = Column::unknown(String::new(), Treatment::Text, part.detector.rules());
        let columns = Columns::new(vec![column], &part.detector);
        let (columns, extractor) = (&columns, &self.context.extractor);
        let pool = Pool::default();
        let ended = pool.run(|tasks| {
            let mut blocks = Blocks::new(text, Cut::Words, self.context.limits);
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
        part.check(detected.iter().map(|table| table.width).max())
    }
}

/// How many identifiers a search of the text finds.
fn searched(text: &str, part: &Part) -> u64 {
    let mut count = 0;
    part.detector.scanner().scan(text, |_| count += 1);
    count
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
