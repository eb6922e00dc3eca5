//! `partner`: adds and lists partners, changes their terms, rotates and revokes their keys.

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
    /// Add a partner and print its key, which is shown only this once
    Add {
        /// Name of the partner: lower-case letters, digits and hyphens
        name: String,
        /// Contact for incidents, such as a mail address
        #[arg(long, value_name = "TEXT")]
        contact: String,
        #[command(flatten)]
        changes: Changes,
    },
    /// List partners: contact, live keys, quotas, and usage of today (UTC)
    List,
    /// Change the terms of a partner
    Set {
        /// Name of the partner
        name: String,
        /// Contact for incidents, such as a mail address
        #[arg(long, value_name = "TEXT")]
        contact: Option<String>,
        #[command(flatten)]
        changes: Changes,
        /// Remove all origins
        #[arg(long, conflicts_with = "origins")]
        no_origins: bool,
    },
    /// Add a second key to a partner; the first stays live until it is revoked
    Rotate {
        /// Name of the partner
        name: String,
    },
    /// Revoke all keys of a partner, or one of them
    Revoke {
        /// Name of the partner
        name: String,
        /// Id of the key to revoke, as `partner list` shows it [default: all keys]
        #[arg(long, value_name = "ID")]
        key: Option<String>,
    },
}

/// The terms of a partner. Quotas are in evaluated elements.
#[derive(ClapArgs)]
struct Changes {
    /// Evaluations per minute [default: 600]
    #[arg(long, value_name = "N")]
    per_minute: Option<u32>,
    /// Evaluations per day (UTC) [default: 10000]
    #[arg(long, value_name = "N")]
    per_day: Option<u32>,
    /// Evaluations per request, 1 to 1,000 [default: 100]
    #[arg(long, value_name = "N")]
    batch: Option<u32>,
    /// Origin whose pages may call the API from a browser, such as `https://bank.example`;
    /// repeatable, replaces the existing origins
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
                bail!("nothing to change; name a term, as in `exposure partner set {name} --per-day 20000`");
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
            "there is no data directory at {}; create it with `exposure keygen`, or name another with --data",
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
    // To standard error, so that the key alone can be redirected into a file.
    eprintln!(
        "This is the key of {name}. It is shown only this once and not stored: send it through a secure channel. \
         `exposure partner rotate {name}` creates another."
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
        "{name}: {} per minute, {} per day, {} per request; contact {}; {}",
        count(terms.per_minute.into()),
        count(terms.per_day.into()),
        count(terms.batch.into()),
        harmless(&terms.contact),
        if terms.origins.is_empty() {
            "no origins".to_owned()
        } else {
            format!("origins {}", terms.origins.join(", "))
        }
    ))
}

fn list(common: &Common) -> Result<()> {
    let records = if common.data().partners().exists() { open(common)?.list(today()?)? } else { Vec::new() };
    if common.json {
        return output::json(&records.iter().map(document).collect());
    }
    let heads = ["PARTNER", "USED TODAY", "PER DAY", "PER MINUTE", "BATCH", "KEYS", "CONTACT", "ORIGINS"];
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
    // Not parsed by clap, which quotes an invalid value: it might be a key pasted by mistake.
    let key: Option<KeyId> = key.map(str::parse).transpose()?;
    let revoked = open(common)?.revoke(name, key)?;
    let ids: Vec<_> = revoked.iter().map(ToString::to_string).collect();
    if common.json {
        return output::json(&json!({ "name": name, "revoked": ids }));
    }
    output::line(&format!("revoked {} of {name}; a running service rejects it within seconds", ids.join(" and ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!((day(0), day(20_575)), (date(1970, 1, 1), date(2026, 5, 2)));
    }
}
