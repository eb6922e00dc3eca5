//! Formats, headers and columns of texts as they occur, by the report of a whole reading.

mod cells;
mod contacts;
mod detection;
mod files;
mod formats;
mod json;
mod layouts;
mod mail;
mod rows;
mod small;
mod strangers;
mod tables;

use super::identifiers::Identifiers;
use super::{Context, Extractor, KindOrder, Sink, member};
use crate::columns::column::{Because, ColumnSpec};
use crate::columns::detect::Detector;
use crate::columns::mapping::Mapping;
use crate::container::{Content, Member};
use crate::error::DumpError;
use crate::limits::Limits;
use crate::report::PartReport;
use exposure_identifier::Rules;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

pub(super) fn rules() -> Rules {
    Rules::on(jiff::civil::date(2026, 1, 1))
}

/// An ID with an area code that does not exist.
pub(super) fn id(n: u64) -> String {
    with_check(&format!("9901{:02}19{:02}{:02}{:02}{:03}", n % 100, 40 + n % 60, 1 + n % 12, 1 + n % 28, n % 1_000))
}

/// An ID that the scanner sees, too: of an area of Beijing that does not exist.
pub(super) fn id_in_text(n: u64) -> String {
    with_check(&format!("110099{}{:02}{:02}001", 1850 + n % 30, 1 + n / 30 % 12, 1 + n / 360 % 28))
}

/// The first digits of an ID, and their check character.
fn with_check(body: &str) -> String {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u64 = body.bytes().zip(weights).map(|(digit, weight)| u64::from(digit - b'0') * weight).sum();
    format!("{body}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
}

/// A valid mobile number, since others are not detected by values alone. Generated here and written
/// down nowhere.
pub(super) fn phone(n: u64) -> String {
    format!("139{:08}", n * 7_654_321 % 100_000_000)
}

fn lines(row: impl Fn(u64) -> String) -> String {
    (0..200).map(|n| row(n) + "\n").collect()
}

/// Keeps what is delivered.
#[derive(Default)]
struct Kept(Mutex<Vec<u8>>);

impl Sink for Kept {
    fn take(&self, identifiers: &Identifiers) -> io::Result<()> {
        self.0.lock().expect("no panic").extend_from_slice(identifiers.bytes());
        Ok(())
    }
}

/// Reads a text as one file that the operator has named; the report, and the canonical forms found.
fn read(text: &str, specs: &[&str], mapping: &str, region: &str) -> Result<(PartReport, Vec<String>), DumpError> {
    read_content(Content::Text(Box::new(text.as_bytes())), specs, mapping, region, true)
}

/// The same for any content, perhaps of a file that was found in a directory.
pub(super) fn read_content(
    content: Content<'_>,
    specs: &[&str],
    mapping: &str,
    region: &str,
    is_named: bool,
) -> Result<(PartReport, Vec<String>), DumpError> {
    let specs: Vec<ColumnSpec> = specs.iter().map(|spec| spec.parse().expect("a spec")).collect();
    let mapping = if mapping.is_empty() { Mapping::empty() } else { Mapping::parse(mapping).expect("a mapping") };
    let (order, kept, limits) = (KindOrder::default(), Kept::default(), Limits::default());
    let rules = Rules { region: region.parse().expect("a region"), ..rules() };
    let context = Context {
        extractor: Extractor::new(&order, &kept, 0),
        limits: &limits,
        detector: &Arc::new(Detector::new(rules)),
        mapping: &mapping,
        columns: &specs,
        is_preview: false,
    };
    let compression = String::new();
    let report = member(&context, Path::new("a"), is_named, Member { name: None, compression, content })?;
    assert!(report.is_accounted_for(), "{report:?}");
    let (bytes, mut found, mut at) = (kept.0.into_inner().expect("no panic"), Vec::new(), 0);
    while at < bytes.len() {
        let end = at + 1 + usize::from(bytes[at]);
        found.push(String::from_utf8(bytes[at + 2..end].to_vec()).expect("UTF-8"));
        at = end;
    }
    assert_eq!(found.len() as u64, report.accepted());
    Ok((report, found))
}

/// The format, and the columns that are read as a kind: name, kind and reason.
fn detected(text: &str, specs: &[&str], mapping: &str) -> (String, Vec<[String; 3]>) {
    match read(text, specs, mapping, "CN") {
        Ok((report, _)) => {
            let columns =
                report.columns.iter().filter(|column| column.is_of_a_kind() || column.because == Because::Asked);
            let columns =
                columns.map(|column| [&column.name, column.reads.name(), column.because.name()].map(str::to_owned));
            (report.format.clone(), columns.collect())
        }
        Err(error) => (error.to_string(), Vec::new()),
    }
}

fn columns(expected: &[[&str; 3]]) -> Vec<[String; 3]> {
    expected.iter().map(|column| column.map(str::to_owned)).collect()
}
