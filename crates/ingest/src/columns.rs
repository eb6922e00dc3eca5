//! Which columns hold identifiers: as asked for, or as their headers tell.

use crate::IngestError;
use exposure_identifier::Kind;
use std::path::Path;

/// Headers longer than this are not repeated in messages: they are more likely to be data.
const SHOWN_HEADER_CHARS: usize = 32;

/// `--column NAME=KIND`: a header, a number from 1, or a dotted path into JSON, and the kind of what is there.
#[derive(Clone, Debug)]
pub struct ColumnSpec {
    /// As it was asked for.
    pub name: String,
    /// The kind of its cells.
    pub kind: &'static Kind,
}

/// A column of a delimited file that will be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    /// From 0.
    pub(crate) place: usize,
    pub(crate) kind: &'static Kind,
}

impl std::str::FromStr for ColumnSpec {
    type Err = IngestError;

    fn from_str(text: &str) -> Result<Self, IngestError> {
        let not_a_spec = || IngestError::ColumnSpec(text.to_owned());
        let (name, kind) = text.rsplit_once('=').ok_or_else(not_a_spec)?;
        let kind = Kind::named(kind).map_err(|_| not_a_spec())?;
        if name.is_empty() || name == "0" { Err(not_a_spec()) } else { Ok(Self { name: name.to_owned(), kind }) }
    }
}

impl ColumnSpec {
    /// The place from 0, if the column was asked for by number.
    fn place(&self) -> Option<usize> {
        self.name.parse::<usize>().ok().map(|number| number - 1)
    }
}

/// What the first record of a delimited file settles.
#[derive(Debug)]
pub(crate) struct Resolved {
    pub(crate) columns: Vec<Column>,
    /// Whether the first record is a header, and so not data.
    pub(crate) has_header: bool,
}

/// Finds the columns of a delimited file from its first record.
pub(crate) fn resolve(specs: &[ColumnSpec], first: &[&str], path: &Path) -> Result<Resolved, IngestError> {
    if specs.is_empty() {
        let known = first
            .iter()
            .enumerate()
            .filter_map(|(place, header)| Kind::of_header(header).map(|kind| Column { place, kind }));
        let columns: Vec<_> = known.collect();
        return if columns.is_empty() {
            Err(IngestError::NoKnownColumn { path: path.to_owned(), found: describe(first) })
        } else {
            Ok(Resolved { columns, has_header: true })
        };
    }
    let mut resolved = Resolved { columns: Vec::new(), has_header: false };
    for spec in specs {
        // A header wins over a number, should a file have a header such as "1".
        let by_header = first.iter().position(|header| header.trim() == spec.name.trim());
        resolved.has_header |= by_header.is_some();
        let place = by_header.or_else(|| spec.place().filter(|&place| place < first.len())).ok_or_else(|| {
            let found = describe(first);
            IngestError::NoSuchColumn { path: path.to_owned(), column: spec.name.clone(), found }
        })?;
        resolved.columns.push(Column { place, kind: spec.kind });
    }
    // Asked for by number, the first line may still be a header: one that is known as such is not data.
    resolved.has_header |= resolved.columns.iter().all(|column| Kind::of_header(first[column.place]).is_some());
    Ok(resolved)
}

/// What may be said of a first record: its count of columns, and the names of those that look like headers. Where a
/// file has no header its first record is data, so anything with a digit in it stays unsaid.
fn describe(first: &[&str]) -> String {
    let names: Vec<_> = first
        .iter()
        .map(|header| header.trim())
        .filter(|h| !h.is_empty() && h.chars().count() <= SHOWN_HEADER_CHARS && !h.chars().any(char::is_numeric))
        .collect();
    match names.len() {
        0 => format!("it has {} columns and no header that can be shown", first.len()),
        n if n == first.len() => format!("its columns are: {}", names.join(", ")),
        _ => format!("it has {} columns, among them: {}", first.len(), names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(text: &str) -> ColumnSpec {
        text.parse().expect("a spec")
    }

    #[test]
    fn columns_are_found_by_header_by_number_and_by_synonym() {
        let path = Path::new("dump.csv");
        let places = |specs: &[ColumnSpec], first: &[&str]| {
            let resolved = resolve(specs, first, path).expect("found");
            (resolved.columns.iter().map(|c| c.place).collect::<Vec<_>>(), resolved.has_header)
        };
        assert_eq!(places(&[], &["name", "手机号", "sfzh"]), (vec![1, 2], true));
        assert_eq!(places(&[spec("m=phone")], &["name", " m "]), (vec![1], true));
        assert_eq!(places(&[spec("2=phone")], &["x", "15400001234"]), (vec![1], false));
        assert_eq!(places(&[spec("2=phone")], &["name", "mobile"]), (vec![1], true));
    }

    #[test]
    fn a_first_record_of_data_is_never_repeated() {
        let error = resolve(&[], &["张三", "15400001234"], Path::new("dump.csv")).expect_err("no header").to_string();
        assert!(!error.contains("15400001234"), "{error}");
        let error = resolve(&[spec("3=phone")], &["a", "b"], Path::new("dump.csv")).expect_err("two").to_string();
        assert!(error.contains("“3”") && error.contains("a, b"), "{error}");
    }

    #[test]
    fn a_spec_says_a_column_and_a_kind() {
        for wrong in ["phone", "=phone", "a=", "a=telefon", "0=phone"] {
            assert!(wrong.parse::<ColumnSpec>().is_err(), "{wrong}");
        }
        assert_eq!(spec("a=b=phone").name, "a=b");
    }
}
