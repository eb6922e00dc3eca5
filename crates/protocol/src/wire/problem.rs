//! Error responses, `application/problem+json`.

#[cfg(feature = "openapi")]
use super::schema;
use serde::{Deserialize, Serialize};

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
