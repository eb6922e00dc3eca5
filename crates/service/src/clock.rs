//! The time that quotas are counted by: the system's, but it never goes back.
//!
//! If the system's clock is set back an hour, each window would otherwise stay exhausted for that
//! hour, even the shared quota's window of one second.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The last time that was returned, since 1970, and the moment of that.
type Reading = (Duration, Instant);

/// Follows the system's clock forwards; if that is set back, continues at normal speed.
pub(crate) struct Clock(Mutex<Reading>);

impl Clock {
    /// A clock that returns no time before this second since 1970.
    pub(crate) fn not_before(second: u64) -> Self {
        Self(Mutex::new((Duration::from_secs(second), Instant::now())))
    }

    /// Seconds since 1970.
    pub(crate) fn now(&self) -> u64 {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *last = later(*last, system(), Instant::now());
        last.0.as_secs()
    }
}

/// The system's time since 1970.
pub(crate) fn system() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

fn later((last, at): Reading, system: Duration, now: Instant) -> Reading {
    (system.max(last + now.duration_since(at)), now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_continues_when_the_system_clock_is_set_back() {
        let second = Duration::from_secs(1);
        let start = Instant::now();
        let last = (1_000 * second, start);
        assert_eq!(later(last, 5_000 * second, start + second).0, 5_000 * second, "set forward");
        let last = later(last, 10 * second, start + second);
        assert_eq!(last.0, 1_001 * second, "set back");
        assert_eq!(later(last, 11 * second, start + 2 * second).0, 1_002 * second);
        assert_eq!(later(last, 1_003 * second, start + 2 * second).0, 1_003 * second, "overtaken");
    }

    #[test]
    fn a_clock_begins_no_earlier_than_given() {
        let far = system().as_secs() + 1_000;
        assert!((far..far + 100).contains(&Clock::not_before(far).now()));
        assert!(Clock::not_before(0).now() + 100 > system().as_secs());
    }
}
