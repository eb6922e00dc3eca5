//! The JSON messages of the HTTP API. Requests refuse unknown fields; clients ignore unknown ones in answers.

use crate::{Element, Nonce, Proof, PublicKey, Scheme};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::collections::BTreeMap;

#[cfg(feature = "openapi")]
mod schema;

/// Most elements of one `evaluate` for a caller without a partner key.
pub const ANONYMOUS_BATCH: usize = 8;

/// Most elements of one `evaluate` for a partner.
pub const PARTNER_BATCH: usize = 1_000;

/// `GET /v1/parameters`: what a client needs before it asks.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Parameters {
    /// The id of the index: 32 lower-case hex digits.
    #[cfg_attr(feature = "openapi", schema(value_type = schema::IndexId))]
    pub index: String,
    /// The epoch of its key, from 1; 0 in `sha256`.
    pub epoch: u32,
    /// How digests are made.
    pub scheme: Scheme,
    /// The suite of RFC 9497; none in `sha256`.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub suite: Option<String>,
    /// The mode of RFC 9497: 1, verifiable; none in `sha256`.
    #[cfg_attr(feature = "openapi", schema(required, minimum = 1, maximum = 1))]
    pub mode: Option<u8>,
    /// The key that proofs are checked against; none in `sha256`.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub public_key: Option<PublicKey>,
    /// Bits of a tag: 32 to 64.
    #[cfg_attr(feature = "openapi", schema(minimum = 32, maximum = 64, multiple_of = 4))]
    pub digest_bits: u8,
    /// Bits of the longest served prefix.
    #[cfg_attr(feature = "openapi", schema(minimum = 4, maximum = 16, multiple_of = 4))]
    pub prefix_bits: u8,
    /// Bits of a seal; 0 where there is one source set.
    #[cfg_attr(feature = "openapi", schema(maximum = 32, multiple_of = 4))]
    pub seal_bits: u8,
    /// The nonce of the seals.
    #[serde(with = "nonce_text")]
    #[cfg_attr(feature = "openapi", schema(value_type = schema::NonceText))]
    pub nonce: Nonce,
    /// Distinct entries.
    pub records: u64,
    /// The latest `added` date of the catalogue, `YYYY-MM-DD`.
    #[cfg_attr(feature = "openapi", schema(required, value_type = Option<schema::Date>))]
    pub updated: Option<String>,
    /// For each served prefix length in bits: entry and padding lines of a text range.
    #[cfg_attr(feature = "openapi", schema(value_type = schema::ByPrefixBits))]
    pub range_lines: BTreeMap<u8, u64>,
    /// For each format and served prefix length: bytes of a range.
    #[cfg_attr(feature = "openapi", schema(value_type = schema::ByFormat))]
    pub range_bytes: BTreeMap<String, BTreeMap<u8, u64>>,
    /// The kinds that are in the index.
    pub kinds: Vec<KindInfo>,
}

/// A kind that an index holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KindInfo {
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(value_type = schema::KindName))]
    pub kind: String,
    /// How many identifiers of it there could be; none where that depends on the number's country.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub possible: Option<u64>,
}

/// `POST /v1/evaluate`, the question.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EvaluateRequest {
    /// The epoch the client takes to be current.
    #[cfg_attr(feature = "openapi", schema(maximum = 4_294_967_295_u32))]
    pub epoch: u32,
    /// 1 to 8 elements, or 1 to 1,000 from a partner.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 1000))]
    pub blinded_elements: Vec<Element>,
}

/// `POST /v1/evaluate`, the answer.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvaluateResponse {
    /// The epoch whose key was used.
    pub epoch: u32,
    /// In the order of the question.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 1000))]
    pub evaluated_elements: Vec<Element>,
    /// One proof for all.
    pub proof: Proof,
}

