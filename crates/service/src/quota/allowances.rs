//! What is left of a client's minute and day.

use crate::quota::saved::Spent;
use crate::quota::window::Window;
use exposure_protocol::wire::Allowance;

/// What is left of a client's windows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Allowances {
    pub(crate) minute: Allowance,
    pub(crate) day: Allowance,
    /// The length of both windows, in seconds.
    pub(crate) window_seconds: [u64; 2],
}

impl Allowances {
    pub(super) fn new([minute, day]: [Window; 2], spent: Spent, now: u64) -> Self {
        let allowance = |window: Window, count| Allowance {
            limit: window.quota,
            remaining: window.remaining(count, now),
            reset_seconds: window.resets_in(count, now),
        };
        Self {
            minute: allowance(minute, spent.minute),
            day: allowance(day, spent.day),
            window_seconds: [minute.seconds, day.seconds],
        }
    }
}
