//! The messages of an evaluation, and how many elements they may hold.

use crate::oblivious::{Element, Proof};
use serde::{Deserialize, Serialize};

/// Most elements of one `evaluate` for a caller without a partner key.
pub const ANONYMOUS_BATCH: usize = 8;

/// Most elements of one `evaluate` for a partner.
pub const PARTNER_BATCH: usize = 1_000;

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
