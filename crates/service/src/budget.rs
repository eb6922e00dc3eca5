//! Budgets of evaluation: one address a minute and a day, and all anonymous callers a second.
//!
//! Addresses are never kept: what is counted is a keyed hash under a salt that is forgotten at midnight (UTC), with all
//! counts. Partners and their pool come with partner keys.

use crate::Budget;
use crate::problem::Problem;
use crate::watch::Class;
use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, NotUntil, Quota, RateLimiter};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const DAY_SECONDS: u64 = 24 * 60 * 60;

/// The most a second that a bucket counting in nanoseconds can hold; far more than a machine evaluates.
const MOST_PER_SECOND: u32 = 1_000_000_000;

/// How full the pool is that all callers of a class share.
pub(crate) struct Pool {
    pub(crate) class: Class,
    /// Elements that come back each second.
    pub(crate) quota: u32,
    /// Elements that could be evaluated at once; none where that is not known.
    pub(crate) left: Option<u32>,
}

/// The budgets in force.
pub(crate) struct Budgets {
    global: DefaultDirectRateLimiter,
    global_burst: NonZeroU32,
    per_minute: NonZeroU32,
    per_day: NonZeroU32,
    day: Mutex<Arc<Day>>,
}

/// The counts of one day, and the salt that they are kept under.
struct Day {
    /// Days since 1970.
    number: u64,
    salt: [u8; 32],
    minutes: DefaultKeyedRateLimiter<Caller>,
    /// Elements charged today. A count and not a bucket, because a bucket that is thrown away at midnight, full again
    /// in the morning, lets through twice what it says.
    spent: Mutex<HashMap<Caller, u32>>,
}

/// An address, as far as it is remembered: a hash that means nothing tomorrow.
type Caller = u128;

impl Budgets {
    /// Budgets from a configuration that has been checked.
    pub(crate) fn new(budget: &Budget) -> Self {
        let at_least_one = |count: u32| NonZeroU32::new(count).unwrap_or(NonZeroU32::MIN);
        let per_minute = at_least_one(budget.address_per_minute);
        let global_burst = at_least_one(budget.anonymous_per_second().min(MOST_PER_SECOND));
        Self {
            global: RateLimiter::direct(Quota::per_second(global_burst)),
            global_burst,
            per_minute,
            per_day: at_least_one(budget.address_per_day),
            day: Mutex::new(Arc::new(Day::new(today(), per_minute))),
        }
    }

    /// Charges so many elements to an address and to the global budget, or says when to come back.
    ///
    /// The narrowest pool is asked first, so that a caller over its own budget takes nothing from others; and what the
    /// global budget refuses is given back to the caller's day, so that trying during a flood costs nobody the day.
    pub(crate) fn charge(&self, address: IpAddr, elements: NonZeroU32) -> Result<(), Problem> {
        let most = self.most_at_once();
        if elements > most {
            return Err(Problem::NeverInBudget { got: elements.get(), most: most.get() });
        }
        let day = self.day();
        let caller = day.caller(address);
        let fits = "more than a budget holds has been refused";
        if let Err(until) = day.minutes.check_key_n(&caller, elements).expect(fits) {
            return Err(Problem::AddressBudget { seconds: seconds_until(&until) });
        }
        if !day.spend(caller, elements, self.per_day) {
            return Err(Problem::AddressBudget { seconds: seconds_to_midnight() });
        }
        self.global.check_n(elements).expect(fits).map_err(|until| {
            day.give_back(caller, elements);
            Problem::GlobalBudget { seconds: seconds_until(&until) }
        })
    }

    /// Forgets the addresses whose minute is full again. To be called every now and then.
    pub(crate) fn tidy(&self) {
        let day = self.day();
        day.minutes.retain_recent();
        day.minutes.shrink_to_fit();
    }

    /// The pools that callers share.
    pub(crate) fn pools(&self) -> Vec<Pool> {
        vec![Pool { class: Class::Anonymous, quota: self.global_burst.get(), left: None }]
    }

    /// The most elements that every budget can hold at once.
    fn most_at_once(&self) -> NonZeroU32 {
        self.global_burst.min(self.per_minute).min(self.per_day)
    }

    /// Today's counts; begins a new day when there is one. A clock that goes back does not begin one.
    fn day(&self) -> Arc<Day> {
        let mut day = self.day.lock().unwrap_or_else(PoisonError::into_inner);
        let today = today();
        if today > day.number {
            *day = Arc::new(Day::new(today, self.per_minute));
        }
        Arc::clone(&day)
    }
}

impl Day {
    fn new(number: u64, per_minute: NonZeroU32) -> Self {
        let mut salt = [0; 32];
        getrandom::fill(&mut salt).expect("the operating system has random numbers");
        let minutes = RateLimiter::keyed(Quota::per_minute(per_minute));
        Self { number, salt, minutes, spent: Mutex::default() }
    }

