//! `worker`, hidden: the process that parses dumps, which `ingest` and `preview` start themselves,
//! and a self-test that shows what it cannot do.

use crate::output;
use anyhow::{Result, bail};
use clap::{Args as ClapArgs, Subcommand};
use exposure_dump::self_test::{self, Attempt};
use exposure_dump::worker::{self, Confinement};
use std::io;
use std::process::ExitCode;

#[derive(ClapArgs)]
#[command(args_conflicts_with_subcommands = true, arg_required_else_help = true)]
pub(crate) struct Args {
    /// Try what a worker must not do, each in a process of its own, and say what became of it
    #[arg(long)]
    self_test: bool,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Subcommand)]
enum Verb {
    /// Parse the inputs whose descriptors arrive on standard input, and write frames to standard
    /// output
    Extract,
    /// Enter the sandbox and try one thing that it forbids
    #[command(hide = true)]
    Attempt {
        /// What to try
        what: String,
    },
}

pub(crate) fn run(args: &Args) -> Result<ExitCode> {
    match &args.verb {
        // Not locked by a handle of the library: the worker writes by descriptor.
        Some(Verb::Extract) => worker::serve(io::stdin(), worker::standard_output()?, Confinement::Process)?,
        Some(Verb::Attempt { what }) => match what.parse::<Attempt>() {
            Ok(attempt) => return Ok(self_test::attempt(attempt)),
            Err(()) => bail!("“{}” is nothing that the self-test tries", output::harmless(what)),
        },
        None if args.self_test => return self_test(),
        None => bail!("nothing to do: this command is started by `exposure ingest`; try --self-test"),
    }
    Ok(ExitCode::SUCCESS)
}

fn self_test() -> Result<ExitCode> {
    let tested = self_test::self_test(&std::env::current_exe()?)?;
    output::line(&match tested.isolation.missing.as_slice() {
        [] => format!("layers: {}", exposure_dump::LAYERS.join(", ")),
        missing => format!("missing: {}", missing.join(", ")),
    })?;
    for (attempt, ended) in &tested.attempts {
        output::line(&format!("{attempt}: {ended}"))?;
    }
    Ok(if tested.is_confined() { ExitCode::SUCCESS } else { ExitCode::from(2) })
}
