//! The `exposure` command: reads the command line, calls one subcommand, turns errors into a sentence and a status.
//!
//! Each subcommand has a file of its own; what they share is in `settings` (paths, configuration), `output` (text and JSON)
//! and `progress`. No rule of the protocol and no byte on disk is decided here.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "this crate is what talks to people; the libraries below it never print"
)]

mod build;
mod canonical;
mod check;
mod demo;
mod ingest;
mod keygen;
mod kinds;
mod output;
mod progress;
mod serve;
mod settings;
mod sources;
mod verify;

use clap::{Parser, Subcommand};
use settings::Common;
use std::process::ExitCode;

/// Learn whether a phone number or national ID is in a leaked database, without telling anyone the number.
#[derive(Parser)]
#[command(name = "exposure", version, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a synthetic leak, index it, serve it, and print numbers to try.
    Demo(demo::Args),
    /// Make the secret key of an epoch.
    Keygen(keygen::Args),
    /// List the kinds of identifiers.
    Kinds,
    /// Print the canonical form of each line read: the reference for other implementations.
    Canonical(canonical::Args),
    /// Turn the dump of one source into a ledger of keyed digests.
    Ingest(ingest::Args),
    /// Show and change the catalogue of sources.
    Sources(sources::Args),
    /// Build the index from all ledgers.
    Build(build::Args),
    /// Read a whole index and check every byte of it.
    Verify(verify::Args),
    /// Serve the index: the web form and the API.
    Serve(serve::Args),
    /// Ask whether identifiers are in a leak.
    Check(check::Args),
}

/// 0: done; 1: `check` found something; 2: an error, or something unfinished.
fn main() -> ExitCode {
    forbid_core_dumps();
    let Cli { common, command } = Cli::parse();
    let done = |result: anyhow::Result<()>| result.map(|()| ExitCode::SUCCESS);
    let result = match command {
        Command::Demo(args) => done(demo::run(&common, &args)),
        Command::Keygen(args) => done(keygen::run(&common, &args)),
        Command::Kinds => done(kinds::run(&common)),
        Command::Canonical(args) => done(canonical::run(&args)),
        Command::Ingest(args) => done(ingest::run(&common, &args)),
        Command::Sources(args) => done(sources::run(&common, &args)),
        Command::Build(args) => done(build::run(&common, &args)),
        Command::Verify(args) => done(verify::run(&common, &args)),
        Command::Serve(args) => done(serve::run(&common, &args)),
        Command::Check(args) => check::run(&common, &args),
    };
    result.unwrap_or_else(|error| {
        eprintln!("exposure: {error:#}");
        ExitCode::from(2)
    })
}

/// A core file would hold keys and identifiers. Where the limit cannot be set there is nothing better to do.
fn forbid_core_dumps() {
    let none = rustix::process::Rlimit { current: Some(0), maximum: Some(0) };
    let _ = rustix::process::setrlimit(rustix::process::Resource::Core, none);
}
