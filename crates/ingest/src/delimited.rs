//! Delimited text and plain lines: records out of lines, cells out of records.
//!
//! A quote that is opened and never closed must not swallow the rest of a dump: a record may span a bounded number of
//! lines, else its first line is counted as malformed and reading goes on behind it.

use crate::columns::{self, CellSink, Column, ColumnSpec};
use crate::lines::{self, Line};
use crate::{FileReport, IngestError};
use csv_core::{ReadRecordResult, ReaderBuilder};
use std::collections::VecDeque;
use std::io::{self, BufRead};
use std::path::Path;

/// Most lines of one quoted record; an address has a few.
const RECORD_LINES: usize = 32;

/// Most fields of a record; a wider one is malformed.
const RECORD_FIELDS: usize = 4_096;

/// Reads delimited text, and hands each cell that is wanted to `cell`.
pub(crate) fn read(
    text: &mut impl BufRead,
    delimiter: u8,
    specs: &[ColumnSpec],
    path: &Path,
    report: &mut FileReport,
    cell: &mut CellSink<'_>,
) -> Result<(), IngestError> {
    let mut records = Records::new(text, delimiter);
    let failed = |error| IngestError::Input { path: path.to_owned(), error };
    let Some(first) = records.next().map_err(failed)? else { return Ok(()) };
    let fields: Vec<_> = (0..first.len()).map(|place| first.field(place).unwrap_or_default()).collect();
    let resolved = columns::resolve(specs, &fields, path)?;
    for column in &resolved.columns {
        let header =
            if resolved.has_header { fields[column.place].trim().to_owned() } else { (column.place + 1).to_string() };
        report.columns.push((header, column.kind.name.clone()));
    }
    let width = first.len();
    let mut next = if resolved.has_header { records.next().map_err(failed)? } else { Some(first) };
    while let Some(record) = next {
        report.rows += 1;
        if record.len() == width && resolved.columns.iter().all(|column| record.field(column.place).is_some()) {
            take_cells(&record, &resolved.columns, cell)?;
        } else {
            report.malformed += 1;
        }
        next = records.next().map_err(failed)?;
    }
    report.rows += records.unreadable;
    report.malformed += records.unreadable;
    Ok(())
}

/// Reads a value a line; the first line may be a header.
pub(crate) fn read_plain(
    text: &mut impl BufRead,
    specs: &[ColumnSpec],
    path: &Path,
    report: &mut FileReport,
    cell: &mut CellSink<'_>,
) -> Result<(), IngestError> {
    let mut line = Vec::new();
    let mut columns: Option<Vec<Column>> = None;
    loop {
        let read = lines::read(text, &mut line).map_err(|error| IngestError::Input { path: path.to_owned(), error })?;
        if read == Line::End {
            return Ok(());
        }
        let value = std::str::from_utf8(&line).ok().filter(|_| read == Line::Read).map(|line| unquoted(line.trim()));
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

fn take_cells(record: &Record, columns: &[Column], cell: &mut CellSink<'_>) -> Result<(), IngestError> {
    columns.iter().try_for_each(|column| cell(column.kind, record.field(column.place).unwrap_or_default()))
}

/// One record: its fields, unquoted, one behind another, and where each ends.
struct Record {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Record {
    fn len(&self) -> usize {
        self.ends.len()
    }

    /// A field; none if it is not UTF-8 or not there.
    fn field(&self, place: usize) -> Option<&str> {
        let start = if place == 0 { 0 } else { *self.ends.get(place - 1)? };
        std::str::from_utf8(&self.bytes[start..*self.ends.get(place)?]).ok()
    }
}

/// Splits text into records.
struct Records<'t, T> {
    text: &'t mut T,
    parser: csv_core::Reader,
    /// Lines that were read ahead of a quote that never closed.
    ahead: VecDeque<Vec<u8>>,
    /// Lines that belong to no record.
    unreadable: u64,
}

impl<'t, T: BufRead> Records<'t, T> {
    fn new(text: &'t mut T, delimiter: u8) -> Self {
        let parser = ReaderBuilder::new().delimiter(delimiter).build();
        Self { text, parser, ahead: VecDeque::new(), unreadable: 0 }
    }

    fn next(&mut self) -> io::Result<Option<Record>> {
        while let Some(line) = self.line()? {
            if line.trim_ascii().is_empty() {
                continue;
            }
            match self.record(&line)? {
                Some(record) => return Ok(Some(record)),
                None => self.unreadable += 1,
            }
        }
        Ok(None)
    }

    /// The record that begins with this line; none if its quote does not close in time, in which case the lines behind
    /// the first are read again.
    fn record(&mut self, first: &[u8]) -> io::Result<Option<Record>> {
        self.parser.reset();
        let mut record = Record { bytes: Vec::new(), ends: Vec::new() };
        if self.parse(first, &mut record) {
            return Ok(Some(record));
        }
        let mut behind = Vec::new();
        while behind.len() < RECORD_LINES && record.bytes.len() < lines::LINE_BYTES {
            let Some(line) = self.line()? else { break };
            let complete = self.parse(&line, &mut record);
            behind.push(line);
            if complete {
                return Ok(Some(record));
            }
        }
        behind.into_iter().rev().for_each(|line| self.ahead.push_front(line));
        Ok(None)
    }

    /// Parses a line, to its line feed, into the record; true if that completes it.
    fn parse(&mut self, line: &[u8], record: &mut Record) -> bool {
        let (written, ended) = (record.bytes.len(), record.ends.len());
        // Fields are never longer than their text, so one call takes the whole line; it stops short of a record only
        // where a quote is open, or where there are too many fields.
        record.bytes.resize(written + line.len() + 1, 0);
        record.ends.resize(RECORD_FIELDS, 0);
        let (result, _, wrote, ends) =
            self.parser.read_record(line, &mut record.bytes[written..], &mut record.ends[ended..]);
        record.bytes.truncate(written + wrote);
        record.ends.truncate(ended + ends);
        result == ReadRecordResult::Record
    }

    /// The next line, ending in a line feed even where the file does not.
    fn line(&mut self) -> io::Result<Option<Vec<u8>>> {
        if let Some(line) = self.ahead.pop_front() {
            return Ok(Some(line));
        }
        let mut line = Vec::new();
        loop {
            match lines::read(self.text, &mut line)? {
                Line::End => return Ok(None),
                Line::Skipped => self.unreadable += 1,
                Line::Read => {
                    if !line.ends_with(b"\n") {
                        line.push(b'\n');
                    }
                    return Ok(Some(line));
                }
            }
        }
    }
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
        read(&mut text.as_bytes(), b',', &specs, Path::new("dump.csv"), &mut report, &mut take).expect("read");
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
