//! Ingest from end to end, beside the least that reading the same file takes: a reader that splits all fields of a CSV and
//! keeps none, a parser that takes two fields from each line of NDJSON, a pass that counts lines and digits of running text.
//!
//! None of them knows an identifier, folds, checks, removes repetitions, hashes, sorts or writes: the ratio says what all
//! that costs on top. The files are made by the run, in ranges as they are given out, since running text is searched for
//! valid numbers only; they lie in a temporary directory and go with it.

mod rows;

use crate::timing::{ROUNDS, middle, timed};
use anyhow::{Context as _, Result, ensure};
use exposure_identifier::Rules;
use exposure_index::DataDir;
use exposure_ingest::{ColumnSpec, IngestOptions, Readers, Report};
use exposure_protocol::Scheme;
use rows::Layout;
use serde::Deserialize;
use std::borrow::Cow;
use std::fs::File;
use std::hint::black_box;
use std::io::{BufRead as _, BufReader, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Bytes that a peer reads at a time.
const BUFFER: usize = 1 << 20;

/// What ingest may hold.
const MEMORY: usize = 1 << 30;

/// A file, who else reads it, and where identifiers stand in it.
struct Case {
    name: &'static str,
    layout: Layout,
    peer_name: &'static str,
    peer: fn(&Path) -> Result<usize>,
    columns: &'static [&'static str],
}

const CASES: [Case; 3] = [
    Case { name: "CSV", layout: Layout::Csv, peer_name: "simd-csv, all fields", peer: split_csv, columns: &[] },
    Case {
        name: "NDJSON",
        layout: Layout::Json,
        peer_name: "serde_json, two fields",
        peer: parse_json,
        columns: &["_source.idcard=cn.ric", "_source.contact.mobile=phone"],
    },
    Case {
        name: "running text",
        layout: Layout::Text,
        peer_name: "lines and digits",
        peer: count_digits,
        columns: &[],
    },
];

/// Measures and prints.
pub(crate) fn measure(bytes: u64) -> Result<()> {
    println!("ingest of {} MB to a ledger (sha256), all cores, beside reading alone, one thread\n", bytes / 1_000_000);
    println!(
        "{:<14}{:<24}{:>10}{:>10}{:>14}{:>10}{:>12}",
        "", "peer", "peer MB/s", "ours MB/s", "peer/ours", "rows", "found/s"
    );
    let dir = tempfile::tempdir()?;
    for case in CASES {
        let path = dir.path().join(case.name.replace(' ', "-"));
        let rows = make(case.layout, bytes, &path)?;
        // One that cannot be measured does not hide the others.
        if let Err(error) = case.measure(&path, rows) {
            println!("{:<14}{:<24}not measured: {error:#}", case.name, case.peer_name);
        }
        std::fs::remove_file(&path)?;
    }
    println!();
    Ok(())
}

/// A dump of about so many bytes; how many rows it has.
fn make(layout: Layout, bytes: u64, path: &Path) -> Result<u64> {
    let mut file = BufWriter::with_capacity(BUFFER, File::create(path)?);
    let rows = rows::write(layout, bytes, &mut file)?;
    file.flush()?;
    Ok(rows)
}

impl Case {
    fn measure(&self, path: &Path, rows: u64) -> Result<()> {
        let megabytes = path.metadata()?.len() as f64 / 1e6;
        let seen = (self.peer)(path)?;
        ensure!(seen > 0, "the peer reads nothing");
        let (mut theirs, mut ours, mut found) = (Vec::new(), Vec::new(), 0);
        // In turn, so that a slow minute of the machine is one of both. Reading has warmed the cache.
        for _ in 0..ROUNDS {
            theirs.push(timed(|| Ok(black_box((self.peer)(path)?)))?.1);
            let (report, time) = timed(|| ingest(path, self.columns))?;
            ours.push(time);
            found = report.accepted.values().sum::<u64>();
        }
        let seconds = |times: Vec<Duration>| middle(times).as_secs_f64();
        let (theirs, ours) = (seconds(theirs), seconds(ours));
        println!(
            "{:<14}{:<24}{:>10.0}{:>10.0}{:>13.2}×{rows:>10}{:>12.0}",
            self.name,
            self.peer_name,
            megabytes / theirs,
            megabytes / ours,
            ours / theirs,
            found as f64 / ours
        );
        Ok(())
    }
}

