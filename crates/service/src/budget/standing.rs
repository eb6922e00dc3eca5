//! Where a caller stands with its minute and its day, and the header fields that say so.
//!
//! `RateLimit` and `RateLimit-Policy` are those of draft-ietf-httpapi-ratelimit-headers, structured fields (RFC 9651). The
//! unit is an element and no request, hence `qu`.

use crate::budget::spend::Spent;
use crate::budget::window::Window;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use exposure_protocol::wire::Allowance;

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const STATE: HeaderName = HeaderName::from_static("ratelimit");

/// What is left of a caller's windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) minute: Allowance,
    pub(crate) day: Allowance,
    windows: [u64; 2],
}

impl Standing {
    pub(super) fn of([minute, day]: [Window; 2], spent: Spent, now: u64) -> Self {
        let allowance = |window: Window, count| Allowance {
            limit: window.quota,
            remaining: window.left(count, now),
            reset_seconds: window.resets_in(count, now),
        };
        Self {
            minute: allowance(minute, spent.minute),
            day: allowance(day, spent.day),
            windows: [minute.seconds, day.seconds],
        }
    }

    /// Adds both fields to an answer.
    pub(crate) fn put_on(&self, headers: &mut HeaderMap) {
        let Self { minute, day, windows: [in_minute, in_day] } = self;
        let policy = |name, Allowance { limit, .. }: &Allowance, seconds| {
            format!("\"{name}\";q={limit};w={seconds};qu=\"elements\"")
        };
        let state = |name, Allowance { remaining, reset_seconds, .. }: &Allowance| {
            format!("\"{name}\";r={remaining};t={reset_seconds}")
        };
        let policy = format!("{}, {}", policy("minute", minute, in_minute), policy("day", day, in_day));
        let state = format!("{}, {}", state("minute", minute), state("day", day));
        for (name, value) in [(POLICY, policy), (STATE, state)] {
            headers.insert(name, HeaderValue::try_from(value).expect("letters, digits and quotes"));
        }
    }
}
