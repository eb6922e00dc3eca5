//! A window of a budget: so many elements in so many seconds, counted from midnight (UTC) on.
//!
//! Fixed windows, and not buckets that fill up: a count needs two numbers, can be saved and read again, and all windows
//! of a charge can be looked at before any of them is charged. Whoever spends a whole window at its end and the next
//! one at its beginning gets both, and no more than that.

/// A quota and how long it lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) seconds: u64,
    pub(crate) quota: u32,
}

/// What has been spent, and of which window since 1970.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) number: u64,
    pub(crate) spent: u32,
}

impl Window {
    /// The number of the window that counts: never an earlier one than was charged last, so that a clock that goes back
    /// begins no new one.
    fn number(self, count: Count, now: u64) -> u64 {
        count.number.max(now / self.seconds)
    }

    /// What is left of the quota. A quota that has been lowered may be overspent: then nothing is.
    pub(crate) fn left(self, count: Count, now: u64) -> u32 {
        let spent = if self.number(count, now) == count.number { count.spent } else { 0 };
        self.quota.saturating_sub(spent)
    }

    /// Seconds until the whole quota is there again: at least one.
    pub(crate) fn resets_in(self, count: Count, now: u64) -> u64 {
        (self.number(count, now) + 1) * self.seconds - now
    }

    /// Counts elements that have been found to fit.
    pub(crate) fn charge(self, count: &mut Count, now: u64, elements: u32) {
        let number = self.number(*count, now);
        if number != count.number {
            *count = Count { number, spent: 0 };
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
        assert_eq!((MINUTE.left(count, 6_059), MINUTE.resets_in(count, 6_059)), (0, 1));
        assert_eq!((MINUTE.left(count, 6_060), MINUTE.resets_in(count, 6_060)), (10, 60));
        MINUTE.charge(&mut count, 6_060, 3);
        assert_eq!(count, Count { number: 101, spent: 3 });
    }

    #[test]
    fn a_clock_that_goes_back_begins_no_window() {
        let mut count = Count::default();
        MINUTE.charge(&mut count, 6_000, 10);
        assert_eq!((MINUTE.left(count, 5_000), MINUTE.resets_in(count, 5_000)), (0, 1_060));
        MINUTE.charge(&mut count, 5_000, 1);
        assert_eq!(count, Count { number: 100, spent: 11 });
    }

    #[test]
    fn a_quota_that_is_lowered_holds_at_once() {
        let mut count = Count::default();
        MINUTE.charge(&mut count, 6_000, 7);
        assert_eq!(Window { quota: 5, ..MINUTE }.left(count, 6_001), 0);
        assert_eq!(Window { quota: 8, ..MINUTE }.left(count, 6_001), 1);
    }
}
