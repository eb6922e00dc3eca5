//! Which columns hold identifiers: as asked for, or as their headers tell.

use crate::IngestError;
use exposure_identifier::Kind;
use std::path::Path;

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
        if name.is_empty() || name.parse() == Ok(0_usize) {
            Err(not_a_spec())
        } else {
            Ok(Self { name: name.to_owned(), kind })
        }
    }
}

impl ColumnSpec {
    /// The place from 0, if the column was asked for by number.
    fn place(&self) -> Option<usize> {
        self.name.parse::<usize>().ok()?.checked_sub(1)
    }
}

/// Takes the cells that are wanted, one after another, each with the kind that its column is.
pub(crate) type CellSink<'s> = dyn FnMut(&'static Kind, &str) -> Result<(), IngestError> + 's;

/// What the first record of a delimited file settles.
#[derive(Debug)]
pub(crate) struct Resolved {
    pub(crate) columns: Vec<Column>,
    /// What each column is called in reports: as it was asked for, or by a header that is in the list of synonyms. Never
    /// what stands in the first record otherwise: that may be data.
    pub(crate) names: Vec<String>,
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
        let names = columns.iter().map(|column| first[column.place].trim().to_owned()).collect();
        return if columns.is_empty() {
            Err(IngestError::NoKnownColumn { path: path.to_owned(), found: describe(first) })
        } else {
            Ok(Resolved { columns, names, has_header: true })
        };
    }
    let mut resolved = Resolved { columns: Vec::new(), names: Vec::new(), has_header: false };
    for spec in specs {
        // A number is a place, whatever stands in the first record: in a file without a header that is data.
        let by_header = || first.iter().position(|header| header.trim() == spec.name.trim());
        let place = spec.place().map_or_else(by_header, |place| Some(place).filter(|&place| place < first.len()));
        resolved.has_header |= spec.place().is_none();
        let place = place.ok_or_else(|| {
            let found = describe(first);
            IngestError::NoSuchColumn { path: path.to_owned(), column: spec.name.clone(), found }
        })?;
        resolved.columns.push(Column { place, kind: spec.kind });
        resolved.names.push(spec.name.trim().to_owned());
    }
    // Asked for by number, the first line may still be a header: one that is known as such is not data.
    resolved.has_header |= resolved.columns.iter().all(|column| Kind::of_header(first[column.place]).is_some());
    Ok(resolved)
}

/// What may be said of a first record. Where a file has no header it is data, a name or an address, and nothing tells
/// which: so its cells are counted and never shown.
fn describe(first: &[&str]) -> String {
    match first.len() {
        1 => "its first row has one column".to_owned(),
        n => format!("its first row has {n} columns"),
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
        // A cell that looks like the number of a column is data.
        assert_eq!(places(&[spec("1=cn.ric"), spec("3=phone")], &["x", "1", "15400001234"]), (vec![0, 2], false));
    }

    #[test]
    fn a_first_record_of_data_is_never_repeated() {
        let first = ["测试一", "somebody@example.org", "15400001234"];
        for specs in [&[][..], &[spec("4=phone")], &[spec("mobile=phone")]] {
            let error = resolve(specs, &first, Path::new("dump.csv")).expect_err("no header").to_string();
            assert!(first.iter().all(|cell| !error.contains(cell)), "{error}");
            assert!(error.contains("3 columns"), "{error}");
        }
    }

    #[test]
    fn a_spec_says_a_column_and_a_kind() {
        for wrong in ["phone", "=phone", "a=", "a=telefon", "0=phone", "00=phone", "+0=phone"] {
            assert!(wrong.parse::<ColumnSpec>().is_err(), "{wrong}");
        }
        assert_eq!(spec("a=b=phone").name, "a=b");
    }
}
