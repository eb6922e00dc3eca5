//! The formats that a text may be of, by evidence: JSON, SQL, fields between delimiters, one value
//! per line, or running text. Which of them explains most is found by reading the head
//! (`extract::trial`).
//!
//! Delimiters are not limited to the usual ones: every string of punctuation that cuts the first
//! rows into equally many fields is tried, and the one under which the most values are identifiers
//! wins.

use crate::columns::column::{Column, ColumnSpec};
use crate::columns::detect::{Detector, MissingColumn, SAMPLE, Sample};
use crate::columns::header;
use crate::columns::mapping::{FormatName, Requested};
use crate::format::delimited::Dialect;
use crate::format::layout::Layout;
use crate::format::{json, sql};
use std::borrow::Cow;

/// Bytes of a text that are examined before its format is detected.
pub(crate) const FORMAT_HEAD_BYTES: usize = 256 << 10;

/// Delimiters that are always tried.
const DELIMITERS: [&str; 12] = [",", "\t", ";", "|", "----", "||", ":", "::", "\u{1}", "^", "#", "~"];

/// Delimiters that are usual inside dates and numbers. They are tried where nothing else explains
/// anything.
const WEAK_DELIMITERS: [&str; 6] = ["-", "_", "+", "@", "/", "."];

/// Longest delimiter that is detected.
const DELIMITER_BYTES: usize = 8;

/// Share of rows that must have the same width.
const SHARE_OF_WIDTH: f64 = 0.4;

/// Share of rows that must be as wide as the header for it to say how wide the table is.
const SHARE_OF_HEADER: f64 = 0.2;

/// Dialects of which the head is read.
const TRIED: usize = 3;

/// Confidence of running text, which everything is.
const TEXT_CONFIDENCE: f64 = 0.5;

/// Maximum bytes of a record in the sample.
const RECORD_BYTES: usize = 64 << 10;

/// The format of a text.
#[derive(Clone)]
pub(crate) enum Format {
    /// Records of fields, or of one value each.
    Delimited(Table),
    /// JSON of any layout.
    Json,
    /// SQL statements.
    Sql,
    /// Records of lines, or tables of markup.
    Layout(Layout),
    /// Running text.
    Text,
}

/// How a delimited text is read.
#[derive(Clone)]
pub(crate) struct Table {
    pub(crate) dialect: Dialect,
    /// Where in the text its header is, if there is one.
    pub(crate) header_at: Option<u64>,
    /// Fields of most records.
    pub(crate) width: usize,
    /// One for each field.
    pub(crate) columns: Vec<Column>,
}

impl Table {
    /// Whether its header names a kind.
    pub(crate) fn is_certain(&self) -> bool {
        self.header_at.is_some() && self.columns.iter().any(|column| column.kind().is_some())
    }
}

/// A requested column does not exist; the number of fields.
pub(crate) struct NoSuchColumn(pub(crate) String, pub(crate) usize);

