//! The JSON messages of the HTTP API. Requests refuse unknown fields; clients ignore unknown ones in answers.

use crate::{Element, Nonce, Proof, PublicKey, Scheme};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::collections::BTreeMap;

/// Most elements of one `evaluate` for a caller without a partner key.
pub const ANONYMOUS_BATCH: usize = 8;

/// Most elements of one `evaluate` for a partner.
pub const PARTNER_BATCH: usize = 1_000;

/// `GET /v1/parameters`: what a client needs before it asks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Parameters {
    /// The id of the index: 32 lower-case hex digits.
    pub index: String,
    /// The epoch of its key, from 1; 0 in `sha256`.
    pub epoch: u32,
    /// How digests are made.
    pub scheme: Scheme,
    /// The suite of RFC 9497; none in `sha256`.
    pub suite: Option<String>,
    /// The mode of RFC 9497: 1, verifiable; none in `sha256`.
    pub mode: Option<u8>,
    /// The key that proofs are checked against; none in `sha256`.
    pub public_key: Option<PublicKey>,
    /// Bits of a tag: 32 to 64.
    pub digest_bits: u8,
    /// Bits of the longest served prefix.
    pub prefix_bits: u8,
    /// Bits of a seal; 0 where there is one source set.
    pub seal_bits: u8,
    /// The nonce of the seals.
    #[serde(with = "nonce_text")]
    pub nonce: Nonce,
    /// Distinct entries.
    pub records: u64,
    /// The latest `added` date of the catalogue, `YYYY-MM-DD`.
    pub updated: Option<String>,
    /// For each served prefix length in bits: entry and padding lines of a text range.
    pub range_lines: BTreeMap<u8, u64>,
    /// For each format and served prefix length: bytes of a range.
    pub range_bytes: BTreeMap<String, BTreeMap<u8, u64>>,
    /// The kinds that are in the index.
    pub kinds: Vec<KindInfo>,
}

/// A kind that an index holds.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct KindInfo {
    /// Its name.
    pub kind: String,
    /// How many identifiers of it there could be; none where that depends on the number's country.
    pub possible: Option<u64>,
}

/// `POST /v1/evaluate`, the question.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvaluateRequest {
    /// The epoch the client takes to be current.
    pub epoch: u32,
    /// 1 to 8 elements, or 1 to 1,000 from a partner.
    pub blinded_elements: Vec<Element>,
}

/// `POST /v1/evaluate`, the answer.
#[derive(Debug, Serialize, Deserialize)]
pub struct EvaluateResponse {
    /// The epoch whose key was used.
    pub epoch: u32,
    /// In the order of the question.
    pub evaluated_elements: Vec<Element>,
    /// One proof for all.
    pub proof: Proof,
}

/// `GET /v1/source-sets`: which sources a set number stands for.
#[derive(Debug, Serialize, Deserialize)]
pub struct SourceSets {
    /// The index these sets belong to.
    pub index: String,
    /// Sorted slugs, by set number.
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
}

/// A text as it travels, by language: a reader ignores languages that it does not know, where an operator's catalogue
/// refuses them as mistakes.
pub type Texts = BTreeMap<String, Option<String>>;

impl From<Text> for Texts {
    fn from(Text { en, zh }: Text) -> Self {
        let languages = [("en", en), ("zh", zh)].into_iter();
        languages.filter(|(_, text)| text.is_some()).map(|(language, text)| (language.to_owned(), text)).collect()
    }
}

/// A text in English, else in Chinese, for the command line.
pub fn in_english(texts: &Texts) -> Option<&str> {
    ["en", "zh"].iter().find_map(|language| texts.get(*language)?.as_deref())
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
pub struct Breach {
    /// Its short name, which source sets use.
    pub slug: String,
    /// Distinct identifiers of each kind in the index.
    pub identifiers: BTreeMap<String, u64>,
    /// As the operator describes it.
    #[serde(flatten)]
    pub entry: BreachEntry,
}

/// [`CatalogueEntry`] as it travels: the same fields, all of them present, unknown ones ignored by a reader.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs, reason = "each field says what the field of the same name of CatalogueEntry says")]
pub struct BreachEntry {
    pub name: Option<String>,
    pub title: Option<Texts>,
    pub date: Option<String>,
    pub added: Option<String>,
    pub description: Option<Texts>,
    pub records: Option<u64>,
    pub data_classes: Vec<String>,
    pub verified: bool,
    pub sensitive: bool,
    pub origin: Option<Texts>,
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
pub struct Breaches {
    /// By slug.
    pub breaches: Vec<Breach>,
}

/// `GET /v1/limits`: the budgets in force, in elements, and what they are worth.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Limits {
    /// Elements of one `evaluate` without a partner key.
    pub batch: u32,
    /// All callers together, a second.
    pub global_per_second: u32,
    /// The share of it that is kept for partners.
    pub partner_share: f64,
    /// What that leaves to all callers without a partner key together, a second.
    #[serde(default)]
    pub anonymous_per_second: u32,
    /// What all partners have together, a second; 0 where they are not served.
    #[serde(default)]
    pub partner_per_second: u32,
    /// One address, a minute.
    pub address_per_minute: u32,
    /// One address, a day.
    pub address_per_day: u32,
    /// For each kind whose count is known: days that the global budget needs to try all of it.
    pub days_to_enumerate: BTreeMap<String, f64>,
    /// The same for callers without a partner key alone.
    #[serde(default)]
    pub anonymous_days_to_enumerate: BTreeMap<String, f64>,
    /// The same for partners alone; empty where they are not served.
    #[serde(default)]
    pub partner_days_to_enumerate: BTreeMap<String, f64>,
}

/// `GET /v1/account`: what a partner may have evaluated, and what is left of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
pub struct Problem {
    /// A stable URN that programs compare.
    #[serde(rename = "type")]
    pub kind: String,
    /// A short sentence, the same for each type.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What is wrong this time and what to do.
    pub detail: String,
    /// With a retired index: the id of the current one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
        let text = Text { en: None, zh: Some("记录".to_owned()) };
        let written = serde_json::to_value(Texts::from(text)).expect("JSON");
        assert_eq!(written, serde_json::json!({ "zh": "记录" }));
    }
}
