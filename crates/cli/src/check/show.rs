//! Prints answers: one line or JSON document for programs, sentences for people.

use super::answer::{Answer, Unanswered};
use super::partial::Held;
use crate::output::{self, harmless};
use anyhow::Result;
use exposure_client::Outcome;
use exposure_identifier::{Identifier, Kind};
use exposure_protocol::wire::{CatalogueEntry, Text};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Writes one line of `--stdin`.
pub(super) fn line(out: &mut impl Write, answer: &Answer, held: &Held, as_json: bool) -> io::Result<()> {
    match answer {
        answer if as_json => writeln!(out, "{}", document(answer, held)),
        Ok(Outcome::NotFound) => writeln!(out, "absent"),
        Ok(Outcome::Found(slugs)) => writeln!(out, "found {}", slugs.join(",")),
        Ok(Outcome::Undetermined) => writeln!(out, "found"),
        Err(Unanswered::OtherForms { .. }) => writeln!(out, "other-forms"),
        Err(Unanswered::OutsidePlans { .. }) => writeln!(out, "outside-plans"),
        Err(Unanswered::Unfinished(why)) => writeln!(out, "error {why}"),
    }
}

/// An answer as JSON.
pub(super) fn document(answer: &Answer, held: &Held) -> Value {
    match answer {
        Ok(Outcome::NotFound) if !held.incomplete.is_empty() => {
            json!({ "result": "absent", "sources": [], "incomplete_sources": held.incomplete })
        }
        Ok(Outcome::NotFound) => json!({ "result": "absent", "sources": [] }),
        Ok(Outcome::Found(slugs)) => json!({ "result": "found", "sources": slugs }),
        Ok(Outcome::Undetermined) => json!({ "result": "undetermined", "sources": [] }),
        Err(Unanswered::OtherForms { index, own, why }) => json!({
            "result": "other-forms",
            "canonical_versions": index,
            "own_canonical_version": own,
            "why": why,
        }),
        Err(Unanswered::OutsidePlans { country, why }) => {
            json!({ "result": "outside-plans", "country": country, "why": why })
        }
        Err(Unanswered::Unfinished(why)) => json!({ "result": "error", "why": why }),
    }
}

/// Prints an answer as sentences. An unfinished check goes to standard error.
pub(super) fn sentences(
    kind: &Kind,
    identifier: &Identifier,
    answer: &Answer,
    catalogue: &BTreeMap<String, CatalogueEntry>,
    held: &Held,
) -> Result<()> {
    let number = format!("{} {}", kind.label.en, identifier.masked());
    match answer {
        Err(why) => {
            eprintln!("exposure: {number}: {}", why.why());
            Ok(())
        }
        Ok(Outcome::NotFound) if kind.is_test() => {
            output::line(&format!("{number}: not found, although every index contains it; build the index again."))
        }
        Ok(Outcome::NotFound) => {
            output::line(&format!("{number}: not found in the leaks in this index."))?;
            held.sentence().map(|sentence| output::line(&sentence)).transpose()?;
            output::line("This does not mean that it is safe: it may be in a leak that is not in this index.")
        }
        Ok(Outcome::Undetermined) => {
            output::line(&format!("{number}: found, but two entries collide, so the source cannot be determined."))
        }
        Ok(Outcome::Found(_)) if kind.is_test() => {
            output::line(&format!("{number}: found, as in every index. Service, key and index agree."))
        }
        Ok(Outcome::Found(slugs)) => {
            output::line(&format!("{number}: found in {} of the leaks in this index.", slugs.len()))?;
            slugs.iter().try_for_each(|slug| source(slug, catalogue.get(slug)))?;
            output::line("This does not mean that it has been misused, but treat it as public.")
        }
    }
}

fn source(slug: &str, entry: Option<&CatalogueEntry>) -> Result<()> {
    let title = entry.and_then(|entry| entry.title.as_ref().and_then(Text::in_english));
    let title = title.map_or_else(|| slug.to_owned(), |title| format!("{title} ({slug})"));
    let date = entry.and_then(|entry| entry.date.as_deref()).unwrap_or("date unknown");
    let standing = if entry.is_some_and(|entry| entry.verified) { "verified" } else { "claimed" };
    output::line(&format!("  {}", harmless(&format!("{date}, {standing}: {title}"))))?;
    match entry {
        Some(entry) if !entry.data_classes.is_empty() => {
            output::line(&format!("    contains: {}", harmless(&entry.data_classes.join(", "))))
        }
        _ => Ok(()),
    }
}
