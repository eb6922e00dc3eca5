//! `sources`: shows and changes the catalogue, and withdraws sources.

use crate::output::{self, count};
use crate::settings::Common;
use anyhow::{Context as _, Result, anyhow, bail};
use clap::{Args as ClapArgs, Subcommand};
use exposure_index::{Catalogue, DataDir, Ledger, valid_slug};
use exposure_protocol::wire::CatalogueEntry;
use serde_json::json;
use std::fs;
use std::io::ErrorKind;

#[derive(ClapArgs)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List the sources
    List,
    /// Show what the catalogue says of one
    Show {
        /// The source's name
        slug: String,
    },
    /// Change what the catalogue says of one, as in: set a-leak date=2022-06-30 title.en="A leak" sensitive=true
    Set {
        /// The source's name
        slug: String,
        /// A field and its value; an empty value removes the field
        #[arg(required = true, value_name = "FIELD=VALUE")]
        fields: Vec<String>,
    },
    /// Withdraw one: removes its ledger and its entry; the next build leaves it out
    Remove {
        /// The source's name
        slug: String,
    },
}

pub(crate) fn run(common: &Common, args: &Args) -> Result<()> {
    let data = common.data();
    match &args.command {
        Command::List => list(common, &data),
        Command::Show { slug } => show(common, &data, slug),
        Command::Set { slug, fields } => set(&data, slug, fields),
        Command::Remove { slug } => remove(&data, slug),
    }
}

fn list(common: &Common, data: &DataDir) -> Result<()> {
    let catalogue = Catalogue::read(&data.catalogue())?;
    let mut slugs = data.ledger_slugs()?;
    slugs.extend(catalogue.sources.keys().filter(|slug| !data.ledger(slug).exists()).cloned());
    slugs.sort();
    let mut rows = vec![["SOURCE", "ADDED", "SENSITIVE", "IDENTIFIERS", "TITLE"].map(str::to_owned).to_vec()];
    let mut documents = Vec::new();
    for slug in slugs {
        let path = data.ledger(&slug);
        let ledger = if path.exists() { Some(Ledger::open(&path)?) } else { None };
        let entry = catalogue.sources.get(&slug).cloned().unwrap_or_default();
        let sections = ledger.as_ref().map(Ledger::sections).unwrap_or_default();
        let counts: Vec<_> = sections.iter().map(|s| format!("{} {}", count(s.records), s.kind)).collect();
        let title = entry.title.as_ref().and_then(|title| title.en.clone().or_else(|| title.zh.clone()));
        rows.push(vec![
            slug.clone(),
            entry.added.clone().unwrap_or_default(),
            if entry.sensitive { "yes" } else { "no" }.to_owned(),
            if ledger.is_some() { counts.join(", ") } else { "no ledger".to_owned() },
            title.unwrap_or_default(),
        ]);
        let identifiers: serde_json::Map<_, _> = sections.iter().map(|s| (s.kind.clone(), json!(s.records))).collect();
        documents.push(json!({ "slug": slug, "identifiers": identifiers, "entry": entry }));
    }
    if common.json { output::json(&json!(documents)) } else { output::table(&rows) }
}

fn show(common: &Common, data: &DataDir, slug: &str) -> Result<()> {
    let catalogue = Catalogue::read(&data.catalogue())?;
    let entry = catalogue.sources.get(slug).ok_or_else(|| no_such_source(slug))?;
    if common.json {
        return output::json(&json!({ "slug": slug, "entry": entry }));
    }
    print!("{}", toml::to_string(entry).context("the entry cannot be written as TOML")?);
    Ok(())
}

fn set(data: &DataDir, slug: &str, fields: &[String]) -> Result<()> {
    if !valid_slug(slug) {
        bail!("“{slug}” is not a source's name: lower-case letters, digits and hyphens, a letter or digit first");
    }
    let _lock = data.lock().context("cannot use the data directory")?;
    let mut catalogue = Catalogue::read(&data.catalogue())?;
    let entry = catalogue.sources.remove(slug).unwrap_or_default();
    let mut table = toml::Table::try_from(entry).context("the entry cannot be written as TOML")?;
    for field in fields {
        let (path, value) = field.split_once('=').ok_or_else(|| anyhow!("“{field}” does not say FIELD=VALUE"))?;
        set_field(&mut table, path, value)?;
    }
    let entry: CatalogueEntry = table
        .try_into()
        .map_err(|error: toml::de::Error| anyhow!("{}; the fields are listed in docs/operating.md", error.message()))?;
    catalogue.sources.insert(slug.to_owned(), entry);
    Ok(catalogue.write(&data.catalogue())?)
}

/// Sets a dotted field to a value: TOML where it parses as such (`true`, `12`, `["a", "b"]`), else text.
fn set_field(table: &mut toml::Table, path: &str, value: &str) -> Result<()> {
    let (parents, name) = path.rsplit_once('.').map_or((None, path), |(parents, name)| (Some(parents), name));
    let mut at = table;
    for parent in parents.into_iter().flat_map(|parents| parents.split('.')) {
        let inner = at.entry(parent).or_insert_with(|| toml::Value::Table(toml::Table::new()));
        at = inner.as_table_mut().ok_or_else(|| anyhow!("the field {parent} has no parts"))?;
    }
    if value.is_empty() {
        at.remove(name);
        return Ok(());
    }
    let parsed = toml::from_str::<toml::Table>(&format!("v = {value}")).ok().and_then(|mut parsed| parsed.remove("v"));
    // A bare date parses as one, but is text here.
    let parsed = parsed.filter(|parsed| !parsed.is_datetime());
    at.insert(name.to_owned(), parsed.unwrap_or_else(|| toml::Value::String(value.to_owned())));
    Ok(())
}

fn remove(data: &DataDir, slug: &str) -> Result<()> {
    let _lock = data.lock().context("cannot use the data directory")?;
    let mut catalogue = Catalogue::read(&data.catalogue())?;
    let had_entry = catalogue.sources.remove(slug).is_some();
    let had_ledger = match fs::remove_file(data.ledger(slug)) {
        Ok(()) => true,
        Err(error) if error.kind() == ErrorKind::NotFound => false,
        Err(error) => return Err(error).with_context(|| format!("cannot remove {}", data.ledger(slug).display())),
    };
    if !had_entry && !had_ledger {
        return Err(no_such_source(slug));
    }
    catalogue.write(&data.catalogue())?;
    println!("{slug} is withdrawn; `exposure build` makes an index without it.");
    Ok(())
}

fn no_such_source(slug: &str) -> anyhow::Error {
    anyhow!("there is no source called {slug}; `exposure sources list` lists them")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_set_by_their_path() {
        let mut table = toml::Table::new();
        for (path, value) in [
            ("title.en", "A leak"),
            ("date", "2022-06-30"),
            ("sensitive", "true"),
            ("records", "12"),
            ("data_classes", "[\"phone\"]"),
        ] {
            set_field(&mut table, path, value).expect("set");
        }
        let entry: CatalogueEntry = table.clone().try_into().expect("an entry");
        assert_eq!(entry.title.and_then(|title| title.en).as_deref(), Some("A leak"));
        assert_eq!((entry.date.as_deref(), entry.sensitive, entry.records), (Some("2022-06-30"), true, Some(12)));
        set_field(&mut table, "titel", "x").expect("set");
        assert!(table.try_into::<CatalogueEntry>().is_err(), "an unknown field");
    }
}
