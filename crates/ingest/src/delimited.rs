//! Delimited text and plain lines: records out of lines, cells out of records.
//!
//! A quote that is opened and never closed must not swallow the rest of a dump: a record may span a bounded number of
//! lines, else its first line is counted as malformed and reading goes on behind it.

use crate::columns::{self, CellSink, Column, ColumnSpec};
use crate::lines::{self, Line, Lines};
use crate::{FileReport, IngestError};
use csv_core::{ReadRecordResult, ReaderBuilder};
use std::collections::VecDeque;
use std::io::{self, Read};
use std::ops::Range;
use std::path::Path;

/// Most lines of one quoted record; an address has a few.
const RECORD_LINES: usize = 32;

/// Most fields of a record; a wider one is malformed.
const RECORD_FIELDS: usize = 4_096;

/// Reads delimited text, and hands each cell that is wanted to `cell`.
pub(crate) fn read(
    text: &mut Lines<impl Read>,
    delimiter: u8,
    specs: &[ColumnSpec],
    path: &Path,
    report: &mut FileReport,
    cell: &mut CellSink<'_>,
) -> Result<(), IngestError> {
    let mut records = Records::new(text, delimiter);
    let failed = |error| IngestError::Input { path: path.to_owned(), error };
    if !records.next().map_err(failed)? {
        (report.rows, report.malformed) = (records.unreadable, records.unreadable);
        return Ok(());
    }
    let first = &records.record;
    let fields: Vec<_> = (0..first.len()).map(|place| first.field(place).unwrap_or_default()).collect();
    let resolved = columns::resolve(specs, &fields, path)?;
    let named = resolved.names.iter().zip(&resolved.columns);
    report.columns = named.map(|(name, column)| (name.clone(), column.kind.name.clone())).collect();
    let width = first.len();
    let mut is_data = !resolved.has_header || records.next().map_err(failed)?;
    while is_data {
        report.rows += 1;
        let record = &records.record;
        if record.len() == width && resolved.columns.iter().all(|column| record.field(column.place).is_some()) {
            resolved
                .columns
                .iter()
                .try_for_each(|column| cell(column.kind, record.field(column.place).unwrap_or_default()))?;
        } else {
            report.malformed += 1;
        }
        is_data = records.next().map_err(failed)?;
    }
    report.rows += records.unreadable;
    report.malformed += records.unreadable;
    Ok(())
}

/// Reads a value a line; the first line may be a header.
pub(crate) fn read_plain(
    text: &mut Lines<impl Read>,
    specs: &[ColumnSpec],
    path: &Path,
    report: &mut FileReport,
    cell: &mut CellSink<'_>,
) -> Result<(), IngestError> {
    let mut columns: Option<Vec<Column>> = None;
    loop {
        let value = match text.next().map_err(|error| IngestError::Input { path: path.to_owned(), error })? {
            Line::End => return Ok(()),
            Line::Skipped => None,
            Line::Read(line) => std::str::from_utf8(line).ok().map(|line| unquoted(line.trim())),
        };
        if value == Some("") {
            continue;
        }
        if columns.is_none() {
            let resolved = columns::resolve(specs, &[value.unwrap_or_default()], path)?;
            report.columns = resolved.columns.iter().map(|column| ("1".to_owned(), column.kind.name.clone())).collect();
            columns = Some(resolved.columns);
            if resolved.has_header {
                continue;
            }
        }
        report.rows += 1;
        match (&columns, value) {
            (Some(columns), Some(value)) => columns.iter().try_for_each(|column| cell(column.kind, value))?,
            _ => report.malformed += 1,
        }
    }
}

/// Without the quotes that some exports put around every value.
fn unquoted(value: &str) -> &str {
    value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value)
}

/// One record: its text, without the quotes, and where each field lies in it.
#[derive(Default)]
struct Record {
    bytes: Vec<u8>,
    fields: Vec<Range<usize>>,
}

impl Record {
    fn len(&self) -> usize {
        self.fields.len()
    }

    /// A field; none if it is not UTF-8 or not there.
    fn field(&self, place: usize) -> Option<&str> {
        std::str::from_utf8(&self.bytes[self.fields.get(place)?.clone()]).ok()
    }

    /// A line without quotes: every delimiter separates.
    fn split(&mut self, line: &[u8], delimiter: u8) {
        let line = line.strip_suffix(b"\n").unwrap_or(line);
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        self.bytes.clear();
        self.bytes.extend_from_slice(line);
        self.fields.clear();
        let mut start = 0;
        for end in memchr::memchr_iter(delimiter, line) {
            self.fields.push(start..end);
            start = end + 1;
        }
        self.fields.push(start..line.len());
    }
}

/// Splits text into records.
struct Records<'t, R> {
    text: &'t mut Lines<R>,
    delimiter: u8,
    parser: csv_core::Reader,
    record: Record,
    /// Lines that were read ahead of a quote that never closed.
    ahead: VecDeque<Vec<u8>>,
    /// Lines that belong to no record.
    unreadable: u64,
}

impl<'t, R: Read> Records<'t, R> {
    fn new(text: &'t mut Lines<R>, delimiter: u8) -> Self {
        let parser = ReaderBuilder::new().delimiter(delimiter).build();
        Self { text, delimiter, parser, record: Record::default(), ahead: VecDeque::new(), unreadable: 0 }
    }

