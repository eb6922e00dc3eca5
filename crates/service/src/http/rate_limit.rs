//! The header fields that say what is left of a client's quotas.
//!
//! `RateLimit` and `RateLimit-Policy` are those of draft-ietf-httpapi-ratelimit-headers, structured
//! fields (RFC 9651). The unit is an element, not a request, hence `qu`.

use crate::quota::allowances::Allowances;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use exposure_protocol::wire::Allowance;

/// The policy: quotas and windows.
pub(crate) const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// The state: what is left.
pub(crate) const STATE: HeaderName = HeaderName::from_static("ratelimit");

/// Adds both fields to a response.
pub(crate) fn with_allowances(mut response: Response, allowances: &Allowances) -> Response {
    let Allowances { minute, day, window_seconds: [minute_seconds, day_seconds] } = allowances;
    let policy = |name, Allowance { limit, .. }: &Allowance, seconds| {
        format!("\"{name}\";q={limit};w={seconds};qu=\"elements\"")
    };
    let state = |name, Allowance { remaining, reset_seconds, .. }: &Allowance| {
        format!("\"{name}\";r={remaining};t={reset_seconds}")
    };
    let policy = format!("{}, {}", policy("minute", minute, minute_seconds), policy("day", day, day_seconds));
    let state = format!("{}, {}", state("minute", minute), state("day", day));
    for (name, value) in [(POLICY, policy), (STATE, state)] {
        response.headers_mut().insert(name, HeaderValue::try_from(value).expect("letters, digits and quotes"));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_headers_say_what_is_left() {
        let minute = Allowance { limit: 30, remaining: 22, reset_seconds: 57 };
        let day = Allowance { limit: 100, remaining: 92, reset_seconds: 30_417 };
        let allowances = Allowances { minute, day, window_seconds: [60, 86_400] };
        let response = with_allowances(Response::default(), &allowances);
        let policy = "\"minute\";q=30;w=60;qu=\"elements\", \"day\";q=100;w=86400;qu=\"elements\"";
        assert_eq!(response.headers()["ratelimit-policy"], policy);
        assert_eq!(response.headers()["ratelimit"], "\"minute\";r=22;t=57, \"day\";r=92;t=30417");
    }
}
