//! The `exposure` command: reads the command line, calls one subcommand, turns errors into a sentence and a status.
//!
//! Each subcommand has a file of its own; what they share is in `settings` (paths, configuration), `output` (text and JSON),
//! `stdin` and `progress`. No rule of the protocol and no byte on disk is decided here.

#![allow(clippy::print_stderr, reason = "this crate is what talks to people; the libraries below it never print")]

mod audit;
mod build;
mod canonical;
mod check;
mod demo;
mod dump;
mod ingest;
mod inspect;
mod keygen;
mod kinds;
mod logging;
mod output;
mod partner;
mod preview;
mod progress;
mod serve;
mod settings;
mod sources;
mod stdin;
mod suppress;
mod verify;
mod worker;

use clap::{Parser, Subcommand};
use settings::Common;
use std::io;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
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
    /// Show what `ingest` would make of a dump: formats, encodings, columns, the first rows masked.
    Preview(preview::Args),
    /// Turn the dump of one source into a ledger of keyed digests.
    Ingest(ingest::Args),
    /// Show and change the catalogue of sources.
    Sources(sources::Args),
    /// Record that somebody does not want to be found: every later build leaves them out.
    Suppress(suppress::Args),
    /// Build the index from all ledgers.
    Build(build::Args),
    /// Read a whole index and check every byte of it.
    Verify(verify::Args),
    /// Show what an index holds, how large it is, and how many people a prefix hides among.
    Inspect(inspect::Args),
    /// Search what is on disk for values, and say that it is clean or where it is not.
    Audit(audit::Args),
    /// Serve the index: the web form and the API.
    Serve(serve::Args),
    /// Manage partners, who may ask more than the public, and their keys.
    Partner(partner::Args),
    /// Ask whether identifiers are in a leak.
    Check(check::Args),
    /// Parse dumps for another process of this program.
    #[command(hide = true)]
    Worker(worker::Args),
}

/// 0: done; 1: `check` or `audit` found something; 2: an error, or something unfinished.
fn main() -> ExitCode {
    forbid_core_dumps();
    panic::set_hook(Box::new(say_where));
    let cli = Cli::parse();
    let result = panic::catch_unwind(AssertUnwindSafe(|| run(cli)));
    match result {
        Ok(Ok(status)) => status,
        Ok(Err(error)) => {
            // Whoever read our output has what was wanted, and has gone.
            if !is_broken_pipe(&error) {
                let advice = if is_full(&error) { "; make room there, or name another place with --data" } else { "" };
                eprintln!("exposure: {error:#}{advice}");
            }
            ExitCode::from(2)
        }
        Err(_) => ExitCode::from(2),
    }
}

fn run(Cli { common, command }: Cli) -> anyhow::Result<ExitCode> {
    match command {
        Command::Demo(args) => demo::run(&common, &args)?,
        Command::Keygen(args) => keygen::run(&common, &args)?,
        Command::Kinds => kinds::run(&common)?,
        Command::Canonical(args) => canonical::run(&args)?,
        Command::Preview(args) => preview::run(&common, &args)?,
        Command::Ingest(args) => ingest::run(&common, &args)?,
        Command::Sources(args) => sources::run(&common, &args)?,
        Command::Suppress(args) => suppress::run(&common, &args)?,
        Command::Build(args) => build::run(&common, &args)?,
        Command::Verify(args) => verify::run(&common, &args)?,
        Command::Inspect(args) => inspect::run(&common, &args)?,
        Command::Serve(args) => serve::run(&common, &args)?,
        Command::Partner(args) => partner::run(&common, &args)?,
        Command::Worker(args) => return worker::run(&args),
        Command::Audit(args) => return audit::run(&common, &args),
        Command::Check(args) => return check::run(&common, &args),
    }
    Ok(ExitCode::SUCCESS)
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    is_caused_by(error, &[io::ErrorKind::BrokenPipe])
}

/// Whether a file could not grow: the disk is full, or somebody's quota or limit is reached.
fn is_full(error: &anyhow::Error) -> bool {
    is_caused_by(error, &[io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded, io::ErrorKind::FileTooLarge])
}

fn is_caused_by(error: &anyhow::Error, kinds: &[io::ErrorKind]) -> bool {
    let is_one = |cause: &io::Error| kinds.contains(&cause.kind());
    error.chain().any(|cause| cause.downcast_ref().is_some_and(is_one))
}

/// Says where a panic came about, and not what it said: that may quote an identifier. What a library makes of a hostile file
/// is caught, and no mistake.
fn say_where(panic: &PanicHookInfo<'_>) {
    if exposure_dump::is_contained() {
        return;
    }
    let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    eprintln!("exposure: this is a mistake in the program, at {place}; please report it");
}

/// A core file would hold keys and identifiers. Where the limit cannot be set there is nothing better to do.
fn forbid_core_dumps() {
    let none = rustix::process::Rlimit { current: Some(0), maximum: Some(0) };
    let _ = rustix::process::setrlimit(rustix::process::Resource::Core, none);
}
