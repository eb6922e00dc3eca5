//! Budgets of evaluation: for each caller a minute and a day, and for all callers of its kind a pool.
//!
//! One mechanism: all windows that a charge falls into are looked at under one lock, and charged together or not at all,
//! so that nothing is ever given back. Callers without a key share one pool and partners another, so that neither locks
//! the other out. Owns what is counted and what of it is unsaved; the disk is `saved`'s, the rounds are `partners`'.

mod alarm;
mod clock;
mod rules;
pub(crate) mod saved;
mod spend;
mod standing;
#[cfg(test)]
mod tests;
mod who;
mod window;

pub(crate) use standing::Standing;

use crate::Budget;
use crate::budget::alarm::Alarm;
use crate::budget::clock::Clock;
use crate::budget::rules::{DAY_SECONDS, Rules};
use crate::budget::saved::{Saved, Unsaved};
use crate::budget::spend::{Spend, Spent};
use crate::budget::who::Who;
use crate::budget::window::Window;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::watch::Class;
use exposure_protocol::SecretKey;
use exposure_protocol::wire::ANONYMOUS_BATCH;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Longest that evaluation goes on while what is spent cannot be saved.
const UNSAVED_SECONDS: u64 = 60;

/// How full the pool is that all callers of a class share.
pub(crate) struct Pool {
    pub(crate) class: Class,
    /// Elements that it holds, for a second or some.
    pub(crate) quota: u32,
    /// Those of them that are left.
    pub(crate) left: u32,
}

/// The budgets in force, and what has been spent of them.
pub(crate) struct Budgets {
    rules: Rules,
    secret: Option<SecretKey>,
    clock: Clock,
    spend: Mutex<Spend>,
    /// When all that was spent had last been saved; none where nothing ever is.
    saved_at: Option<AtomicU64>,
    alarm: Alarm,
}

/// What came of a charge, and where the caller stands after it.
pub(crate) struct Charge {
    pub(crate) standing: Standing,
    pub(crate) outcome: Result<(), Problem>,
}

impl Budgets {
    /// Budgets from a configuration that has been checked, going on from what was saved. `is_kept`: whether what is
    /// spent is saved each second, by [`take_unsaved`](Self::take_unsaved) and [`all_saved`](Self::all_saved); then
    /// nothing is evaluated when that has failed for a minute.
    pub(crate) fn new(budget: &Budget, secret: Option<SecretKey>, saved: Option<Saved>, is_kept: bool) -> Self {
        let system = clock::system().as_secs();
        let saved = saved.filter(|saved| saved.is_plausible(system));
        let clock = Clock::not_before(saved.as_ref().map_or(0, Saved::latest));
        let now = clock.now();
        let mut spend = match saved {
            Some(saved) => Spend::resumed(saved, secret.as_ref()),
            None => Spend::begun(now / DAY_SECONDS, secret.as_ref()),
        };
        spend.roll(now, secret.as_ref());
        Self {
            rules: Rules::of(budget),
            secret,
            clock,
            spend: Mutex::new(spend),
            saved_at: is_kept.then(|| now.into()),
            alarm: Alarm::default(),
        }
    }

    /// The time that budgets are counted by, in seconds since 1970.
    pub(crate) fn now(&self) -> u64 {
        self.clock.now()
    }

    /// The pools that callers share.
    pub(crate) fn pools(&self, now: u64) -> Vec<Pool> {
        let spend = self.spend_at(now);
        let anonymous = Some((Class::Anonymous, self.rules.anonymous, spend.anonymous));
        let partners = self.rules.partners.map(|window| (Class::Partner, window, spend.partners));
        let pool =
            |(class, window, count): (_, Window, _)| Pool { class, quota: window.quota, left: window.left(count, now) };
        anonymous.into_iter().chain(partners).map(pool).collect()
    }

    /// Charges so many elements to a caller and to the pool of its kind; or charges nothing, and says when to come back.
    pub(crate) fn charge(&self, caller: &Caller, elements: NonZeroU32, now: u64) -> Charge {
        let mut spend = self.spend_at(now);
        let who = spend.who(caller);
        let windows = self.rules.windows(caller);
        let outcome = self.fits(&spend, caller, who, elements.get(), now);
        if outcome.is_ok() {
            spend.charge(who, windows, self.rules.pool(caller), elements.get(), now);
        }
        let standing = Standing::of(windows, spend.of(who), now);
        drop(spend);
        if matches!(outcome, Err(Problem::GlobalBudget { .. })) {
            self.alarm.ring(now, self.rules.anonymous.quota);
        }
        Charge { standing, outcome }
    }

