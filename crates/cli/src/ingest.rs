//! `ingest`: turns the dump of one source into a ledger.

use crate::output::{self, count};
use crate::progress::Shown;
use crate::settings::{Common, rules, shown};
use anyhow::{Result, anyhow};
use clap::Args as ClapArgs;
use exposure_identifier::Region;
use exposure_ingest::{ColumnSpec, IngestOptions, Mode, Report, ingest};
use exposure_protocol::Scheme;
use serde_json::json;
use std::path::PathBuf;

/// Of the machine's memory, the part that is used unless told otherwise.
const MEMORY_SHARE: usize = 4;

/// Where the machine does not say how much memory it has.
const MEMORY_UNKNOWN: usize = 4 << 30;

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// The source's name: lower-case letters, digits and hyphens
    #[arg(long, value_name = "SLUG")]
    source: String,
    /// A column and its kind, such as mobile=phone, 3=cn.ric or _source.contact.mobile=phone; without any, columns are
    /// known by their headers
    #[arg(long, value_name = "NAME=KIND")]
    column: Vec<ColumnSpec>,
    /// Where a phone number without a calling code belongs
    #[arg(long, env = "EXPOSURE_REGION", default_value = "CN", hide_env = true)]
    region: Region,
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
    /// The dump: CSV, TSV, NDJSON or a value a line, plain or compressed with gzip or zstd; `-` for standard input
    #[arg(required = true)]
    files: Vec<PathBuf>,
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
    let (data, key) = (common.data(), common.key()?);
    let options = IngestOptions {
        data: &data,
        source: &args.source,
        scheme,
        key: key.as_ref(),
        columns: &args.column,
        rules: rules(args.region),
        mode: match (args.append, args.replace) {
            (true, _) => Mode::Append,
            (_, true) => Mode::Replace,
            _ => Mode::New,
        },
        memory: args.memory.unwrap_or_else(|| machine_memory() / MEMORY_SHARE),
        files: &args.files,
    };
    let report = ingest(&options, &Shown::new())?;
    if common.json { print_json(&args.source, &report) } else { print_text(&args.source, &report) }
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

/// A number of bytes with an optional K, M, G or T (powers of 1,024).
fn parse_size(text: &str) -> Result<usize, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match text[digits.len()..].to_ascii_uppercase().as_str() {
        "" => 0,
        "K" => 10,
        "M" => 20,
        "G" => 30,
        "T" => 40,
        _ => return Err("write a size such as 512M or 4G".to_owned()),
    };
    let number: usize = digits.parse().map_err(|_| "write a size such as 512M or 4G".to_owned())?;
    let bytes = number.checked_mul(1 << shift).filter(|&bytes| bytes >= 1 << 20);
    bytes.ok_or_else(|| "the size must be at least 1M".to_owned())
}

fn print_text(source: &str, report: &Report) -> Result<()> {
    for file in &report.files {
        let columns: Vec<_> = file.columns.iter().map(|(name, kind)| format!("{name} ({kind})")).collect();
        output::line(&format!(
            "{}: {}, compression {}; columns: {}",
            shown(&file.path),
            file.format,
            file.compression,
            columns.join(", ")
        ))?;
        output::line(&format!("  {} rows, {} of them malformed", count(file.rows), count(file.malformed)))?;
    }
    output::line("")?;
    let mut rows = vec![["KIND", "FOUND", "DISTINCT IN LEDGER", "REJECTED"].map(str::to_owned).to_vec()];
    let kinds = report.accepted.keys().chain(report.rejected.keys()).chain(report.distinct.keys());
    for kind in kinds.collect::<std::collections::BTreeSet<_>>() {
        let reasons: Vec<_> =
            report.rejected.get(kind).into_iter().flatten().map(|(r, n)| format!("{r} {}", count(*n))).collect();
        rows.push(vec![
            kind.clone(),
            count(report.accepted.get(kind).copied().unwrap_or_default()),
            count(report.distinct.get(kind).copied().unwrap_or_default()),
            if reasons.is_empty() { "0".to_owned() } else { reasons.join(", ") },
        ]);
    }
    output::table(&rows)?;
    output::line("")?;
    output::line(&format!("The ledger of {source} is written; `exposure build` puts it into the index."))?;
    Ok(())
}

fn print_json(source: &str, report: &Report) -> Result<()> {
    let files = report.files.iter().map(|file| {
        json!({
            "path": shown(&file.path),
            "format": file.format,
            "compression": file.compression,
            "rows": file.rows,
            "malformed": file.malformed,
            "columns": file.columns.iter().map(|(name, kind)| json!({ "column": name, "kind": kind })).collect::<Vec<_>>(),
        })
    });
    let rejected: serde_json::Map<_, _> = report
        .rejected
        .iter()
        .map(|(kind, reasons)| (kind.clone(), reasons.iter().map(|(r, n)| (r.code().to_owned(), json!(n))).collect()))
        .collect();
    output::json(&json!({
        "source": source,
        "rows": report.rows(),
        "malformed": report.malformed(),
        "found": report.accepted,
        "distinct": report.distinct,
        "rejected": rejected,
        "files": files.collect::<Vec<_>>(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        assert_eq!(parse_size("512M"), Ok(512 << 20));
        assert_eq!(parse_size("4g"), Ok(4 << 30));
        assert_eq!(parse_size("2097152"), Ok(2 << 20));
        for wrong in ["", "M", "1X", "1K", "-1G", "99999999999T"] {
            assert!(parse_size(wrong).is_err(), "{wrong}");
        }
    }
}