/// From the file to a ledger, in a data directory of its own.
fn ingest(path: &Path, columns: &[&str]) -> Result<Report> {
    let dir = tempfile::tempdir_in(path.parent().context("a file in a directory")?)?;
    let columns = columns.iter().map(|column| Ok(column.parse::<ColumnSpec>()?)).collect::<Result<Vec<_>>>()?;
    let (data, rules) = (DataDir::new(dir.path()), Rules::on(jiff::civil::date(2026, 1, 1)));
    let files = [PathBuf::from(path)];
    // This program answers to `worker extract`, too.
    let readers = Readers::this_program(true)?;
    let options = IngestOptions {
        columns: &columns,
        memory: MEMORY,
        ..IngestOptions::new(&data, "bench", Scheme::Sha256, rules, &readers, &files)
    };
    Ok(exposure_ingest::ingest(&options, &())?)
}

/// Splits each record into its fields; how many there are.
fn split_csv(path: &Path) -> Result<usize> {
    let mut reader = simd_csv::ZeroCopyReaderBuilder::with_capacity(BUFFER).from_reader(File::open(path)?);
    let mut fields = 0;
    while let Some(record) = reader.read_byte_record()? {
        fields += record.iter().map(|field| black_box(field).len().min(1)).sum::<usize>();
    }
    Ok(fields)
}

#[derive(Deserialize)]
struct Hit<'l> {
    #[serde(borrow, rename = "_source")]
    source: Record<'l>,
}

#[derive(Deserialize)]
struct Record<'l> {
    #[serde(borrow)]
    idcard: Cow<'l, str>,
    #[serde(borrow)]
    contact: Contact<'l>,
}

#[derive(Deserialize)]
struct Contact<'l> {
    #[serde(borrow)]
    mobile: Option<Cow<'l, str>>,
}

/// Parses each line for two fields; how many bytes they have.
fn parse_json(path: &Path) -> Result<usize> {
    let mut reader = BufReader::with_capacity(BUFFER, File::open(path)?);
    let (mut line, mut bytes) = (Vec::new(), 0);
    while reader.read_until(b'\n', &mut line)? > 0 {
        let hit: Hit<'_> = serde_json::from_slice(&line)?;
        bytes += hit.source.idcard.len() + hit.source.contact.mobile.map_or(0, |mobile| mobile.len());
        line.clear();
    }
    Ok(bytes)
}

/// Looks at each byte twice; how many lines and digits there are.
fn count_digits(path: &Path) -> Result<usize> {
    let (mut file, mut buffer) = (File::open(path)?, vec![0; BUFFER]);
    let mut count = 0;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(count);
        }
        let bytes = &buffer[..read];
        count += memchr::memchr_iter(b'\n', bytes).count() + bytes.iter().filter(|b| b.is_ascii_digit()).count();
    }
}

/// Bytes, as `256M` or `2G`: powers of ten.
pub(crate) fn size(text: &str) -> Result<u64, String> {
    let (number, unit) = match text.as_bytes().last() {
        Some(b'k' | b'K') => (&text[..text.len() - 1], 1_000),
        Some(b'M') => (&text[..text.len() - 1], 1_000_000),
        Some(b'G') => (&text[..text.len() - 1], 1_000_000_000),
        _ => (text, 1),
    };
    let bytes = number.parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    bytes.ok_or_else(|| "write bytes as in 256M or 2G".to_owned())
}
