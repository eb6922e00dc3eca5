//! A hundred thousand addresses that try all they may, and a partner who does its work meanwhile.

use super::{MIDNIGHT, budget, budgets, charge, partner};
use crate::Budget;
use crate::caller::Caller;
use crate::problem::Problem;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const ADDRESSES: u32 = 100_000;

/// Begun in the middle of a minute, and with a window of the partners' pool, which is 25 seconds at 40 a second.
const START: u64 = MIDNIGHT + 12_350;
const SECONDS: u64 = 600;

const SHARED: Budget =
    Budget { global_per_second: 100, address_per_minute: 30, address_per_day: 100, partner_share: 0.4 };

/// Half of them by IPv4, half each in a /64 of its own.
fn botnet(n: u32) -> Caller {
    Caller::Address(if n.is_multiple_of(2) {
        IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 + n))
    } else {
        IpAddr::V6(Ipv6Addr::from_bits((0x2001_0db8_u128 << 96) + (u128::from(n) << 64) + 1))
    })
}

#[test]
fn the_floor_holds_against_many_addresses_and_a_partner_gets_its_share() {
    let budgets = budgets(SHARED);
    let bank = partner(1, u32::MAX, u32::MAX);
    let (mut evaluated, mut served, mut next) = (0_u64, 0_u64, 0);
    for second in 0..SECONDS {
        let now = START + second;
        // More addresses than the pool can serve, each with as much as it may send, then whatever still fits.
        for _ in 0..=u64::from(ADDRESSES) / SECONDS {
            let caller = botnet(next % ADDRESSES);
            next += 1;
            for elements in [8, 4, 2, 1] {
                match charge(&budgets, &caller, elements, now) {
                    Ok(()) => evaluated += u64::from(elements),
                    Err(problem) => assert_eq!(problem, Problem::GlobalBudget { seconds: 1 }),
                }
            }
        }
        // The partner sends hundreds at a time, in the midst of it.
        for elements in [300, 30, 10] {
            served += u64::from(elements) * u64::from(charge(&budgets, &bank, elements, now).is_ok());
        }
    }
    assert!(next >= ADDRESSES, "each address has had its turn");
    assert_eq!(evaluated, 60 * SECONDS, "the public gets its rate, and not one element more");
    assert_eq!(served, 40 * SECONDS, "and the partner gets all of its own");
    assert!(budgets.turned_away() > u64::from(ADDRESSES));
}

#[test]
fn partners_do_not_touch_the_public_pool() {
    let budgets = budgets(SHARED);
    let partners: Vec<_> = (1..=100).map(|id| partner(id, u32::MAX, u32::MAX)).collect();
    let (mut served, mut evaluated) = (0_u64, 0_u64);
    for second in 0..SECONDS {
        for partner in &partners {
            served += 40 * u64::from(charge(&budgets, partner, 40, START + second).is_ok());
        }
        for n in 0..60 {
            let caller = botnet((second as u32 * 60 + n) % ADDRESSES);
            evaluated += u64::from(charge(&budgets, &caller, 1, START + second).is_ok());
        }
    }
    assert_eq!((served, evaluated), (40 * SECONDS, 60 * SECONDS));
}

#[test]
fn one_address_is_one_however_hard_it_tries() {
    let budgets = budgets(budget(1_000, 30, 100));
    let one = botnet(0);
    let day = (0..86_400_u64).map(|second| u64::from(charge(&budgets, &one, 1, MIDNIGHT + second).is_ok()));
    assert_eq!(day.sum::<u64>(), 100);
}