/// `GET /v1/source-sets`: which sources a set number stands for.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SourceSets {
    /// The index these sets belong to.
    #[cfg_attr(feature = "openapi", schema(value_type = schema::IndexId))]
    pub index: String,
    /// Sorted slugs, by set number.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<schema::SourceSet>))]
    pub source_sets: Vec<Vec<String>>,
}

/// A text in the languages it exists in.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    /// Chinese, simplified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
    /// Chinese, traditional; its readers get `zh` where this is missing.
    #[serde(default, rename = "zh-Hant", skip_serializing_if = "Option::is_none")]
    pub zh_hant: Option<String>,
}

/// A text as it travels, by language: a reader ignores languages that it does not know, where an operator's catalogue
/// refuses them as mistakes.
pub type Texts = BTreeMap<String, Option<String>>;

impl From<Text> for Texts {
    fn from(Text { en, zh, zh_hant }: Text) -> Self {
        let languages = [("en", en), ("zh", zh), ("zh-Hant", zh_hant)].into_iter();
        languages.filter(|(_, text)| text.is_some()).map(|(language, text)| (language.to_owned(), text)).collect()
    }
}

/// A text in English, else in Chinese, for the command line.
pub fn in_english(texts: &Texts) -> Option<&str> {
    ["en", "zh", "zh-Hant"].iter().find_map(|language| texts.get(*language)?.as_deref())
}

/// One leak in the catalogue, as an operator describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CatalogueEntry {
    /// A proper name, the same in every language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What to call it on the page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<Text>,
    /// When it happened, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// When it was added here, `YYYY-MM-DD`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub added: Option<String>,
    /// What it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<Text>,
    /// How many records it is said to hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub records: Option<u64>,
    /// What is in a record, such as `phone` or `address`.
    pub data_classes: Vec<String>,
    /// Whether somebody has confirmed it, or it is only claimed.
    pub verified: bool,
    /// Whether being in it is itself delicate; left out of an index unless asked for.
    pub sensitive: bool,
    /// Where it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<Text>,
    /// What the operator advises.
    #[serde(skip_serializing_if = "Option::is_none")]
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
    pub entry: BreachEntry,
}

/// [`CatalogueEntry`] as it travels: the same fields, all of them present, unknown ones ignored by a reader.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(description = "What the operator says of a leak."))]
pub struct BreachEntry {
    /// A proper name, the same in every language.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub name: Option<String>,
    /// What to call it on the page.
    #[cfg_attr(feature = "openapi", schema(required, value_type = Option<schema::Texts>))]
    pub title: Option<Texts>,
    /// When it happened.
    #[cfg_attr(feature = "openapi", schema(required, value_type = Option<schema::Date>))]
    pub date: Option<String>,
    /// When it was added to this service.
    #[cfg_attr(feature = "openapi", schema(required, value_type = Option<schema::Date>))]
    pub added: Option<String>,
    /// What it is.
    #[cfg_attr(feature = "openapi", schema(required, value_type = Option<schema::Texts>))]
    pub description: Option<Texts>,
    /// How many records it is said to hold.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub records: Option<u64>,
    /// What is in a record, such as `phone` or `address`.
    pub data_classes: Vec<String>,
    /// Whether somebody has confirmed it, or it is only claimed.
    pub verified: bool,
    /// Whether being in it is itself delicate.
    pub sensitive: bool,
    /// Where it comes from.
    #[cfg_attr(feature = "openapi", schema(required, value_type = Option<schema::Texts>))]
    pub origin: Option<Texts>,
    /// What the operator advises.
    #[cfg_attr(feature = "openapi", schema(required, value_type = Option<schema::Texts>))]
    pub advice: Option<Texts>,
}

impl From<CatalogueEntry> for BreachEntry {
    fn from(entry: CatalogueEntry) -> Self {
        let CatalogueEntry {
            name,
            title,
            date,
            added,
            description,
            records,
            data_classes,
            verified,
            sensitive,
            origin,
            advice,
        } = entry;
        let [title, description, origin, advice] =
            [title, description, origin, advice].map(|text| text.map(Texts::from));
        Self { name, title, date, added, description, records, data_classes, verified, sensitive, origin, advice }
    }
}

