//! What the pages show of an operator's words, in one language: each text in the nearest that there is, and marked with it.

use super::super::built::Asset;
use super::super::language::{Language, Marked};
use super::super::markdown;
use super::{About, Helpline, Said, Site};
use serde::Serialize;
use std::collections::BTreeMap;

/// What the pages show of it in one language.
#[derive(Serialize)]
pub(in super::super) struct Shown<'a> {
    pub(super) name: Option<Marked<'a>>,
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

#[derive(Serialize)]
pub(super) struct Advice<'a> {
    pub(super) country: Option<&'a str>,
    pub(super) text: Prose,
}

#[derive(Serialize)]
pub(super) struct Line<'a> {
    pub(super) name: Marked<'a>,
    pub(super) note: Option<Marked<'a>>,
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
        let Marked { text, lang } = language.nearest(by_tag(self.texts.get(what)?))?;
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
    fn read<'a>(&'a self, language: &'a Language) -> Marked<'a> {
        let everywhere = |text| Marked { text, lang: &language.tag };
        match self {
            Self::Everywhere(text) => everywhere(text),
            Self::By(texts) => language.nearest(by_tag(texts)).unwrap_or_else(|| everywhere("")),
        }
    }
}

fn by_tag(texts: &BTreeMap<String, String>) -> impl Iterator<Item = (&str, &str)> {
    texts.iter().map(|(tag, text)| (tag.as_str(), text.as_str()))
}
