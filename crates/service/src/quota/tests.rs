//! Quotas under a clock of the test's own: every second of it is exact, and nothing sleeps.

mod charging;
mod simulation;

use crate::quota::budget::Budget;
use crate::quota::client::{Client, PartnerQuota};
use crate::quota::quotas::Quotas;
use crate::quota::rejection::Rejection;
use std::num::NonZeroU32;

/// A midnight.
const MIDNIGHT: u64 = 40_000 * 86_400;

/// Settings that reserve nothing for partners.
fn budget(global_per_second: u32, address_per_minute: u32, address_per_day: u32) -> Budget {
    Budget { global_per_second, address_per_minute, address_per_day, partner_share: 0.0 }
}

fn quotas(budget: Budget) -> Quotas {
    Quotas::new(&budget, None, None, false, MIDNIGHT)
}

fn address(text: &str) -> Client {
    Client::Address(text.parse().expect("an address"))
}

fn partner(id: i64, per_minute: u32, per_day: u32) -> Client {
    Client::Partner(PartnerQuota { id, per_minute, per_day, batch: 1_000 })
}

fn count(n: u32) -> NonZeroU32 {
    NonZeroU32::new(n).expect("not zero")
}

/// The outcome of a charge.
fn charge(quotas: &Quotas, client: &Client, elements: u32, now: u64) -> Result<(), Rejection> {
    quotas.charge(client, count(elements), now).outcome
}
