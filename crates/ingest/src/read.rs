//! Reads one text or table: decides what it is, and hands its records to the cores.

use crate::blocks::{Block, Blocks, Cut};
use crate::columns::{Because, Column, ColumnSpec, Reads};
use crate::decide::Decider;
use crate::decode::{self, Decoded};
use crate::delimited::Field;
use crate::extract::{Columns, Extractor};
use crate::mapping::Asked;
use crate::pool::Pool;
use crate::report::PartReport;
use crate::rows::{Cell, Stopped};
use crate::shape::{self, HEAD_BYTES, Shape, Table, Undecided};
use crate::source::{self, Content, Member, Seekable};
use crate::table::{Decided, TABLES, Tables};
use crate::{IngestError, Limits, Mapping, columnar, sql, structured, xlsx};
use exposure_identifier::Rules;
use std::borrow::Cow;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, Mutex};
use zeroize::Zeroizing;

/// Bytes of a text, and rows of a table, that a preview looks at.
const PREVIEW_BYTES: u64 = 1 << 20;
const PREVIEW_ROWS: usize = 1_000;

/// What all readers of a run need.
pub(crate) struct Reader<'r> {
    pub(crate) extractor: &'r Extractor<'r>,
    pub(crate) limits: &'r Limits,
    pub(crate) rules: Rules,
    pub(crate) mapping: &'r Mapping,
    pub(crate) columns: &'r [ColumnSpec],
    /// Only the head of each text is read.
    pub(crate) is_preview: bool,
}

/// One text or table on its way.
pub(crate) struct Part<'p> {
    pub(crate) path: &'p Path,
    /// Named itself: then it is a mistake if nothing tells what to read.
    pub(crate) is_named: bool,
    pub(crate) asked: Asked,
    pub(crate) specs: Vec<ColumnSpec>,
    pub(crate) decider: Decider,
    pub(crate) report: PartReport,
}