/// `GET /v1/breaches`.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Breaches {
    /// By slug.
    pub breaches: Vec<Breach>,
}

/// `GET /v1/limits`: the budgets in force, in elements, and what they are worth.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Limits {
    /// Elements of one `evaluate` without a partner key.
    pub batch: u32,
    /// All callers together, a second.
    pub global_per_second: u32,
    /// The share of it that is kept for partners.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1))]
    pub partner_share: f64,
    /// What that leaves to all callers without a partner key together, a second.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub anonymous_per_second: u32,
    /// What all partners have together, a second; 0 where they are not served.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub partner_per_second: u32,
    /// One address, a minute.
    pub address_per_minute: u32,
    /// One address, a day.
    pub address_per_day: u32,
    /// For each kind whose count is known: days that the global budget needs to try all of it.
    #[cfg_attr(feature = "openapi", schema(value_type = schema::DaysByKind))]
    pub days_to_enumerate: BTreeMap<String, f64>,
    /// The same for callers without a partner key alone.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required, value_type = schema::DaysByKind))]
    pub anonymous_days_to_enumerate: BTreeMap<String, f64>,
    /// The same for partners alone; empty where they are not served.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(required, value_type = schema::DaysByKind))]
    pub partner_days_to_enumerate: BTreeMap<String, f64>,
}

/// `GET /v1/account`: what a partner may have evaluated, and what is left of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// The partner's name.
    pub name: String,
    /// Most elements of one `evaluate`.
    pub batch: u32,
    /// The origins whose pages may ask with this partner's key, exactly as a browser names them.
    pub origins: Vec<String>,
    /// The current minute.
    pub minute: Allowance,
    /// The current day (UTC).
    pub day: Allowance,
}

/// What a budget holds for a while, in elements.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Allowance {
    /// In all.
    pub limit: u32,
    /// What is left of it.
    pub remaining: u32,
    /// Seconds until all of it is there again.
    pub reset_seconds: u64,
}

/// An RFC 9457 problem document.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A stable URN that programs compare.
    #[serde(rename = "type")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^urn:exposure-checker:problem:[a-z-]+$", format = "uri"))]
    pub kind: String,
    /// A short sentence, the same for each type.
    pub title: String,
    /// The HTTP status.
    #[cfg_attr(feature = "openapi", schema(minimum = 400, maximum = 599))]
    pub status: u16,
    /// What is wrong this time and what to do.
    pub detail: String,
    /// With a retired index: the id of the current one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = schema::IndexId))]
    pub current: Option<String>,
}

mod nonce_text {
    use super::{BASE64URL_NOPAD, Deserialize, Deserializer, Nonce, Serializer, de};

    pub(super) fn serialize<S: Serializer>(nonce: &Nonce, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64URL_NOPAD.encode(nonce))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Nonce, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok();
        bytes.and_then(|bytes| bytes.try_into().ok()).ok_or_else(|| de::Error::custom("expected 16 bytes in base64url"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_ignores_what_it_does_not_know() {
        let answer = serde_json::json!({
            "slug": "a", "identifiers": { "phone": 1 }, "name": null, "date": null, "added": null, "description": null,
            "title": { "en": null, "zh": "记录", "zh-Hant": "記錄" }, "records": null, "data_classes": [], "verified": false,
            "sensitive": false, "origin": null, "advice": null, "later": {},
        });
        let breach: Breach = serde_json::from_value(answer).expect("a newer service's answer");
        assert_eq!(breach.entry.title.as_ref().and_then(in_english), Some("记录"));
    }

    #[test]
    fn texts_travel_as_they_were_written() {
        let text = Text { zh: Some("记录".to_owned()), ..Text::default() };
        let written = serde_json::to_value(Texts::from(text)).expect("JSON");
        assert_eq!(written, serde_json::json!({ "zh": "记录" }));
    }
}
