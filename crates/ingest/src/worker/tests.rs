//! How the parent handles workers that die, send invalid frames, or lack a layer of the sandbox.

use super::*;
use crate::error::IngestError;
use crate::options::IngestOptions;
use crate::progress::Step;
use crate::report::Report;
use crate::run::ingest;
use exposure_dump::worker::{Confinement, serve};
use exposure_index::{DataDir, Ledger};
use exposure_protocol::Scheme;
use std::fs;
use std::io::{PipeWriter, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The real worker.
pub(crate) static HONEST: Readers = unconfined(|requests, output| {
    // The parent may have closed its end already.
    let _ = serve(requests, output, Confinement::Thread);
});

/// A worker in a thread.
const fn unconfined(run: fn(UnixStream, PipeWriter)) -> Readers {
    Readers::Thread { run, require_sandbox: false }
}

/// Numbers of each file.
const NUMBERS: u64 = 40_000;

/// Bytes of the first worker's stream after which it misbehaves: in the middle of the first file.
const SOUND_BYTES: usize = 200_000;

/// Passes so many bytes on, then does something else.
struct Until {
    output: PipeWriter,
    left: usize,
    then: Then,
}

type Then = Box<dyn FnMut(&mut PipeWriter, &[u8]) -> io::Result<usize> + Send>;

impl Write for Until {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.left == 0 {
            return (self.then)(&mut self.output, bytes);
        }
        let count = self.output.write(&bytes[..bytes.len().min(self.left)])?;
        self.left -= count;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A frame of the stream.
fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
    [&(payload.len() as u32).to_le_bytes()[..], &[kind], payload].concat()
}

/// Three files, the middle one of which is read by a worker that misbehaves.
fn run(readers: &Readers, progress: &dyn Progress) -> (Result<Report, IngestError>, Option<u64>) {
    let dir = tempfile::tempdir().expect("a directory");
    let data = DataDir::new(dir.path().join("data"));
    let file = |number: u64| {
        let path = dir.path().join(format!("{number}.csv"));
        let lines = (0..NUMBERS).map(|n| format!("+8620{:09}\n", number * NUMBERS + n));
        fs::write(&path, lines.collect::<String>()).expect("writable");
        path
    };
    let files = [file(0), file(1), file(2)];
    let columns = ["1=phone".parse().expect("a column")];
    let rules = Rules::on(jiff::civil::date(2026, 1, 1));
    let options =
        IngestOptions { columns: &columns, ..IngestOptions::new(&data, "a", Scheme::Sha256, rules, readers, &files) };
    let report = ingest(&options, progress);
    let ledger = Ledger::open(&data.ledger("a")).ok();
    (report, ledger.map(|ledger| ledger.len()))
}

/// Asserts that only the first file is damaged.
fn costs_its_file_alone(readers: &Readers, why: &str) {
    let (report, records) = run(readers, &());
    let report = report.expect("a worker that misbehaves does not end the run");
    let damages = report.damages();
    let [(path, damage)] = damages.as_slice() else { panic!("one file is damaged: {damages:?}") };
    assert!(path.ends_with("0.csv") && damage.contains(why), "{damage}");
    let records = records.expect("published");
    let others = 2 * NUMBERS;
    assert!((others..others + NUMBERS).contains(&records), "{records} records");
    assert_eq!(report.accepted["phone"], records, "what was delivered is counted");
    assert_eq!(report.files[0].bytes, report.files[1].bytes, "the ledger says which file it was");
    assert_eq!(report.files[0].sha256.len(), 64);
}

/// The first worker of a run misbehaves; those that follow do not.
macro_rules! first_then_honest {
    ($then:expr) => {{
        static STARTED: AtomicUsize = AtomicUsize::new(0);
        unconfined(|requests, output| {
            if STARTED.fetch_add(1, Ordering::Relaxed) > 0 {
                let _ = serve(requests, output, Confinement::Thread);
                return;
            }
            let _ = serve(requests, Until { output, left: SOUND_BYTES, then: Box::new($then) }, Confinement::Thread);
        })
    }};
}

// Behind the macro that it uses.
mod forged;

fn dies(_: &mut PipeWriter, _: &[u8]) -> io::Result<usize> {
    Err(io::ErrorKind::BrokenPipe.into())
}

#[test]
fn a_worker_that_dies_costs_its_file_alone() {
    let readers = first_then_honest!(dies);
    costs_its_file_alone(&readers, "ended early");
}

/// Keeps what it is warned of.
#[derive(Default)]
struct Warned(Mutex<Vec<String>>);

impl Progress for Warned {
    fn begin(&self, _: Step, _: Option<u64>) {}
    fn advance(&self, _: u64) {}
    fn found(&self, _: u64) {}
    fn warn(&self, sentence: &str) {
        self.0.lock().expect("no panic while it is held").push(sentence.to_owned());
    }
}

/// Reports a missing layer, then works normally.
fn lacking(requests: UnixStream, output: PipeWriter) {
    let mut hello = true;
    let swap = move |output: &mut PipeWriter, bytes: &[u8]| {
        if std::mem::take(&mut hello) {
            let isolation = exposure_dump::Isolation { missing: vec!["Landlock (this kernel has none)".to_owned()] };
            let said = Hello { version: STREAM_VERSION, canonical: CANONICAL_VERSION.to_owned(), isolation };
            let payload = serde_json::to_vec(&said).expect("JSON");
            output.write_all(&frame(b'H', &payload))?;
            // Drops the real hello.
            return Ok(bytes.len());
        }
        output.write(bytes)
    };
    let _ = serve(requests, WholeFrames(Until { output, left: 0, then: Box::new(swap) }), Confinement::Thread);
}

/// Has a frame written in one call.
struct WholeFrames<W>(W);

impl<W: Write> Write for WholeFrames<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn write_vectored(&mut self, parts: &[io::IoSlice<'_>]) -> io::Result<usize> {
        let whole: Vec<u8> = parts.iter().flat_map(|part| part.iter().copied()).collect();
        self.0.write(&whole)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_missing_layer_is_said_once() {
    let warned = Warned::default();
    let (report, records) = run(&unconfined(lacking), &warned);
    assert!(report.expect("read all the same").damages().is_empty());
    assert_eq!(records, Some(3 * NUMBERS));
    let said = warned.0.into_inner().expect("no panic while it is held");
    assert!(said.len() == 1 && said[0].contains("lacks Landlock (this kernel has none)"), "{said:?}");
}

#[test]
fn a_missing_layer_is_an_error_where_the_sandbox_is_required() {
    let (report, records) = run(&Readers::Thread { run: lacking, require_sandbox: true }, &());
    let error = report.expect_err("a layer is missing").to_string();
    assert!(error.contains("lacks Landlock (this kernel has none)") && error.contains("--require-sandbox"), "{error}");
    assert_eq!(records, None, "nothing was written");
}

#[test]
fn a_program_that_is_not_a_worker_is_an_error() {
    let nobody = unconfined(|_, _| ());
    let stranger = unconfined(|requests, mut output| {
        let _ = output.write_all(b"usage: stranger [OPTION]\n");
        drop(requests);
    });
    for readers in [nobody, stranger] {
        let (report, records) = run(&readers, &());
        assert!(matches!(report, Err(IngestError::OtherWorker | IngestError::Worker(_))), "{report:?}");
        assert_eq!(records, None, "nothing was written");
    }
}