impl Reader<'_> {
    /// Reads a file or a member of an archive to its end, or to where it is damaged.
    pub(crate) fn member(&self, path: &Path, is_named: bool, member: Member<'_>) -> Result<PartReport, IngestError> {
        let Member { name, compression, content } = member;
        let asked = self.mapping.of(path, name.as_deref());
        let rules = Rules { region: asked.region.unwrap_or(self.rules.region), ..self.rules };
        let specs = if self.columns.is_empty() { asked.columns.clone() } else { self.columns.to_vec() };
        let is_named = is_named && name.is_none();
        let report = PartReport { name, compression, ..PartReport::default() };
        let mut part = Part { path, is_named, asked, specs, decider: Decider::new(rules), report };
        match content {
            Content::Text(text) => self.text(text, &mut part)?,
            Content::Workbook(file) => {
                self.tables("xlsx", true, &mut part, |tables| xlsx::read(file.reader(), self.limits, tables))?;
            }
            Content::Parquet(file) => {
                self.tables("Parquet", true, &mut part, |tables| match file {
                    Seekable::File(file) => columnar::read(file, self.limits, tables),
                    Seekable::Memory(bytes) => columnar::read_whole(bytes, self.limits, tables),
                })?;
            }
            Content::Skipped(why) if is_named => {
                return Err(IngestError::Format { path: path.to_owned(), what: why });
            }
            Content::Skipped(why) => part.report.skipped = Some(why.to_owned()),
        }
        Ok(part.report)
    }

    fn text(&self, text: Box<dyn Read + Send + '_>, part: &mut Part<'_>) -> Result<(), IngestError> {
        let most = if self.is_preview { PREVIEW_BYTES } else { u64::MAX };
        let mut text = decode::decode(text.take(most), part.asked.encoding);
        let head = text.peek(HEAD_BYTES);
        let is_whole = head.len() < HEAD_BYTES;
        // A character may be cut at the end.
        let head = Zeroizing::new(String::from_utf8_lossy(head).into_owned());
        let decided = shape::decide(&head, is_whole, &part.asked, &part.specs, &part.decider);
        let (shape, confidence) = match decided {
            Ok(decided) => decided,
            Err(why) => {
                // Of a file that is cut this early, that is what there is to say.
                match if is_whole { std::io::copy(&mut text, &mut std::io::sink()) } else { Ok(0) } {
                    Ok(_) => return part.undecided(why),
                    Err(error) => {
                        part.damaged(&error);
                        return Ok(());
                    }
                }
            }
        };
        part.report.format_confidence = confidence;
        match shape {
            Shape::Delimited(table) => self.delimited(&mut text, table, part)?,
            Shape::Json => structured::read(self, &mut text, part)?,
            Shape::Sql => {
                let format = format!("SQL ({})", sql::dialect_name(&head));
                self.tables(&format, false, part, |tables| sql::read(&mut text, self.limits, tables))?;
            }
            Shape::Text => self.running(&mut text, part)?,
        }
        part.encoded(&text);
        Ok(())
    }

    fn delimited(
        &self,
        text: &mut Decoded<impl Read + Send>,
        table: Table,
        part: &mut Part<'_>,
    ) -> Result<(), IngestError> {
        part.report.format = table.dialect.name();
        let Table { dialect, has_header, width, columns } = table;
        let (places, list): (Vec<usize>, Vec<Column>) = columns.into_iter().unzip();
        let columns = Columns::new(list);
        let rows = Split { dialect: dialect.clone(), places, width, columns: &columns };
        let (most, extractor) = (self.limits.record, self.extractor);
        self.blocks(text, Cut::Records(dialect), &columns, part, &|block| {
            // The header is the first record of the text.
            rows.take(block, has_header && block.at == 0, most, extractor)
        })
    }

    fn running(&self, text: &mut Decoded<impl Read + Send>, part: &mut Part<'_>) -> Result<(), IngestError> {
        "running text".clone_into(&mut part.report.format);
        let rules = Rules { region: part.asked.region.unwrap_or(self.rules.region), ..self.rules };
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
        let extractor = self.extractor;
        self.blocks(text, Cut::Words, &columns, part, &|block| {
            let mut batch = columns.batch(extractor);
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
        part: &mut Part<'_>,
        take: &(dyn Fn(&Block) -> Result<(), IngestError> + Sync),
    ) -> Result<(), IngestError> {
        let pool = Pool::default();
        let ended = pool.run(|tasks| {
            let mut blocks = Blocks::new(text, cut, self.limits);
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

    /// Reads what hands over rows in sequence.
    fn tables(
        &self,
        format: &str,
        places_are_rows: bool,
        part: &mut Part<'_>,
        read: impl FnOnce(&mut Tables<'_, '_, '_>) -> Result<(), Stopped> + Send,
    ) -> Result<(), IngestError> {
        format.clone_into(&mut part.report.format);
        part.report.places_are_rows = places_are_rows;
        let decided: Mutex<Vec<Arc<Decided>>> = Mutex::default();
        let (pool, extractor, is_preview) = (Pool::default(), self.extractor, self.is_preview);
        let (decider, specs, header) = (&part.decider, &part.specs, part.asked.header);
        let (stopped, passed_over) = pool.run(|tasks| {
            let most_rows = if is_preview { PREVIEW_ROWS } else { usize::MAX };
            let mut tables = Tables::new(tasks, extractor, decider, specs, header, &decided, most_rows);
            let stopped = match read(&mut tables) {
                Err(Stopped::Run(IngestError::Enough)) => None,
                Err(Stopped::Run(error)) => return Err(error),
                read => read.err(),
            };
            Ok((stopped, tables.finish()?))
        })?;
        if passed_over > 0 {
            part.report.damage = Some(format!(
                "it has more than {TABLES} tables, and {passed_over} rows of the others were not read; split it"
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
        let decided = decided.into_inner().expect("no panic while it is held");
        let is_alone = decided.iter().filter(|table| table.is_read()).count() == 1;
        (1..).zip(&decided).for_each(|(number, table)| table.report(number, is_alone, &mut part.report));
        part.check(decided.iter().map(|table| table.fields()).max())
    }
}

impl Part<'_> {
    /// What can be told of an input that ends in an error.
    pub(crate) fn damaged(&mut self, error: &std::io::Error) {
        self.report.damage.get_or_insert_with(|| source::damage_of(error, 0).to_string());
    }

    /// What the decoder found out, once the text has been read.
    fn encoded(&mut self, text: &Decoded<impl Read>) {
        let decision = text.decision();
        decision.encoding.clone_into(&mut self.report.encoding);
        self.report.encoding_confidence = decision.confidence;
        self.report.unreadable += text.unreadable();
        if let Some(at) = text.first_unreadable().filter(|_| !text.holds()) {
            let name = &self.report.encoding;
            self.report.damage.get_or_insert_with(|| {
                format!("the text is not {name} from byte {at} on; say its encoding in a mapping")
            });
        }
    }

    /// A file that was named, and of which nothing tells what to read, is a mistake; one that was found is reported.
    pub(crate) fn undecided(&mut self, why: Undecided) -> Result<(), IngestError> {
        let path = self.path.to_owned();
        let found = |fields: usize| match fields {
            1 => "its first row has one column".to_owned(),
            n => format!("its first row has {n} columns"),
        };
        let error = match why {
            Undecided::NoSuchColumn(column, fields) => IngestError::NoSuchColumn { path, column, found: found(fields) },
            Undecided::NoKnownColumn(fields) => IngestError::NoKnownColumn { path, found: found(fields) },
        };
        self.mistaken(error)
    }

    /// A path that was asked for, and that no record has.
    pub(crate) fn no_such_path(&mut self, column: String) -> Result<(), IngestError> {
        let (path, found) = (self.path.to_owned(), "no record has a value at this path".to_owned());
        self.mistaken(IngestError::NoSuchColumn { path, column, found })
    }

    /// No key of a record tells what its value is.
    pub(crate) fn no_known_path(&mut self) -> Result<(), IngestError> {
        let found = "no key of its objects is a known header; a path such as --column a.b=phone also serves".to_owned();
        self.mistaken(IngestError::NoKnownColumn { path: self.path.to_owned(), found })
    }

    fn mistaken(&mut self, error: IngestError) -> Result<(), IngestError> {
        if self.is_named {
            return Err(error);
        }
        self.report.skipped = Some("no column of it is known".to_owned());
        Ok(())
    }

    /// After tables were read: whether there was anything to read in them.
    pub(crate) fn check(&mut self, fields: Option<usize>) -> Result<(), IngestError> {
        let found = |spec: &&ColumnSpec| {
            let wanted = spec.name.trim();
            let is_behind =
                |name: &str, column: &str| name.strip_suffix(column).is_some_and(|rest| rest.ends_with('.'));
            let is_it = |name: &str| name == wanted || is_behind(name, wanted) || is_behind(wanted, name);
            !self.report.columns.iter().any(|column| is_it(&column.name))
        };
        let Some(fields) = fields.filter(|_| self.report.damage.is_none()) else { return Ok(()) };
        match self.specs.iter().find(found) {
            Some(spec) => self.undecided(Undecided::NoSuchColumn(spec.name.clone(), fields)),
            None if self.report.columns.is_empty() => self.undecided(Undecided::NoKnownColumn(fields)),
            None => Ok(()),
        }
    }
}

/// How a block of delimited text becomes rows.
struct Split<'c> {
    dialect: crate::delimited::Dialect,
    places: Vec<usize>,
    width: usize,
    columns: &'c Columns,
}

impl Split<'_> {
    fn take(&self, block: &Block, has_header: bool, most: usize, extractor: &Extractor<'_>) -> Result<(), IngestError> {
        let text = utf8(block, self.columns);
        let mut batch = self.columns.batch(extractor);
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
                let cells = self.places.iter().enumerate();
                batch.row(at, cells.map(|(column, &place)| (column, Cell::Text(fields[place].text(record)))));
            } else {
                batch.malformed(at);
            }
        }
        batch.finish()
    }
}

/// The text of a block. Bytes that are no UTF-8 are counted, and take nothing with them but their own characters.
fn utf8<'b>(block: &'b Block, columns: &Columns) -> Cow<'b, str> {
    lossy(&block.text, block.at, columns)
}

/// The same of bytes that begin at this place of the text.
pub(crate) fn lossy<'b>(bytes: &'b [u8], at: u64, columns: &Columns) -> Cow<'b, str> {
    match simdutf8::compat::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(error) => {
            let count = bytes.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
            columns.add_unreadable(count as u64, at + error.valid_up_to() as u64);
            String::from_utf8_lossy(bytes)
        }
    }
}
