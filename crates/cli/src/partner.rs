//! `partner`: adds partners, lists them, changes what is agreed with them, replaces and revokes their keys.

use crate::output::{self, count, harmless};
use crate::settings::Common;
use anyhow::{Context as _, Result, bail};
use clap::{Args as ClapArgs, Subcommand};
use exposure_service::{KeyId, PartnerKey, PartnerRecord, PartnerStore, Terms};
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};

const DAY_SECONDS: i64 = 24 * 60 * 60;

#[derive(ClapArgs)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Add one, and print its key, once
    Add {
        /// Its name: lower-case letters, digits and hyphens
        name: String,
        /// Whom to write to when something is wrong
        #[arg(long, value_name = "TEXT")]
        contact: String,
        #[command(flatten)]
        changes: Changes,
    },
    /// List them: contact, live keys, quotas, and what they have used today (UTC)
    List,
    /// Change what is agreed with one
    Set {
        /// Its name
        name: String,
        /// Whom to write to when something is wrong
        #[arg(long, value_name = "TEXT")]
        contact: Option<String>,
        #[command(flatten)]
        changes: Changes,
        /// No page may ask any more
        #[arg(long, conflicts_with = "origins")]
        no_origins: bool,
    },
    /// Make a second key for one, or a new one if it has none; the other stays live until it is revoked
    Rotate {
        /// Its name
        name: String,
    },
    /// Revoke one, with all its keys, or one of its keys
    Revoke {
        /// Its name
        name: String,
        /// The id of the key, as `partner list` shows it
        #[arg(long, value_name = "ID")]
        key: Option<String>,
    },
}

/// What may be agreed, in evaluated elements.
#[derive(ClapArgs)]
struct Changes {
    /// Evaluations a minute [default: 600]
    #[arg(long, value_name = "N")]
    per_minute: Option<u32>,
    /// Evaluations a day (UTC) [default: 10000]
    #[arg(long, value_name = "N")]
    per_day: Option<u32>,
    /// Evaluations of one request, 1 to 1,000 [default: 100]
    #[arg(long, value_name = "N")]
    batch: Option<u32>,
    /// An origin whose pages may ask with this partner's key, such as `https://bank.example`; may be given several times,
    /// and replaces those that there are
    #[arg(long = "origin", value_name = "URL")]
    origins: Vec<String>,
}

impl Changes {
    fn make(&self, terms: &mut Terms) {
        terms.per_minute = self.per_minute.unwrap_or(terms.per_minute);
        terms.per_day = self.per_day.unwrap_or(terms.per_day);
        terms.batch = self.batch.unwrap_or(terms.batch);
        if !self.origins.is_empty() {
            terms.origins.clone_from(&self.origins);
        }
    }

    fn is_empty(&self) -> bool {
        self.per_minute.is_none() && self.per_day.is_none() && self.batch.is_none() && self.origins.is_empty()
    }
}

pub(crate) fn run(common: &Common, args: &Args) -> Result<()> {
    match &args.command {
        Command::Add { name, contact, changes } => {
            let mut terms = Terms::new(contact);
            changes.make(&mut terms);
            let key = open(common)?.add(name, &terms, today()?)?;
            show_key(common, name, &key)
        }
        Command::List => list(common),
        Command::Set { name, contact, changes, no_origins } => {
            if contact.is_none() && changes.is_empty() && !no_origins {
                bail!("nothing is changed; say what, as in `exposure partner set {name} --per-day 20000`");
            }
            let terms = open(common)?.change(name, |terms| {
                changes.make(terms);
                if let Some(contact) = contact {
                    terms.contact.clone_from(contact);
                }
                if *no_origins {
                    terms.origins.clear();
                }
            })?;
            show_terms(common, name, &terms)
        }
        Command::Rotate { name } => {
            let key = open(common)?.rotate(name, today()?)?;
            show_key(common, name, &key)
        }
        Command::Revoke { name, key } => revoke(common, name, key.as_deref()),
    }
}

