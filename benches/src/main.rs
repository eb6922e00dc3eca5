//! `make bench`: canonical forms beside libphonenumber's port alone, the scanner of running text
//! beside a regular expression, bulk evaluation beside the bare arithmetic, size, ranges and
//! lookups of the index beside an FST, a sorted file and a fuse filter, then ingest beside reading
//! alone, in one run. Four small modes serve `build.py`, `billion.py` and `service.py`.
//!
//! Seeded, so that every run measures the same tags and lookups. Machines are noisy: compare within
//! a run, by ratio, never across runs. Each time is the median of several rounds.
//!
//! Whole commands are measured by programs in Python:
//!
//! ```text
//! cargo build --release -p exposure-cli -p exposure-benches
//! # A ledger of ten million beside DuckDB and GNU sort (pip install duckdb).
//! python3 benches/build.py
//! # The running service beside nginx and bare evaluation (apt-get install nginx-light wrk).
//! python3 benches/service.py
//! # A billion from a pipe to an index, on a disk with room; or the same in a minute.
//! python3 benches/billion.py --dir DIR
//! python3 benches/billion.py --dir DIR --count 1000000 --voprf-count 100000
//! ```

#![allow(clippy::print_stdout, reason = "printing is what a benchmark does")]

mod bare;
mod canonical;
mod index;
mod ingest;
mod load;
mod numbers;
mod opened;
mod random;
mod scan;
mod table;
mod timing;
mod voprf;

use anyhow::Result;
use clap::{Parser, Subcommand, ValueEnum};

/// Measure canonical forms, the scanner, bulk evaluation, the index and ingest, each beside its
/// peers.
#[derive(Parser)]
#[command(args_conflicts_with_subcommands = true)]
struct Args {
    #[command(subcommand)]
    mode: Option<Mode>,
    /// Measure only this part
    #[arg(long)]
    part: Option<Part>,
    /// Number of random tags
    #[arg(long, default_value_t = 10_000_000)]
    tags: u64,
    /// Number of identifiers evaluated in bulk
    #[arg(long, default_value_t = 100_000)]
    identifiers: usize,
    /// Size of the ingested dumps, such as 256M or 2G
    #[arg(long, default_value = "256M", value_parser = ingest::size)]
    bytes: u64,
}

#[derive(Subcommand)]
enum Mode {
    /// Print distinct phone numbers that belong to nobody, one per line
    Numbers(numbers::Args),
    /// Evaluate on all cores and do nothing else; prints JSON
    Bare(bare::Args),
    /// Send evaluation requests to a service at a fixed rate; prints JSON
    Load(load::Args),
    /// Open an index of such numbers and look some up; prints JSON
    Open(opened::Args),
    /// Parse dumps for this program, as the `exposure` command does for itself
    #[command(hide = true)]
    Worker {
        /// `extract`
        verb: String,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Canonical,
    Scan,
    Voprf,
    Index,
    Ingest,
}

fn main() -> Result<()> {
    let args = Args::parse();
    match &args.mode {
        Some(Mode::Bare(bare)) => bare::measure(bare),
        Some(Mode::Load(load)) => load::measure(load),
        Some(Mode::Numbers(numbers)) => numbers::print(numbers),
        Some(Mode::Open(open)) => opened::measure(open),
        Some(Mode::Worker { .. }) => {
            let output = exposure_dump::worker::standard_output()?;
            Ok(exposure_dump::worker::serve(std::io::stdin(), output, exposure_dump::worker::Confinement::Process)?)
        }
        None => measure(&args),
    }
}

fn measure(args: &Args) -> Result<()> {
    let is_wanted = |which| args.part.is_none_or(|part| part == which);
    if is_wanted(Part::Canonical) {
        canonical::measure()?;
    }
    if is_wanted(Part::Scan) {
        scan::measure()?;
    }
    if is_wanted(Part::Voprf) {
        voprf::measure(args.identifiers)?;
    }
    if is_wanted(Part::Index) {
        index::measure(args.tags)?;
    }
    if is_wanted(Part::Ingest) { ingest::measure(args.bytes) } else { Ok(()) }
}
