//! Fixed windows: a number of elements in a number of seconds, counted from midnight (UTC).
//!
//! Unlike token buckets, a count is two numbers that can be saved and restored, and all windows of
//! a charge can be examined before any of them is charged. A client that spends a whole window at
//! its end and the next one at its beginning gets both, and no more than that.

/// A quota and the length of its window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) seconds: u64,
    pub(crate) quota: u32,
}

/// What has been spent, and in which window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Windows since 1970.
    pub(crate) window: u64,
    pub(crate) spent: u32,
}

impl Window {
    /// The current window: never an earlier one than was charged last, so that a clock that is set
    /// back does not begin a new one.
    fn current(self, count: Count, now: u64) -> u64 {
        count.window.max(now / self.seconds)
    }

    /// What is left of the quota: 0 if the quota was lowered below what is spent.
    pub(crate) fn remaining(self, count: Count, now: u64) -> u32 {
        let spent = if self.current(count, now) == count.window { count.spent } else { 0 };
        self.quota.saturating_sub(spent)
    }

    /// Seconds until the whole quota is available again: at least 1.
    pub(crate) fn resets_in(self, count: Count, now: u64) -> u64 {
        (self.current(count, now) + 1) * self.seconds - now
    }

    /// Counts elements that fit the quota.
    pub(crate) fn charge(self, count: &mut Count, now: u64, elements: u32) {
        let window = self.current(*count, now);
        if window != count.window {
            *count = Count { window, spent: 0 };
        }
        count.spent = count.spent.saturating_add(elements);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Window = Window { seconds: 60, quota: 10 };

    #[test]
    fn a_window_ends_on_the_second() {
        let mut count = Count::default();
        MINUTE.charge(&mut count, 6_000, 10);
        assert_eq!((MINUTE.remaining(count, 6_059), MINUTE.resets_in(count, 6_059)), (0, 1));
        assert_eq!((MINUTE.remaining(count, 6_060), MINUTE.resets_in(count, 6_060)), (10, 60));
        MINUTE.charge(&mut count, 6_060, 3);
        assert_eq!(count, Count { window: 101, spent: 3 });
    }

    #[test]
    fn a_clock_set_back_does_not_begin_a_window() {
        let mut count = Count::default();
        MINUTE.charge(&mut count, 6_000, 10);
        assert_eq!((MINUTE.remaining(count, 5_000), MINUTE.resets_in(count, 5_000)), (0, 1_060));
        MINUTE.charge(&mut count, 5_000, 1);
        assert_eq!(count, Count { window: 100, spent: 11 });
    }

    #[test]
    fn a_lowered_quota_applies_at_once() {
        let mut count = Count::default();
        MINUTE.charge(&mut count, 6_000, 7);
        assert_eq!(Window { quota: 5, ..MINUTE }.remaining(count, 6_001), 0);
        assert_eq!(Window { quota: 8, ..MINUTE }.remaining(count, 6_001), 1);
    }
}
