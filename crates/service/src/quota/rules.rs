//! Which windows a charge falls into: the client's own minute and day, and the shared quota of its
//! class.

use crate::quota::budget::Budget;
use crate::quota::client::Client;
use crate::quota::window::Window;
use exposure_protocol::wire::PARTNER_BATCH;
use std::num::NonZeroU32;

pub(crate) const MINUTE_SECONDS: u64 = 60;
pub(crate) const DAY_SECONDS: u64 = 24 * 60 * 60;

/// The windows that are the same for all clients.
pub(super) struct Rules {
    pub(super) anonymous: Window,
    /// `None` if the operator reserves nothing for partners.
    pub(super) partners: Option<Window>,
    address: [Window; 2],
}

impl Rules {
    pub(super) fn new(budget: &Budget) -> Self {
        let minute = Window { seconds: MINUTE_SECONDS, quota: budget.address_per_minute };
        let day = Window { seconds: DAY_SECONDS, quota: budget.address_per_day };
        let partners = NonZeroU32::new(budget.partner_per_second()).map(partner_window);
        Self {
            anonymous: Window { seconds: 1, quota: budget.anonymous_per_second() },
            partners,
            address: [minute, day],
        }
    }

    /// The client's own minute and day.
    pub(super) fn windows(&self, client: &Client) -> [Window; 2] {
        match client {
            Client::Address(_) => self.address,
            Client::Partner(partner) => [
                Window { seconds: MINUTE_SECONDS, quota: partner.per_minute },
                Window { seconds: DAY_SECONDS, quota: partner.per_day },
            ],
        }
    }

    /// The shared quota of the client's class.
    pub(super) fn shared(&self, client: &Client) -> Option<Window> {
        match client {
            Client::Address(_) => Some(self.anonymous),
            Client::Partner(_) => self.partners,
        }
    }
}

/// The partners' rate per second may be less than a batch of 1,000. So their shared quota is
/// counted over as many seconds as such a batch needs, at most a minute, at the same rate.
fn partner_window(per_second: NonZeroU32) -> Window {
    let seconds = (PARTNER_BATCH as u32).div_ceil(per_second.get()).min(MINUTE_SECONDS as u32);
    Window { seconds: seconds.into(), quota: per_second.get().saturating_mul(seconds) }
}
