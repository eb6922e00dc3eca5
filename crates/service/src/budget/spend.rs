//! What has been spent by all since midnight, and what of it is unsaved.

use crate::budget::rules::{DAY_SECONDS, MINUTE_SECONDS};
use crate::budget::saved::{Saved, Unsaved};
use crate::budget::who::{DayKey, Who};
use crate::budget::window::{Count, Window};
use crate::caller::Caller;
use exposure_protocol::SecretKey;
use std::collections::{HashMap, HashSet};
use std::mem;

/// What one caller has spent of its minute and its day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spent {
    pub(crate) minute: Count,
    pub(crate) day: Count,
}

/// What has been spent by all. A count is never forgotten before its day is over.
pub(super) struct Spend {
    /// Days since 1970.
    day: u64,
    key: DayKey,
    counts: HashMap<Who, Spent>,
    pub(super) anonymous: Count,
    pub(super) partners: Count,
    /// Whose counts have changed since they were last saved.
    changed: HashSet<Who>,
    used: HashMap<(i64, u64), u32>,
    /// Whether yesterday's counts may still be on the disk.
    is_new_day: bool,
}

impl Spend {
    pub(super) fn begun(day: u64, secret: Option<&SecretKey>) -> Self {
        Self {
            day,
            key: DayKey::new(secret),
            counts: HashMap::new(),
            anonymous: Count::default(),
            partners: Count::default(),
            changed: HashSet::new(),
            used: HashMap::new(),
            is_new_day: true,
        }
    }

    pub(super) fn resumed(Saved { day, salt, counts }: Saved, secret: Option<&SecretKey>) -> Self {
        let key = DayKey::of(secret, salt);
        Self { key, counts: counts.into_iter().collect(), is_new_day: false, ..Self::begun(day, secret) }
    }

    /// Begins a new day if there is one: with its end each minute has ended too. What partners have used stays to be
    /// saved, and a pool's window may still be running.
    pub(super) fn roll(&mut self, now: u64, secret: Option<&SecretKey>) {
        let today = now / DAY_SECONDS;
        if today > self.day {
            let Self { anonymous, partners, .. } = *self;
            *self = Self { anonymous, partners, used: mem::take(&mut self.used), ..Self::begun(today, secret) };
        }
    }

    pub(super) fn who(&self, caller: &Caller) -> Who {
        match caller {
            Caller::Address(address) => self.key.hash(*address),
            Caller::Partner(partner) => Who::Partner(partner.id),
        }
    }

    pub(super) fn of(&self, who: Who) -> Spent {
        self.counts.get(&who).copied().unwrap_or_default()
    }

    pub(super) fn charge(
        &mut self,
        who: Who,
        [minute, day]: [Window; 2],
        pool: Option<Window>,
        elements: u32,
        now: u64,
    ) {
        let spent = self.counts.entry(who).or_default();
        minute.charge(&mut spent.minute, now, elements);
        day.charge(&mut spent.day, now, elements);
        let in_pool = match who {
            Who::Address(_) => &mut self.anonymous,
            Who::Partner(id) => {
                let used = self.used.entry((id, self.day)).or_default();
                *used = used.saturating_add(elements);
                &mut self.partners
            }
        };
        if let Some(pool) = pool {
            pool.charge(in_pool, now, elements);
        }
        self.changed.insert(who);
    }

    pub(super) fn take_unsaved(&mut self) -> Option<Unsaved> {
        if self.changed.is_empty() && self.used.is_empty() && !self.is_new_day {
            return None;
        }
        self.is_new_day = false;
        let counts = mem::take(&mut self.changed).into_iter().map(|who| (who, self.of(who))).collect();
        let used = mem::take(&mut self.used).into_iter().collect();
        Some(Unsaved { now: Saved { day: self.day, salt: self.key.salt, counts }, used })
    }

    pub(super) fn put_back(&mut self, Unsaved { now, used }: &Unsaved) {
        for (of, elements) in used {
            let used = self.used.entry(*of).or_default();
            *used = used.saturating_add(*elements);
        }
        // Of a day that is over meanwhile, nothing else counts any more.
        if now.day == self.day {
            self.changed.extend(now.counts.iter().map(|(who, _)| *who));
        }
        self.is_new_day = true;
    }
}

impl Saved {
    /// Whether the clock can be believed beside these counts: not if they are of a day or more from now, when the clock
    /// has been far ahead once and nobody should have to wait until it is there again.
    pub(super) fn is_plausible(&self, system: u64) -> bool {
        let is_plausible = self.latest() < system + DAY_SECONDS;
        if !is_plausible {
            tracing::warn!("what was spent of budgets is of a time to come and is forgotten; is the clock right now?");
        }
        is_plausible
    }

    /// The earliest time at which all of these counts can have been made.
    pub(super) fn latest(&self) -> u64 {
        let minutes = self.counts.iter().map(|(_, spent)| spent.minute.number * MINUTE_SECONDS);
        minutes.max().unwrap_or_default().max(self.day * DAY_SECONDS)
    }
}
