//! Quotas: the limits of a service, and what is left to a partner.

#[cfg(feature = "openapi")]
use super::schema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
