//! `suppress`: records objections, whose identifiers later builds leave out.

use crate::output::{self, count};
use crate::settings::{Common, rules};
use crate::stdin::{self, Lines};
use anyhow::{Context as _, Result, anyhow};
use clap::Args as ClapArgs;
use exposure_identifier::{Identifier, Kind, Region};
use exposure_ingest::{SuppressOptions, suppress};
use serde_json::json;

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Kind of the values
    #[arg(long, value_name = "KIND", value_parser = Kind::named, default_value = "phone")]
    kind: &'static Kind,
    /// Default region of phone numbers without a country code
    #[arg(long, env = "EXPOSURE_REGION", default_value = "CN", hide_env = true)]
    region: Region,
    /// Read values from standard input, one per line; else one is prompted for without echo
    #[arg(long)]
    stdin: bool,
    /// Record the objection for ledgers of the sha256 scheme
    #[arg(long)]
    allow_unkeyed: bool,
}

pub(crate) fn run(common: &Common, args: &Args) -> Result<()> {
    let rules = rules(args.region);
    let mut identifiers: Vec<Identifier> = Vec::new();
    if args.stdin {
        let mut input = Lines::of_stdin();
        let mut number = 0;
        loop {
            let lines = input.read().context("cannot read standard input")?;
            if lines.is_empty() {
                break;
            }
            for line in lines {
                number += 1;
                // All or nothing: a skipped line would be taken for a recorded objection.
                let read = args.kind.canonicalise(&line, &rules).into_result();
                let read = read.map_err(|why| {
                    anyhow!("line {number}: {}: {}; nothing was recorded", args.kind.label.en, why.explain())
                })?;
                identifiers.extend(read);
            }
        }
    } else {
        let value = stdin::ask_for_one(args.kind)?;
        let read = args.kind.canonicalise(&value, &rules).into_result();
        identifiers.extend(read.map_err(|why| anyhow!("{}: {}", args.kind.label.en, why.explain()))?);
    }
    let (data, key) = (common.data(), common.key()?);
    let key = key.filter(|_| !args.allow_unkeyed);
    if key.is_none() && !args.allow_unkeyed {
        return Err(anyhow!(
            "there is no key in {}; objections need the key that the ledgers were made with (--allow-unkeyed for the sha256 scheme)",
            data.root().display()
        ));
    }
    let added = suppress(&SuppressOptions { data: &data, key: key.as_ref(), identifiers: &identifiers })?;
    if common.json {
        return output::json(&json!({ "read": identifiers.len(), "added": added }));
    }
    output::line(&format!(
        "{} recorded, {} of them new; the next `exposure build` leaves them out",
        count(identifiers.len() as u64),
        count(added)
    ))
}
