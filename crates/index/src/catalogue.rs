//! The catalogue file, `sources.toml`: what is publicly said about each source. Operators edit it
//! by hand or by command. The type of an entry is `exposure-protocol`'s, which sends it; this file
//! owns its TOML and what is a mistake in it.

mod mark;

use crate::publish::publish_bytes;
use exposure_protocol::wire::{CatalogueEntry, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use toml::de::DeTable;

/// Longest slug, in bytes.
const SLUG_BYTES: usize = 64;

/// The slug of the test identifier's source. It is in every index, is not a leak, and has no entry
/// in a catalogue.
pub const TEST_SOURCE: &str = "test";

/// Sources by slug.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Entries by slug.
    #[serde(default)]
    pub sources: BTreeMap<String, CatalogueEntry>,
}

/// Why a catalogue cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// The operating system reported an error.
    #[error("cannot use the catalogue {}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The error.
        error: io::Error,
    },
    /// The text has a mistake.
    #[error("the catalogue {} has a mistake: {mistake}", path.display())]
    Mistake {
        /// The file.
        path: PathBuf,
        /// The mistake.
        mistake: CatalogueMistake,
    },
}

/// A mistake in the text of a catalogue.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueMistake {
    /// Not TOML, or a value of the wrong type.
    #[error("{0}")]
    Syntax(String),
    /// An invalid slug.
    #[error(
        "“{0}” is not a slug: lower-case letters, digits and hyphens, at most {SLUG_BYTES}, a letter or digit first"
    )]
    Slug(String),
    /// A field or language that does not exist.
    #[error("line {line}: source {slug} has an unknown field “{field}”")]
    UnknownField {
        /// The line, from 1.
        line: usize,
        /// The source.
        slug: String,
        /// The field, behind the text that it is in, if any.
        field: String,
    },
    /// The test identifier's source, which is described by the program.
    #[error("“{TEST_SOURCE}” is the source of the test identifier and needs no entry; remove this one")]
    Reserved,
    /// A date that does not exist.
    #[error("the {field} of source {slug} is not a date written YYYY-MM-DD")]
    Date {
        /// The source.
        slug: String,
        /// `date` or `added`.
        field: &'static str,
    },
}

