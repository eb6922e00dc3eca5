//! Detects the format of a text by evidence: JSON, SQL, fields between delimiters, one value per
//! line, or running text.
//!
//! Delimiters are not limited to the usual ones: every string of punctuation that cuts the first
//! rows into equally many fields is tried, and the one under which the most values are identifiers
//! wins.

use crate::columns::column::{Column, ColumnSpec};
use crate::columns::detect::{Detector, MissingColumn, SAMPLE, Sample, is_header};
use crate::columns::mapping::{FormatName, Requested};
use crate::format::delimited::Dialect;
use crate::format::layout::Layout;
use crate::format::{json, sql};
use std::borrow::Cow;

/// Bytes of a text that are examined before its format is detected.
pub(crate) const FORMAT_HEAD_BYTES: usize = 256 << 10;

/// Delimiters that are always tried.
const DELIMITERS: [&str; 12] = [",", "\t", ";", "|", "----", "||", ":", "::", "\u{1}", "^", "#", "~"];

/// Longest delimiter that is detected.
const DELIMITER_BYTES: usize = 8;

/// Share of rows that must have the same width.
const SHARE_OF_WIDTH: f64 = 0.8;

/// Share of rows with an identifier among words, above which a table of unknown columns is running
/// text.
const SHARE_OF_TEXT: f64 = 0.05;

/// Confidence above which no other format is tried.
const SURE: f64 = 0.5;

/// Maximum bytes of a record in the sample.
const RECORD_BYTES: usize = 64 << 10;

/// The format of a text.
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
pub(crate) struct Table {
    pub(crate) dialect: Dialect,
    pub(crate) has_header: bool,
    /// Fields of a record; others are malformed.
    pub(crate) width: usize,
    /// The columns, each with its index.
    pub(crate) columns: Vec<(usize, Column)>,
}

/// Why no column can be read.
pub(crate) enum NotDetected {
    /// A requested column does not exist; the number of fields.
    NoSuchColumn(String, usize),
    /// No column is recognised; the number of fields.
    NoKnownColumn(usize),
}

/// Detects the format, with a confidence between 0 and 1.
pub(crate) fn detect(
    head: &str,
    is_whole: bool,
    asked: &Requested,
    specs: &[ColumnSpec],
    detector: &Detector,
) -> Result<(Format, f64), NotDetected> {
    match asked.format {
        Some(FormatName::Json) => return Ok((Format::Json, 1.0)),
        Some(FormatName::Sql) => return Ok((Format::Sql, 1.0)),
        Some(FormatName::Text) => return Ok((Format::Text, 1.0)),
        Some(FormatName::Delimited | FormatName::Lines) => {}
        None => {
            let sure = |confidence: Option<f64>| confidence.filter(|&confidence| confidence >= SURE);
            if let Some(confidence) = sure(json::looks_like(head)) {
                return Ok((Format::Json, confidence));
            }
            if let Some(confidence) = sure(sql::looks_like(head)) {
                return Ok((Format::Sql, confidence));
            }
            if let Some((layout, confidence)) = Layout::of(head).filter(|(_, confidence)| *confidence >= SURE) {
                return Ok((Format::Layout(layout), confidence));
            }
        }
    }
    delimited(head, is_whole, asked, specs, detector)
}

/// A dialect that was tried.
struct Tried {
    table: Table,
    /// Share of rows of the same width.
    share: f64,
    passed: usize,
    missing: Option<String>,
}

