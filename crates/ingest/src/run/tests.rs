//! Whole runs: memory, order and earlier runs must not change the ledger.

use super::*;
use crate::worker::tests::HONEST;
use exposure_index::{DataDir, PARTITIONS};
use exposure_protocol::SecretKey;
use std::fmt::Write as _;
use std::fs;

/// More than the smaller memory bounds below allow: they spill, and the smallest cannot load a
/// whole partition.
const NUMBERS: u64 = 300_000;

struct Fixture {
    dir: tempfile::TempDir,
    data: DataDir,
}

impl Fixture {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let data = DataDir::new(dir.path().join("data"));
        Self { dir, data }
    }

    /// Ingests the numbers of a range, each twice, and returns the hash of the ledger.
    fn ingest(&self, numbers: std::ops::Range<u64>, mode: Mode, memory: usize, key: Option<&SecretKey>) -> [u8; 32] {
        let twice = numbers.clone().chain(numbers);
        let text = twice.fold(String::new(), |text, n| text + &format!("+8620{n:09}\n"));
        let path = self.dir.path().join("dump.csv");
        fs::write(&path, text).expect("writable");
        let scheme = if key.is_some() { Scheme::Voprf } else { Scheme::Sha256 };
        let rules = Rules::on(jiff::civil::date(2026, 1, 1));
        let columns = ["1=phone".parse().expect("a spec")];
        let files = [path];
        let options = IngestOptions {
            key,
            columns: &columns,
            mode,
            memory,
            ..IngestOptions::new(&self.data, "a", scheme, rules, &HONEST, &files)
        };
        let report = ingest(&options, &()).expect("ingested");
        let ledger = Ledger::open(&self.data.ledger("a")).expect("published");
        let phones = ledger.sections().iter().find(|section| section.kind == "phone").expect("phones").records;
        assert_eq!(report.distinct["phone"], phones);
        assert!(!self.data.spill().exists(), "the spill directory is removed");
        let run = ledger.provenance().runs.last().expect("a run").clone();
        assert_eq!((run.distinct["phone"], run.inputs[0].rows), (phones, report.rows()));
        *ledger.hash()
    }
}

#[test]
fn memory_and_appending_do_not_change_the_ledger() {
    let expected = Fixture::new().ingest(0..NUMBERS, Mode::New, 1 << 30, None);
    // A partition holds some 1,170 digests of 24 bytes. Buffers get half of the memory, and one
    // core may load at most an eighth of that.
    for memory in [4 << 20, 400 << 10] {
        assert_eq!(Fixture::new().ingest(0..NUMBERS, Mode::New, memory, None), expected, "memory {memory}");
        let fixture = Fixture::new();
        fixture.ingest(0..NUMBERS / 2, Mode::New, memory, None);
        let appended = fixture.ingest(NUMBERS / 3..NUMBERS, Mode::Append, memory, None);
        assert_eq!(appended, expected, "appended, memory {memory}");
        let ledger = Ledger::open(&fixture.data.ledger("a")).expect("published");
        assert_eq!(ledger.provenance().runs.len(), 2);
        assert_eq!(ledger.records(&ledger.sections()[0], 0..PARTITIONS).expect("opened").count() as u64, NUMBERS);
    }
}

#[test]
fn spilling_does_not_change_what_is_evaluated() {
    let key = SecretKey::derive(&[7; 32], b"test", 1).expect("a seed");
    let expected = Fixture::new().ingest(0..20_000, Mode::New, 1 << 30, Some(&key));
    assert_eq!(Fixture::new().ingest(0..20_000, Mode::New, 40 << 10, Some(&key)), expected);
}

/// Ingests this text as NDJSON, and returns what the catalogue then says.
fn ingest_text(fixture: &Fixture, text: &str, mode: Mode) -> String {
    let path = fixture.dir.path().join("dump.json");
    fs::write(&path, text).expect("writable");
    let (rules, files) = (Rules::on(jiff::civil::date(2026, 1, 1)), [path]);
    let options =
        IngestOptions { mode, ..IngestOptions::new(&fixture.data, "a", Scheme::Sha256, rules, &HONEST, &files) };
    let report = ingest(&options, &()).expect("ingested");
    assert_eq!(report.incomplete.is_empty(), text == WHOLE, "{:?}", report.incomplete);
    fs::read_to_string(fixture.data.catalogue()).expect("a catalogue")
}

const WHOLE: &str = "{\"mobile\":\"15400000001\"}\n{\"mobile\":\"15400000002\"}\n";
const CUT: &str = "{\"mobile\":\"15400000003\"}\n{\"mobile\":\"154000";

