//! The operator's own advice: `[[advice]]` in `site.toml`. Each entry takes the place of one of the
//! form's table (`packages/site/advice`), which knows no operator.

use crate::site::language::Language;
use crate::site::values::{Localized, check_country, check_ways};
use serde::{Deserialize, Serialize};

/// One thing that people of a country can do.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OwnAdvice {
    country: String,
    kind: Topic,
    does: Deed,
    title: Localized,
    text: Localized,
    url: Option<String>,
    telephone: Option<String>,
    wechat: Option<Localized>,
    alipay: Option<Localized>,
}

/// What was found.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Topic {
    Phone,
    Identity,
}

/// The place in the table.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Deed {
    Lock,
    Freeze,
    Enquire,
    Report,
}

/// As the form's script reads it (`packages/site/src/form/advice.ts`).
#[derive(Serialize)]
pub(super) struct OwnAdviceView<'a> {
    country: &'a str,
    kind: Topic,
    does: Deed,
    title: &'a str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    telephone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wechat: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alipay: Option<&'a str>,
    lang: &'a str,
}

impl OwnAdvice {
    /// What is wrong with it, in one sentence.
    pub(super) fn check(&self) -> Result<(), String> {
        check_country(&self.country)?;
        let where_ = format!("advice for {}", self.country);
        match (self.kind, self.does) {
            (Topic::Phone, Deed::Freeze) => {
                return Err(format!("{where_} freezes a phone number; write does = \"lock\", or kind = \"identity\""));
            }
            (Topic::Identity, Deed::Lock) => {
                return Err(format!("{where_} locks an ID; write does = \"freeze\", or kind = \"phone\""));
            }
            _ => {}
        }
        check_ways(self.url.as_deref(), self.telephone.as_deref(), &where_)
    }

    /// All its texts.
    pub(super) fn texts(&self) -> impl Iterator<Item = &Localized> {
        [Some(&self.title), Some(&self.text), self.wechat.as_ref(), self.alipay.as_ref()].into_iter().flatten()
    }

    /// For readers of a language.
    pub(super) fn view<'a>(&'a self, language: &'a Language) -> OwnAdviceView<'a> {
        let title = self.title.choose(language);
        OwnAdviceView {
            country: &self.country,
            kind: self.kind,
            does: self.does,
            title: title.text,
            text: self.text.choose(language).text,
            url: self.url.as_deref(),
            telephone: self.telephone.as_deref(),
            wechat: self.wechat.as_ref().map(|text| text.choose(language).text),
            alipay: self.alipay.as_ref().map(|text| text.choose(language).text),
            lang: title.lang,
        }
    }
}
