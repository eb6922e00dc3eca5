//! A hundred thousand addresses that ask for all they can, and a partner that works meanwhile.

use super::{MIDNIGHT, budget, charge, partner, quotas};
use crate::quota::budget::Budget;
use crate::quota::client::Client;
use crate::quota::rejection::Rejection;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const ADDRESSES: u32 = 100_000;

/// In the middle of a minute, and at the beginning of a window of the partners' shared quota, which
/// is 25 seconds at 40 per second.
const START: u64 = MIDNIGHT + 12_350;
const SECONDS: u64 = 600;

const SHARED: Budget =
    Budget { global_per_second: 100, address_per_minute: 30, address_per_day: 100, partner_share: 0.4 };

/// Half of them over IPv4, half over IPv6, each in its own /64.
fn botnet(n: u32) -> Client {
    Client::Address(if n.is_multiple_of(2) {
        IpAddr::V4(Ipv4Addr::from_bits(0x0a00_0000 + n))
    } else {
        IpAddr::V6(Ipv6Addr::from_bits((0x2001_0db8_u128 << 96) + (u128::from(n) << 64) + 1))
    })
}

#[test]
fn many_addresses_get_the_shared_rate_and_a_partner_its_share() {
    let quotas = quotas(SHARED);
    let bank = partner(1, u32::MAX, u32::MAX);
    let (mut evaluated, mut served, mut rejected, mut next) = (0_u64, 0_u64, 0_u64, 0);
    for second in 0..SECONDS {
        let now = START + second;
        // More addresses than the shared quota serves, each with a full request, then whatever
        // fits.
        for _ in 0..=u64::from(ADDRESSES) / SECONDS {
            let caller = botnet(next % ADDRESSES);
            next += 1;
            for elements in [8, 4, 2, 1] {
                match charge(&quotas, &caller, elements, now) {
                    Ok(()) => evaluated += u64::from(elements),
                    Err(rejection) => {
                        assert_eq!(rejection, Rejection::AnonymousShared { retry_seconds: 1 });
                        rejected += 1;
                    }
                }
            }
        }
        // The partner sends hundreds at a time meanwhile.
        for elements in [300, 30, 10] {
            served += u64::from(elements) * u64::from(charge(&quotas, &bank, elements, now).is_ok());
        }
    }
    assert!(next >= ADDRESSES, "each address has asked");
    assert_eq!(evaluated, 60 * SECONDS, "exactly the shared rate");
    assert_eq!(served, 40 * SECONDS, "and all of the partner's");
    assert!(rejected > u64::from(ADDRESSES));
}

#[test]
fn partners_do_not_use_the_anonymous_quota() {
    let quotas = quotas(SHARED);
    let partners: Vec<_> = (1..=100).map(|id| partner(id, u32::MAX, u32::MAX)).collect();
    let (mut served, mut evaluated) = (0_u64, 0_u64);
    for second in 0..SECONDS {
        for partner in &partners {
            served += 40 * u64::from(charge(&quotas, partner, 40, START + second).is_ok());
        }
        for n in 0..60 {
            let caller = botnet((second as u32 * 60 + n) % ADDRESSES);
            evaluated += u64::from(charge(&quotas, &caller, 1, START + second).is_ok());
        }
    }
    assert_eq!((served, evaluated), (40 * SECONDS, 60 * SECONDS));
}

#[test]
fn one_address_gets_one_day_quota() {
    let quotas = quotas(budget(1_000, 30, 100));
    let one = botnet(0);
    let day = (0..86_400_u64).map(|second| u64::from(charge(&quotas, &one, 1, MIDNIGHT + second).is_ok()));
    assert_eq!(day.sum::<u64>(), 100);
}
