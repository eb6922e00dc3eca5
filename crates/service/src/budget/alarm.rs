//! The alarm that the public pool is spent: somebody is trying many numbers, or the pool has become too small.

use std::sync::atomic::{AtomicU64, Ordering};

/// Seconds from one line in the log to the next, however many are turned away.
const QUIET_SECONDS: u64 = 60;

/// Counts who is turned away.
#[derive(Default)]
pub(super) struct Alarm {
    turned_away: AtomicU64,
    /// When the log was last told, in seconds since 1970.
    told: AtomicU64,
}

impl Alarm {
    /// Counts one more, and tells the log if it has not been told for a minute.
    pub(super) fn ring(&self, now: u64, per_second: u32) {
        let turned_away = self.turned_away.fetch_add(1, Ordering::Relaxed) + 1;
        let told = self.told.load(Ordering::Relaxed);
        let is_due = now >= told + QUIET_SECONDS;
        // Of several that find it due at once, one tells.
        if is_due && self.told.compare_exchange(told, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            tracing::warn!(
                "the pool of callers without a partner key, {per_second} elements a second, is spent; {turned_away} \
                 requests have been turned away since the start"
            );
        }
    }

    /// How many have been turned away.
    pub(super) fn count(&self) -> u64 {
        self.turned_away.load(Ordering::Relaxed)
    }
}