fn open(common: &Common) -> Result<PartnerStore> {
    let data = common.data();
    if !data.root().is_dir() {
        bail!(
            "there is no data directory at {}; `exposure keygen` makes it, --data names another",
            data.root().display()
        );
    }
    Ok(PartnerStore::open(&data.partners())?)
}

/// Days since 1970, in UTC.
fn today() -> Result<u32> {
    u32::try_from(Timestamp::now().as_second() / DAY_SECONDS).context("the clock is set to before 1970")
}

fn day(number: u32) -> Date {
    date(1970, 1, 1).saturating_add(i64::from(number).days())
}

fn show_key(common: &Common, name: &str, key: &PartnerKey) -> Result<()> {
    let text = key.to_text();
    if common.json {
        return output::json(&json!({ "name": name, "key_id": key.id().to_string(), "key": *text }));
    }
    output::line(&text)?;
    // Apart from the key, so that the command can be piped into a file.
    eprintln!(
        "This is the key of {name}. It is shown this once and kept nowhere: hand it over by a safe way. \
         `exposure partner rotate {name}` makes another."
    );
    Ok(())
}

fn show_terms(common: &Common, name: &str, terms: &Terms) -> Result<()> {
    if common.json {
        let mut document = document_of_terms(terms);
        document["name"] = json!(name);
        return output::json(&document);
    }
    output::line(&format!(
        "{name}: {} a minute, {} a day, {} at once; contact {}; {}",
        count(terms.per_minute.into()),
        count(terms.per_day.into()),
        count(terms.batch.into()),
        harmless(&terms.contact),
        if terms.origins.is_empty() { "no pages".to_owned() } else { format!("pages of {}", terms.origins.join(", ")) }
    ))
}

fn list(common: &Common) -> Result<()> {
    let records = if common.data().partners().exists() { open(common)?.list(today()?)? } else { Vec::new() };
    if common.json {
        return output::json(&records.iter().map(document).collect());
    }
    let heads = ["PARTNER", "USED TODAY", "A DAY", "A MINUTE", "BATCH", "KEYS", "CONTACT", "ORIGINS"];
    let mut rows = vec![heads.map(str::to_owned).to_vec()];
    rows.extend(records.iter().map(|PartnerRecord { name, terms, keys, used, .. }| {
        let keys: Vec<_> = keys.iter().map(|(id, made)| format!("{id} ({})", day(*made))).collect();
        vec![
            name.clone(),
            count(*used),
            count(terms.per_day.into()),
            count(terms.per_minute.into()),
            count(terms.batch.into()),
            if keys.is_empty() { "revoked".to_owned() } else { keys.join(", ") },
            harmless(&terms.contact),
            terms.origins.join(" "),
        ]
    }));
    output::table(&rows)
}

fn document(record: &PartnerRecord) -> Value {
    let PartnerRecord { name, terms, added, keys, used } = record;
    let key = |&(id, made): &(KeyId, u32)| json!({ "id": id.to_string(), "created": day(made) });
    let mut document = document_of_terms(terms);
    document["name"] = json!(name);
    document["added"] = json!(day(*added));
    document["keys"] = keys.iter().map(key).collect();
    document["used_today"] = json!(used);
    document
}

fn document_of_terms(Terms { contact, per_minute, per_day, batch, origins }: &Terms) -> Value {
    json!({ "contact": contact, "per_minute": per_minute, "per_day": per_day, "batch": batch, "origins": origins })
}

fn revoke(common: &Common, name: &str, key: Option<&str>) -> Result<()> {
    // Not parsed as an argument: what says that it is none would quote it, and it might be a key.
    let key: Option<KeyId> = key.map(str::parse).transpose()?;
    let revoked = open(common)?.revoke(name, key)?;
    let ids: Vec<_> = revoked.iter().map(ToString::to_string).collect();
    if common.json {
        return output::json(&json!({ "name": name, "revoked": ids }));
    }
    output::line(&format!("revoked {} of {name}; a running service refuses it within seconds", ids.join(" and ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!((day(0), day(20_575)), (date(1970, 1, 1), date(2026, 5, 2)));
    }
}