    /// Reads the next record into `record`; false at the end.
    fn next(&mut self) -> io::Result<bool> {
        loop {
            let quoted = match self.ahead.pop_front() {
                Some(line) => line,
                None => match self.text.next()? {
                    Line::End => return Ok(false),
                    Line::Skipped => {
                        self.unreadable += 1;
                        continue;
                    }
                    Line::Read(line) if memchr::memchr(b'"', line).is_none() => {
                        if line.trim_ascii().is_empty() {
                            continue;
                        }
                        self.record.split(line, self.delimiter);
                        return Ok(true);
                    }
                    Line::Read(line) => ended(line),
                },
            };
            if quoted.trim_ascii().is_empty() {
                continue;
            }
            if self.read_quoted(&quoted)? {
                return Ok(true);
            }
            self.unreadable += 1;
        }
    }

    /// The record that begins with this line; none if its quote does not close in time, in which case the lines behind
    /// the first are read again.
    fn read_quoted(&mut self, first: &[u8]) -> io::Result<bool> {
        self.parser.reset();
        let mut parsed = Parsed::default();
        let mut complete = parsed.add(&mut self.parser, first);
        let mut behind = Vec::new();
        while !complete && behind.len() < RECORD_LINES && parsed.bytes.len() < lines::LINE_BYTES {
            let Some(line) = self.line()? else { break };
            complete = parsed.add(&mut self.parser, &line);
            behind.push(line);
        }
        if complete {
            let starts = std::iter::once(0).chain(parsed.ends.iter().copied());
            self.record.fields = starts.zip(&parsed.ends).map(|(start, &end)| start..end).collect();
            self.record.bytes = parsed.bytes;
        } else {
            behind.into_iter().rev().for_each(|line| self.ahead.push_front(line));
        }
        Ok(complete)
    }

    /// The next line, ending in a line feed even where the file does not.
    fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        if let Some(line) = self.ahead.pop_front() {
            return Ok(Some(line));
        }
        loop {
            match self.text.next()? {
                Line::End => return Ok(None),
                Line::Skipped => self.unreadable += 1,
                Line::Read(line) => return Ok(Some(ended(line))),
            }
        }
    }
}

/// What the parser made of the lines of one record so far: fields one behind another, and where each ends.
#[derive(Default)]
struct Parsed {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Parsed {
    /// Parses a line, to its line feed; true if that completes the record.
    fn add(&mut self, parser: &mut csv_core::Reader, line: &[u8]) -> bool {
        let (written, ended) = (self.bytes.len(), self.ends.len());
        // Fields are never longer than their text, so one call takes the whole line; it stops short of a record only
        // where a quote is open, or where there are too many fields.
        self.bytes.resize(written + line.len() + 1, 0);
        self.ends.resize(RECORD_FIELDS, 0);
        let (result, _, wrote, ends) = parser.read_record(line, &mut self.bytes[written..], &mut self.ends[ended..]);
        self.bytes.truncate(written + wrote);
        self.ends.truncate(ended + ends);
        result == ReadRecordResult::Record
    }
}

/// A line of its own, with a line feed.
fn ended(line: &[u8]) -> Vec<u8> {
    let mut line = line.to_vec();
    if !line.ends_with(b"\n") {
        line.push(b'\n');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str, specs: &[&str]) -> (Vec<String>, u64, u64) {
        let specs: Vec<ColumnSpec> = specs.iter().map(|spec| spec.parse().expect("a spec")).collect();
        let mut report = FileReport::default();
        let mut found = Vec::new();
        let mut take = |_: &'static exposure_identifier::Kind, value: &str| {
            found.push(value.to_owned());
            Ok(())
        };
        read(&mut Lines::new(text.as_bytes()), b',', &specs, Path::new("dump.csv"), &mut report, &mut take)
            .expect("read");
        (found, report.rows, report.malformed)
    }

    #[test]
    fn quotes_and_lines_inside_them() {
        let text = "name,mobile\r\n\"a, \"\"b\"\"\nc\",1\r\nd,\"2\"\n\ne,3";
        assert_eq!(cells(text, &[]), (vec!["1".into(), "2".into(), "3".into()], 3, 0));
    }

    #[test]
    fn an_open_quote_costs_one_line() {
        let rest: Vec<_> = (3..100).map(|n| format!("b,{n}")).collect();
        let text = format!("name,mobile\na,1\n\"open,2\n{}\n", rest.join("\n"));
        let (found, rows, malformed) = cells(&text, &[]);
        assert_eq!((found.len(), rows, malformed), (98, 99, 1));
        let (found, rows, malformed) = cells("name,mobile\n\"open,2\nb,3\n", &[]);
        assert_eq!((found, rows, malformed), (vec!["3".to_owned()], 2, 1));
    }

    #[test]
    fn rows_of_another_width_are_counted_and_passed() {
        assert_eq!(cells("name,mobile\na\na,1,2\na,3\n", &[]), (vec!["3".to_owned()], 3, 2));
    }

    #[test]
    fn without_a_header_the_first_row_is_data() {
        assert_eq!(cells("a,1\nb,2\n", &["2=phone"]), (vec!["1".into(), "2".into()], 2, 0));
    }
}
