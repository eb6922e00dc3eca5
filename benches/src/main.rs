//! `make bench`: canonical forms beside libphonenumber's port alone, the scanner of running text beside a regular
//! expression, then size, ranges and lookups of the index beside a plain FST of all tags, in one run.
//!
//! Seeded, so that every run measures the same tags and questions. Machines are noisy: compare within a run, by ratio, and
//! never across runs. Each time is the median of several rounds.

#![allow(clippy::print_stdout, reason = "printing is what a benchmark does")]

mod canonical;
mod index;
mod random;
mod scan;

use anyhow::Result;
use clap::{Parser, ValueEnum};
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Rounds of each measurement, of which the median counts.
const ROUNDS: usize = 5;

/// Measure canonical forms beside libphonenumber's port, the scanner beside a regular expression, and the index beside a
/// plain FST of all tags.
#[derive(Parser)]
struct Args {
    /// Only this part
    #[arg(long)]
    part: Option<Part>,
    /// How many random tags
    #[arg(long, default_value_t = 10_000_000)]
    tags: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Canonical,
    Scan,
    Index,
}

fn main() -> Result<()> {
    let Args { part, tags } = Args::parse();
    let is_wanted = |which| part.is_none_or(|part| part == which);
    if is_wanted(Part::Canonical) {
        canonical::measure()?;
    }
    if is_wanted(Part::Scan) {
        scan::measure()?;
    }
    if is_wanted(Part::Index) { index::measure(tags) } else { Ok(()) }
}

/// The median over rounds of the time that each of so many items takes.
fn per_item(items: usize, round: impl Fn() -> usize) -> Duration {
    median(|| {
        black_box(round());
    }) / items as u32
}

/// The median over rounds of the time that one takes.
fn median(round: impl Fn()) -> Duration {
    let mut times: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            round();
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[ROUNDS / 2]
}

fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, Duration)> {
    let start = Instant::now();
    Ok((work()?, start.elapsed()))
}
