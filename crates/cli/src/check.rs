//! `check`: asks a service, a local index with its key, or a local index and a service that only
//! evaluates.

mod answer;
mod args;
mod doubt;
mod lines;
mod oracle;
mod partial;
mod show;
mod value;

use crate::output;
use crate::settings::{Common, rules};
use crate::stdin;
use answer::{answers, status};
use anyhow::{Result, anyhow};
use doubt::doubt;
use oracle::Oracle;
use serde_json::json;
use std::process::ExitCode;
use value::identify;

pub(crate) use args::Args;

pub(crate) fn run(common: &Common, args: &Args) -> Result<ExitCode> {
    let rules = rules(args.region);
    if args.stdin {
        return lines::check(common, args, &rules);
    }
    let values = match &args.values[..] {
        [] if args.kind.is_test() => args.kind.samples.clone(),
        [] => vec![stdin::ask_for_one(args.kind)?],
        values => values.to_vec(),
    };
    // A mistyped value is reported before anything is sent.
    let identifiers: Vec<_> = values
        .iter()
        .map(|value| {
            let read = identify(args.kind, value, &rules);
            if let Some(doubt) = doubt(args.kind, value, read.as_ref().ok(), &rules) {
                eprintln!("exposure: note: {doubt}");
            }
            read.map_err(|why| anyhow!("{}: {}", args.kind.label.en, why.explain()))
        })
        .collect::<Result<_>>()?;
    let mut oracle = Oracle::open(common, args)?;
    let answers = answers(&mut oracle, &identifiers);
    let catalogue = oracle.catalogue(common, args)?;
    let held = oracle.held(&catalogue, &args.kind.name);
    if common.json {
        let documents = identifiers.iter().zip(&answers).map(|(identifier, answer)| {
            let mut document = show::document(answer, &held);
            document["kind"] = json!(identifier.kind().name);
            document["masked"] = json!(identifier.masked());
            document
        });
        output::json(&documents.collect())?;
    } else {
        for (identifier, answer) in identifiers.iter().zip(&answers) {
            show::sentences(args.kind, identifier, answer, &catalogue, &held)?;
        }
    }
    Ok(ExitCode::from(answers.iter().map(status).max().unwrap_or_default()))
}
