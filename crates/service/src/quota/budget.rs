//! The operator's settings: how many elements are evaluated, for whom.

use exposure_protocol::wire::ANONYMOUS_BATCH;
use serde::{Deserialize, Serialize};

/// How many elements are evaluated, for whom. This is what prevents enumerating all identifiers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Budget {
    /// For all clients together, per second. At 100, ten billion phone numbers take three years.
    pub global_per_second: u32,
    /// For one IPv4 address or IPv6 /64, per minute.
    pub address_per_minute: u32,
    /// For one IPv4 address or IPv6 /64, per day (UTC). A carrier puts many people behind one
    /// address.
    pub address_per_day: u32,
    /// The share of `global_per_second`, from 0 to 1, that is reserved for partners. If it is less
    /// than one element per second, partners are rejected.
    pub partner_share: f64,
}

impl Budget {
    /// Quotas that a closed network or a test does not reach. Nothing is reserved for partners.
    pub const AMPLE: Self = Self {
        global_per_second: 1_000_000,
        address_per_minute: 1_000_000,
        address_per_day: 1_000_000,
        partner_share: 0.0,
    };
}

/// The settings make no sense.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BudgetError {
    /// A budget of 0 would reject everybody.
    #[error("{0} is 0, so nothing would ever be evaluated; give at least 1")]
    Zero(&'static str),
    /// The share is outside 0 to 1.
    #[error("partner_share is {0}; give a number from 0 to 1")]
    Share(f64),
}

impl Default for Budget {
    fn default() -> Self {
        Self { global_per_second: 100, address_per_minute: 30, address_per_day: 100, partner_share: 0.5 }
    }
}

impl Budget {
    /// What clients without a partner key get of the global budget, in elements per second: at
    /// least 1.
    pub(crate) fn anonymous_per_second(&self) -> u32 {
        let share = f64::from(self.global_per_second) * (1.0 - self.partner_share);
        (share.floor() as u32).max(1)
    }

    /// What all partners together get of the global budget, in elements per second: the rest.
    pub(crate) fn partner_per_second(&self) -> u32 {
        self.global_per_second - self.anonymous_per_second()
    }

    /// Most elements that a client without a partner key can have evaluated in one request.
    pub(crate) fn anonymous_batch(&self) -> u32 {
        let budgets = self.anonymous_per_second().min(self.address_per_minute).min(self.address_per_day);
        budgets.min(ANONYMOUS_BATCH as u32)
    }

    /// Rejects settings that make no sense.
    pub(crate) fn check(&self) -> Result<(), BudgetError> {
        let counts = [
            ("global_per_second", self.global_per_second),
            ("address_per_minute", self.address_per_minute),
            ("address_per_day", self.address_per_day),
        ];
        if let Some((name, _)) = counts.into_iter().find(|&(_, count)| count == 0) {
            return Err(BudgetError::Zero(name));
        }
        let is_share = (0.0..=1.0).contains(&self.partner_share);
        if is_share { Ok(()) } else { Err(BudgetError::Share(self.partner_share)) }
    }
}
