//! The quotas in force and what has been spent of them.
//!
//! All windows that a charge falls into are examined under one lock and charged together or not at
//! all, so nothing is ever refunded. Clients without a key share one quota and partners another, so
//! neither class can exhaust the other's.

use crate::quota::allowances::Allowances;
use crate::quota::budget::Budget;
use crate::quota::client::{Class, Client};
use crate::quota::count_key::CountKey;
use crate::quota::counts::DayCounts;
use crate::quota::rejection::Rejection;
use crate::quota::rules::{DAY_SECONDS, Rules};
use crate::quota::saved::{Saved, Spent, Unsaved};
use crate::quota::window::Window;
use exposure_protocol::SecretKey;
use exposure_protocol::wire::ANONYMOUS_BATCH;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Longest that evaluation continues while counts cannot be saved.
const UNSAVED_SECONDS: u64 = 60;

/// The quota that all clients of a class share, in elements.
pub(crate) struct SharedQuota {
    pub(crate) class: Class,
    /// Per window of one or more seconds.
    pub(crate) limit: u32,
    pub(crate) remaining: u32,
}

/// The quotas in force, and what has been spent of them.
pub(crate) struct Quotas {
    rules: Rules,
    secret: Option<SecretKey>,
    counts: Mutex<DayCounts>,
    /// When everything had last been saved; `None` if nothing is ever saved.
    saved_at: Option<AtomicU64>,
}

/// The outcome of a charge, and what is left to the client after it.
pub(crate) struct Charge {
    pub(crate) allowances: Allowances,
    pub(crate) outcome: Result<(), Rejection>,
}

impl Quotas {
    /// Quotas from checked settings, continuing from saved counts. `is_saved`: whether counts are
    /// saved regularly by [`take_unsaved`](Self::take_unsaved) and [`all_saved`](Self::all_saved);
    /// if so, charges are rejected once that has failed for a minute.
    pub(crate) fn new(
        budget: &Budget,
        secret: Option<SecretKey>,
        saved: Option<Saved>,
        is_saved: bool,
        now: u64,
    ) -> Self {
        let mut counts = match saved {
            Some(saved) => DayCounts::resume(saved, secret.as_ref()),
            None => DayCounts::new(now / DAY_SECONDS, secret.as_ref()),
        };
        counts.roll(now, secret.as_ref());
        Self { rules: Rules::new(budget), secret, counts: Mutex::new(counts), saved_at: is_saved.then(|| now.into()) }
    }

    /// The shared quotas.
    pub(crate) fn shared(&self, now: u64) -> Vec<SharedQuota> {
        let counts = self.counts_at(now);
        let anonymous = Some((Class::Anonymous, self.rules.anonymous, counts.anonymous));
        let partners = self.rules.partners.map(|window| (Class::Partner, window, counts.partners));
        let shared = |(class, window, count): (_, Window, _)| SharedQuota {
            class,
            limit: window.quota,
            remaining: window.remaining(count, now),
        };
        anonymous.into_iter().chain(partners).map(shared).collect()
    }

    /// The rate that clients without a key share.
    pub(crate) fn anonymous_per_second(&self) -> u32 {
        self.rules.anonymous.quota
    }

    /// Charges elements to a client and to the shared quota of its class; or charges nothing and
    /// says when to retry.
    pub(crate) fn charge(&self, client: &Client, elements: NonZeroU32, now: u64) -> Charge {
        let mut counts = self.counts_at(now);
        let key = counts.key_of(client);
        let windows = self.rules.windows(client);
        let outcome = self.check(&counts, client, key, elements.get(), now);
        if outcome.is_ok() {
            counts.charge(key, windows, self.rules.shared(client), elements.get(), now);
        }
        Charge { allowances: Allowances::new(windows, counts.spent(key), now), outcome }
    }

    /// What is left to a client.
    pub(crate) fn allowances(&self, client: &Client, now: u64) -> Allowances {
        let counts = self.counts_at(now);
        Allowances::new(self.rules.windows(client), counts.spent(counts.key_of(client)), now)
    }

    /// Most elements that a client may send in one request, whatever its quotas are.
    pub(crate) fn batch(client: &Client) -> u32 {
        match client {
            Client::Address(_) => ANONYMOUS_BATCH as u32,
            Client::Partner(partner) => partner.batch,
        }
    }

    /// Most elements that a client can ever have evaluated in one request: its batch, unless a
    /// quota is smaller.
    pub(crate) fn largest_request(&self, client: &Client) -> u32 {
        let [minute, day] = self.rules.windows(client);
        let shared = self.rules.shared(client).map_or(u32::MAX, |window| window.quota);
        Self::batch(client).min(minute.quota).min(day.quota).min(shared)
    }

    /// Whether charges are accepted: not if counts could not be saved for more than a minute.
    pub(crate) fn is_available(&self, now: u64) -> bool {
        let saved_at = self.saved_at.as_ref().map(|at| at.load(Ordering::Relaxed));
        saved_at.is_none_or(|at| now.saturating_sub(at) <= UNSAVED_SECONDS)
    }

    /// What has to be saved, if anything. It counts as saved unless it is put back.
    pub(crate) fn take_unsaved(&self, now: u64) -> Option<Unsaved> {
        self.counts_at(now).take_unsaved()
    }

    /// Takes back what could not be saved.
    pub(crate) fn put_back(&self, unsaved: &Unsaved) {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner).put_back(unsaved);
    }

    /// Records that everything was saved at this time.
    pub(crate) fn all_saved(&self, now: u64) {
        if let Some(at) = &self.saved_at {
            at.store(now, Ordering::Relaxed);
        }
    }

    /// The counts, after beginning a new day if midnight has passed.
    fn counts_at(&self, now: u64) -> MutexGuard<'_, DayCounts> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.roll(now, self.secret.as_ref());
        counts
    }

    /// Whether this many elements may be charged now. A client's own windows are reported before
    /// the shared quota, and of several exhausted ones the one with the longest wait.
    fn check(
        &self,
        counts: &DayCounts,
        client: &Client,
        key: CountKey,
        elements: u32,
        now: u64,
    ) -> Result<(), Rejection> {
        let is_partner = client.class() == Class::Partner;
        let shared = self.rules.shared(client).ok_or(Rejection::NoPartnerShare)?;
        let limit = self.largest_request(client);
        if elements > limit {
            return Err(Rejection::ExceedsQuota { got: elements, limit });
        }
        if !self.is_available(now) {
            return Err(Rejection::Unsaved);
        }
        let wait =
            |window: Window, count| (window.remaining(count, now) < elements).then(|| window.resets_in(count, now));
        let Spent { minute, day } = counts.spent(key);
        let [minute_window, day_window] = self.rules.windows(client);
        let own = wait(minute_window, minute).max(wait(day_window, day));
        let shared = wait(shared, if is_partner { counts.partners } else { counts.anonymous });
        match (own, shared) {
            (Some(retry_seconds), _) if is_partner => Err(Rejection::Partner { retry_seconds }),
            (Some(retry_seconds), _) => Err(Rejection::Address { retry_seconds }),
            (None, Some(retry_seconds)) if is_partner => Err(Rejection::PartnerShared { retry_seconds }),
            (None, Some(retry_seconds)) => Err(Rejection::AnonymousShared { retry_seconds }),
            (None, None) => Ok(()),
        }
    }
}
