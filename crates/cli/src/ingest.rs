//! `ingest`: turns the dump of one source into a ledger.

use crate::dump::{DumpArgs, parse_size};
use crate::progress::Shown;
use crate::settings::{Common, rules, shown};
use anyhow::{Result, anyhow, bail};
use clap::Args as ClapArgs;
use exposure_ingest::{EscrowRecipient, IngestOptions, Mode, Report, ingest};
use exposure_protocol::Scheme;
use std::time::Duration;

pub(crate) mod report;

/// Of the machine's memory, the part that is used unless told otherwise.
const MEMORY_SHARE: usize = 4;

/// Where the machine does not say how much memory it has.
const MEMORY_UNKNOWN: usize = 4 << 30;

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// The source's name: lower-case letters, digits and hyphens
    #[arg(long, value_name = "SLUG")]
    source: String,
    #[command(flatten)]
    dump: DumpArgs,
    /// How digests are made; sha256 needs no key, and protects nobody from whoever has the index
    #[arg(long, value_parser = ["voprf", "sha256"], default_value = "voprf")]
    scheme: String,
    /// Accept the sha256 scheme
    #[arg(long)]
    allow_unkeyed: bool,
    /// Add to the ledger that the source has
    #[arg(long, conflicts_with = "replace")]
    append: bool,
    /// Make the ledger of the source anew
    #[arg(long)]
    replace: bool,
    /// Memory to use, about, such as 512M or 4G [default: a quarter of the machine's]
    #[arg(long, value_name = "SIZE", value_parser = parse_size)]
    memory: Option<usize>,
    /// Share of the values in the columns read that must be identifiers; below it nothing is written
    #[arg(long, value_name = "SHARE", default_value_t = 0.1, value_parser = parse_share)]
    accept_rate: f64,
    /// Keep the identifiers themselves, encrypted to this age recipient, for the day the key must be replaced
    #[arg(long, value_name = "age1…")]
    escrow: Option<String>,
    /// At the end of a file, make what was read durable if this long has passed: a run that is stopped resumes there
    #[arg(long, value_name = "SECONDS", default_value_t = 30, hide_short_help = true)]
    checkpoint: u64,
}

pub(crate) fn run(common: &Common, args: &Args) -> Result<()> {
    let scheme = match args.scheme.as_str() {
        "sha256" if args.allow_unkeyed => Scheme::Sha256,
        "sha256" => {
            return Err(anyhow!(
                "bare SHA-256 hashes of phone numbers are plain text with extra steps: whoever has the index can try all \
                 of them in minutes; if that is meant, say --allow-unkeyed"
            ));
        }
        _ => Scheme::Voprf,
    };
    let (data, key, mapping) = (common.data(), common.key()?, args.dump.mapping()?);
    // Parsed here: a parser of arguments repeats what it refuses, and somebody may paste the secret half.
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
    say_damage(&args.source, &report)
}

/// What was good is in the ledger; that the rest is not must not pass for success.
fn say_damage(source: &str, report: &Report) -> Result<()> {
    let damages = report.damages();
    let Some((last, others)) = damages.split_last() else { return Ok(()) };
    for (path, damage) in others {
        eprintln!("{}: {damage}", shown(path));
    }
    let (path, damage) = last;
    bail!("{}: {damage}; what could be read is in the ledger of {source}, which is not all of the dump", shown(path));
}

/// Bytes of memory that this process may come to have: the machine's, or its container's.
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
