//! Splits slices of delimited text into records and fields. Cutting a file into slices belongs to
//! `blocks`.
//!
//! A quote that quotes nothing must not swallow rows. A field over several lines is believed only
//! where those lines are not rows by themselves; else, and where a quote is not closed within a
//! bounded number of lines, the quotes of the first line are ordinary characters.

use std::borrow::Cow;

/// Maximum lines of one quoted record; an address has a few.
const RECORD_LINES: usize = 32;

const QUOTE: u8 = b'"';

/// How records are written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// What separates fields: one character or several; empty if a line is one value.
    pub(crate) delimiter: Vec<u8>,
    /// Whether a quote at the start of a field protects delimiters and line ends. Never with
    /// delimiters of several characters.
    pub(crate) is_quoted: bool,
    /// Fields of most records; 0 if not known yet.
    pub(crate) width: usize,
}

/// Receives the fields of a record.
trait Fields {
    fn add(&mut self, field: Field);
    /// Forgets those of this record.
    fn clear(&mut self);
}

impl Fields for Vec<Field> {
    fn add(&mut self, field: Field) {
        self.push(field);
    }

    fn clear(&mut self) {
        self.clear();
    }
}

/// Only the end of a record is of interest.
impl Fields for () {
    fn add(&mut self, _: Field) {}

    fn clear(&mut self) {}
}

/// The end of a record in a text that begins with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    /// After its line end.
    pub(crate) at: usize,
    pub(crate) is_malformed: bool,
}

/// A field: its range in the record, without its quotes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    start: usize,
    end: usize,
    is_quoted: bool,
}

impl Field {
    /// Its text as written between its quotes.
    pub(crate) fn written(self, record: &str) -> &str {
        record.get(self.start..self.end).unwrap_or_default()
    }

    /// Whether quotes in it are doubled.
    pub(crate) fn has_doubled_quotes(self, record: &str) -> bool {
        self.is_quoted && self.written(record).contains("\"\"")
    }

    /// Its text.
    pub(crate) fn text(self, record: &str) -> Cow<'_, str> {
        let text = self.written(record);
        if self.has_doubled_quotes(record) { text.replace("\"\"", "\"").into() } else { text.into() }
    }
}

impl Dialect {
    /// One value per line.
    pub(crate) fn lines() -> Self {
        Self { delimiter: Vec::new(), is_quoted: false, width: 1 }
    }

    /// Fields between delimiters; quotes count if the delimiter is one character.
    pub(crate) fn delimited(delimiter: &str) -> Self {
        Self { delimiter: delimiter.as_bytes().to_vec(), is_quoted: delimiter.len() == 1, width: 0 }
    }

    /// Its name in reports.
    pub(crate) fn name(&self) -> String {
        match self.delimiter.as_slice() {
            b"" => "one value per line".to_owned(),
            b"," => "CSV".to_owned(),
            b"\t" => "TSV".to_owned(),
            delimiter => format!("text delimited by {}", String::from_utf8_lossy(delimiter).escape_debug()),
        }
    }

    /// The end of the record at the start of a text; `None` if that needs more of the text.
    pub(crate) fn record(&self, text: &[u8], is_last: bool, most_bytes: usize) -> Option<Ended> {
        self.walk(text, is_last, most_bytes, &mut ())
    }

    /// The same, and the fields of the record.
    pub(crate) fn fields(&self, text: &str, is_last: bool, most: usize, fields: &mut Vec<Field>) -> Option<Ended> {
        fields.clear();
        self.walk(text.as_bytes(), is_last, most, fields)
    }

    /// The same, for a text that is complete.
    pub(crate) fn split(&self, text: &str, most_bytes: usize, fields: &mut Vec<Field>) -> Ended {
        let ended = self.fields(text, true, most_bytes, fields);
        ended.unwrap_or(Ended { at: text.len(), is_malformed: true })
    }

    fn walk(&self, text: &[u8], is_last: bool, most_bytes: usize, fields: &mut impl Fields) -> Option<Ended> {
        let line = memchr::memchr(b'\n', text);
        let record = &text[..line.unwrap_or(text.len())];
        let after_line = line.map_or(text.len(), |line| line + 1);
        if self.is_quoted && memchr::memchr(QUOTE, record).is_some() {
            let end = self.quoted(text, is_last, most_bytes, fields);
            match end {
                Some(at) if at <= after_line || !self.are_rows(&text[..at]) => {
                    return Some(Ended { at, is_malformed: false });
                }
                None if !is_last && text.len() <= most_bytes && !has_lines(text, RECORD_LINES) => return None,
                Some(_) | None => fields.clear(),
            }
            self.bare(record.strip_suffix(b"\r").unwrap_or(record), fields);
            let is_malformed = end.is_none() && self.width_of(record) != self.width;
            return Some(Ended { at: after_line, is_malformed });
        }
        let at = match line {
            Some(line) => line + 1,
            None if is_last => text.len(),
            None => return None,
        };
        self.plain(record.strip_suffix(b"\r").unwrap_or(record), fields);
        Some(Ended { at, is_malformed: false })
    }

