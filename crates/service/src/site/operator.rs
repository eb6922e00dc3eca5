//! The operator's texts: `site.toml` and Markdown files beside it, in the folder `site` of the data
//! directory.
//!
//! `site.toml` has a name, a contact, addresses, colours, helplines and advice. Texts are
//! `intro.LANG.md`, `about.LANG.md`, `privacy.LANG.md`, `advice.LANG.md`, and `advice-CC.LANG.md`
//! for people of one country. A text that is missing in a language is shown in the nearest one.

use crate::site::colours::Colours;
use crate::site::language::Language;
use crate::site::operator_error::SiteError;
use crate::site::own_advice::OwnAdvice;
use crate::site::values::{Localized, check_country, check_ways, is_link};
use axum::body::Bytes;
use data_encoding::BASE64;
use exposure_index::toml_mistake;
use serde::Deserialize;
use sha2::{Digest as _, Sha384};
use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

/// Most bytes of a file: nobody reads a longer text.
const TEXT_BYTES: u64 = 64 * 1024;

/// All texts of an operator.
#[derive(Default)]
pub(super) struct OperatorTexts {
    pub(super) about: About,
    /// Markdown by name (`intro`, `advice-FI` …) and language tag.
    pub(super) texts: BTreeMap<String, BTreeMap<String, String>>,
    pub(super) style: Option<Style>,
}

/// `site.toml`.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct About {
    pub(super) name: Option<Localized>,
    pub(super) contact: Option<String>,
    /// Where the site is, ending in a slash: for addresses that are shown elsewhere.
    pub(super) address: Option<String>,
    /// Where the code is.
    pub(super) source: Option<String>,
    /// How partners install the package, once it is published under a name.
    pub(super) package: Option<String>,
    /// Whether search engines may list the pages; they may unless this is false.
    pub(super) index: Option<bool>,
    colours: Option<Colours>,
    pub(super) helplines: Vec<Helpline>,
    pub(super) advice: Vec<OwnAdvice>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Helpline {
    pub(super) name: Localized,
    pub(super) note: Option<Localized>,
    pub(super) telephone: Option<String>,
    pub(super) url: Option<String>,
    /// ISO 3166 code of the country that it serves; `None` for all.
    pub(super) country: Option<String>,
}

/// The style sheet made from the colours.
pub(super) struct Style {
    pub(super) name: String,
    pub(super) text: Bytes,
    pub(super) integrity: String,
}

impl OperatorTexts {
    /// Reads the folder; empty if there is none. Language tags are not checked without `languages`
    /// (if the web form was not built).
    pub(super) fn read(folder: &Path, languages: &[Language]) -> Result<Self, SiteError> {
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            entries => entries.map_err(io_error(folder))?,
        };
        let mut read = Self::default();
        for entry in entries {
            let path = entry.map_err(io_error(folder))?.path();
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            let wrong = |mistake| SiteError::Mistake { path: path.clone(), mistake };
            if name == "site.toml" {
                read.about = About::parse(&text(&path)?, languages).map_err(wrong)?;
            } else if let Some(stem) = name.strip_suffix(".md") {
                let (name, tag) = name_and_language(stem, languages).map_err(wrong)?;
                read.texts.entry(name).or_default().insert(tag, text(&path)?);
            }
        }
        read.style = read.about.colours.as_ref().map(Style::new);
        Ok(read)
    }

    /// What is missing of name and contact, as keys of `site.toml`.
    pub(super) fn unnamed(&self) -> Option<&'static str> {
        match (&self.about.name, &self.about.contact) {
            (Some(_), Some(_)) => None,
            (Some(_), None) => Some("contact"),
            (None, Some(_)) => Some("name"),
            (None, None) => Some("name and contact"),
        }
    }

    pub(super) fn style(&self) -> Option<&Style> {
        self.style.as_ref()
    }
}

