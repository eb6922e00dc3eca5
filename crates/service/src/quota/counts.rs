//! What all clients have spent since midnight, and which of it is unsaved.

use crate::quota::client::Client;
use crate::quota::count_key::{CountKey, DayKey};
use crate::quota::rules::DAY_SECONDS;
use crate::quota::saved::{Saved, Spent, Unsaved};
use crate::quota::window::{Count, Window};
use exposure_protocol::SecretKey;
use std::collections::{HashMap, HashSet};
use std::mem;

/// What all clients have spent. A count is never forgotten before its day is over.
pub(super) struct DayCounts {
    /// Days since 1970.
    day: u64,
    key: DayKey,
    counts: HashMap<CountKey, Spent>,
    pub(super) anonymous: Count,
    pub(super) partners: Count,
    /// Counts that have changed since they were last saved.
    changed: HashSet<CountKey>,
    usage: HashMap<(i64, u64), u32>,
    /// Whether yesterday's counts may still be on disk.
    is_new_day: bool,
}

impl DayCounts {
    pub(super) fn new(day: u64, secret: Option<&SecretKey>) -> Self {
        Self {
            day,
            key: DayKey::new(secret),
            counts: HashMap::new(),
            anonymous: Count::default(),
            partners: Count::default(),
            changed: HashSet::new(),
            usage: HashMap::new(),
            is_new_day: true,
        }
    }

    pub(super) fn resume(Saved { day, salt, counts }: Saved, secret: Option<&SecretKey>) -> Self {
        let key = DayKey::with_salt(secret, salt);
        Self { key, counts: counts.into_iter().collect(), is_new_day: false, ..Self::new(day, secret) }
    }

    /// Begins a new day if midnight has passed, which also ended every minute. Unsaved usage of
    /// partners is kept, and the window of a shared quota may still be running.
    pub(super) fn roll(&mut self, now: u64, secret: Option<&SecretKey>) {
        let today = now / DAY_SECONDS;
        if today > self.day {
            let Self { anonymous, partners, .. } = *self;
            *self = Self { anonymous, partners, usage: mem::take(&mut self.usage), ..Self::new(today, secret) };
        }
    }

    pub(super) fn key_of(&self, client: &Client) -> CountKey {
        match client {
            Client::Address(address) => self.key.hash(*address),
            Client::Partner(partner) => CountKey::Partner(partner.id),
        }
    }

    pub(super) fn spent(&self, key: CountKey) -> Spent {
        self.counts.get(&key).copied().unwrap_or_default()
    }

    pub(super) fn charge(
        &mut self,
        key: CountKey,
        [minute, day]: [Window; 2],
        shared: Option<Window>,
        elements: u32,
        now: u64,
    ) {
        let spent = self.counts.entry(key).or_default();
        minute.charge(&mut spent.minute, now, elements);
        day.charge(&mut spent.day, now, elements);
        let shared_count = match key {
            CountKey::Address(_) => &mut self.anonymous,
            CountKey::Partner(id) => {
                let usage = self.usage.entry((id, self.day)).or_default();
                *usage = usage.saturating_add(elements);
                &mut self.partners
            }
        };
        if let Some(shared) = shared {
            shared.charge(shared_count, now, elements);
        }
        self.changed.insert(key);
    }

    pub(super) fn take_unsaved(&mut self) -> Option<Unsaved> {
        if self.changed.is_empty() && self.usage.is_empty() && !self.is_new_day {
            return None;
        }
        self.is_new_day = false;
        let counts = mem::take(&mut self.changed).into_iter().map(|key| (key, self.spent(key))).collect();
        let usage = mem::take(&mut self.usage).into_iter().collect();
        Some(Unsaved { now: Saved { day: self.day, salt: self.key.salt, counts }, usage })
    }

    pub(super) fn put_back(&mut self, Unsaved { now, usage }: &Unsaved) {
        for (of, elements) in usage {
            let usage = self.usage.entry(*of).or_default();
            *usage = usage.saturating_add(*elements);
        }
        // If the day has ended meanwhile, its other counts no longer matter.
        if now.day == self.day {
            self.changed.extend(now.counts.iter().map(|(key, _)| *key));
        }
        self.is_new_day = true;
    }
}
