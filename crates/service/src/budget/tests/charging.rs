//! What is charged and what is refused, and what a caller is told.

use super::{MIDNIGHT, address, budget, budgets, charge, count, partner};
use crate::Budget;
use crate::problem::Problem;
use axum::http::HeaderMap;

#[test]
fn an_address_is_told_when_its_minute_is_over() {
    let budgets = budgets(budget(1_000, 8, 1_000));
    let (one, other) = (address("192.0.2.1"), address("192.0.2.2"));
    charge(&budgets, &one, 8, MIDNIGHT + 10).expect("a full minute");
    assert_eq!(charge(&budgets, &one, 1, MIDNIGHT + 20), Err(Problem::AddressBudget { seconds: 40 }));
    charge(&budgets, &other, 8, MIDNIGHT + 20).expect("another address");
    charge(&budgets, &address("::ffff:192.0.2.1"), 1, MIDNIGHT + 20).expect_err("the same address, mapped");
    assert_eq!(charge(&budgets, &one, 1, MIDNIGHT + 59), Err(Problem::AddressBudget { seconds: 1 }));
    charge(&budgets, &one, 8, MIDNIGHT + 60).expect("the next minute");
}

#[test]
fn a_day_ends_at_midnight_and_the_longest_wait_is_told() {
    let budgets = budgets(budget(1_000, 8, 10));
    let one = address("192.0.2.1");
    charge(&budgets, &one, 8, MIDNIGHT + 100).expect("a fresh day");
    let until = 86_400 - 100;
    assert_eq!(charge(&budgets, &one, 3, MIDNIGHT + 100), Err(Problem::AddressBudget { seconds: until }));
    charge(&budgets, &one, 2, MIDNIGHT + 160).expect("10 of 10");
    assert_eq!(charge(&budgets, &one, 1, MIDNIGHT + 86_399), Err(Problem::AddressBudget { seconds: 1 }));
    charge(&budgets, &one, 8, MIDNIGHT + 86_400).expect("the next day");
}

#[test]
fn what_is_refused_costs_nothing_of_any_window() {
    let budgets = budgets(budget(4, 1_000, 8));
    let (one, other) = (address("192.0.2.1"), address("192.0.2.2"));
    charge(&budgets, &one, 4, MIDNIGHT).expect("all of a second");
    for _ in 0..10 {
        assert_eq!(charge(&budgets, &other, 4, MIDNIGHT), Err(Problem::GlobalBudget { seconds: 1 }));
    }
    assert_eq!(budgets.standing(&other, MIDNIGHT).day.remaining, 8);
    charge(&budgets, &one, 4, MIDNIGHT + 1).expect("the next second");
    for second in 2..10 {
        charge(&budgets, &one, 1, MIDNIGHT + second).expect_err("8 of 8 today");
    }
    charge(&budgets, &other, 4, MIDNIGHT + 9).expect("a refused caller takes nothing of the pool");
}

#[test]
fn what_can_never_fit_is_told_so() {
    let budgets = budgets(budget(1_000, 1_000, 4));
    let one = address("192.0.2.1");
    for _ in 0..10 {
        assert_eq!(charge(&budgets, &one, 5, MIDNIGHT), Err(Problem::NeverInBudget { got: 5, most: 4 }));
    }
    charge(&budgets, &one, 4, MIDNIGHT).expect("untouched");
}

#[test]
fn a_budget_without_bounds_is_one_too() {
    let budgets = budgets(budget(u32::MAX, u32::MAX, u32::MAX));
    for _ in 0..100 {
        charge(&budgets, &address("192.0.2.1"), 8, MIDNIGHT).expect("no bounds");
    }
}

#[test]
fn a_partner_has_its_own_quotas_and_pool() {
    let budgets = budgets(Budget { partner_share: 0.5, ..budget(100, 8, 8) });
    let (bank, carrier) = (partner(1, 400, 500), partner(2, 5_000, 5_000));
    charge(&budgets, &bank, 400, MIDNIGHT).expect("a minute");
    assert_eq!(charge(&budgets, &bank, 1, MIDNIGHT + 1), Err(Problem::PartnerBudget { seconds: 59 }));
    // 50 a second are 1,000 in twenty seconds.
    charge(&budgets, &carrier, 600, MIDNIGHT + 5).expect("what is left of the pool");
    assert_eq!(charge(&budgets, &carrier, 1, MIDNIGHT + 5), Err(Problem::PartnerPool { seconds: 15 }));
    charge(&budgets, &address("192.0.2.1"), 8, MIDNIGHT + 5).expect("the public has a pool of its own");
    charge(&budgets, &carrier, 1_000, MIDNIGHT + 20).expect("the next twenty seconds");
    charge(&budgets, &bank, 100, MIDNIGHT + 60).expect("500 of 500");
    assert_eq!(charge(&budgets, &bank, 1, MIDNIGHT + 60), Err(Problem::PartnerBudget { seconds: 86_340 }));
}

#[test]
fn partners_without_a_pool_are_told_so() {
    let budgets = budgets(budget(100, 8, 8));
    assert_eq!(charge(&budgets, &partner(1, 10, 10), 1, MIDNIGHT), Err(Problem::NoPartnerPool));
}

#[test]
fn a_small_pool_bounds_the_batch() {
    let budgets = budgets(Budget { partner_share: 0.5, ..budget(4, 8, 8) });
    let bank = partner(1, 5_000, 5_000);
    assert_eq!(budgets.most_at_once(&bank), 120, "two a second for a minute");
    let problem = Problem::NeverInBudget { got: 121, most: 120 };
    assert_eq!(charge(&budgets, &bank, 121, MIDNIGHT), Err(problem));
    charge(&budgets, &bank, 120, MIDNIGHT).expect("a minute's");
}

#[test]
fn a_clock_that_goes_back_gives_nothing_back() {
    let budgets = budgets(budget(1_000, 8, 10));
    let one = address("192.0.2.1");
    charge(&budgets, &one, 8, MIDNIGHT + 86_400).expect("a fresh day");
    assert_eq!(charge(&budgets, &one, 8, MIDNIGHT + 1), Err(Problem::AddressBudget { seconds: 2 * 86_400 - 1 }));
}

#[test]
fn the_headers_say_what_is_left() {
    let budgets = budgets(budget(100, 30, 100));
    let charged = budgets.charge(&address("192.0.2.1"), count(8), MIDNIGHT + 86_400 - 30_417);
    charged.outcome.expect("a fresh day");
    let mut headers = HeaderMap::new();
    charged.standing.put_on(&mut headers);
    let policy = "\"minute\";q=30;w=60;qu=\"elements\", \"day\";q=100;w=86400;qu=\"elements\"";
    assert_eq!(headers["ratelimit-policy"], policy);
    assert_eq!(headers["ratelimit"], "\"minute\";r=22;t=57, \"day\";r=92;t=30417");
}

#[test]
fn the_alarm_counts_who_is_turned_away() {
    let budgets = budgets(budget(2, 1_000, 1_000));
    for n in 0..10 {
        let refused = charge(&budgets, &address(&format!("192.0.2.{n}")), 2, MIDNIGHT).is_err();
        assert_eq!(refused, n > 0);
    }
    charge(&budgets, &partner(1, 10, 10), 1, MIDNIGHT).expect_err("no pool, and no alarm");
    assert_eq!(budgets.turned_away(), 9);
}