/// The formats that a text may be of, each with a confidence between 0 and 1, the likeliest first.
/// Where an operator states it, there is one. Running text is the last.
pub(crate) fn plausible(
    head: &str,
    is_whole: bool,
    asked: &Requested,
    specs: &[ColumnSpec],
    detector: &Detector,
) -> Result<Vec<(Format, f64)>, NoSuchColumn> {
    let mut formats = Vec::new();
    match asked.format {
        Some(FormatName::Json) => return Ok(vec![(Format::Json, 1.0)]),
        Some(FormatName::Sql) => return Ok(vec![(Format::Sql, 1.0)]),
        Some(FormatName::Vcard) => return Ok(vec![(Format::Layout(Layout::Cards), 1.0)]),
        Some(FormatName::Ldif) => return Ok(vec![(Format::Layout(Layout::Directory), 1.0)]),
        Some(FormatName::Records) => return Ok(vec![(Format::Layout(Layout::Vertical), 1.0)]),
        Some(FormatName::Drawn) => return Ok(vec![(Format::Layout(Layout::Ruled), 1.0)]),
        Some(FormatName::Html) => return Ok(vec![(Format::Layout(Layout::Html), 1.0)]),
        Some(FormatName::Xml) => return Ok(vec![(Format::Layout(Layout::Xml), 1.0)]),
        Some(FormatName::Text) => return Ok(vec![(Format::Text, 1.0)]),
        Some(FormatName::Delimited | FormatName::Lines | FormatName::None) => {}
        None => {
            // What can be nothing else need not be tried as anything else.
            if let Some(confidence) = json::looks_like(head).filter(|_| json::is_nothing_else(head, is_whole)) {
                return Ok(vec![(Format::Json, confidence), (Format::Text, TEXT_CONFIDENCE)]);
            }
            formats.extend(json::looks_like(head).map(|confidence| (Format::Json, confidence)));
            formats.extend(sql::looks_like(head).map(|confidence| (Format::Sql, confidence)));
            let layouts = Layout::ALL.into_iter().filter_map(|layout| Some((layout, layout.looks_like(head)?)));
            formats.extend(layouts.map(|(layout, confidence)| (Format::Layout(layout), confidence)));
        }
    }
    let is_given = asked.format.is_some();
    let mut tried = delimited(head, is_whole, asked, specs, detector);
    if formats.is_empty() && !tried.is_empty() && tried.iter().all(|tried| tried.missing.is_some()) {
        let Tried { table, missing, .. } = tried.swap_remove(0);
        return Err(NoSuchColumn(missing.unwrap_or_default(), table.width));
    }
    tried.retain(|tried| tried.missing.is_none());
    formats.extend(tried.into_iter().take(TRIED).map(|tried| (Format::Delimited(tried.table), tried.share)));
    if !is_given || formats.is_empty() {
        formats.push((Format::Text, TEXT_CONFIDENCE));
    }
    Ok(formats)
}

/// A dialect that was tried.
struct Tried {
    table: Table,
    /// Share of rows of the same width.
    share: f64,
    passed: usize,
    missing: Option<String>,
}

/// The dialects of delimited text that are plausible, the best first.
fn delimited(head: &str, is_whole: bool, asked: &Requested, specs: &[ColumnSpec], detector: &Detector) -> Vec<Tried> {
    let quoted = |mut dialect: Dialect| {
        dialect.is_quoted = asked.quoted.map_or(dialect.is_quoted, |quoted| quoted && dialect.delimiter.len() == 1);
        dialect
    };
    let is_given = asked.format.is_some();
    let dialects: Vec<Dialect> = match (asked.format, &asked.delimiter) {
        (Some(FormatName::Lines), _) => vec![Dialect::lines()],
        (_, Some(delimiter)) => vec![quoted(Dialect::delimited(delimiter))],
        _ => candidates(head).into_iter().map(|delimiter| quoted(Dialect::delimited(&delimiter))).collect(),
    };
    let attempt = |dialect: Dialect| attempt(head, is_whole, dialect, asked.header, specs, detector);
    let mut tried: Vec<Tried> = dialects.into_iter().filter_map(attempt).collect();
    tried.retain(|tried| {
        let needed = if tried.table.header_at.is_some() { SHARE_OF_HEADER } else { SHARE_OF_WIDTH };
        is_given || (tried.table.width > 1 && tried.share >= needed)
    });
    if !is_given && tried.iter().all(|tried| tried.passed == 0) && !detector.holds_identifier(head) {
        let weak = WEAK_DELIMITERS.iter().filter(|&&delimiter| head.contains(delimiter));
        let weak = weak.filter_map(|delimiter| attempt(quoted(Dialect::delimited(delimiter))));
        tried.extend(weak.filter(|weak| weak.passed > 0 && weak.table.width > 1 && weak.share >= SHARE_OF_WIDTH));
    }
    if !is_given {
        // A row that is taken for one cell still holds its numbers: fields must explain fewer.
        let passed = tried.iter().map(|tried| tried.passed).max();
        tried.extend(attempt(Dialect::lines()).filter(|lines| passed.is_none_or(|passed| lines.passed > passed)));
    }
    // Of `|` and `|||`, under which the same values pass, the longer one leaves no empty fields.
    tried.sort_by(|a, b| {
        let rank = |tried: &Tried| (tried.missing.is_none(), tried.passed);
        let length = |tried: &Tried| tried.table.dialect.delimiter.len();
        let is_wide = |tried: &Tried| tried.table.width > 1;
        rank(b)
            .cmp(&rank(a))
            .then(is_wide(b).cmp(&is_wide(a)))
            .then(b.share.total_cmp(&a.share))
            .then(length(b).cmp(&length(a)))
    });
    tried
}

