//! `exposure-synthetic`: leaks of fictional people, of any size, and whether somebody is among
//! them.
//!
//! ```text
//! exposure-synthetic leak --people 10000000 --shape csv -o people.csv
//! exposure-synthetic leak --people 1000000 --shape text --world realistic --noise real \
//!     --truth truth.tsv -o chat.log
//! exposure-synthetic leak --rows 1000000000 --profile shanghai --shape elasticdump \
//!     --compress zst -o police.json.zst
//! exposure-synthetic sources DIR --people 100000
//! exposure-synthetic member --people 100000 +8615400001234
//! ```

#![allow(clippy::print_stdout, reason = "printing is what this command does")]

mod command;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Generate leaks of fictional people
#[derive(Parser)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write one dump
    Leak(command::leak::Args),
    /// Write several overlapping dumps in different formats and encodings, with their truth
    Sources(command::sources::Args),
    /// Tell whether identifiers belong to the first people
    Member(command::member::Args),
}

fn main() -> Result<()> {
    match &Args::parse().command {
        Command::Leak(args) => command::leak::run(args),
        Command::Sources(args) => command::sources::run(args),
        Command::Member(args) => command::member::run(args),
    }
}
