//! Why the ledger of a run does not hold all that its inputs show: damage, files and members that
//! were not read, malformed rows, and what looks like an identifier and was not read. One sentence
//! for each cause, which says what reads it.
//!
//! Owns the thresholds. Knows no value, only counts, names and positions.

use exposure_dump::{ColumnReport, FileReport, KindReport, PartReport};
use std::cmp::Reverse;
use std::path::PathBuf;

/// The default of `--unread-rate`: the share of what a file shows that may be left unread.
pub const UNREAD_RATE: f64 = 0.01;

/// Sentences about one input. Their number is controlled by the input.
const SENTENCES: usize = 20;

/// Share of malformed rows from which the format is probably another one.
const MOST: f64 = 0.5;

/// A cause, and the input that it is about.
pub type Cause = (PathBuf, String);

/// Every cause, in the order of the inputs.
pub(crate) fn causes(files: &[FileReport], unread_rate: f64) -> Vec<Cause> {
    files.iter().flat_map(|file| of_file(file, unread_rate).into_iter().map(|said| (file.path.clone(), said))).collect()
}

/// What is missing of one input.
pub fn of_file(file: &FileReport, unread_rate: f64) -> Vec<String> {
    let mut said = file.damages();
    let not_read = file.parts.iter().filter_map(|part| Some((part, part.skipped.as_ref()?)));
    said.extend(not_read.map(|(part, why)| named(part, &format!("not read: {why}"))));
    said.extend(file.parts.iter().filter_map(malformed));
    if is_much(file, unread_rate) {
        said.extend(file.parts.iter().flat_map(unread));
    }
    let more = said.len().saturating_sub(SENTENCES);
    if more > 0 {
        said.truncate(SENTENCES);
        said.push(format!("and {more} more of the kind; `exposure ingest --json` has all of them"));
    }
    said
}

/// Whether more than this share of what looks like an identifier was not read.
fn is_much(file: &FileReport, unread_rate: f64) -> bool {
    file.not_read() as f64 > file.seen() as f64 * unread_rate
}

fn malformed(part: &PartReport) -> Option<String> {
    let (rows, malformed) = (part.rows, part.malformed);
    let is_most = malformed as f64 > rows as f64 * MOST;
    is_most.then(|| {
        let (at, format) = (places(part, &part.malformed_at), &part.format);
        let said = format!("{malformed} of {rows} rows are malformed as {format}{at}; say what it is with --mapping");
        named(part, &said)
    })
}

/// What of a part was not read: the columns with most of it first.
fn unread(part: &PartReport) -> Vec<String> {
    let columns = part.columns.iter().flat_map(|column| column.kinds.iter().map(move |kind| (column, kind)));
    let mut left: Vec<_> = columns.filter(|(_, (_, counts))| counts.not_read.count > 0).collect();
    left.sort_by_key(|(_, (_, counts))| Reverse(counts.not_read.count));
    left.into_iter().map(|(column, (kind, counts))| named(part, &sentence(part, column, kind, counts))).collect()
}

fn sentence(part: &PartReport, column: &ColumnReport, kind: &str, counts: &KindReport) -> String {
    let (count, name) = (counts.not_read.count, &column.name);
    let at = places(part, &counts.not_read.first);
    let seen = format!("{count} values look like {kind} and were not read");
    if name.is_empty() || column.is_no_column() {
        let place = if name.is_empty() { "fields beyond the last column" } else { name };
        return format!("{seen}, in {place}{at}; format = \"text\" in a mapping reads them");
    }
    if column.is_hidden_path() {
        return format!(
            "{seen}, in {name}{at}; --column with its keys reads them, as in --column a.b={kind}, and so does \
             format = \"text\" in a mapping"
        );
    }
    let option = if name.starts_with('-') { "--column=" } else { "--column " };
    format!(
        "{seen}, in column {name}{at}; {option}{name}={kind} reads them, {option}{name}=none sets them aside",
        name = shown(name)
    )
}

/// A name as it is written on a command line.
fn shown(name: &str) -> String {
    let is_plain = name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '_' | '-'));
    if is_plain { name.to_owned() } else { format!("'{name}'") }
}

fn named(part: &PartReport, said: &str) -> String {
    part.name.as_ref().map_or_else(|| said.to_owned(), |name| format!("{name}: {said}"))
}

fn places(part: &PartReport, first: &[u64]) -> String {
    let unit = if part.places_are_rows { "row" } else { "byte" };
    first.first().map(|at| format!(" (first at {unit} {at})")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use exposure_dump::Rejects;

    fn file(not_read: u64, accepted: u64) -> FileReport {
        let kind =
            KindReport { accepted, not_read: Rejects { count: not_read, first: vec![7] }, ..KindReport::default() };
        let column = ColumnReport {
            name: "3".to_owned(),
            kinds: [("phone".to_owned(), kind)].into(),
            ..ColumnReport::default()
        };
        let part = PartReport { seen: not_read + accepted, rows: 10, columns: vec![column], ..PartReport::default() };
        FileReport { parts: vec![part], ..FileReport::default() }
    }

    #[test]
    fn what_was_not_read_is_said_with_what_reads_it() {
        assert_eq!(of_file(&file(1, 99), UNREAD_RATE), [""; 0]);
        let said = "2 values look like phone and were not read, in column 3 (first at byte 7); --column 3=phone reads \
                    them, --column 3=none sets them aside";
        assert_eq!(of_file(&file(2, 98), UNREAD_RATE), [said]);
        let named = |name: &str| {
            let mut file = file(2, 98);
            name.clone_into(&mut file.parts[0].columns[0].name);
            of_file(&file, UNREAD_RATE).remove(0)
        };
        assert!(named("--a").ends_with("; --column=--a=phone reads them, --column=--a=none sets them aside"));
        // What no option can name.
        for name in ["rows of another width", "table 2.rows of another width", "text outside of rows"] {
            assert!(named(name).ends_with("; format = \"text\" in a mapping reads them"), "{}", named(name));
        }
        for name in ["path 7", "a path that came up late"] {
            assert!(named(name).contains("--column with its keys reads them, as in --column a.b=phone"), "{name}");
        }
        assert_eq!(of_file(&file(2, 98), 0.02), [""; 0]);
        assert_eq!(of_file(&file(1, 0), 1.0), [""; 0]);
    }

    #[test]
    fn files_that_are_not_read_and_malformed_rows_are_causes() {
        let mut file = file(0, 1);
        file.parts[0].malformed = 6;
        file.parts.push(PartReport {
            name: Some("a.bin".to_owned()),
            skipped: Some("encrypted".to_owned()),
            ..PartReport::default()
        });
        let said = of_file(&file, UNREAD_RATE);
        assert_eq!(said[0], "a.bin: not read: encrypted");
        assert!(said[1].starts_with("6 of 10 rows are malformed"), "{said:?}");
    }
}
