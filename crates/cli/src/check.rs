//! `check`: asks a service, an index and key at hand, or an index at hand and a service that evaluates, about identifiers.

mod lines;
mod oracle;
mod show;

use crate::output;
use crate::settings::{Common, rules};
use crate::stdin;
use anyhow::{Result, anyhow};
use clap::Args as ClapArgs;
use exposure_client::Outcome;
use exposure_identifier::{Identifier, Kind, Region, Rejection, Rules};
use exposure_protocol::PublicKey;
use oracle::Oracle;
use serde_json::json;
use show::Answer;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Ask this service, or the one that `EXPOSURE_SERVER` names; with --index, for evaluations alone, so that it learns how
    /// many numbers are asked about and nothing of them
    #[arg(long, value_name = "URL", conflicts_with = "key")]
    server: Option<String>,
    /// Ask this index, with its --key or as a mirror of what --server serves [default: the data directory's]
    #[arg(long, value_name = "FILE")]
    index: Option<PathBuf>,
    /// The key of the index [default: the data directory's]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Refuse a service with another public key than this, or than `EXPOSURE_PIN`
    // A key may begin with a hyphen: one in 64 does.
    #[arg(long, value_name = "PUBLIC_KEY", conflicts_with = "key", allow_hyphen_values = true)]
    pin: Option<PublicKey>,
    /// Ask the service as a partner, with the key in this file, or in `EXPOSURE_PARTNER_KEY`
    #[arg(long, value_name = "FILE", conflicts_with = "key")]
    partner_key_file: Option<PathBuf>,
    /// Accept an index of the sha256 scheme: its prefixes tell which numbers were asked about
    #[arg(long)]
    allow_unkeyed: bool,
    /// The kind of what is asked about; `test` is the test identifier, which every index holds, and needs no value
    #[arg(long, value_name = "KIND", value_parser = Kind::asked_as, default_value = "phone")]
    kind: &'static Kind,
    /// Where a phone number without a calling code belongs
    #[arg(long, env = "EXPOSURE_REGION", default_value = "CN", hide_env = true)]
    region: Region,
    /// Read values from standard input, one a line, and answer one line a line
    #[arg(long, conflicts_with = "values")]
    stdin: bool,
    /// Numbers to ask about; without any, one is asked for and not shown. A number on a command line lands in the shell's
    /// history
    #[arg(value_name = "VALUE")]
    values: Vec<String>,
}

/// Why a text is not asked about.
#[derive(Clone, Copy)]
enum Refusal {
    Rejected(Rejection),
    Several,
}

pub(crate) fn run(common: &Common, args: &Args) -> Result<ExitCode> {
    let rules = rules(args.region);
    if args.stdin {
        return lines::check(args, &rules, &mut Oracle::open(common, args)?, common.json);
    }
    let values = match &args.values[..] {
        [] if args.kind.is_test() => args.kind.samples.clone(),
        [] => vec![stdin::ask_for_one(args.kind)?],
        values => values.to_vec(),
    };
    // What is typed wrongly should be said before anything is sent.
    let identifiers: Vec<_> = values
        .iter()
        .map(|value| {
            identify(args.kind, value, &rules).map_err(|why| anyhow!("{}: {}", args.kind.label.en, why.explain()))
        })
        .collect::<Result<_>>()?;
    let mut oracle = Oracle::open(common, args)?;
    let answers = answers(&mut oracle, &identifiers);
    if common.json {
        let documents = identifiers.iter().zip(&answers).map(|(identifier, answer)| {
            let mut document = show::document(answer);
            document["kind"] = json!(identifier.kind().name);
            document["masked"] = json!(identifier.masked());
            document
        });
        output::json(&documents.collect())?;
    } else {
        let catalogue = oracle.catalogue(common, args)?;
        for (identifier, answer) in identifiers.iter().zip(&answers) {
            show::sentences(args.kind, identifier, answer, &catalogue)?;
        }
    }
    Ok(ExitCode::from(answers.iter().map(status).max().unwrap_or_default()))
}

/// What there is to say of each identifier; one failure does not take the other answers away.
fn answers(oracle: &mut Oracle, identifiers: &[Identifier]) -> Vec<Answer> {
    oracle.check(identifiers).into_iter().map(|answer| answer.map_err(|error| error.to_string())).collect()
}

/// The exit status that an answer asks for; the highest counts.
fn status(answer: &Answer) -> u8 {
    match answer {
        Ok(Outcome::NotFound) => 0,
        Ok(_) => 1,
        Err(_) => 2,
    }
}

/// The one identifier of a line or argument.
fn identify(kind: &'static Kind, text: &str, rules: &Rules) -> Result<Identifier, Refusal> {
    let mut identifiers = kind.canonicalise(text, rules).into_result().map_err(Refusal::Rejected)?;
    if identifiers.len() == 1 { Ok(identifiers.remove(0)) } else { Err(Refusal::Several) }
}

impl Refusal {
    fn code(self) -> &'static str {
        match self {
            Self::Rejected(reason) => reason.code(),
            Self::Several => "several",
        }
    }

    fn explain(self) -> &'static str {
        match self {
            Self::Rejected(reason) => reason.explain(),
            Self::Several => "several numbers were given at once; ask about one at a time",
        }
    }
}
