//! The JSON messages of the HTTP API. Requests with unknown fields are rejected; clients ignore
//! unknown fields of answers.

mod catalogue;
mod evaluation;
mod parameters;
mod problem;
mod quota;
#[cfg(feature = "openapi")]
mod schema;

pub use catalogue::{Breach, Breaches, CatalogueEntry, Text};
pub use evaluation::{ANONYMOUS_BATCH, EvaluateRequest, EvaluateResponse, PARTNER_BATCH};
pub use parameters::{KindInfo, Parameters, SourceSets};
pub use problem::Problem;
pub use quota::{Account, Allowance, Limits};
