//! The law of conservation, for the fuzz targets: all that is seen in a part ends as one of read,
//! rejected, set aside and not read, and what is counted as read is delivered.

use crate::columns::detect::Detector;
use crate::columns::mapping::Mapping;
use crate::container::{Content, FileFormat, Member, Seekable};
use crate::extract::{Context, Extractor, Identifiers, KindOrder, Sink, member};
use crate::limits::Limits;
use crate::report::PartReport;
use exposure_identifier::Rules;
use std::collections::HashSet;
use std::io::{self, Read};
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};

/// The country whose phone numbers need no plus.
pub(super) const REGION: &str = "CN";

pub(super) fn rules() -> Rules {
    let region = REGION.parse().expect("a region");
    Rules { region, ..Rules::on(jiff::civil::date(2026, 1, 1)) }
}

static DETECTOR: LazyLock<Arc<Detector>> = LazyLock::new(|| Arc::new(Detector::new(rules())));

/// Keeps what is delivered.
#[derive(Default)]
struct Kept(Mutex<(u64, Vec<u8>)>);

impl Sink for Kept {
    fn take(&self, identifiers: &Identifiers) -> io::Result<()> {
        let mut kept = self.0.lock().expect("no panic while it is held");
        kept.0 += identifiers.count();
        kept.1.extend_from_slice(identifiers.bytes());
        Ok(())
    }
}

/// What was counted in a part, and the canonical forms that were delivered.
pub(super) struct Conserved {
    pub(super) report: PartReport,
    delivered: Vec<u8>,
}

impl Conserved {
    /// Each canonical form once.
    pub(super) fn forms(&self) -> HashSet<&str> {
        let (mut forms, mut rest) = (HashSet::new(), &self.delivered[..]);
        while let Some((&length, after)) = rest.split_first() {
            let (entry, after) = after.split_at(usize::from(length));
            forms.insert(std::str::from_utf8(&entry[1..]).expect("canonical forms are text"));
            rest = after;
        }
        forms
    }
}

/// Reads a file of tables.
pub(super) fn of_tables(format: FileFormat, file: Vec<u8>, limits: &Limits) {
    of(Content::Tables(format, Seekable::Memory(file)), &Mapping::empty(), limits, false);
}

/// Reads a text, in the format that a mapping states.
pub(super) fn of_text<'t>(text: impl Read + Send + 't, mapping: &Mapping, limits: &Limits) -> Conserved {
    of(Content::Text(Box::new(text)), mapping, limits, false)
}

/// Reads the first records of a binary format: a few bytes may state many.
pub(super) fn of_records(content: Content<'_>, limits: &Limits) {
    of(content, &Mapping::empty(), limits, true);
}

/// Reads a part, and checks the law.
fn of(content: Content<'_>, mapping: &Mapping, limits: &Limits, is_preview: bool) -> Conserved {
    let (order, kept) = (KindOrder::default(), Kept::default());
    let context = Context {
        extractor: Extractor::new(&order, &kept, 0),
        limits,
        detector: &DETECTOR,
        mapping,
        columns: &[],
        is_preview,
    };
    let part = Member { name: None, compression: "none".to_owned(), content };
    let report = member(&context, Path::new("fuzzed"), false, part).expect("no part is a mistake of the operator");
    let (count, delivered) = kept.0.into_inner().expect("no panic while it was held");
    assert!(report.is_accounted_for(), "what was seen is not the sum of what became of it");
    assert!(report.accepted() == count, "what is counted as read is not what was delivered");
    Conserved { report, delivered }
}

/// The mapping that states this format.
pub(super) fn stated(format: &str) -> Mapping {
    Mapping::parse(&format!("version = 1\n[[file]]\nformat = \"{format}\"\n")).expect("a mapping")
}
