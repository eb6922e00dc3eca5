//! Budgets under a clock of the test's own: every second of it is exact, and none is slept through.

mod charging;
mod keeping;
mod simulation;

use crate::Budget;
use crate::budget::Budgets;
use crate::caller::Caller;
use crate::partners::Partner;
use crate::problem::Problem;
use std::num::NonZeroU32;
use std::sync::Arc;

/// A midnight, later than any at which these tests run.
const MIDNIGHT: u64 = 40_000 * 86_400;

/// Without a pool for partners.
fn budget(global_per_second: u32, address_per_minute: u32, address_per_day: u32) -> Budget {
    Budget { global_per_second, address_per_minute, address_per_day, partner_share: 0.0 }
}

fn budgets(budget: Budget) -> Budgets {
    Budgets::new(&budget, None, None, false)
}

fn address(text: &str) -> Caller {
    Caller::Address(text.parse().expect("an address"))
}

fn partner(id: i64, per_minute: u32, per_day: u32) -> Caller {
    let (name, origins) = (format!("partner-{id}"), Vec::new());
    Caller::Partner(Arc::new(Partner { id, name, per_minute, per_day, batch: 1_000, origins }))
}

fn count(n: u32) -> NonZeroU32 {
    NonZeroU32::new(n).expect("not zero")
}

/// A charge, and why it was refused.
fn charge(budgets: &Budgets, caller: &Caller, elements: u32, now: u64) -> Result<(), Problem> {
    budgets.charge(caller, count(elements), now).outcome
}
