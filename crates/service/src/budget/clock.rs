//! The time that budgets are counted by: the system's, but never going back.
//!
//! A clock that is set back an hour would otherwise hold each window shut for that hour, the public pool's second too.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The time that was told last, since 1970, and when that was.
type Told = (Duration, Instant);

/// Goes with the system's clock forwards, and when that goes back, on by itself.
pub(crate) struct Clock(Mutex<Told>);

impl Clock {
    /// A clock that tells no time before this second since 1970.
    pub(crate) fn not_before(second: u64) -> Self {
        Self(Mutex::new((Duration::from_secs(second), Instant::now())))
    }

    /// Seconds since 1970.
    pub(crate) fn now(&self) -> u64 {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *told = later(*told, system(), Instant::now());
        told.0.as_secs()
    }
}

/// The system's time since 1970.
pub(crate) fn system() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

fn later((last, at): Told, system: Duration, now: Instant) -> Told {
    (system.max(last + now.duration_since(at)), now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_goes_on_when_the_clock_goes_back() {
        let second = Duration::from_secs(1);
        let start = Instant::now();
        let told = (1_000 * second, start);
        assert_eq!(later(told, 5_000 * second, start + second).0, 5_000 * second, "set forward");
        let told = later(told, 10 * second, start + second);
        assert_eq!(told.0, 1_001 * second, "set back");
        assert_eq!(later(told, 11 * second, start + 2 * second).0, 1_002 * second);
        assert_eq!(later(told, 1_003 * second, start + 2 * second).0, 1_003 * second, "overtaken");
    }

    #[test]
    fn a_clock_begins_where_it_is_told() {
        let far = system().as_secs() + 1_000;
        assert!((far..far + 100).contains(&Clock::not_before(far).now()));
        assert!(Clock::not_before(0).now() + 100 > system().as_secs());
    }
}
