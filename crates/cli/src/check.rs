//! `check`: asks a service, or an index and key at hand, about identifiers.

use crate::output;
use crate::settings::{Common, rules};
use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args as ClapArgs;
use exposure_client::{Client, ClientError, Finding, Local};
use exposure_identifier::{Identifier, Kind, Region, Rules};
use exposure_index::{Catalogue, read_key};
use exposure_protocol::PublicKey;
use exposure_protocol::wire::{BreachEntry, Text};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufWriter, IsTerminal as _, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Lines asked about together: many enough for batches, few enough to see answers come.
const LINES: usize = 512;

#[derive(ClapArgs)]
pub(crate) struct Args {
    /// Ask this service
    #[arg(long, env = "EXPOSURE_SERVER", value_name = "URL", conflicts_with_all = ["index", "key"], hide_env = true)]
    server: Option<String>,
    /// Ask this index [default: the data directory's]
    #[arg(long, value_name = "FILE")]
    index: Option<PathBuf>,
    /// The key of the index [default: the data directory's]
    #[arg(long, value_name = "FILE")]
    key: Option<PathBuf>,
    /// Refuse a service with another public key than this
    #[arg(long, env = "EXPOSURE_PIN", value_name = "PUBLIC_KEY", requires = "server", hide_env = true)]
    pin: Option<PublicKey>,
    /// Accept an index of the sha256 scheme: its prefixes tell which numbers were asked about
    #[arg(long)]
    allow_unkeyed: bool,
    /// The kind of what is asked about
    #[arg(long, value_name = "KIND", value_parser = Kind::named, default_value = "phone")]
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

/// Whom to ask.
enum Oracle {
    Service(Box<Client>),
    Local(Box<Local>),
}

/// An answer, or why there is none.
type Answer = Result<Finding, String>;

pub(crate) fn run(common: &Common, args: &Args) -> Result<ExitCode> {
    let rules = rules(args.region);
    if args.stdin {
        let mut oracle = Oracle::open(common, args)?;
        return check_lines(common, args, &rules, &mut oracle);
    }
    let values = if args.values.is_empty() { vec![ask_for_one(args.kind)?] } else { args.values.clone() };
    // What is typed wrongly should be said before anything is sent.
    let identifiers: Vec<_> = values
        .iter()
        .map(|value| {
            identify(args.kind, value, &rules).map_err(|reason| anyhow!("{}: {}", args.kind.label.en, reason.explain()))
        })
        .collect::<Result<_>>()?;
    let mut oracle = Oracle::open(common, args)?;
    let answers: Vec<_> = oracle
        .check(&identifiers)
        .into_iter()
        .map(|answer| answer.map_err(anyhow::Error::from))
        .collect::<Result<_>>()?;
    let catalogue = oracle.catalogue(common)?;
    if common.json {
        let documents = identifiers.iter().zip(&answers).map(|(identifier, finding)| {
            let mut document = json!({ "kind": identifier.kind().name, "masked": identifier.masked() });
            document["result"] = json!(word(finding));
            document["sources"] = json!(slugs(finding));
            document
        });
        output::json(&documents.collect())?;
    } else {
        for (identifier, finding) in identifiers.iter().zip(&answers) {
            print_finding(identifier, finding, &catalogue);
        }
    }
    let found = answers.iter().any(|finding| *finding != Finding::Absent);
    Ok(ExitCode::from(u8::from(found)))
}

impl Oracle {
    fn open(common: &Common, args: &Args) -> Result<Self> {
        if let Some(server) = &args.server {
            let mut builder = Client::new(server);
            if let Some(key) = args.pin {
                builder = builder.pin(key);
            }
            if args.allow_unkeyed {
                builder = builder.allow_unkeyed();
            }
            let client = builder.connect().map_err(|error| explain(server, &error))?;
            return Ok(Self::Service(Box::new(client)));
        }
        let index = args.index.clone().unwrap_or_else(|| common.data().index());
        let key = match &args.key {
            Some(path) => Some(read_key(path)?),
            None => common.key()?,
        };
        Ok(Self::Local(Box::new(Local::open(&index, key, args.allow_unkeyed)?)))
    }

    fn check(&mut self, identifiers: &[Identifier]) -> Vec<Result<Finding, ClientError>> {
        match self {
            Self::Service(client) => client.check(identifiers),
            Self::Local(local) => local.check(identifiers),
        }
    }