/// Reads the head in a dialect; `None` if it has no row.
fn attempt(
    head: &str,
    is_whole: bool,
    dialect: Dialect,
    header: Option<bool>,
    specs: &[ColumnSpec],
    detector: &Detector,
) -> Option<Tried> {
    let unchecked = rows(head, is_whole, &dialect);
    let width = most_frequent(unchecked.iter().map(|(_, row)| row.len()))?;
    let dialect = Dialect { width, ..dialect };
    // With the width it is known which quotes join rows, so that there may be more of them.
    let split = if dialect.is_quoted { rows(head, is_whole, &dialect) } else { unchecked };
    let (places, rows): (Vec<usize>, Vec<Vec<Cow<'_, str>>>) = split.into_iter().unzip();
    let header = header::row(&rows, width, specs, header, detector);
    // A header says how wide its table is, unless hardly any row is.
    let below = &rows[header.map_or(0, |at| at + 1)..];
    let of_width = |width| below.iter().filter(|row| row.len() == width).count() as f64 / below.len().max(1) as f64;
    let width = header.map(|at| rows[at].len()).filter(|&stated| of_width(stated) >= SHARE_OF_HEADER).unwrap_or(width);
    let share = of_width(width);
    let dialect = Dialect { width, ..dialect };
    let below: Vec<_> = below.iter().filter(|row| row.len() == width).cloned().collect();
    let values = header::by_column(&below, width);
    let headers = header.map(|at| header::aligned(rows[at].clone(), &values, detector));
    let sample = Sample { headers, values };
    let (columns, missing) = match detector.columns(specs, &sample) {
        Ok(columns) => (columns, None),
        Err(MissingColumn(column)) => (Vec::new(), Some(column)),
    };
    let passed = columns.iter().filter(|column| column.kind().is_some()).map(|column| column.passed).sum();
    let header_at = header.map(|at| places[at] as u64);
    Some(Tried { table: Table { dialect, header_at, width, columns }, share, passed, missing })
}

/// The rows of the head, without blank ones, each with its position.
pub(crate) fn rows<'h>(head: &'h str, is_whole: bool, dialect: &Dialect) -> Vec<(usize, Vec<Cow<'h, str>>)> {
    let (mut rows, mut fields, mut at) = (Vec::new(), Vec::new(), 0);
    while at < head.len() && rows.len() <= SAMPLE {
        let Some(ended) = dialect.fields(&head[at..], is_whole, RECORD_BYTES, &mut fields) else { break };
        let Some(record) = head.get(at..at + ended.at) else { break };
        let start = at;
        at += ended.at;
        if !ended.is_malformed && !record.trim().is_empty() {
            rows.push((start, fields.iter().map(|field| field.text(record)).collect()));
        }
    }
    rows
}

fn most_frequent(widths: impl Iterator<Item = usize>) -> Option<usize> {
    let mut counts = std::collections::BTreeMap::new();
    widths.for_each(|width| *counts.entry(width).or_insert(0) += 1);
    counts.into_iter().max_by_key(|&(width, count)| (count, width)).map(|(width, _)| width)
}

/// Possible delimiters: the usual ones, and every string of punctuation in the first two lines.
fn candidates(head: &str) -> Vec<String> {
    let mut found: Vec<String> = DELIMITERS.iter().map(|&delimiter| delimiter.to_owned()).collect();
    // Full stops of any script end sentences.
    let is_part = |c: char| (c.is_ascii_punctuation() && !"\"'*.".contains(c)) || (c.is_ascii_control() && c != '\r');
    for line in head.lines().filter(|line| !line.trim().is_empty()).take(2) {
        for run in line.get(..line.len().min(4_096)).unwrap_or(line).split(|c| !is_part(c)) {
            let is_new = !run.is_empty() && run.len() <= DELIMITER_BYTES && !found.iter().any(|known| known == run);
            // A single hyphen, bracket and the like is usual in dates and numbers.
            if is_new && (run.chars().count() > 1 || !"-+()/@_".contains(run)) {
                found.push(run.to_owned());
            }
        }
    }
    found.retain(|delimiter| head.contains(delimiter.as_str()));
    found
}