impl About {
    fn parse(text: &str, languages: &[Language]) -> Result<Self, String> {
        let about: Self = toml::from_str(text).map_err(|error| toml_mistake(text, &error))?;
        if let Some(contact) = about.contact.as_ref().filter(|contact| !is_link(contact, &["https://", "mailto:"])) {
            return Err(format!("the contact “{contact}” is not an address; write https://… or mailto:…"));
        }
        for (key, address) in [("address", &about.address), ("source", &about.source)] {
            if let Some(address) = address.as_ref().filter(|address| !is_link(address, &["https://"])) {
                return Err(format!("the {key} “{address}” does not begin with https://"));
            }
        }
        if let Some(address) = about.address.as_ref().filter(|address| !address.ends_with('/')) {
            return Err(format!("the address “{address}” does not end in a slash; write {address}/"));
        }
        about.colours.as_ref().map_or(Ok(()), Colours::check)?;
        let names = about.helplines.iter().flat_map(|line| [Some(&line.name), line.note.as_ref()]);
        let advice = about.advice.iter().flat_map(OwnAdvice::texts);
        let localized = names.chain([about.name.as_ref()]).flatten().chain(advice);
        let by_language =
            localized.filter_map(|text| if let Localized::ByLanguage(texts) = text { Some(texts) } else { None });
        for texts in by_language {
            if texts.is_empty() {
                return Err("a text has no language; write a string, or { en = \"…\" }".to_owned());
            }
            texts.keys().try_for_each(|tag| check_tag(tag, languages))?;
        }
        about.helplines.iter().try_for_each(Helpline::check)?;
        about.advice.iter().try_for_each(OwnAdvice::check)?;
        Ok(about)
    }
}

impl Helpline {
    fn check(&self) -> Result<(), String> {
        check_ways(self.url.as_deref(), self.telephone.as_deref(), "a helpline")?;
        self.country.as_deref().map_or(Ok(()), check_country)
    }
}

impl Style {
    fn new(colours: &Colours) -> Self {
        let text = colours.css();
        let digest = Sha384::digest(&text);
        let name = format!("site-{}.css", data_encoding::HEXLOWER.encode(&digest[..8]));
        Self { name, integrity: format!("sha384-{}", BASE64.encode(&digest)), text: text.into() }
    }
}

/// The name and language of a text: `advice-FI` and `en` for `advice-FI.en`.
fn name_and_language(stem: &str, languages: &[Language]) -> Result<(String, String), String> {
    let known = "intro.LANG.md, about.LANG.md, privacy.LANG.md, advice.LANG.md, advice-COUNTRY.LANG.md";
    let (name, tag) = stem.rsplit_once('.').ok_or_else(|| format!("its name is not one of {known}"))?;
    match name.split_once('-') {
        Some(("advice", country)) => check_country(country)?,
        None if ["intro", "about", "privacy", "advice"].contains(&name) => {}
        _ => return Err(format!("its name is not one of {known}")),
    }
    check_tag(tag, languages)?;
    Ok((name.to_owned(), tag.to_owned()))
}

fn check_tag(tag: &str, languages: &[Language]) -> Result<(), String> {
    let is_known = languages.is_empty() || languages.iter().any(|language| language.tag == tag);
    if is_known {
        return Ok(());
    }
    let tags: Vec<_> = languages.iter().map(|language| language.tag.as_str()).collect();
    Err(format!("“{tag}” is not a language of the pages; write one of {}", tags.join(", ")))
}

fn text(path: &Path) -> Result<String, SiteError> {
    let size = fs::metadata(path).map_err(io_error(path))?.len();
    if size > TEXT_BYTES {
        let mistake = format!("it has {size} bytes; the limit is {TEXT_BYTES}");
        return Err(SiteError::Mistake { path: path.to_owned(), mistake });
    }
    fs::read_to_string(path).map_err(io_error(path))
}

fn io_error(path: &Path) -> impl Fn(io::Error) -> SiteError {
    move |error| SiteError::Io { path: path.to_owned(), error }
}

#[cfg(test)]
mod tests;
