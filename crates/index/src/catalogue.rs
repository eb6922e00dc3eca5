//! The catalogue, `sources.toml`: what people are told about each source. Operators edit it; the program keeps it.

use crate::publish::publish_bytes;
use exposure_protocol::wire::{CatalogueEntry, Text};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// Longest slug, in bytes.
const SLUG_BYTES: usize = 64;

/// The source of the test identifier, which is in every index: no leak, and no entry of a catalogue.
pub const TEST_SOURCE: &str = "test";

/// Sources by slug.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Entries by slug.
    #[serde(default)]
    pub sources: BTreeMap<String, CatalogueEntry>,
}

/// Why a catalogue cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// The operating system refused.
    #[error("the catalogue {} cannot be used: {error}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// What it says cannot be.
    #[error("the catalogue {} has a mistake: {mistake}", path.display())]
    Mistake {
        /// Which file.
        path: PathBuf,
        /// What it is.
        mistake: CatalogueMistake,
    },
}

/// What is wrong in the text of a catalogue.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueMistake {
    /// Not TOML, or a field that does not exist.
    #[error("{0}")]
    Syntax(String),
    /// A slug that cannot stand in a URL or a source set.
    #[error(
        "“{0}” is not a slug: lower-case letters, digits and hyphens, at most {SLUG_BYTES}, a letter or digit first"
    )]
    Slug(String),
    /// The test identifier's source, which says by itself what it is.
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
    /// Reads a catalogue; a missing file is an empty one.
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
        let catalogue: Self = toml::from_str(text).map_err(|e| CatalogueMistake::Syntax(toml_mistake(text, &e)))?;
        catalogue.check()?;
        Ok(catalogue)
    }

    /// Publishes the catalogue atomically.
    pub fn write(&self, path: &Path) -> Result<(), CatalogueError> {
        self.check().map_err(|mistake| CatalogueError::Mistake { path: path.to_owned(), mistake })?;
        let text = toml::to_string(self).expect("plain fields are TOML");
        publish_bytes(path, 0o644, text.as_bytes()).map_err(|error| CatalogueError::Io { path: path.to_owned(), error })
    }

    /// What people are told about a source of an index: its entry, or nothing. The test identifier's says that it is no leak.
    pub fn described(&self, slug: &str) -> CatalogueEntry {
        if slug == TEST_SOURCE { test_entry() } else { self.sources.get(slug).cloned().unwrap_or_default() }
    }

    /// The latest `added` date of the sources that a filter lets through.
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

/// A mistake in a TOML text as one line: where, and what.
pub fn toml_mistake(text: &str, error: &toml::de::Error) -> String {
    let message = error.message().replace('\n', ", ");
    match error.span().and_then(|span| text.get(..span.start)) {
        Some(before) => format!("line {}: {message}", before.matches('\n').count() + 1),
        None => message,
    }
}

/// Whether this can be a source's slug.
pub fn valid_slug(slug: &str) -> bool {
    let letter_or_digit = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    (1..=SLUG_BYTES).contains(&slug.len())
        && slug.bytes().all(|b| letter_or_digit(b) || b == b'-')
        && slug.bytes().next().is_some_and(letter_or_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_catalogue_survives_its_file() {
        let text = "[sources.city-police]\ntitle = { en = \"City police\", zh = \"市警\" }\ndate = \"2022-06-30\"\n\
                    added = \"2026-05-02\"\ndata_classes = [\"phone\"]\nsensitive = true\n\n[sources.b]\nadded = \"2026-06-01\"\n";
        let catalogue = Catalogue::parse(text).expect("well formed");
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("sources.toml");
        catalogue.write(&path).expect("written");
        assert_eq!(Catalogue::read(&path).expect("read"), catalogue);
        assert_eq!(catalogue.updated(|_| true), Some("2026-06-01"));
        assert_eq!(catalogue.updated(|slug| slug != "b"), Some("2026-05-02"));
        assert_eq!(Catalogue::read(&dir.path().join("none")).expect("missing is empty"), Catalogue::default());
    }

    #[test]
    fn the_test_entry_is_described_without_an_entry() {
        let described = Catalogue::default().described(TEST_SOURCE);
        let title = described.title.expect("a title");
        assert!(title.en.is_some_and(|en| en.contains("not a leak")) && title.zh.is_some());
        assert_eq!(Catalogue::default().described("a"), CatalogueEntry::default());
    }

    #[test]
    fn mistakes_are_named() {
        for (text, wrong) in [
            ("[sources.a]\ntitel = \"x\"", "titel"),
            ("[sources.A]\nverified = true", "not a slug"),
            ("[sources.a]\ndate = \"2022-02-30\"", "date of source a"),
            ("[sources.a]\ndate = \"20220203\"", "date of source a"),
            ("[sources.test]\nverified = true", "needs no entry"),
        ] {
            let error = Catalogue::parse(text).expect_err("a mistake").to_string();
            assert!(error.contains(wrong), "{error}");
        }
    }
}
