//! What operators add to the pages: `site.toml` and Markdown beside it, in the folder `site` of the data directory.
//!
//! `site.toml` holds a name, a contact, colours, helplines. Texts are `intro.LANG.md`, `privacy.LANG.md`, `advice.LANG.md`, and
//! `advice-CC.LANG.md` for people of one country. A text that is missing in a language is shown in the nearest there is.

mod colours;
mod shown;

use super::language::Language;
use axum::body::Bytes;
use colours::Colours;
use data_encoding::BASE64;
use exposure_index::toml_mistake;
use serde::Deserialize;
use sha2::{Digest as _, Sha384};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Largest file, in bytes: more is no text that somebody reads.
const MOST_BYTES: u64 = 64 * 1024;

/// Everything that an operator has written.
#[derive(Default)]
pub(crate) struct Site {
    about: About,
    /// By what they are (`intro`, `advice-FI` …) and language tag.
    texts: BTreeMap<String, BTreeMap<String, String>>,
    style: Option<Style>,
}

/// `site.toml`.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct About {
    name: Option<Said>,
    contact: Option<String>,
    colours: Option<Colours>,
    helplines: Vec<Helpline>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Helpline {
    name: Said,
    note: Option<Said>,
    telephone: Option<String>,
    url: Option<String>,
    /// ISO 3166 code of the country whose people it is for; none for all.
    country: Option<String>,
}

/// One text for all languages, or one for each.
#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Everywhere(String),
    By(BTreeMap<String, String>),
}

/// A style sheet that the colours come to.
pub(super) struct Style {
    pub(super) name: String,
    pub(super) text: Bytes,
    integrity: String,
}

/// Why the pages cannot be written as the operator wants.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// The operating system refused.
    #[error("{} cannot be read: {error}", path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// What it says cannot be.
    #[error("{} has a mistake: {mistake}", path.display())]
    Mistake {
        /// Which file.
        path: PathBuf,
        /// What it is, and what to do.
        mistake: String,
    },
}

impl Site {
    /// Reads the folder; an empty site where there is none. Without `languages` (the form is not built) their tags are not
    /// checked.
    pub(super) fn read(folder: &Path, languages: &[Language]) -> Result<Self, SiteError> {
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            entries => entries.map_err(io_error(folder))?,
        };
        let mut site = Self::default();
        for entry in entries {
            let path = entry.map_err(io_error(folder))?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let wrong = |mistake| SiteError::Mistake { path: path.clone(), mistake };
            if name == "site.toml" {
                site.about = About::parse(&text(&path)?, languages).map_err(wrong)?;
            } else if let Some(stem) = name.strip_suffix(".md") {
                let (what, tag) = text_of(stem, languages).map_err(wrong)?;
                site.texts.entry(what).or_default().insert(tag, text(&path)?);
            }
        }
        site.style = site.about.colours.as_ref().map(Style::of);
        Ok(site)
    }

    pub(super) fn style(&self) -> Option<&Style> {
        self.style.as_ref()
    }
}

impl About {
    fn parse(text: &str, languages: &[Language]) -> Result<Self, String> {
        let about: Self = toml::from_str(text).map_err(|error| toml_mistake(text, &error))?;
        if let Some(contact) = about.contact.as_ref().filter(|contact| !leads(contact, &["https://", "mailto:"])) {
            return Err(format!("the contact “{contact}” is no address; write https://… or mailto:…"));
        }
        about.colours.as_ref().map_or(Ok(()), Colours::check)?;
        let names = about.helplines.iter().flat_map(|line| [Some(&line.name), line.note.as_ref()]);
        let said = names.chain([about.name.as_ref()]).flatten();
        let tags = said.filter_map(|said| if let Said::By(texts) = said { Some(texts) } else { None });
        for texts in tags {
            if texts.is_empty() {
                return Err("a text has no language; write a string, or { en = \"…\" }".to_owned());
            }
            texts.keys().try_for_each(|tag| check_tag(tag, languages))?;
        }
        about.helplines.iter().try_for_each(Helpline::check)?;
        Ok(about)
    }
}

impl Helpline {
    fn check(&self) -> Result<(), String> {
        if let Some(url) = self.url.as_ref().filter(|url| !leads(url, &["https://"])) {
            return Err(format!("the url “{url}” of a helpline does not begin with https://"));
        }
        if let Some(number) = self.telephone.as_ref().filter(|number| !number.contains(|c: char| c.is_ascii_digit())) {
            return Err(format!("the telephone “{number}” of a helpline has no digit"));
        }
        self.country.as_deref().map_or(Ok(()), check_country)
    }
}

impl Style {
    fn of(colours: &Colours) -> Self {
        let text = colours.css();
        let digest = Sha384::digest(&text);
        let name = format!("site-{}.css", data_encoding::HEXLOWER.encode(&digest[..8]));
        Self { name, integrity: format!("sha384-{}", BASE64.encode(&digest)), text: text.into() }
    }
}

/// What the text in a file is, and its language: `advice-FI` and `en` of `advice-FI.en`.
fn text_of(stem: &str, languages: &[Language]) -> Result<(String, String), String> {
    let known = "intro.LANG.md, privacy.LANG.md, advice.LANG.md, advice-COUNTRY.LANG.md";
    let (what, tag) = stem.rsplit_once('.').ok_or_else(|| format!("its name is none of {known}"))?;
    match what.split_once('-') {
        Some(("advice", country)) => check_country(country)?,
        None if ["intro", "privacy", "advice"].contains(&what) => {}
        _ => return Err(format!("its name is none of {known}")),
    }
    check_tag(tag, languages)?;
    Ok((what.to_owned(), tag.to_owned()))
}

fn check_tag(tag: &str, languages: &[Language]) -> Result<(), String> {
    let is_known = languages.is_empty() || languages.iter().any(|language| language.tag == tag);
    if is_known {
        return Ok(());
    }
    let tags: Vec<_> = languages.iter().map(|language| language.tag.as_str()).collect();
    Err(format!("“{tag}” is no language of the pages; write one of {}", tags.join(", ")))
}

fn check_country(code: &str) -> Result<(), String> {
    let is_code = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if is_code { Ok(()) } else { Err(format!("“{code}” is no country; write two capital letters, such as FI")) }
}

fn leads(address: &str, schemes: &[&str]) -> bool {
    let is_plain = !address.contains(|c: char| c.is_whitespace() || c.is_control());
    is_plain && schemes.iter().any(|scheme| address.len() > scheme.len() && address.starts_with(scheme))
}

fn text(path: &Path) -> Result<String, SiteError> {
    let size = fs::metadata(path).map_err(io_error(path))?.len();
    if size > MOST_BYTES {
        let mistake = format!("it has {size} bytes; {MOST_BYTES} are the most");
        return Err(SiteError::Mistake { path: path.to_owned(), mistake });
    }
    fs::read_to_string(path).map_err(io_error(path))
}

fn io_error(path: &Path) -> impl Fn(io::Error) -> SiteError {
    move |error| SiteError::Io { path: path.to_owned(), error }
}

#[cfg(test)]
mod tests;