impl Catalogue {
    /// Reads a catalogue; a missing file is an empty catalogue.
    pub fn read(path: &Path) -> Result<Self, CatalogueError> {
        match std::fs::read_to_string(path) {
            Ok(text) => {
                Self::parse(&text).map_err(|mistake| CatalogueError::Mistake { path: path.to_owned(), mistake })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(CatalogueError::Io { path: path.to_owned(), error }),
        }
    }

    /// From the text of a catalogue.
    pub fn parse(text: &str) -> Result<Self, CatalogueMistake> {
        let syntax = |error: toml::de::Error| CatalogueMistake::Syntax(toml_mistake(text, &error));
        let catalogue: Self = toml::from_str(text).map_err(syntax)?;
        let table = DeTable::parse(text).map_err(syntax)?;
        let sources = table.get_ref().get("sources").and_then(|sources| sources.get_ref().as_table());
        for (slug, entry) in sources.into_iter().flatten() {
            if let Some((field, at)) = entry.get_ref().as_table().and_then(unknown_field) {
                let (slug, line) = (slug.get_ref().to_string(), line_of(text, at));
                return Err(CatalogueMistake::UnknownField { line, slug, field });
            }
        }
        catalogue.check()?;
        Ok(catalogue)
    }

    /// Publishes the catalogue atomically.
    pub fn write(&self, path: &Path) -> Result<(), CatalogueError> {
        self.check().map_err(|mistake| CatalogueError::Mistake { path: path.to_owned(), mistake })?;
        publish_text(path, &toml::to_string(self).expect("plain fields are TOML"))
    }

    /// Marks a source in a file as incomplete or not, atomically. What else is in the file stays as
    /// it is written, comments too, if the source has a table of its own there. A source without an
    /// entry, and one that is marked so already, change nothing.
    pub fn mark(path: &Path, slug: &str, is_incomplete: bool) -> Result<(), CatalogueError> {
        let mut catalogue = Self::read(path)?;
        let Some(entry) = catalogue.sources.get_mut(slug).filter(|entry| entry.incomplete != is_incomplete) else {
            return Ok(());
        };
        entry.incomplete = is_incomplete;
        let text = std::fs::read_to_string(path);
        let text = text.map_err(|error| CatalogueError::Io { path: path.to_owned(), error })?;
        match mark::marked(&text, slug, is_incomplete) {
            Some(marked) if Self::parse(&marked).is_ok_and(|read| read == catalogue) => publish_text(path, &marked),
            _ => catalogue.write(path),
        }
    }

    /// The entry of a source, empty if the catalogue has none. The test identifier's source has a
    /// fixed one.
    pub fn described(&self, slug: &str) -> CatalogueEntry {
        if slug == TEST_SOURCE { test_entry() } else { self.sources.get(slug).cloned().unwrap_or_default() }
    }

    /// The latest `added` date of the sources that `included` accepts.
    pub fn updated(&self, mut included: impl FnMut(&str) -> bool) -> Option<&str> {
        let entries = self.sources.iter().filter(|(slug, _)| included(slug));
        entries.filter_map(|(_, entry)| entry.added.as_deref()).max()
    }

    fn check(&self) -> Result<(), CatalogueMistake> {
        if self.sources.contains_key(TEST_SOURCE) {
            return Err(CatalogueMistake::Reserved);
        }
        for (slug, entry) in &self.sources {
            if !valid_slug(slug) {
                return Err(CatalogueMistake::Slug(slug.clone()));
            }
            for (field, date) in [("date", &entry.date), ("added", &entry.added)] {
                let written_well =
                    |date: &String| date.parse::<jiff::civil::Date>().is_ok_and(|d| d.to_string() == *date);
                if date.as_ref().is_some_and(|date| !written_well(date)) {
                    return Err(CatalogueMistake::Date { slug: slug.clone(), field });
                }
            }
        }
        Ok(())
    }
}

fn publish_text(path: &Path, text: &str) -> Result<(), CatalogueError> {
    publish_bytes(path, 0o644, text.as_bytes()).map_err(|error| CatalogueError::Io { path: path.to_owned(), error })
}

/// An entry from a TOML table, as an operator edits it; unknown fields are mistakes. The error is
/// one line.
pub fn entry_from_toml(table: toml::Table) -> Result<CatalogueEntry, String> {
    let one_line = |error: toml::de::Error| error.message().replace('\n', ", ");
    let text = table.to_string();
    if let Some((field, _)) = unknown_field(DeTable::parse(&text).map_err(one_line)?.get_ref()) {
        return Err(format!("there is no field “{field}”"));
    }
    table.try_into().map_err(one_line)
}

/// The first field of an entry, or language of its texts, that does not exist, and its offset.
/// Messages may have fields that a reader does not know, and the type for both ignores them; in a
/// file they are mistakes.
fn unknown_field(entry: &DeTable<'_>) -> Option<(String, usize)> {
    // Serialized with a text in all languages in all fields that hold one, an entry names
    // everything that exists.
    let text = || Some(Text { en: Some(String::new()), zh: Some(String::new()), zh_hant: Some(String::new()) });
    let full = CatalogueEntry {
        title: text(),
        description: text(),
        origin: text(),
        advice: text(),
        incomplete: true,
        ..CatalogueEntry::default()
    };
    let known = serde_json::to_value(full).expect("plain fields are JSON");
    entry.iter().find_map(|(name, value)| {
        let field = name.get_ref().as_ref();
        match (known.get(field), value.get_ref().as_table()) {
            (None, _) => Some((field.to_owned(), name.span().start)),
            (Some(text), Some(languages)) => {
                let language = languages.keys().find(|language| text.get(language.get_ref().as_ref()).is_none())?;
                Some((format!("{field}.{}", language.get_ref()), language.span().start))
            }
            _ => None,
        }
    })
}

fn test_entry() -> CatalogueEntry {
    let text = |en: &str, zh: &str| Some(Text { en: Some(en.to_owned()), zh: Some(zh.to_owned()), zh_hant: None });
    CatalogueEntry {
        title: text("Test entry, not a leak", "测试条目，并非泄露"),
        description: text(
            "One made-up identifier that every index holds, so that a service can be tried and watched. It belongs to nobody.",
            "每个索引都包含的一个虚构标识，用于试用和监控服务，不属于任何人。",
        ),
        verified: true,
        ..CatalogueEntry::default()
    }
}

/// A TOML error on one line: the line number and what is wrong.
pub fn toml_mistake(text: &str, error: &toml::de::Error) -> String {
    let message = error.message().replace('\n', ", ");
    match error.span() {
        Some(span) => format!("line {}: {message}", line_of(text, span.start)),
        None => message,
    }
}

/// The line of an offset in a text, from 1.
fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|&byte| byte == b'\n').count() + 1
}

/// Whether this is a valid slug.
pub fn valid_slug(slug: &str) -> bool {
    let letter_or_digit = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    (1..=SLUG_BYTES).contains(&slug.len())
        && slug.bytes().all(|b| letter_or_digit(b) || b == b'-')
        && slug.bytes().next().is_some_and(letter_or_digit)
}

#[cfg(test)]
mod tests;
