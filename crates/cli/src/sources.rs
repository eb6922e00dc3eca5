//! `sources`: shows and edits the catalogue, and withdraws sources.

use crate::forms;
use crate::output::{self, count, harmless};
use crate::settings::Common;
use anyhow::{Context as _, Result, anyhow, bail};
use clap::{Args as ClapArgs, Subcommand};
use exposure_index::{
    Catalogue, DataDir, InputFile, Ledger, Operation, OperationsLog, Run, Section, TEST_SOURCE, entry_from_toml,
    valid_slug,
};
use exposure_protocol::wire::{CatalogueEntry, Text};
use serde_json::json;
use std::fs;
use std::io::ErrorKind;

/// Fields whose value is always text, even if it looks like a date or a number.
const TEXTS: [&str; 7] = ["name", "title", "date", "added", "description", "origin", "advice"];

#[derive(ClapArgs)]
pub(crate) struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// List all sources
    List,
    /// Show the catalogue entry of a source, and how its ledger was made
    Show {
        /// Name of the source
        slug: String,
    },
    /// Edit a catalogue entry, as in: set a-leak date=2022-06-30 title.en="A leak" sensitive=true
    Set {
        /// Name of the source
        slug: String,
        /// Field and value; an empty value removes the field
        #[arg(required = true, value_name = "FIELD=VALUE")]
        fields: Vec<String>,
    },
    /// Withdraw a source: delete its ledger and catalogue entry; the next build leaves it out
    Remove {
        /// Name of the source
        slug: String,
    },
}

pub(crate) fn run(common: &Common, args: &Args) -> Result<()> {
    let data = common.data();
    match &args.command {
        Command::List => list(common, &data),
        Command::Show { slug } => show(common, &data, slug),
        Command::Set { slug, fields } => set(common, &data, slug, fields),
        Command::Remove { slug } => remove(common, &data, slug),
    }
}

fn list(common: &Common, data: &DataDir) -> Result<()> {
    let catalogue = Catalogue::read(&data.catalogue())?;
    let mut slugs = data.ledger_slugs()?;
    slugs.extend(catalogue.sources.keys().filter(|slug| !data.ledger(slug).exists()).cloned());
    slugs.sort();
    let mut rows =
        vec![["SOURCE", "ADDED", "SENSITIVE", "INCOMPLETE", "IDENTIFIERS", "TITLE"].map(str::to_owned).to_vec()];
    let mut documents = Vec::new();
    for slug in slugs {
        let path = data.ledger(&slug);
        let ledger = if path.exists() { Some(Ledger::open(&path)?) } else { None };
        let entry = catalogue.described(&slug);
        let sections = ledger.as_ref().map(Ledger::sections).unwrap_or_default();
        let counts: Vec<_> = sections.iter().map(|s| format!("{} {}", count(s.records), s.kind)).collect();
        rows.push(vec![
            slug.clone(),
            entry.added.clone().unwrap_or_default(),
            yes_or_no(entry.sensitive),
            yes_or_no(entry.incomplete),
            if ledger.is_some() { counts.join(", ") } else { "no ledger".to_owned() },
            entry.title.as_ref().and_then(Text::in_english).unwrap_or_default().to_owned(),
        ]);
        let identifiers: serde_json::Map<_, _> = sections.iter().map(|s| (s.kind.clone(), json!(s.records))).collect();
        let (versions, entry) = (versions(sections), fields_of(&entry)?);
        documents
            .push(json!({ "slug": slug, "identifiers": identifiers, "canonical_versions": versions, "entry": entry }));
    }
    if common.json { output::json(&json!(documents)) } else { output::table(&rows) }
}

fn yes_or_no(flag: bool) -> String {
    if flag { "yes" } else { "no" }.to_owned()
}

