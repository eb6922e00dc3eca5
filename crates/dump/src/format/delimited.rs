//! Splits slices of delimited text into records and fields. Cutting a file into slices belongs to
//! `blocks`.
//!
//! A quote that is never closed must not swallow the rest of a dump: a record may span a bounded
//! number of lines, otherwise its first line is malformed and reading continues after it. A quote
//! that closes nothing is an ordinary character.

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
    /// Its text.
    pub(crate) fn text(self, record: &str) -> Cow<'_, str> {
        let text = record.get(self.start..self.end).unwrap_or_default();
        if self.is_quoted && text.contains("\"\"") { text.replace("\"\"", "\"").into() } else { text.into() }
    }
}

impl Dialect {
    /// One value per line.
    pub(crate) fn lines() -> Self {
        Self { delimiter: Vec::new(), is_quoted: false }
    }

    /// Fields between delimiters; quotes count if the delimiter is one character.
    pub(crate) fn delimited(delimiter: &str) -> Self {
        Self { delimiter: delimiter.as_bytes().to_vec(), is_quoted: delimiter.len() == 1 }
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
        self.walk(text, is_last, most_bytes, &mut |_| {})
    }

    /// The same, and the fields of the record.
    pub(crate) fn fields(&self, text: &str, is_last: bool, most: usize, fields: &mut Vec<Field>) -> Option<Ended> {
        fields.clear();
        self.walk(text.as_bytes(), is_last, most, &mut |field| fields.push(field))
    }

    /// The same, for a text that is complete.
    pub(crate) fn split(&self, text: &str, most_bytes: usize, fields: &mut Vec<Field>) -> Ended {
        let ended = self.fields(text, true, most_bytes, fields);
        ended.unwrap_or(Ended { at: text.len(), is_malformed: true })
    }

    fn walk(&self, text: &[u8], is_last: bool, most_bytes: usize, field: &mut impl FnMut(Field)) -> Option<Ended> {
        let line = memchr::memchr(b'\n', text);
        let record = &text[..line.unwrap_or(text.len())];
        if self.is_quoted && memchr::memchr(QUOTE, record).is_some() {
            return match self.quoted(text, is_last, most_bytes, field) {
                Some(at) => Some(Ended { at, is_malformed: false }),
                None if is_last || text.len() > most_bytes || has_lines(text, RECORD_LINES) => {
                    Some(Ended { at: line.map_or(text.len(), |line| line + 1), is_malformed: true })
                }
                None => None,
            };
        }
        let at = match line {
            Some(line) => line + 1,
            None if is_last => text.len(),
            None => return None,
        };
        self.plain(record.strip_suffix(b"\r").unwrap_or(record), field);
        Some(Ended { at, is_malformed: false })
    }

    /// The fields of a record without quotes.
    fn plain(&self, record: &[u8], field: &mut impl FnMut(Field)) {
        let mut start = 0;
        match self.delimiter.as_slice() {
            [] => field(unquoted(record, 0, record.len())),
            [delimiter] => {
                for end in memchr::memchr_iter(*delimiter, record) {
                    field(Field { start, end, is_quoted: false });
                    start = end + 1;
                }
                field(Field { start, end: record.len(), is_quoted: false });
            }
            delimiter => {
                for end in memchr::memmem::find_iter(record, delimiter) {
                    field(unquoted(record, start, end));
                    start = end + delimiter.len();
                }
                field(unquoted(record, start, record.len()));
            }
        }
    }

    /// The fields of a record with quotes, and its end; `None` if a quote is open.
    fn quoted(&self, text: &[u8], is_last: bool, most_bytes: usize, field: &mut impl FnMut(Field)) -> Option<usize> {
        let delimiter = *self.delimiter.first()?;
        let text = &text[..text.len().min(most_bytes)];
        let (mut at, mut lines) = (0, 0);
        loop {
            let mut from = at;
            let mut inside = None;
            if text.get(at) == Some(&QUOTE) {
                let close = closing(text, at + 1, delimiter, is_last)?;
                lines += memchr::memchr_iter(b'\n', &text[at..close]).count();
                if lines >= RECORD_LINES {
                    return None;
                }
                inside = Some(Field { start: at + 1, end: close, is_quoted: true });
                from = close + 1;
            }
            let found = memchr::memchr2(delimiter, b'\n', text.get(from..)?).map(|found| from + found);
            let end = match found {
                Some(end) => end,
                None if is_last => text.len(),
                None => return None,
            };
            let bare = text[at..end].strip_suffix(b"\r").map_or(end, |bare| at + bare.len());
            field(inside.unwrap_or(Field { start: at, end: bare, is_quoted: false }));
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
            Some(_) => from = quote + 1,
            None => return is_last.then_some(quote),
        }
    }
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
