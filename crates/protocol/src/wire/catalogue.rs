//! The catalogue: what is publicly said about each source.
//!
//! One type serves both for the API and for the operator's file. Readers of messages ignore unknown
//! fields and languages; the file's reader (`exposure-index`) rejects them as mistakes.

#[cfg(feature = "openapi")]
use super::schema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A text in the languages that it exists in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// English.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    /// Simplified Chinese.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
    /// Traditional Chinese; readers fall back to `zh`.
    #[serde(rename = "zh-Hant", skip_serializing_if = "Option::is_none")]
    pub zh_hant: Option<String>,
}

impl Text {
    /// The text in English, else in Chinese, for the command line.
    pub fn in_english(&self) -> Option<&str> {
        [&self.en, &self.zh, &self.zh_hant].into_iter().find_map(Option::as_deref)
    }
}

/// What the operator says of one source. In messages all fields are present, but for `incomplete`:
/// older programs refuse it in a file, so it is left out where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = BreachEntry, description = "What the operator says of a leak."))]
pub struct CatalogueEntry {
    /// A proper name, the same in every language.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub name: Option<String>,
    /// What to call it on the page.
    #[cfg_attr(feature = "openapi", schema(required, value_type = Option<schema::Texts>))]
    pub title: Option<Text>,
    /// When it happened.
    #[cfg_attr(feature = "openapi", schema(required, value_type = Option<schema::Date>))]
    pub date: Option<String>,
    /// When it was added to this service.
    #[cfg_attr(feature = "openapi", schema(required, value_type = Option<schema::Date>))]
    pub added: Option<String>,
    /// What it is.
    #[cfg_attr(feature = "openapi", schema(required, value_type = Option<schema::Texts>))]
    pub description: Option<Text>,
    /// How many records it claims to hold.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub records: Option<u64>,
    /// What is in a record, such as `phone` or `address`.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub data_classes: Vec<String>,
    /// Whether somebody has confirmed it, or it is only claimed.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub verified: bool,
    /// Whether being in it is itself delicate.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub sensitive: bool,
    /// Whether its data could be read only in part: a number can be in it and not be found. Left
    /// out if false.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "openapi", schema(required = false))]
    pub incomplete: bool,
    /// Where it comes from.
    #[cfg_attr(feature = "openapi", schema(required, value_type = Option<schema::Texts>))]
    pub origin: Option<Text>,
    /// What the operator advises.
    #[cfg_attr(feature = "openapi", schema(required, value_type = Option<schema::Texts>))]
    pub advice: Option<Text>,
}

/// One leak as the API shows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Breach {
    /// Its short name, which source sets use.
    #[cfg_attr(feature = "openapi", schema(value_type = schema::Slug))]
    pub slug: String,
    /// Distinct identifiers of each kind in the index.
    #[cfg_attr(feature = "openapi", schema(value_type = schema::ByKind))]
    pub identifiers: BTreeMap<String, u64>,
    /// As the operator describes it.
    #[serde(flatten)]
    pub entry: CatalogueEntry,
}

/// `GET /v1/breaches`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Breaches {
    /// By slug.
    pub breaches: Vec<Breach>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_ignores_what_it_does_not_know() {
        let answer = serde_json::json!({
            "slug": "a", "identifiers": { "phone": 1 }, "name": null, "date": null, "added": null, "description": null,
            "title": { "en": null, "zh": "记录", "zh-Hant": "記錄", "ja": "記録" }, "records": null, "data_classes": [],
            "verified": false, "sensitive": false, "origin": null, "advice": null, "later": {},
        });
        let breach: Breach = serde_json::from_value(answer).expect("a newer service's answer");
        assert_eq!(breach.entry.title.as_ref().and_then(Text::in_english), Some("记录"));
        assert!(!breach.entry.incomplete, "an answer of an older service");
    }

    #[test]
    fn texts_are_sent_as_they_were_written_and_entries_whole() {
        let title = Text { zh: Some("记录".to_owned()), ..Text::default() };
        let entry = CatalogueEntry { title: Some(title), ..CatalogueEntry::default() };
        let written = serde_json::to_value(&entry).expect("JSON");
        let expected = serde_json::json!({
            "name": null, "title": { "zh": "记录" }, "date": null, "added": null, "description": null, "records": null,
            "data_classes": [], "verified": false, "sensitive": false, "origin": null, "advice": null,
        });
        assert_eq!(written, expected);
        let written = serde_json::to_value(CatalogueEntry { incomplete: true, ..entry }).expect("JSON");
        assert_eq!(written["incomplete"], true);
    }
}