    /// Whether the lines of a record are rows by themselves, so that the quote that joins them
    /// quotes nothing.
    fn are_rows(&self, record: &[u8]) -> bool {
        let lines = record.strip_suffix(b"\n").unwrap_or(record).split(|&byte| byte == b'\n');
        self.width > 1 && lines.into_iter().all(|line| self.width_of(line) == self.width)
    }

    /// The number of fields of a line: with its quotes if they are closed, or without.
    fn width_of(&self, line: &[u8]) -> usize {
        let mut fields: Vec<Field> = Vec::new();
        if self.quoted(line, true, line.len(), &mut fields).is_some() && fields.len() == self.width {
            return fields.len();
        }
        self.delimiter.first().map_or(1, |&delimiter| memchr::memchr_iter(delimiter, line).count() + 1)
    }

    /// The fields of a line whose quotes are ordinary characters, except around a whole field.
    fn bare(&self, record: &[u8], fields: &mut impl Fields) {
        let Some(&delimiter) = self.delimiter.first() else { return };
        let mut start = 0;
        for end in memchr::memchr_iter(delimiter, record).chain([record.len()]) {
            fields.add(unquoted(record, start, end));
            start = end + 1;
        }
    }

    /// The fields of a record without quotes.
    fn plain(&self, record: &[u8], fields: &mut impl Fields) {
        let mut start = 0;
        match self.delimiter.as_slice() {
            [] => fields.add(unquoted(record, 0, record.len())),
            [delimiter] => {
                for end in memchr::memchr_iter(*delimiter, record) {
                    fields.add(Field { start, end, is_quoted: false });
                    start = end + 1;
                }
                fields.add(Field { start, end: record.len(), is_quoted: false });
            }
            delimiter => {
                for end in memchr::memmem::find_iter(record, delimiter) {
                    fields.add(unquoted(record, start, end));
                    start = end + delimiter.len();
                }
                fields.add(unquoted(record, start, record.len()));
            }
        }
    }

    /// The fields of a record with quotes, and its end; `None` if a quote is open.
    fn quoted(&self, text: &[u8], is_last: bool, most_bytes: usize, fields: &mut impl Fields) -> Option<usize> {
        let delimiter = *self.delimiter.first()?;
        let text = &text[..text.len().min(most_bytes)];
        let (mut at, mut lines) = (0, 0);
        loop {
            let mut from = at;
            let mut inside = None;
            // Some exports put a blank behind the delimiter.
            let blanks = text[at..].iter().take_while(|&&byte| byte == b' ' && byte != delimiter).count();
            if text.get(at + blanks) == Some(&QUOTE) {
                let start = at + blanks + 1;
                let close = closing(text, start, delimiter, is_last)?;
                lines += memchr::memchr_iter(b'\n', &text[at..close]).count();
                if lines >= RECORD_LINES {
                    return None;
                }
                inside = Some(Field { start, end: close, is_quoted: true });
                from = close + 1;
            }
            let found = memchr::memchr2(delimiter, b'\n', text.get(from..)?).map(|found| from + found);
            let end = match found {
                Some(end) => end,
                None if is_last => text.len(),
                None => return None,
            };
            let bare = text[at..end].strip_suffix(b"\r").map_or(end, |bare| at + bare.len());
            fields.add(inside.unwrap_or(Field { start: at, end: bare, is_quoted: false }));
            match found {
                Some(end) if text[end] == delimiter => at = end + 1,
                Some(end) => return Some(end + 1),
                None => return Some(text.len()),
            }
        }
    }
}

/// The end of a quoted field: a quote before a delimiter or a line end. Doubled quotes and quotes
/// before anything else are characters of the field.
fn closing(text: &[u8], mut from: usize, delimiter: u8, is_last: bool) -> Option<usize> {
    loop {
        let quote = from + memchr::memchr(QUOTE, text.get(from..)?)?;
        match text.get(quote + 1) {
            Some(&QUOTE) => from = quote + 2,
            Some(b'\n' | b'\r') => return Some(quote),
            Some(&next) if next == delimiter => return Some(quote),
            Some(b' ') if ends_behind_blanks(&text[quote + 1..], delimiter) => return Some(quote),
            Some(_) => from = quote + 1,
            None => return is_last.then_some(quote),
        }
    }
}

/// Whether only blanks stand before the end of the field.
fn ends_behind_blanks(text: &[u8], delimiter: u8) -> bool {
    let next = text.iter().find(|&&byte| byte != b' ');
    next.is_none_or(|&next| next == delimiter || next == b'\n' || next == b'\r')
}