    /// An IPv4 address by itself, an IPv6 one with all of its /64, which is what a household gets.
    fn caller(&self, address: IpAddr) -> Caller {
        let hash = match address.to_canonical() {
            IpAddr::V4(address) => blake3::keyed_hash(&self.salt, &address.octets()),
            IpAddr::V6(address) => blake3::keyed_hash(&self.salt, &address.octets()[..8]),
        };
        Caller::from_le_bytes(*hash.as_bytes().first_chunk().expect("16 of 32 bytes"))
    }

    fn spend(&self, caller: Caller, elements: NonZeroU32, budget: NonZeroU32) -> bool {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        let count = spent.entry(caller).or_default();
        let fits = budget.get() - *count >= elements.get();
        if fits {
            *count += elements.get();
        }
        fits
    }

    fn give_back(&self, caller: Caller, elements: NonZeroU32) {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        if let Entry::Occupied(mut entry) = spent.entry(caller) {
            *entry.get_mut() -= elements.get();
            if *entry.get() == 0 {
                entry.remove();
            }
        }
    }
}

/// Whole seconds, rounded up, so that whoever waits as long is let through.
fn seconds_until(until: &NotUntil<<DefaultClock as Clock>::Instant>) -> u64 {
    let wait = until.wait_time_from(DefaultClock::default().now());
    (wait.as_secs_f64().ceil() as u64).max(1)
}

fn seconds_to_midnight() -> u64 {
    DAY_SECONDS - now().as_secs() % DAY_SECONDS
}

fn today() -> u64 {
    now().as_secs() / DAY_SECONDS
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budgets(global_per_second: u32, address_per_minute: u32, address_per_day: u32) -> Budgets {
        Budgets::new(&Budget { global_per_second, address_per_minute, address_per_day, partner_share: 0.0 })
    }

    fn count(n: u32) -> NonZeroU32 {
        NonZeroU32::new(n).expect("not zero")
    }

    fn address(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn an_address_is_told_when_its_minute_is_over() {
        let budgets = budgets(1_000, 8, 1_000);
        budgets.charge(address("192.0.2.1"), count(8)).expect("a full minute");
        let refused = budgets.charge(address("192.0.2.1"), count(1));
        // An eighth of a minute brings one element back.
        assert_eq!(refused, Err(Problem::AddressBudget { seconds: 8 }));
        budgets.charge(address("192.0.2.2"), count(8)).expect("another address");
        budgets.charge(address("::ffff:192.0.2.1"), count(1)).expect_err("the same address, mapped");
    }

    #[test]
    fn a_network_of_ipv6_is_one_caller() {
        let budgets = budgets(1_000, 8, 1_000);
        budgets.charge(address("2001:db8:0:1::1"), count(8)).expect("a full minute");
        budgets.charge(address("2001:db8:0:1:ffff::2"), count(1)).expect_err("the same /64");
        budgets.charge(address("2001:db8:0:2::1"), count(1)).expect("another /64");
    }

    #[test]
    fn a_day_ends_at_midnight() {
        let budgets = budgets(1_000, 1_000, 10);
        budgets.charge(address("192.0.2.1"), count(8)).expect("a fresh day");
        let Err(Problem::AddressBudget { seconds }) = budgets.charge(address("192.0.2.1"), count(3)) else {
            panic!("11 of 10");
        };
        assert!((1..=DAY_SECONDS).contains(&seconds));
        budgets.charge(address("192.0.2.1"), count(2)).expect("10 of 10");
    }

    #[test]
    fn what_the_global_budget_refuses_costs_the_address_nothing_of_its_day() {
        let budgets = budgets(4, 1_000, 8);
        budgets.charge(address("192.0.2.1"), count(4)).expect("all of a second");
        for _ in 0..10 {
            let refused = budgets.charge(address("192.0.2.2"), count(4));
            assert_eq!(refused, Err(Problem::GlobalBudget { seconds: 1 }));
        }
        assert_eq!(budgets.day().spent.lock().expect("whole").len(), 1);
    }

    #[test]
    fn a_budget_without_bounds_is_one_too() {
        let budgets = budgets(u32::MAX, u32::MAX, u32::MAX);
        for _ in 0..100 {
            budgets.charge(address("192.0.2.1"), count(1_000)).expect("no bounds");
        }
    }

    #[test]
    fn what_can_never_fit_is_told_so_and_costs_nothing() {
        let budgets = budgets(1_000, 1_000, 4);
        for _ in 0..10 {
            let refused = budgets.charge(address("192.0.2.1"), count(5));
            assert_eq!(refused, Err(Problem::NeverInBudget { got: 5, most: 4 }));
        }
        budgets.charge(address("192.0.2.1"), count(4)).expect("untouched");
    }
}
