//! `ingest`: converts the dump of one source into a ledger.

use crate::dump::{DumpArgs, parse_size};
use crate::output::harmless;
use crate::progress::Shown;
use crate::settings::{Common, rules, shown};
use anyhow::{Result, anyhow, bail};
use clap::Args as ClapArgs;
use exposure_ingest::{EscrowRecipient, IngestOptions, Mode, Report, UNREAD_RATE, ingest};
use exposure_protocol::Scheme;
use std::time::Duration;

pub(crate) mod report;

/// `--memory` defaults to this fraction of the machine's memory.
const MEMORY_SHARE: usize = 4;

/// Assumed memory in bytes where the machine's cannot be determined.
const MEMORY_UNKNOWN: usize = 4 << 30;

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Name of the source: lower-case letters, digits and hyphens
    #[arg(long, value_name = "SLUG")]
    source: String,
    #[command(flatten)]
    dump: DumpArgs,
    /// How identifiers become digests; sha256 uses no key and protects nobody from a holder of the
    /// index
    #[arg(long, value_parser = ["voprf", "sha256"], default_value = "voprf")]
    scheme: String,
    /// Allow the sha256 scheme
    #[arg(long)]
    allow_unkeyed: bool,
    /// Add to the existing ledger of the source
    #[arg(long, conflicts_with = "replace")]
    append: bool,
    /// Replace the existing ledger of the source
    #[arg(long)]
    replace: bool,
    /// Approximate memory to use, such as 512M or 4G [default: a quarter of the machine's]
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    memory: Option<usize>,
    /// Share of values in the columns that must be identifiers; below it nothing is written
    #[arg(long, value_name = "SHARE", default_value_t = 0.1, value_parser = parse_share)]
    accept_rate: f64,
    /// Share of what looks like an identifier in a file that may be left unread; above it the
    /// ledger is incomplete, and the exit status is 2
    #[arg(long, value_name = "SHARE", default_value_t = UNREAD_RATE, value_parser = parse_share)]
    unread_rate: f64,
    /// Also store the identifiers, encrypted to this age recipient, for a later change of key
    #[arg(long, value_name = "age1…")]
    escrow: Option<String>,
    /// After a file, save progress if this long has passed; an interrupted run resumes from there
    #[arg(long, value_name = "SECONDS", default_value_t = 30, hide_short_help = true)]
    checkpoint: u64,
}

pub(crate) fn run(common: &Common, args: &Args) -> Result<()> {
    let scheme = match args.scheme.as_str() {
        "sha256" if args.allow_unkeyed => Scheme::Sha256,
        "sha256" => {
            return Err(anyhow!(
                "SHA-256 without a key hides no phone number: a holder of the index can try all of them in minutes; to \
                 use it anyway, pass --allow-unkeyed"
            ));
        }
        _ => Scheme::Voprf,
    };
    let (data, key, mapping) = (common.data(), common.key()?, args.dump.mapping()?);
    // Not parsed by clap, which quotes an invalid value: it might be the secret key pasted by
    // mistake.
    let escrow: Option<EscrowRecipient> = args.escrow.as_ref().map(|text| text.parse()).transpose()?;
    let memory = args.memory.unwrap_or_else(|| machine_memory() / MEMORY_SHARE);
    let (progress, readers) = (Shown::new(), args.dump.readers()?);
    let options = IngestOptions {
        key: key.as_ref(),
        columns: &args.dump.column,
        mapping: &mapping,
        mode: match (args.append, args.replace) {
            (true, _) => Mode::Append,
            (_, true) => Mode::Replace,
            _ => Mode::New,
        },
        memory,
        limits: args.dump.limits(memory),
        accept_rate: args.accept_rate,
        unread_rate: args.unread_rate,
        escrow: escrow.as_ref(),
        checkpoint: Duration::from_secs(args.checkpoint),
        ..IngestOptions::new(&data, &args.source, scheme, rules(args.dump.region), &readers, &args.dump.files)
    };
    let report = ingest(&options, &progress)?;
    drop(progress);
    if common.json {
        report::print_json(&args.source, &report)?;
    } else {
        report::print_text(&args.source, &report)?;
    }
    report_incomplete(&args.source, &report)
}

/// What was not read is an error (status 2), although the ledger was written from what could be.
fn report_incomplete(source: &str, report: &Report) -> Result<()> {
    let Some((last, others)) = report.incomplete.split_last() else { return Ok(()) };
    for (path, cause) in others {
        eprintln!("{}: {}", shown(path), harmless(cause));
    }
    let (path, cause) = (&last.0, harmless(&last.1));
    bail!("{}: {cause}; the ledger of {source} is incomplete: it has only what could be read", shown(path));
}

/// Bytes of memory available to this process: the machine's, or the limit of its cgroup.
fn machine_memory() -> usize {
    let number = |text: &str| text.split_ascii_whitespace().find_map(|word| word.parse::<usize>().ok());
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let machine = read("/proc/meminfo").lines().find(|line| line.starts_with("MemTotal")).and_then(number);
    let container = number(&read("/sys/fs/cgroup/memory.max"));
    let machine = machine.map_or(MEMORY_UNKNOWN, |kibibytes| kibibytes << 10);
    container.map_or(machine, |limit| limit.min(machine)).max(MEMORY_SHARE << 20)
}

/// A number between 0 and 1.
fn parse_share(text: &str) -> Result<f64, String> {
    let share = text.parse::<f64>().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "write a number between 0 and 1, such as 0.1".to_owned())
}