/// A field without the quotes that some exports put around every value.
fn unquoted(text: &[u8], start: usize, end: usize) -> Field {
    match &text[start..end] {
        [QUOTE, .., QUOTE] => Field { start: start + 1, end: end - 1, is_quoted: true },
        _ => Field { start, end, is_quoted: false },
    }
}

fn has_lines(text: &[u8], lines: usize) -> bool {
    memchr::memchr_iter(b'\n', text).nth(lines).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: usize = 1 << 20;

    /// Each record as its fields, and how many were malformed.
    fn records(text: &str, dialect: &Dialect) -> (Vec<Vec<String>>, usize) {
        let (mut found, mut malformed, mut at, mut fields) = (Vec::new(), 0, 0, Vec::new());
        while at < text.len() {
            let ended = dialect.split(&text[at..], MOST, &mut fields);
            assert_eq!(dialect.record(&text.as_bytes()[at..], true, MOST), Some(ended));
            let record = &text[at..at + ended.at];
            at += ended.at;
            if ended.is_malformed {
                malformed += 1;
                continue;
            }
            found.push(fields.iter().map(|field| field.text(record).into_owned()).collect());
        }
        (found, malformed)
    }

    #[test]
    fn quotes_and_lines_inside_them() {
        let comma = Dialect::delimited(",");
        let text = "name,mobile\r\n\"a, \"\"b\"\"\nc\",1\r\nd,\"2\"\n,\ne\"f,3";
        let expected =
            [vec!["name", "mobile"], vec!["a, \"b\"\nc", "1"], vec!["d", "2"], vec!["", ""], vec!["e\"f", "3"]];
        assert_eq!(
            records(text, &comma),
            (expected.map(|row| row.into_iter().map(str::to_owned).collect()).to_vec(), 0)
        );
    }

    #[test]
    fn an_unmatched_quote_is_an_ordinary_character() {
        let comma = Dialect::delimited(",");
        assert_eq!(records("\"a\"b\",1\n", &comma).0, [["a\"b", "1"]]);
        assert_eq!(records("\"a \\\"b\\\" c\",1\n", &comma).0, [["a \\\"b\\\" c", "1"]]);
    }

    #[test]
    fn an_open_quote_costs_one_line() {
        let rest = (3..100).map(|n| format!("b,{n}\n")).collect::<Vec<_>>().concat();
        let (found, malformed) = records(&format!("a,1\n\"open,2\n{rest}"), &Dialect::delimited(","));
        assert_eq!((found.len(), malformed), (98, 1));
        let (found, malformed) = records("\"open,2\nb,3\n", &Dialect::delimited(","));
        assert_eq!((found, malformed), (vec![vec!["b".to_owned(), "3".to_owned()]], 1));
        // Its line is as wide as others: the quote is an ordinary character.
        let (found, malformed) = records(&format!("a,1\n\"open,2\n{rest}"), &of_width(2));
        assert_eq!((found[1].clone(), found.len(), malformed), (vec!["\"open".to_owned(), "2".to_owned()], 99, 0));
    }

    fn of_width(width: usize) -> Dialect {
        Dialect { width, ..Dialect::delimited(",") }
    }

    #[test]
    fn quotes_that_would_join_rows_are_ordinary_characters() {
        let text = "1,\"nick,a\n2,b,\"x, y\"\n3,nick\",c\n4,d,e\n";
        let rows = [["1", "\"nick", "a"], ["2", "b", "x, y"], ["3", "nick\"", "c"], ["4", "d", "e"]];
        assert_eq!(records(text, &of_width(3)).0, rows);
        // A field over two lines, the first of which is as wide as a row.
        assert_eq!(records("1,b,\"x\ny\"\n2,b,c\n", &of_width(3)).0, [["1", "b", "x\ny"], ["2", "b", "c"]]);
        assert_eq!(records("a, \"b, c\" ,d\n", &of_width(3)).0, [["a", "b, c", "d"]]);
    }

    #[test]
    fn delimiters_of_several_characters() {
        assert_eq!(records("a----\"b\"----c-d\n", &Dialect::delimited("----")).0, [["a", "b", "c-d"]]);
        assert_eq!(records("\"a\"\nb,c\n", &Dialect::lines()).0, [["a"], ["b,c"]]);
        assert_eq!(Dialect::delimited("----").name(), "text delimited by ----");
    }

    #[test]
    fn an_incomplete_record_needs_more_text() {
        let comma = Dialect::delimited(",");
        for text in ["a,b", "a,\"b\nc", "a,\"b\nc\""] {
            assert_eq!(comma.record(text.as_bytes(), false, MOST), None, "{text}");
        }
        assert_eq!(comma.record(b"a,\"b\nc\"\nd", false, MOST), Some(Ended { at: 8, is_malformed: false }));
    }
}