fn show(common: &Common, data: &DataDir, slug: &str) -> Result<()> {
    let catalogue = Catalogue::read(&data.catalogue())?;
    let path = data.ledger(slug);
    let is_known = catalogue.sources.contains_key(slug) || (slug == TEST_SOURCE && path.exists());
    if !is_known {
        return Err(no_such_source(slug));
    }
    let entry = &catalogue.described(slug);
    let ledger = if path.exists() { Some(Ledger::open(&path)?) } else { None };
    let runs = ledger.as_ref().map(|ledger| &ledger.provenance().runs[..]).unwrap_or_default();
    let sections = ledger.as_ref().map(Ledger::sections).unwrap_or_default();
    if common.json {
        let (versions, entry) = (versions(sections), fields_of(entry)?);
        return output::json(&json!({ "slug": slug, "entry": entry, "runs": runs, "canonical_versions": versions }));
    }
    print_entry(common, slug, entry)?;
    runs.iter().try_for_each(print_run)?;
    sections.iter().try_for_each(print_version)
}

/// The canonical versions of a ledger, by kind.
fn versions(sections: &[Section]) -> serde_json::Map<String, serde_json::Value> {
    sections.iter().map(|section| (section.kind.clone(), json!(section.canonical_version))).collect()
}

/// Prints the canonical version of a kind in a ledger, as a TOML comment, and what to do if it is
/// not this program's.
fn print_version(section: &Section) -> Result<()> {
    let Section { kind, canonical_version: version, .. } = section;
    let advice = match forms::own(kind) {
        Some(own) if own > *version => {
            format!(", and this program makes {own}: ingest the source again with --replace")
        }
        Some(own) if own < *version => format!(", and this program makes {own}: use a newer version of this program"),
        _ => String::new(),
    };
    output::line(&format!("# {kind} in canonical forms of version {version}{advice}"))
}

/// Prints how a ledger was made, as TOML comments: the whole output can be pasted into the
/// catalogue.
fn print_run(run: &Run) -> Result<()> {
    output::line(&format!("# ingested by {}, rules {}, region {}", run.tool, run.canonical_version, run.region))?;
    for input in &run.inputs {
        let columns: Vec<_> = input.columns.iter().map(|(name, kind)| format!("{name} ({kind})")).collect();
        output::line(&format!(
            "#   sha256 {}, {} bytes, {}, compression {}, {} rows, {} malformed; columns: {}",
            input.sha256,
            count(input.bytes),
            input.format,
            input.compression,
            count(input.rows),
            count(input.malformed),
            columns.join(", ")
        ))?;
        print_left(input)?;
    }
    let distinct: Vec<_> = run.distinct.iter().map(|(kind, records)| format!("{} {kind}", count(*records))).collect();
    output::line(&format!("#   in the ledger afterwards: {}", distinct.join(", ")))
}

/// Prints what of an input is not in the ledger.
fn print_left(input: &InputFile) -> Result<()> {
    let InputFile { seen, set_aside, not_read, skipped, incomplete, .. } = input;
    if set_aside + not_read > 0 {
        let (seen, set_aside, not_read) = (count(*seen), count(*set_aside), count(*not_read));
        output::line(&format!("#     {seen} seen, {set_aside} set aside, {not_read} not read"))?;
    }
    for why in skipped {
        output::line(&format!("#     not read: {}", harmless(why)))?;
    }
    if *incomplete { output::line("#     incomplete: not all of it could be read") } else { Ok(()) }
}

/// The fields of an entry that are set.
fn fields_of(entry: &CatalogueEntry) -> Result<toml::Table> {
    toml::Table::try_from(entry).context("the entry cannot be written as TOML")
}

fn print_entry(common: &Common, slug: &str, entry: &CatalogueEntry) -> Result<()> {
    if common.json {
        return output::json(&json!({ "slug": slug, "entry": fields_of(entry)? }));
    }
    // In the catalogue's own syntax, so that it can be pasted there.
    let sources = [(slug.to_owned(), entry.clone())].into();
    let text = toml::to_string(&Catalogue { sources }).context("the entry cannot be written as TOML")?;
    output::line(text.trim_end())
}