#[test]
fn the_catalogue_keeps_that_a_ledger_is_incomplete() {
    let fixture = Fixture::new();
    let whole = ingest_text(&fixture, WHOLE, Mode::New);
    assert!(whole.contains("[sources.a]\nadded = \"2026-01-01\"\n") && !whole.contains("incomplete"), "{whole}");
    let written = "# by hand\n[sources.a]  # ours\nverified = true\n\n[sources.b]\nincomplete = true\n";
    fs::write(fixture.data.catalogue(), written).expect("writable");
    assert_eq!(ingest_text(&fixture, WHOLE, Mode::Append), written, "nothing to say: not a byte changes");
    let marked = written.replace("# ours\n", "# ours\nincomplete = true\n");
    assert_eq!(ingest_text(&fixture, CUT, Mode::Append), marked);
    assert_eq!(ingest_text(&fixture, WHOLE, Mode::Append), marked, "what is missing is missing still");
    // From the ledger, if the entry says otherwise.
    fs::write(fixture.data.catalogue(), written).expect("writable");
    assert_eq!(ingest_text(&fixture, WHOLE, Mode::Append), marked);
    assert_eq!(ingest_text(&fixture, WHOLE, Mode::Replace), written);
    assert_eq!(ingest_text(&fixture, CUT, Mode::Replace), marked);
    let fixture = Fixture::new();
    assert!(ingest_text(&fixture, CUT, Mode::New).contains("\nincomplete = true\n"));
}

/// A mark is removed only when the ledger that it is about is gone.
#[test]
fn a_run_that_publishes_nothing_removes_no_mark() {
    let fixture = Fixture::new();
    let marked = ingest_text(&fixture, CUT, Mode::New);
    let path = fixture.dir.path().join("dump.json");
    fs::write(&path, WHOLE).expect("writable");
    let (rules, files) = (Rules::on(jiff::civil::date(2026, 1, 1)), [path]);
    let options = IngestOptions {
        mode: Mode::Replace,
        ..IngestOptions::new(&fixture.data, "a", Scheme::Sha256, rules, &HONEST, &files)
    };
    add_to_catalogue(&options, false, Published::Not).expect("written");
    assert_eq!(fs::read_to_string(fixture.data.catalogue()).expect("a catalogue"), marked);
}

/// A newer program may have written kinds into a ledger that this one does not know.
#[test]
fn appending_keeps_unknown_kinds() {
    let fixture = Fixture::new();
    fixture.ingest(0..10, Mode::New, 1 << 20, None);
    let path = fixture.data.ledger("a");
    let header = Ledger::open(&path).expect("published").header().clone();
    let strange = exposure_protocol::Digest::from_parts(0, [9; 16]);
    let fill = |writer: &mut LedgerWriter<'_>| {
        writer.push("zz.strange", &exposure_index::EncodedPartition::new(0, &[strange]).expect("a record"))?;
        Ok::<_, IngestError>(Provenance::default())
    };
    Ledger::publish(&path, &header, fill, |_| Ok(())).expect("written");
    fixture.ingest(0..10, Mode::Append, 1 << 20, None);
    let ledger = Ledger::open(&path).expect("published");
    let kinds: Vec<_> = ledger.sections().iter().map(|section| (section.kind.as_str(), section.records)).collect();
    assert_eq!(kinds, [("phone", 10), ("zz.strange", 1)]);
}

/// Truncated lines of JSON are counted, and no other line is lost.
#[test]
fn truncated_lines_are_counted_and_no_other_is_lost() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = DataDir::new(dir.path().join("data"));
    let cuts = [
        r#"{"mobile":"154000"#,
        r#"{"_id":"7","mob"#,
        r#"{"_id":"7","_source":{"order":"#,
        r#"{"_id":"7","_source":["#,
        r#"{"_id":"7","_source":{"name":"x\"#,
        r#"{"_id":"7","_source":{"order":7,"#,
        "connection reset by peer",
    ];
    let (mut text, lines) = (String::new(), 30_000_u64);
    let mut cut = 0;
    for n in 0..lines {
        writeln!(text, "{{\"_id\":{n},\"_source\":{{\"mobile\":\"154{n:08}\"}}}}").expect("memory");
        if n % 50 == 7 {
            writeln!(text, "{}", cuts[n as usize / 50 % cuts.len()]).expect("memory");
            cut += 1;
        }
    }
    // An extra bracket does not damage the complete value before it.
    let path = dir.path().join("dump.ndjson");
    fs::write(&path, text.replacen("\"}}\n", "\"}}}\n", 1)).expect("writable");
    let files = [path];
    let rules = Rules::on(jiff::civil::date(2026, 1, 1));
    let report =
        ingest(&IngestOptions::new(&data, "a", Scheme::Sha256, rules, &HONEST, &files), &()).expect("ingested");
    let malformed = report.files[0].malformed();
    assert_eq!((report.distinct["phone"], report.rows(), malformed), (lines, lines + cut, cut));
}
