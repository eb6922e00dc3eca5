//! `audit`: searches files for given values, or for any identifier, and reports where they are.

use crate::output::{self, count, harmless};
use crate::settings::{Common, rules};
use crate::stdin::Lines;
use anyhow::{Context as _, Result};
use clap::Args as ClapArgs;
use exposure_identifier::Region;
use exposure_ingest::{Audit, Place, Sought, What, audit};
use serde_json::{Value, json};
use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;
use zeroize::Zeroizing;

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Files and directories to search [default: the data directory]
    paths: Vec<PathBuf>,
    /// Search for the values in this file, one per line; without values, search for any identifier
    #[arg(long, value_name = "FILE", conflicts_with = "stdin")]
    values: Option<PathBuf>,
    /// Search for the values on standard input, one per line
    #[arg(long)]
    stdin: bool,
    /// Country whose identifiers are searched for, and default region of phone numbers
    #[arg(long, env = "EXPOSURE_REGION", default_value = "CN", hide_env = true)]
    region: Region,
}

/// Exit status 1 if anything was found.
pub(crate) fn run(common: &Common, args: &Args) -> Result<ExitCode> {
    let values = match &args.values {
        Some(path) => {
            let failed = || format!("cannot read the values in {}", path.display());
            Some(read(Lines::of(File::open(path).with_context(failed)?)).with_context(failed)?)
        }
        None if args.stdin => Some(read(Lines::of_stdin()).context("cannot read standard input")?),
        None => None,
    };
    let sought = values.as_deref().map_or(Sought::Identifiers, Sought::Values);
    let paths = if args.paths.is_empty() { vec![common.data().root().to_owned()] } else { args.paths.clone() };
    let audit = audit(&paths, &sought, &rules(args.region))?;
    if common.json {
        output::json(&document(&audit))?;
    } else {
        print_text(&audit, values.is_some())?;
    }
    Ok(if audit.found == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn read(mut lines: Lines<impl Read>) -> Result<Vec<Zeroizing<String>>> {
    let mut values = Vec::new();
    loop {
        let more = lines.read()?;
        if more.is_empty() {
            return Ok(values);
        }
        values.extend(more.into_iter().map(Zeroizing::new));
    }
}

fn print_text(audit: &Audit, has_values: bool) -> Result<()> {
    if audit.found == 0 {
        let sought = if has_values {
            format!("searched for {} values", count(audit.values))
        } else {
            "searched for any identifier".to_owned()
        };
        return output::line(&format!("clean: {} files, {} bytes, {sought}", count(audit.files), count(audit.bytes)));
    }
    for place in &audit.places {
        let Place { path, at, what } = place;
        let what = match what {
            What::Line(line) => format!("the value in line {line} of the list"),
            What::Kind("phone") => "a phone number".to_owned(),
            What::Kind(kind) => (*kind).to_owned(),
        };
        let at = at.map_or_else(|| "a member's name".to_owned(), |at| format!("byte {at}"));
        output::line(&format!("{}: {at}: {what}", harmless(&path.display().to_string())))?;
    }
    let more = audit.found - audit.places.len() as u64;
    if more > 0 {
        output::line(&format!("and {} more", count(more)))?;
    }
    Ok(())
}

fn document(audit: &Audit) -> Value {
    let places = audit.places.iter().map(|Place { path, at, what }| {
        let (line, kind) = match what {
            What::Line(line) => (Some(line), None),
            What::Kind(kind) => (None, Some(kind)),
        };
        json!({ "path": path.display().to_string(), "byte": at, "in_name": at.is_none(), "line": line, "kind": kind })
    });
    json!({
        "clean": audit.found == 0,
        "files": audit.files,
        "bytes": audit.bytes,
        "values": audit.values,
        "found": audit.found,
        "places": places.collect::<Vec<_>>(),
    })
}