fn set(common: &Common, data: &DataDir, slug: &str, assignments: &[String]) -> Result<()> {
    check_slug(slug)?;
    let _lock = data.lock().context("cannot use the data directory")?;
    let mut catalogue = Catalogue::read(&data.catalogue())?;
    let entry = catalogue.sources.remove(slug).unwrap_or_default();
    let mut table = fields_of(&entry)?;
    for field in assignments {
        let (path, value) = field.split_once('=').ok_or_else(|| anyhow!("“{field}” is not of the form FIELD=VALUE"))?;
        set_field(&mut table, path, value)?;
        // Checked after each field, so that the error names the field.
        entry_from_toml(table.clone()).map_err(|mistake| {
            anyhow!("“{field}” is invalid ({mistake}); docs/operating.md lists the fields with examples")
        })?;
    }
    let entry = entry_from_toml(table).map_err(|mistake| anyhow!("the entry cannot be read back: {mistake}"))?;
    catalogue.sources.insert(slug.to_owned(), entry.clone());
    catalogue.write(&data.catalogue())?;
    if !data.ledger(slug).exists() {
        eprintln!("exposure: note: no source called {slug} has been ingested yet");
    }
    print_entry(common, slug, &entry)
}

fn check_slug(slug: &str) -> Result<()> {
    if !valid_slug(slug) {
        bail!(
            "“{slug}” is not a valid source name: use lower-case letters, digits and hyphens, a letter or digit first"
        );
    }
    if slug == TEST_SOURCE {
        bail!(
            "“{slug}” is the source of the test identifier, which is in every index: it cannot be edited or withdrawn"
        );
    }
    Ok(())
}

/// Sets a dotted field to a value: TOML if it parses (`true`, `12`, `["a", "b"]`), else text.
fn set_field(table: &mut toml::Table, path: &str, value: &str) -> Result<()> {
    let (parents, name) = path.rsplit_once('.').map_or((None, path), |(parents, name)| (Some(parents), name));
    let mut at = table;
    for parent in parents.into_iter().flat_map(|parents| parents.split('.')) {
        let inner = at.entry(parent).or_insert_with(|| toml::Value::Table(toml::Table::new()));
        at = inner.as_table_mut().ok_or_else(|| anyhow!("the field {parent} has no subfields"))?;
    }
    if value.is_empty() {
        at.remove(name);
        return Ok(());
    }
    let parsed = toml::from_str::<toml::Table>(&format!("v = {value}")).ok().and_then(|mut parsed| parsed.remove("v"));
    // A bare date would parse as a TOML date, and a title can be a number: both are text here.
    let is_text = TEXTS.contains(&path.split('.').next().unwrap_or_default());
    let parsed = parsed.filter(|_| !is_text);
    at.insert(name.to_owned(), parsed.unwrap_or_else(|| toml::Value::String(value.to_owned())));
    Ok(())
}

fn remove(common: &Common, data: &DataDir, slug: &str) -> Result<()> {
    check_slug(slug)?;
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
    OperationsLog::of(data).append(&[Operation::Withdrawn { source: slug.to_owned() }])?;
    if common.json {
        return output::json(&json!({ "slug": slug, "withdrawn": true }));
    }
    output::line(&format!("{slug} is withdrawn; run `exposure build` for an index without it."))
}

fn no_such_source(slug: &str) -> anyhow::Error {
    anyhow!("there is no source called {slug}; `exposure sources list` lists them")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_set_by_path() {
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
        let entry = entry_from_toml(table.clone()).expect("an entry");
        assert_eq!(entry.title.and_then(|title| title.en).as_deref(), Some("A leak"));
        assert_eq!((entry.date.as_deref(), entry.sensitive, entry.records), (Some("2022-06-30"), true, Some(12)));
        set_field(&mut table, "titel", "x").expect("set");
        assert!(entry_from_toml(table).is_err(), "an unknown field");
    }
}