    /// Where a caller stands.
    pub(crate) fn standing(&self, caller: &Caller, now: u64) -> Standing {
        let spend = self.spend_at(now);
        Standing::of(self.rules.windows(caller), spend.of(spend.who(caller)), now)
    }

    /// The most elements that a caller may send at once, whatever its budgets hold.
    pub(crate) fn batch(caller: &Caller) -> u32 {
        match caller {
            Caller::Address(_) => ANONYMOUS_BATCH as u32,
            Caller::Partner(partner) => partner.batch,
        }
    }

    /// The most elements that a caller can ever have evaluated at once: its batch, unless a budget holds less.
    pub(crate) fn most_at_once(&self, caller: &Caller) -> u32 {
        let [minute, day] = self.rules.windows(caller);
        let pool = self.rules.pool(caller).map_or(u32::MAX, |pool| pool.quota);
        Self::batch(caller).min(minute.quota).min(day.quota).min(pool)
    }

    /// Whether evaluation goes on: not when what is spent could not be saved for more than a minute.
    pub(crate) fn is_available(&self, now: u64) -> bool {
        let saved_at = self.saved_at.as_ref().map(|at| at.load(Ordering::Relaxed));
        saved_at.is_none_or(|at| now.saturating_sub(at) <= UNSAVED_SECONDS)
    }

    /// How many requests the public pool has turned away since the start.
    #[cfg_attr(not(test), expect(dead_code, reason = "for the metrics"))]
    pub(crate) fn turned_away(&self) -> u64 {
        self.alarm.count()
    }

    /// What is to be saved, if anything is. It counts as saved unless it is put back.
    pub(crate) fn take_unsaved(&self, now: u64) -> Option<Unsaved> {
        self.spend_at(now).take_unsaved()
    }

    /// Takes back what could not be saved.
    pub(crate) fn put_back(&self, unsaved: &Unsaved) {
        self.spend.lock().unwrap_or_else(PoisonError::into_inner).put_back(unsaved);
    }

    /// Notes that at this time all was saved.
    pub(crate) fn all_saved(&self, now: u64) {
        if let Some(at) = &self.saved_at {
            at.store(now, Ordering::Relaxed);
        }
    }

    /// What has been spent, after beginning a new day if there is one.
    fn spend_at(&self, now: u64) -> MutexGuard<'_, Spend> {
        let mut spend = self.spend.lock().unwrap_or_else(PoisonError::into_inner);
        spend.roll(now, self.secret.as_ref());
        spend
    }

    /// Whether so many elements are evaluated now, or why not. A caller's own windows are named before the pool, and of
    /// several that are spent the one that is longest so.
    fn fits(&self, spend: &Spend, caller: &Caller, who: Who, elements: u32, now: u64) -> Result<(), Problem> {
        let is_partner = matches!(caller, Caller::Partner(_));
        let pool = self.rules.pool(caller).ok_or(Problem::NoPartnerPool)?;
        let most = self.most_at_once(caller);
        if elements > most {
            return Err(Problem::NeverInBudget { got: elements, most });
        }
        if !self.is_available(now) {
            return Err(Problem::BudgetUnavailable);
        }
        let wait = |window: Window, count| (window.left(count, now) < elements).then(|| window.resets_in(count, now));
        let Spent { minute, day } = spend.of(who);
        let [of_minute, of_day] = self.rules.windows(caller);
        let own = wait(of_minute, minute).max(wait(of_day, day));
        let shared = wait(pool, if is_partner { spend.partners } else { spend.anonymous });
        match (own, shared) {
            (Some(seconds), _) if is_partner => Err(Problem::PartnerBudget { seconds }),
            (Some(seconds), _) => Err(Problem::AddressBudget { seconds }),
            (None, Some(seconds)) if is_partner => Err(Problem::PartnerPool { seconds }),
            (None, Some(seconds)) => Err(Problem::GlobalBudget { seconds }),
            (None, None) => Ok(()),
        }
    }
}
