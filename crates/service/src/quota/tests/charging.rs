//! What is charged, what is rejected, and what the response says.

use super::{MIDNIGHT, address, budget, charge, count, partner, quotas};
use crate::quota::budget::Budget;
use crate::quota::rejection::Rejection;
use exposure_protocol::wire::Allowance;

#[test]
fn an_address_is_told_when_its_minute_ends() {
    let quotas = quotas(budget(1_000, 8, 1_000));
    let (one, other) = (address("192.0.2.1"), address("192.0.2.2"));
    charge(&quotas, &one, 8, MIDNIGHT + 10).expect("a full minute");
    assert_eq!(charge(&quotas, &one, 1, MIDNIGHT + 20), Err(Rejection::Address { retry_seconds: 40 }));
    charge(&quotas, &other, 8, MIDNIGHT + 20).expect("another address");
    charge(&quotas, &address("::ffff:192.0.2.1"), 1, MIDNIGHT + 20).expect_err("the same address, mapped");
    assert_eq!(charge(&quotas, &one, 1, MIDNIGHT + 59), Err(Rejection::Address { retry_seconds: 1 }));
    charge(&quotas, &one, 8, MIDNIGHT + 60).expect("the next minute");
}

#[test]
fn a_day_ends_at_midnight_and_the_longest_wait_is_reported() {
    let quotas = quotas(budget(1_000, 8, 10));
    let one = address("192.0.2.1");
    charge(&quotas, &one, 8, MIDNIGHT + 100).expect("a fresh day");
    let until = 86_400 - 100;
    assert_eq!(charge(&quotas, &one, 3, MIDNIGHT + 100), Err(Rejection::Address { retry_seconds: until }));
    charge(&quotas, &one, 2, MIDNIGHT + 160).expect("10 of 10");
    assert_eq!(charge(&quotas, &one, 1, MIDNIGHT + 86_399), Err(Rejection::Address { retry_seconds: 1 }));
    charge(&quotas, &one, 8, MIDNIGHT + 86_400).expect("the next day");
}

#[test]
fn a_rejected_charge_leaves_every_window_unchanged() {
    let quotas = quotas(budget(4, 1_000, 8));
    let (one, other) = (address("192.0.2.1"), address("192.0.2.2"));
    charge(&quotas, &one, 4, MIDNIGHT).expect("all of a second");
    for _ in 0..10 {
        assert_eq!(charge(&quotas, &other, 4, MIDNIGHT), Err(Rejection::AnonymousShared { retry_seconds: 1 }));
    }
    assert_eq!(quotas.allowances(&other, MIDNIGHT).day.remaining, 8);
    charge(&quotas, &one, 4, MIDNIGHT + 1).expect("the next second");
    for second in 2..10 {
        charge(&quotas, &one, 1, MIDNIGHT + second).expect_err("8 of 8 today");
    }
    charge(&quotas, &other, 4, MIDNIGHT + 9).expect("a rejected client takes nothing of the shared quota");
}

#[test]
fn a_request_that_can_never_fit_says_so() {
    let quotas = quotas(budget(1_000, 1_000, 4));
    let one = address("192.0.2.1");
    for _ in 0..10 {
        assert_eq!(charge(&quotas, &one, 5, MIDNIGHT), Err(Rejection::ExceedsQuota { got: 5, limit: 4 }));
    }
    charge(&quotas, &one, 4, MIDNIGHT).expect("untouched");
}

#[test]
fn the_largest_budget_does_not_overflow() {
    let quotas = quotas(budget(u32::MAX, u32::MAX, u32::MAX));
    for _ in 0..100 {
        charge(&quotas, &address("192.0.2.1"), 8, MIDNIGHT).expect("no bounds");
    }
}

#[test]
fn a_partner_has_its_own_quotas_and_shared_quota() {
    let quotas = quotas(Budget { partner_share: 0.5, ..budget(100, 8, 8) });
    let (bank, carrier) = (partner(1, 400, 500), partner(2, 5_000, 5_000));
    charge(&quotas, &bank, 400, MIDNIGHT).expect("a minute");
    assert_eq!(charge(&quotas, &bank, 1, MIDNIGHT + 1), Err(Rejection::Partner { retry_seconds: 59 }));
    // 50 a second are 1,000 in twenty seconds.
    charge(&quotas, &carrier, 600, MIDNIGHT + 5).expect("the rest of the shared quota");
    assert_eq!(charge(&quotas, &carrier, 1, MIDNIGHT + 5), Err(Rejection::PartnerShared { retry_seconds: 15 }));
    charge(&quotas, &address("192.0.2.1"), 8, MIDNIGHT + 5).expect("clients without a key have another");
    charge(&quotas, &carrier, 1_000, MIDNIGHT + 20).expect("the next twenty seconds");
    charge(&quotas, &bank, 100, MIDNIGHT + 60).expect("500 of 500");
    assert_eq!(charge(&quotas, &bank, 1, MIDNIGHT + 60), Err(Rejection::Partner { retry_seconds: 86_340 }));
}

#[test]
fn partners_without_a_share_are_told_so() {
    let quotas = quotas(budget(100, 8, 8));
    assert_eq!(charge(&quotas, &partner(1, 10, 10), 1, MIDNIGHT), Err(Rejection::NoPartnerShare));
}

#[test]
fn a_small_shared_quota_limits_the_batch() {
    let quotas = quotas(Budget { partner_share: 0.5, ..budget(4, 8, 8) });
    let bank = partner(1, 5_000, 5_000);
    assert_eq!(quotas.largest_request(&bank), 120, "two a second for a minute");
    let rejection = Rejection::ExceedsQuota { got: 121, limit: 120 };
    assert_eq!(charge(&quotas, &bank, 121, MIDNIGHT), Err(rejection));
    charge(&quotas, &bank, 120, MIDNIGHT).expect("a minute's");
}

#[test]
fn a_clock_set_back_refunds_nothing() {
    let quotas = quotas(budget(1_000, 8, 10));
    let one = address("192.0.2.1");
    charge(&quotas, &one, 8, MIDNIGHT + 86_400).expect("a fresh day");
    assert_eq!(charge(&quotas, &one, 8, MIDNIGHT + 1), Err(Rejection::Address { retry_seconds: 2 * 86_400 - 1 }));
}

#[test]
fn a_charge_reports_what_is_left() {
    let quotas = quotas(budget(100, 30, 100));
    let charged = quotas.charge(&address("192.0.2.1"), count(8), MIDNIGHT + 86_400 - 30_417);
    charged.outcome.expect("a fresh day");
    let (minute, day) = (charged.allowances.minute, charged.allowances.day);
    assert_eq!(minute, Allowance { limit: 30, remaining: 22, reset_seconds: 57 });
    assert_eq!(day, Allowance { limit: 100, remaining: 92, reset_seconds: 30_417 });
    assert_eq!(charged.allowances.window_seconds, [60, 86_400]);
}

#[test]
fn only_the_exhausted_shared_quota_is_reported_as_such() {
    let quotas = quotas(budget(2, 1_000, 1_000));
    let outcomes: Vec<_> = (0..10).map(|n| charge(&quotas, &address(&format!("192.0.2.{n}")), 2, MIDNIGHT)).collect();
    assert_eq!(outcomes[0], Ok(()));
    assert_eq!(outcomes[1..], [Err(Rejection::AnonymousShared { retry_seconds: 1 }); 9]);
    assert_eq!(charge(&quotas, &partner(1, 10, 10), 1, MIDNIGHT), Err(Rejection::NoPartnerShare));
}
