//! Which windows a charge falls into: the caller's own minute and day, and the pool of its kind.

use crate::Budget;
use crate::budget::window::Window;
use crate::caller::Caller;
use exposure_protocol::wire::PARTNER_BATCH;
use std::num::NonZeroU32;

pub(super) const MINUTE_SECONDS: u64 = 60;
pub(super) const DAY_SECONDS: u64 = 24 * 60 * 60;

/// The windows that do not depend on who asks.
pub(super) struct Rules {
    pub(super) anonymous: Window,
    /// None where the whole of the global budget is the public's.
    pub(super) partners: Option<Window>,
    address: [Window; 2],
}

impl Rules {
    pub(super) fn of(budget: &Budget) -> Self {
        let minute = Window { seconds: MINUTE_SECONDS, quota: budget.address_per_minute };
        let day = Window { seconds: DAY_SECONDS, quota: budget.address_per_day };
        let partners = NonZeroU32::new(budget.partner_per_second()).map(partner_pool);
        Self {
            anonymous: Window { seconds: 1, quota: budget.anonymous_per_second() },
            partners,
            address: [minute, day],
        }
    }

    /// The caller's own minute and day.
    pub(super) fn windows(&self, caller: &Caller) -> [Window; 2] {
        match caller {
            Caller::Address(_) => self.address,
            Caller::Partner(partner) => [
                Window { seconds: MINUTE_SECONDS, quota: partner.per_minute },
                Window { seconds: DAY_SECONDS, quota: partner.per_day },
            ],
        }
    }

    pub(super) fn pool(&self, caller: &Caller) -> Option<Window> {
        match caller {
            Caller::Address(_) => Some(self.anonymous),
            Caller::Partner(_) => self.partners,
        }
    }
}

/// A second's share need not hold a batch of a thousand. So the pool of partners is counted over as many seconds as such
/// a batch needs, up to a minute, which is the same rate.
fn partner_pool(per_second: NonZeroU32) -> Window {
    let seconds = (PARTNER_BATCH as u32).div_ceil(per_second.get()).min(MINUTE_SECONDS as u32);
    Window { seconds: seconds.into(), quota: per_second.get().saturating_mul(seconds) }
}