    /// What is known of each source.
    fn catalogue(&self, common: &Common) -> Result<BTreeMap<String, BreachEntry>> {
        Ok(match self {
            Self::Service(client) => {
                client.breaches().iter().map(|breach| (breach.slug.clone(), breach.entry.clone())).collect()
            }
            Self::Local(_) => {
                let catalogue = Catalogue::read(&common.data().catalogue())?;
                catalogue.sources.into_iter().map(|(slug, entry)| (slug, entry.into())).collect()
            }
        })
    }
}

/// Why a service cannot be asked, and the flag that lifts a refusal of the client's own.
fn explain(server: &str, error: &ClientError) -> anyhow::Error {
    let hint = match error {
        ClientError::Unkeyed => " (--allow-unkeyed)",
        _ => "",
    };
    anyhow!("cannot ask {server}: {error}{hint}")
}

/// Asks for a value without showing it.
fn ask_for_one(kind: &Kind) -> Result<String> {
    if !io::stdin().is_terminal() {
        bail!("there is no terminal to ask for a number on; give numbers with --stdin, one a line");
    }
    let prompt = format!("{} (not shown): ", kind.label.en);
    rpassword::prompt_password(prompt).context("cannot read from the terminal")
}

/// The one identifier of a line or argument.
fn identify(kind: &'static Kind, text: &str, rules: &Rules) -> Result<Identifier, Refusal> {
    let mut identifiers = kind.canonicalise(text, rules).into_result().map_err(Refusal::Rejected)?;
    if identifiers.len() == 1 { Ok(identifiers.remove(0)) } else { Err(Refusal::Several) }
}

/// Why a line is not asked about.
#[derive(Clone, Copy)]
enum Refusal {
    Rejected(exposure_identifier::Rejection),
    Several,
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

/// One line out for each line in; 2 beats 1 beats 0.
fn check_lines(common: &Common, args: &Args, rules: &Rules, oracle: &mut Oracle) -> Result<ExitCode> {
    let mut lines = io::stdin().lock().split(b'\n');
    let mut out = BufWriter::new(io::stdout().lock());
    let mut status = 0;
    loop {
        let chunk: Vec<Vec<u8>> =
            lines.by_ref().take(LINES).collect::<io::Result<_>>().context("cannot read standard input")?;
        if chunk.is_empty() {
            return Ok(ExitCode::from(status));
        }
        for answer in answer_chunk(args.kind, &chunk, rules, oracle) {
            status = status.max(match &answer {
                Ok(Finding::Absent) => 0,
                Ok(_) => 1,
                Err(_) => 2,
            });
            print_line(&mut out, &answer, common.json).context("cannot write to standard output")?;
        }
        out.flush().context("cannot write to standard output")?;
    }
}

fn answer_chunk(kind: &'static Kind, lines: &[Vec<u8>], rules: &Rules, oracle: &mut Oracle) -> Vec<Answer> {
    let read: Vec<_> = lines.iter().map(|line| identify(kind, &String::from_utf8_lossy(line), rules)).collect();
    let identifiers: Vec<_> = read.iter().filter_map(|line| line.as_ref().ok().cloned()).collect();
    let mut answers = oracle.check(&identifiers).into_iter();
    let mut next = || answers.next().expect("an answer for each identifier").map_err(|error| error.to_string());
    read.into_iter().map(|line| line.map_err(|refusal| refusal.code().to_owned()).and_then(|_| next())).collect()
}

fn print_line(out: &mut impl Write, answer: &Answer, as_json: bool) -> io::Result<()> {
    match answer {
        Ok(finding) if as_json => writeln!(out, "{}", json!({ "result": word(finding), "sources": slugs(finding) })),
        Err(why) if as_json => writeln!(out, "{}", json!({ "result": "error", "why": why })),
        Ok(Finding::Absent) => writeln!(out, "absent"),
        Ok(Finding::Found(slugs)) => writeln!(out, "found {}", slugs.join(",")),
        Ok(Finding::Undetermined) => writeln!(out, "found"),
        Err(why) => writeln!(out, "error {why}"),
    }
}

fn word(finding: &Finding) -> &'static str {
    match finding {
        Finding::Absent => "absent",
        Finding::Found(_) => "found",
        Finding::Undetermined => "found, source undetermined",
    }
}

fn slugs(finding: &Finding) -> &[String] {
    match finding {
        Finding::Found(slugs) => slugs,
        _ => &[],
    }
}

fn print_finding(identifier: &Identifier, finding: &Finding, catalogue: &BTreeMap<String, BreachEntry>) {
    let (label, masked) = (&identifier.kind().label.en, identifier.masked());
    match finding {
        Finding::Absent => {
            println!("{label} {masked}: no match in the leaks held here.");
            println!("That does not mean it is safe: leaks that are not held here cannot be seen.");
        }
        Finding::Undetermined => {
            println!("{label} {masked}: found, but two entries collide and the leak cannot be told.");
        }
        Finding::Found(slugs) => {
            println!("{label} {masked}: found in {} of the leaks held here.", slugs.len());
            for slug in slugs {
                print_source(slug, catalogue.get(slug));
            }
            println!("That does not mean it has been misused. Treat it as public.");
        }
    }
}

fn print_source(slug: &str, entry: Option<&BreachEntry>) {
    let english = |text: &Option<Text>| text.as_ref().and_then(|text| text.en.clone().or_else(|| text.zh.clone()));
    let title = entry
        .and_then(|entry| english(&entry.title))
        .map_or_else(|| slug.to_owned(), |title| format!("{title} ({slug})"));
    let date = entry.and_then(|entry| entry.date.as_deref()).unwrap_or("date unknown");
    let standing = if entry.is_some_and(|entry| entry.verified) { "verified" } else { "claimed" };
    // A service's texts are printed without what could move the cursor.
    let plain: String = format!("{date}, {standing}: {title}").chars().filter(|c| !c.is_control()).collect();
    println!("  {plain}");
    if let Some(entry) = entry.filter(|entry| !entry.data_classes.is_empty()) {
        let classes: String = entry.data_classes.join(", ").chars().filter(|c| !c.is_control()).collect();
        println!("    it holds: {classes}");
    }
}
