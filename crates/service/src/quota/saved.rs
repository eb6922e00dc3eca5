//! Counts as they are saved and restored. How they are stored is decided by `accounts`.

use crate::quota::count_key::CountKey;
use crate::quota::rules::{DAY_SECONDS, MINUTE_SECONDS};
use crate::quota::window::Count;

/// What one client has spent of its minute and its day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spent {
    pub(crate) minute: Count,
    pub(crate) day: Count,
}

/// The counts of one day.
pub(crate) struct Saved {
    /// Days since 1970.
    pub(crate) day: u64,
    pub(crate) salt: [u8; 32],
    pub(crate) counts: Vec<(CountKey, Spent)>,
}

/// What has to be saved.
pub(crate) struct Unsaved {
    /// The current day and salt, and the counts that have changed.
    pub(crate) now: Saved,
    /// Elements charged to partners since the last save, by partner id and day.
    pub(crate) usage: Vec<((i64, u64), u32)>,
}

impl Saved {
    /// Whether these counts can be believed at this time. If they are a day or more ahead, the
    /// clock was once far ahead, and nobody should have to wait until it is there again.
    pub(crate) fn is_plausible(&self, now: u64) -> bool {
        self.latest() < now + DAY_SECONDS
    }

    /// The earliest time at which all of these counts can have been made.
    pub(crate) fn latest(&self) -> u64 {
        let minutes = self.counts.iter().map(|(_, spent)| spent.minute.window * MINUTE_SECONDS);
        minutes.max().unwrap_or_default().max(self.day * DAY_SECONDS)
    }
}
