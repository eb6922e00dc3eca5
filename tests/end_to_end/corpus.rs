//! A labelled, messy corpus: every format in every encoding, with varying compression and archives.
//! Exactly the expected identifiers are found, and a number in the wrong column is not taken for
//! another kind.

use crate::support::binary;
use exposure_identifier::Rules;
use exposure_index::{DataDir, Ledger};
use exposure_ingest::{IngestOptions, Readers, Report, ingest};
use exposure_protocol::{Digest, Scheme, sha256};
use exposure_synthetic::{
    Archive, Compression, Dump, DumpSpec, Encoding, HeaderLanguage, IdentifierKind, Noise, Shape, Truth, World,
};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::BufWriter;

/// Rows per dump; the total is large enough that one miss in a thousand shows.
const ROWS: u64 = 800;

/// Required recall and precision.
const NEEDED: f64 = 0.999;

/// The result for one dump, in distinct identifiers.
#[derive(Default)]
struct Score {
    expected: usize,
    missed: usize,
    found: usize,
    wrong: usize,
}

/// The dumps: every format with every encoding, the other properties in rotation.
fn corpus() -> Vec<DumpSpec> {
    let mut specs = Vec::new();
    for shape in Shape::ALL {
        let encodings = if shape.has_encoding() { &Encoding::ALL[..] } else { &Encoding::ALL[..1] };
        for &encoding in encodings {
            let n = specs.len();
            let header = HeaderLanguage::ALL[n % HeaderLanguage::ALL.len()];
            // Without a header, only valid phone numbers are detected by their values.
            let world = if header == HeaderLanguage::None { World::NobodyInText } else { World::Nobody };
            specs.push(DumpSpec {
                world,
                shape,
                encoding,
                header,
                compression: Compression::ALL[n % Compression::ALL.len()],
                archive: Archive::ALL[n / 2 % Archive::ALL.len()],
                noise: Noise::REAL,
                strangers_from: 1_000_000,
                seed: n as u64,
                ..DumpSpec::of(n as u64 * ROWS..(n as u64 + 1) * ROWS)
            });
        }
    }
    specs
}

fn take(spec: &DumpSpec) -> (Score, Report) {
    let dir = tempfile::tempdir().expect("a directory");
    let dump = Dump::new(spec.clone());
    let path = dir.path().join(dump.file_name());
    let truth = dump.write(&mut BufWriter::new(File::create(&path).expect("created"))).expect("written");
    let data = DataDir::new(dir.path().join("data"));
    let rules = Rules::on(jiff::civil::date(2026, 1, 1));
    let files = [path];
    let readers = Readers::Process { program: binary(), require_sandbox: false };
    let options = IngestOptions::new(&data, "a", Scheme::Sha256, rules, &readers, &files);
    let report = ingest(&options, &()).unwrap_or_else(|error| panic!("{}: {error}", name(spec)));
    let score = judge(&truth, &Ledger::open(&data.ledger("a")).expect("published"));
    fs::remove_dir_all(dir.path()).expect("removed");
    (score, report)
}

fn judge(truth: &Truth, ledger: &Ledger) -> Score {
    let mut known: HashMap<Digest, bool> = HashMap::new();
    let mut score = Score::default();
    for kind in IdentifierKind::ALL {
        let digest = |canonical: &str| sha256(&[kind.name(), ":", canonical]);
        known.extend(truth.optional(kind).map(|canonical| (digest(canonical), false)));
        known.extend(truth.expected(kind).map(|canonical| (digest(canonical), true)));
        score.expected += truth.expected(kind).count();
    }
    let mut expected_found = 0;
    for section in ledger.sections() {
        for record in ledger.records(section, 0..exposure_index::PARTITIONS).expect("readable") {
            score.found += 1;
            match known.get(&record.expect("readable")) {
                Some(true) => expected_found += 1,
                Some(false) => {}
                None => score.wrong += 1,
            }
        }
    }
    score.missed = score.expected - expected_found;
    score
}

fn name(spec: &DumpSpec) -> String {
    let DumpSpec { shape, encoding, compression, archive, header, .. } = spec;
    format!("{} in {}, {}, {}, headers {header:?}", shape.name(), encoding.name(), compression.name(), archive.name())
}

#[test]
fn exactly_the_identifiers_of_a_dump_are_found() {
    let specs = corpus();
    assert!(specs.len() > 100, "all formats in all encodings");
    let mut sum = Score::default();
    let mut bad = Vec::new();
    for spec in &specs {
        let (score, report) = take(spec);
        assert!(report.damages().is_empty(), "{}: {:?}", name(spec), report.damages());
        let share = |part: usize, whole: usize| part as f64 / whole as f64;
        if share(score.missed, score.expected) > 0.01 || share(score.wrong, score.found) > 0.01 {
            let format = report.files[0].format();
            let Score { expected, missed, found, wrong } = score;
            bad.push(format!(
                "{}: read as {format}, missed {missed} of {expected}, wrong {wrong} of {found}",
                name(spec)
            ));
        }
        sum.expected += score.expected;
        sum.missed += score.missed;
        sum.found += score.found;
        sum.wrong += score.wrong;
    }
    assert!(bad.is_empty(), "{} of {} dumps:\n{}", bad.len(), specs.len(), bad.join("\n"));
    let recall = 1.0 - sum.missed as f64 / sum.expected as f64;
    let precision = 1.0 - sum.wrong as f64 / sum.found as f64;
    let said = format!("missed {} of {}, wrong {} of {}", sum.missed, sum.expected, sum.wrong, sum.found);
    assert!(recall >= NEEDED && precision >= NEEDED, "{said}");
}

#[test]
fn swapped_columns_are_detected() {
    // In every second row, each number is under the other's header.
    let noise = Noise { swapped: 50_000, ..Noise::NONE };
    let spec = DumpSpec { noise, header: HeaderLanguage::Chinese, ..DumpSpec::of(0..2_000) };
    let (score, report) = take(&spec);
    assert_eq!((score.missed, score.wrong), (0, 0), "of {} and {}", score.expected, score.found);
    let swapped: u64 = report.files[0].parts[0].columns.iter().flat_map(|c| c.kinds.values()).map(|k| k.swapped).sum();
    assert!(swapped > 1_500, "{swapped}");
}
