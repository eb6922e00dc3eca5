//! Heavy hitters: the most frequent identifiers of a run, in bounded memory (Misra and Gries,
//! "Finding repeated elements", 1982).
//!
//! Made-up numbers (13800000000, all eights) pass every check and are in many rows. Only masked
//! forms are kept.

use crate::report::HeavyHitter;
use exposure_identifier::Kind;
use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// Maximum counters. An identifier in more than one of this many rows has a counter at the end.
const COUNTED: usize = 2_048;

/// Up to this many identifiers each one is counted; beyond, one of [`STRIDE`].
const ALL_UP_TO: u64 = 1 << 18;

const STRIDE: u64 = 64;

/// Minimum number of rows of a heavy hitter.
const SUSPICIOUS: u64 = 10;

const SHOWN: usize = 10;

/// The counters, shared by all threads.
pub(crate) struct HeavyHitters {
    state: RandomState,
    seen: AtomicU64,
    counts: Mutex<HashMap<u64, Counted>>,
}

struct Counted {
    kind: &'static str,
    masked: String,
    count: u64,
}

/// The sample of one batch.
pub(crate) struct Seen {
    stride: u64,
    until_next: u64,
    identifiers: u64,
    sampled: Vec<(u64, &'static str, String)>,
}

impl HeavyHitters {
    pub(crate) fn new() -> Self {
        Self { state: RandomState::new(), seen: AtomicU64::new(0), counts: Mutex::default() }
    }

    /// Begins a batch.
    pub(crate) fn batch(&self) -> Seen {
        let seen = self.seen.load(Ordering::Relaxed);
        let stride = if seen < ALL_UP_TO { 1 } else { STRIDE };
        // Another offset in each batch.
        let until_next = 1 + self.state.hash_one(seen) % stride;
        Seen { stride, until_next, identifiers: 0, sampled: Vec::new() }
    }

    /// Counts or skips an identifier.
    pub(crate) fn see(&self, seen: &mut Seen, kind: &'static Kind, canonical: &str) {
        seen.identifiers += 1;
        seen.until_next -= 1;
        if seen.until_next == 0 {
            seen.until_next = seen.stride;
            let hash = self.state.hash_one((&kind.name, canonical));
            seen.sampled.push((hash, &kind.name, kind.trust_canonical(canonical).masked()));
        }
    }

    /// Adds the sample of a batch.
    pub(crate) fn add(&self, seen: Seen) {
        self.seen.fetch_add(seen.identifiers, Ordering::Relaxed);
        let mut counts = self.counts.lock().expect("no panic while it is held");
        for (hash, kind, masked) in seen.sampled {
            counts.entry(hash).or_insert(Counted { kind, masked, count: 0 }).count += seen.stride;
            if counts.len() > COUNTED {
                counts.retain(|_, counted| {
                    counted.count = counted.count.saturating_sub(seen.stride);
                    counted.count > 0
                });
            }
        }
    }

    /// The most frequent identifiers, if they are suspicious.
    pub(crate) fn most_frequent(&self) -> Vec<HeavyHitter> {
        let counts = self.counts.lock().expect("no panic while it is held");
        let floor = SUSPICIOUS.max(self.seen.load(Ordering::Relaxed) / COUNTED as u64);
        let mut found: Vec<_> = counts
            .values()
            .filter(|counted| counted.count >= floor)
            .map(|counted| HeavyHitter {
                kind: counted.kind.to_owned(),
                masked: counted.masked.clone(),
                count: counted.count,
            })
            .collect();
        found.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| (&a.kind, &a.masked).cmp(&(&b.kind, &b.masked))));
        found.truncate(SHOWN);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use exposure_identifier::Kind;

    #[test]
    fn a_heavy_hitter_is_found_among_a_million() {
        let heavy = HeavyHitters::new();
        let phone = Kind::named("phone").expect("a kind");
        let number = |n: u64| format!("+8620{n:09}");
        let junk = "+8615499999999";
        for batch in 0..400_u64 {
            let mut seen = heavy.batch();
            for n in 0..3_000 {
                heavy.see(&mut seen, phone, &number(batch * 3_000 + n));
                if n % 100 == 7 {
                    heavy.see(&mut seen, phone, junk);
                }
            }
            heavy.add(seen);
        }
        let found = heavy.most_frequent();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].masked, phone.trust_canonical(junk).masked());
        // 12,000 times.
        assert!((9_000..=15_000).contains(&found[0].count), "{found:?}");
    }
}
