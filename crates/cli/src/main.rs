//! The `exposure` command: parses the command line, runs one subcommand, and turns an error into
//! one sentence and an exit status.
//!
//! Each subcommand has its own file. Shared code is in `settings` (paths, configuration), `output`
//! (text and JSON), `stdin` and `progress`. This crate defines no rule of the protocol and no bytes
//! on disk.

#![allow(clippy::print_stderr, reason = "only this crate prints; the libraries below it never do")]

mod audit;
mod build;
mod canonical;
mod check;
mod demo;
mod dump;
mod forms;
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

const AFTER_HELP: &str = "\
Exit status: 0 success; 1 `check` or `audit` found something; 2 an error, or something unfinished.
Many options can also be set by EXPOSURE_* variables: see docs/operating.md and docs/serving.md.";

/// Learn whether a phone number or national ID is in a leaked database, without telling anyone the
/// number.
#[derive(Parser)]
#[command(name = "exposure", version, max_term_width = 100, after_help = AFTER_HELP)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Generate a synthetic leak, index it, serve it, and print numbers to try.
    Demo(demo::Args),
    /// Generate the secret key of an epoch.
    Keygen(keygen::Args),
    /// List the supported kinds of identifiers.
    Kinds,
    /// Print the canonical form of each input line: the reference for other implementations.
    Canonical(canonical::Args),
    /// Show how `ingest` would read a dump: formats, encodings, columns, the first rows masked.
    Preview(preview::Args),
    /// Convert the dump of one source into a ledger of keyed digests.
    Ingest(ingest::Args),
    /// Show and edit the catalogue of sources.
    Sources(sources::Args),
    /// Record an objection: every later build leaves that identifier out.
    Suppress(suppress::Args),
    /// Build the index from all ledgers.
    Build(build::Args),
    /// Check every byte of an index.
    Verify(verify::Args),
    /// Show an index's contents and size, and how many identifiers share a prefix.
    Inspect(inspect::Args),
    /// Search files for identifiers in plain text; by default the data directory.
    Audit(audit::Args),
    /// Serve the index: the web form and the API.
    Serve(serve::Args),
    /// Manage partners (organisations that call the API with a key) and their keys.
    Partner(partner::Args),
    /// Check whether identifiers are in a leak.
    Check(check::Args),
    /// Parse dumps for another process of this program.
    #[command(hide = true)]
    Worker(worker::Args),
}

/// Exit status 0: success; 1: `check` or `audit` found something; 2: an error, or something
/// unfinished.
fn main() -> ExitCode {
    forbid_core_dumps();
    panic::set_hook(Box::new(report_location));
    let cli = Cli::parse();
    let result = panic::catch_unwind(AssertUnwindSafe(|| run(cli)));
    match result {
        Ok(Ok(status)) => status,
        Ok(Err(error)) => {
            // The reader closed the pipe: not an error.
            if !is_broken_pipe(&error) {
                let advice =
                    if is_full(&error) { "; free some space, or choose another directory with --data" } else { "" };
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

/// Whether a file could not grow: the disk is full, or a quota or file size limit is reached.
fn is_full(error: &anyhow::Error) -> bool {
    is_caused_by(error, &[io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded, io::ErrorKind::FileTooLarge])
}

fn is_caused_by(error: &anyhow::Error, kinds: &[io::ErrorKind]) -> bool {
    let is_one = |cause: &io::Error| kinds.contains(&cause.kind());
    error.chain().any(|cause| cause.downcast_ref().is_some_and(is_one))
}

/// Prints where a panic happened but not its message, which may quote an identifier. Panics of a
/// library on a hostile file are caught and reported as damage, so they are not printed.
fn report_location(panic: &PanicHookInfo<'_>) {
    if exposure_dump::is_contained() {
        return;
    }
    let location = panic.location().map_or_else(|| "an unknown location".to_owned(), ToString::to_string);
    eprintln!("exposure: internal error at {location}; please report it");
}

/// A core dump would contain keys and identifiers. If the limit cannot be set, nothing better can
/// be done.
fn forbid_core_dumps() {
    let none = rustix::process::Rlimit { current: Some(0), maximum: Some(0) };
    let _ = rustix::process::setrlimit(rustix::process::Resource::Core, none);
}
