//! What a client fetches before a check: the parameters of an index and its source sets.

#[cfg(feature = "openapi")]
use super::schema;
use crate::public_key::PublicKey;
use crate::scheme::Scheme;
use crate::seal::Nonce;
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::collections::BTreeMap;

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
    /// How many identifiers of it there could be; null if it depends on the number's country.
    #[cfg_attr(feature = "openapi", schema(required))]
    pub possible: Option<u64>,
    /// The canonical versions by which its identifiers were made: one, unless sources of several
    /// versions are in the index. A client of another version cannot tell from "no match" that a
    /// number is in no source.
    #[serde(default = "first_version")]
    #[cfg_attr(feature = "openapi", schema(required, min_items = 1))]
    pub canonical_versions: Vec<u16>,
}

/// What an index is of whose service says no version.
fn first_version() -> Vec<u16> {
    vec![1]
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