fn delimited(
    head: &str,
    is_whole: bool,
    asked: &Requested,
    specs: &[ColumnSpec],
    detector: &Detector,
) -> Result<(Format, f64), NotDetected> {
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
    let try_all = |dialects: Vec<Dialect>| -> Vec<Tried> {
        dialects
            .into_iter()
            .filter_map(|dialect| attempt(head, is_whole, dialect, asked.header, specs, detector))
            .collect()
    };
    let mut tried = try_all(dialects);
    tried.retain(|tried| is_given || (tried.table.width > 1 && tried.share >= SHARE_OF_WIDTH));
    // Of `|` and `|||`, under which the same values pass, the longer one leaves no empty fields.
    tried.sort_by(|a, b| {
        let rank = |tried: &Tried| (tried.missing.is_none(), tried.passed);
        let length = |tried: &Tried| tried.table.dialect.delimiter.len();
        rank(b).cmp(&rank(a)).then(b.share.total_cmp(&a.share)).then(length(b).cmp(&length(a)))
    });
    let lines = if is_given { None } else { try_all(vec![Dialect::lines()]).pop() };
    let is_read = |tried: &Tried| tried.missing.is_none() && !tried.table.columns.is_empty();
    let best = tried.iter().position(is_read).map(|at| tried.swap_remove(at));
    match (best, lines) {
        (Some(best), Some(lines)) if is_read(&lines) && lines.passed > best.passed => Ok(found(lines)),
        (Some(best), _) => Ok(found(best)),
        (None, Some(lines)) if is_read(&lines) && (lines.passed > 0 || tried.is_empty()) => Ok(found(lines)),
        (None, lines) => {
            let widest = tried.into_iter().chain(lines.filter(|_| !specs.is_empty())).next();
            match widest {
                Some(Tried { missing: Some(column), table, .. }) => Err(NotDetected::NoSuchColumn(column, table.width)),
                Some(Tried { table, .. })
                    if table.width > 1 && !reads_as_text(head, is_whole, &table.dialect, detector) =>
                {
                    Err(NotDetected::NoKnownColumn(table.width))
                }
                _ => Ok((Format::Text, SURE)),
            }
        }
    }
}

/// Whether identifiers are among words: lines of a log have as many commas each as a table.
fn reads_as_text(head: &str, is_whole: bool, dialect: &Dialect, detector: &Detector) -> bool {
    let rows = rows(head, is_whole, dialect);
    let among_words = |row: &&Vec<Cow<'_, str>>| row.iter().any(|cell| detector.holds_identifier_among_words(cell));
    rows.iter().filter(among_words).count() as f64 > rows.len() as f64 * SHARE_OF_TEXT
}

fn found(tried: Tried) -> (Format, f64) {
    (Format::Delimited(tried.table), tried.share)
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
    let rows = rows(head, is_whole, &dialect);
    let first = rows.first()?.clone();
    let width = most_frequent(rows.iter().map(Vec::len))?;
    let share = rows.iter().filter(|row| row.len() == width).count() as f64 / rows.len() as f64;
    let below = Sample { headers: None, values: by_column(&rows[1..], width) };
    let has_header = header.unwrap_or_else(|| {
        let indexes: Vec<_> = specs.iter().filter(|spec| spec.index().is_some()).cloned().collect();
        is_header(&first, specs, &detector.columns(&indexes, &below).unwrap_or_default())
    });
    let sample = if has_header {
        Sample { headers: Some(first), ..below }
    } else {
        Sample { headers: None, values: by_column(&rows, width) }
    };
    let (columns, missing) = match detector.columns(specs, &sample) {
        Ok(columns) => (columns, None),
        Err(MissingColumn(column)) => (Vec::new(), Some(column)),
    };
    let passed = columns.iter().map(|(_, column)| column.passed).sum();
    Some(Tried { table: Table { dialect, has_header, width, columns }, share, passed, missing })
}

/// The rows of the head, without blank ones.
pub(crate) fn rows<'h>(head: &'h str, is_whole: bool, dialect: &Dialect) -> Vec<Vec<Cow<'h, str>>> {
    let (mut rows, mut fields, mut at) = (Vec::new(), Vec::new(), 0);
    while at < head.len() && rows.len() <= SAMPLE {
        let Some(ended) = dialect.fields(&head[at..], is_whole, RECORD_BYTES, &mut fields) else { break };
        let Some(record) = head.get(at..at + ended.at) else { break };
        at += ended.at;
        if ended.is_malformed || record.trim().is_empty() {
            continue;
        }
        rows.push(fields.iter().map(|field| field.text(record)).collect());
    }
    rows
}

/// The values of rows of one width, by column, without empty ones.
fn by_column<'h>(rows: &[Vec<Cow<'h, str>>], width: usize) -> Vec<Vec<Cow<'h, str>>> {
    let mut columns = vec![Vec::new(); width];
    for row in rows.iter().filter(|row| row.len() == width) {
        for (column, cell) in columns.iter_mut().zip(row) {
            if !cell.trim().is_empty() {
                column.push(cell.clone());
            }
        }
    }
    columns
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

#[cfg(test)]
mod tests;
