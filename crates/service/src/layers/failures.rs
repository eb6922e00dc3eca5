//! The log of what went wrong here: one line a second for what is broken and one for what is merely too much, so that a
//! flood of refusals does not become a flood of lines.

use crate::problem::Failed;
use axum::http::StatusCode;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

/// When something was logged last.
pub(super) struct Failures {
    begun: Instant,
    broken: Seldom,
    busy: Seldom,
}

/// Lets one line a second through, and counts the others.
struct Seldom {
    /// The second of the last line, from the beginning.
    second: AtomicU64,
    kept_back: AtomicU64,
}

impl Default for Failures {
    fn default() -> Self {
        Self { begun: Instant::now(), broken: Seldom::new(), busy: Seldom::new() }
    }
}

impl Failures {
    /// Logs an answer of status 500 or above: as an error if something is broken, as a warning if it says to come back.
    pub(super) fn log(&self, route: &str, status: StatusCode, failed: Option<&Failed>) {
        let problem = failed.map(|failed| failed.name);
        let what = failed.and_then(|failed| failed.what.as_deref()).unwrap_or("not answered");
        let second = self.begun.elapsed().as_secs();
        let (busy, status) = (status == StatusCode::SERVICE_UNAVAILABLE, status.as_u16());
        if busy {
            if let Some(kept_back) = self.busy.pass(second) {
                tracing::warn!(route, status, problem, kept_back, "{what}");
            }
        } else if let Some(kept_back) = self.broken.pass(second) {
            tracing::error!(route, status, problem, kept_back, "{what}");
        }
    }
}

impl Seldom {
    fn new() -> Self {
        Self { second: AtomicU64::new(u64::MAX), kept_back: AtomicU64::new(0) }
    }

    /// How many were kept back since the last line, if there may be one now.
    fn pass(&self, now: u64) -> Option<u64> {
        let last = self.second.load(Relaxed);
        let first = last != now && self.second.compare_exchange(last, now, Relaxed, Relaxed).is_ok();
        if first {
            return Some(self.kept_back.swap(0, Relaxed));
        }
        self.kept_back.fetch_add(1, Relaxed);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_a_second_says_how_many_there_were() {
        let seldom = Seldom::new();
        let passed: Vec<_> = [0, 0, 0, 1, 1, 7, 8].map(|second| seldom.pass(second)).into();
        assert_eq!(passed, [Some(0), None, None, Some(2), None, Some(1), Some(0)]);
    }
}
