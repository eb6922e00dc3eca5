//! Limits how often a line is logged, so that a flood of events does not become a flood of lines.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Instant;

/// Lets one line through per interval, and counts the others.
pub(crate) struct Throttle {
    began: Instant,
    interval_seconds: u64,
    /// When the last line was let through, in seconds since `began`.
    last: AtomicU64,
    suppressed: AtomicU64,
}

impl Throttle {
    /// One line per this many seconds.
    pub(crate) fn new(interval_seconds: u64) -> Self {
        Self { began: Instant::now(), interval_seconds, last: AtomicU64::new(u64::MAX), suppressed: AtomicU64::new(0) }
    }

    /// If a line may be logged now: how many were suppressed since the last one.
    pub(crate) fn pass(&self) -> Option<u64> {
        self.pass_at(self.began.elapsed().as_secs())
    }

    fn pass_at(&self, now: u64) -> Option<u64> {
        let last = self.last.load(Relaxed);
        let is_due = last == u64::MAX || now >= last + self.interval_seconds;
        // If several threads find it due at once, only one logs.
        if is_due && self.last.compare_exchange(last, now, Relaxed, Relaxed).is_ok() {
            return Some(self.suppressed.swap(0, Relaxed));
        }
        self.suppressed.fetch_add(1, Relaxed);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_a_second_reports_the_suppressed_ones() {
        let throttle = Throttle::new(1);
        let passed: Vec<_> = [0, 0, 0, 1, 1, 7, 8].map(|second| throttle.pass_at(second)).into();
        assert_eq!(passed, [Some(0), None, None, Some(2), None, Some(1), Some(0)]);
    }

    #[test]
    fn a_longer_interval_counts_from_the_last_line() {
        let throttle = Throttle::new(60);
        let passed: Vec<_> = [5, 6, 64, 65, 66, 200].map(|second| throttle.pass_at(second)).into();
        assert_eq!(passed, [Some(0), None, None, Some(2), None, Some(1)]);
    }
}
