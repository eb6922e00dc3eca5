//! What the pages show of an operator's words, in one language: each text in the nearest that there is, and marked with it.

use super::super::built::Asset;
use super::super::language::Language;
use super::super::markdown;
use super::{About, Helpline, Said, Site};
use serde::Serialize;
use std::collections::BTreeMap;

/// What the pages show of it in one language.
#[derive(Serialize)]
pub(in super::super) struct Shown<'a> {
    pub(super) name: Option<Words<'a>>,
    pub(super) contact: Option<&'a str>,
    pub(super) intro: Option<Prose>,
    pub(super) privacy: Option<Prose>,
    pub(super) advice: Vec<Advice<'a>>,
    pub(super) helplines: Vec<Line<'a>>,
    pub(super) style: Option<Asset>,
}

/// Sanitised HTML, and the language it is in.
#[derive(Serialize)]
pub(super) struct Prose {
    pub(super) html: String,
    pub(super) lang: String,
}

/// A text, and the language it is in; as templates mark it.
#[derive(Serialize)]
pub(super) struct Words<'a> {
    pub(super) text: &'a str,
    pub(super) lang: &'a str,
}

#[derive(Serialize)]
pub(super) struct Advice<'a> {
    pub(super) country: Option<&'a str>,
    pub(super) text: Prose,
}

#[derive(Serialize)]
pub(super) struct Line<'a> {
    pub(super) name: Words<'a>,
    pub(super) note: Option<Words<'a>>,
    pub(super) telephone: Option<&'a str>,
    pub(super) url: Option<&'a str>,
    pub(super) country: Option<&'a str>,
}

impl Site {
    /// For readers of one language.
    pub(in super::super) fn shown<'a>(&'a self, language: &'a Language) -> Shown<'a> {
        let About { name, contact, helplines, .. } = &self.about;
        let countries = self.texts.keys().filter(|what| what.starts_with("advice"));
        let advice = countries.filter_map(|what| {
            let country = what.strip_prefix("advice-");
            Some(Advice { country, text: self.prose(what, language, 3)? })
        });
        Shown {
            name: name.as_ref().map(|name| name.read(language)),
            contact: contact.as_deref(),
            intro: self.prose("intro", language, 1),
            privacy: self.prose("privacy", language, 1),
            advice: advice.collect(),
            helplines: helplines.iter().map(|line| line.shown(language)).collect(),
            style: self
                .style
                .as_ref()
                .map(|style| Asset { file: format!("assets/{}", style.name), integrity: style.integrity.clone() }),
        }
    }

    fn prose(&self, what: &str, language: &Language, below: u8) -> Option<Prose> {
        let (text, lang) = nearest(self.texts.get(what)?, language)?;
        Some(Prose { html: markdown::html(text, below), lang: lang.to_owned() })
    }
}

impl Helpline {
    fn shown<'a>(&'a self, language: &'a Language) -> Line<'a> {
        Line {
            name: self.name.read(language),
            note: self.note.as_ref().map(|note| note.read(language)),
            telephone: self.telephone.as_deref(),
            url: self.url.as_deref(),
            country: self.country.as_deref(),
        }
    }
}

impl Said {
    /// The text for a reader, and the language it is in.
    fn read<'a>(&'a self, language: &'a Language) -> Words<'a> {
        let (text, lang) = match self {
            Self::Everywhere(text) => (text.as_str(), language.tag.as_str()),
            Self::By(texts) => nearest(texts, language).unwrap_or(("", &language.tag)),
        };
        Words { text, lang }
    }
}

/// In the reader's language; else in one with the same beginning, as `zh-Hans` for readers of `zh-Hant`; else in English; else
/// in any.
fn nearest<'a>(texts: &'a BTreeMap<String, String>, language: &Language) -> Option<(&'a str, &'a str)> {
    let kin = language.tag.split('-').next().unwrap_or_default();
    let is_kin = |tag: &&String| tag.split('-').next() == Some(kin);
    let tag = texts.get_key_value(&language.tag).map(|(tag, _)| tag);
    let tag = tag.or_else(|| texts.keys().find(is_kin)).or_else(|| texts.keys().find(|tag| *tag == "en"));
    let tag = tag.or_else(|| texts.keys().next())?;
    Some((&texts[tag], tag))
}
