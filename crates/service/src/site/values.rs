//! The values of `site.toml`: texts in one language or in each, links, countries; and when they are
//! wrong.

use crate::site::language::{Language, TaggedText};
use serde::Deserialize;
use std::collections::BTreeMap;

/// One text for all languages, or one for each.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Localized {
    All(String),
    ByLanguage(BTreeMap<String, String>),
}

impl Localized {
    /// The text for readers of a language.
    pub(super) fn choose<'a>(&'a self, language: &'a Language) -> TaggedText<'a> {
        let untagged = |text| TaggedText { text, lang: &language.tag };
        match self {
            Self::All(text) => untagged(text),
            Self::ByLanguage(texts) => language.nearest(by_tag(texts)).unwrap_or_else(|| untagged("")),
        }
    }
}

pub(super) fn check_country(code: &str) -> Result<(), String> {
    let is_code = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if is_code {
        Ok(())
    } else {
        Err(format!("“{code}” is not a country code; write two capital letters, such as FI"))
    }
}

/// The ways to reach something, which an error names `of`.
pub(super) fn check_ways(url: Option<&str>, telephone: Option<&str>, of: &str) -> Result<(), String> {
    if let Some(url) = url.filter(|url| !is_link(url, &["https://"])) {
        return Err(format!("the url “{url}” of {of} does not begin with https://"));
    }
    if let Some(number) = telephone.filter(|number| !number.contains(|c: char| c.is_ascii_digit())) {
        return Err(format!("the telephone “{number}” of {of} has no digit"));
    }
    Ok(())
}

pub(super) fn is_link(address: &str, schemes: &[&str]) -> bool {
    let is_plain = !address.contains(|c: char| c.is_whitespace() || c.is_control());
    is_plain && schemes.iter().any(|scheme| address.len() > scheme.len() && address.starts_with(scheme))
}

pub(super) fn by_tag(texts: &BTreeMap<String, String>) -> impl Iterator<Item = (&str, &str)> {
    texts.iter().map(|(tag, text)| (tag.as_str(), text.as_str()))
}
