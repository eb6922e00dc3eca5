//! The operator's texts as templates see them: each in the nearest available language, and tagged
//! with it.

use crate::http::markdown;
use crate::site::built::Asset;
use crate::site::language::{Language, TaggedText};
use crate::site::operator::{About, Helpline, OperatorTexts};
use crate::site::values::by_tag;
use serde::Serialize;

/// `site` in templates.
#[derive(Serialize)]
pub(super) struct OperatorView<'a> {
    pub(super) name: Option<TaggedText<'a>>,
    pub(super) contact: Option<&'a str>,
    pub(super) address: Option<&'a str>,
    pub(super) source: Option<&'a str>,
    pub(super) package: Option<&'a str>,
    pub(super) intro: Option<Prose>,
    pub(super) about: Option<Prose>,
    pub(super) privacy: Option<Prose>,
    pub(super) advice: Vec<Advice<'a>>,
    pub(super) helplines: Vec<HelplineView<'a>>,
    /// JSON for the form's script; `None` if there is none.
    pub(super) own_advice: Option<String>,
    pub(super) style: Option<Asset>,
}

/// Safe HTML and its language.
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
pub(super) struct HelplineView<'a> {
    pub(super) name: TaggedText<'a>,
    pub(super) note: Option<TaggedText<'a>>,
    pub(super) telephone: Option<&'a str>,
    pub(super) url: Option<&'a str>,
    pub(super) country: Option<&'a str>,
}

impl OperatorTexts {
    /// The texts for readers of one language.
    pub(super) fn view<'a>(&'a self, language: &'a Language) -> OperatorView<'a> {
        let About { name, contact, address, source, package, helplines, advice: own, .. } = &self.about;
        let names = self.texts.keys().filter(|name| name.starts_with("advice"));
        let advice = names.filter_map(|name| {
            let country = name.strip_prefix("advice-");
            Some(Advice { country, text: self.prose(name, language, 3)? })
        });
        OperatorView {
            name: name.as_ref().map(|name| name.choose(language)),
            contact: contact.as_deref(),
            address: address.as_deref(),
            source: source.as_deref(),
            package: package.as_deref(),
            intro: self.prose("intro", language, 1),
            about: self.prose("about", language, 1),
            privacy: self.prose("privacy", language, 1),
            advice: advice.collect(),
            helplines: helplines.iter().map(|line| line.view(language)).collect(),
            own_advice: (!own.is_empty()).then(|| {
                let views: Vec<_> = own.iter().map(|advice| advice.view(language)).collect();
                serde_json::to_string(&views).expect("texts are JSON")
            }),
            style: self
                .style
                .as_ref()
                .map(|style| Asset { file: format!("assets/{}", style.name), integrity: style.integrity.clone() }),
        }
    }

    fn prose(&self, name: &str, language: &Language, below: u8) -> Option<Prose> {
        let TaggedText { text, lang } = language.nearest(by_tag(self.texts.get(name)?))?;
        Some(Prose { html: markdown::html(text, below), lang: lang.to_owned() })
    }
}

impl Helpline {
    fn view<'a>(&'a self, language: &'a Language) -> HelplineView<'a> {
        HelplineView {
            name: self.name.choose(language),
            note: self.note.as_ref().map(|note| note.choose(language)),
            telephone: self.telephone.as_deref(),
            url: self.url.as_deref(),
            country: self.country.as_deref(),
        }
    }
}
