//! What is not counted but read when somebody asks: the index in front, budgets, readiness.

use crate::budget::Pool;
use crate::state::Shared;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::sync::atomic::AtomicU64;
use std::time::SystemTime;

type Whole = Gauge<u64, AtomicU64>;

/// The state of a service at one moment.
pub(crate) struct Scrape {
    ready: bool,
    /// Since the file of the index in front was written, in seconds.
    index_age: u64,
    index_records: u64,
    /// 0 in the scheme `sha256`.
    epoch: u32,
    pools: Vec<Pool>,
}

impl Scrape {
    /// What is so now.
    pub(crate) fn of(shared: &Shared) -> Self {
        let holdings = shared.holdings.load();
        let header = holdings.current().served.index.header();
        let age = SystemTime::now().duration_since(holdings.current().served.written).unwrap_or_default();
        Self {
            ready: shared.unready().is_none(),
            index_age: age.as_secs(),
            index_records: header.records,
            epoch: header.epoch,
            pools: shared.budgets.pools(shared.budgets.now()),
        }
    }
}

/// Where a scrape is written to.
pub(crate) struct Gauges {
    ready: Whole,
    index_age: Whole,
    index_records: Whole,
    epoch: Whole,
    left: Family<[(&'static str, &'static str); 1], Whole>,
    quota: Family<[(&'static str, &'static str); 1], Whole>,
}

impl Gauges {
    /// In this registry.
    pub(crate) fn register(registry: &mut Registry) -> Self {
        use super::registered;
        Self {
            ready: registered(registry, "ready", "1 while questions are answered, 0 while the service is stopping"),
            index_age: registered(registry, "index_age_seconds", "Seconds since the index in front was written"),
            index_records: registered(registry, "index_records", "Distinct entries of the index in front"),
            epoch: registered(registry, "index_epoch", "The epoch of the index in front; 0 in the scheme sha256"),
            left: registered(registry, "budget_left", "Elements that are left in a pool, now"),
            quota: registered(registry, "budget_quota", "Elements that a pool holds when nothing is spent"),
        }
    }

    pub(super) fn set(&self, now: &Scrape) {
        self.ready.set(now.ready.into());
        self.index_age.set(now.index_age);
        self.index_records.set(now.index_records);
        self.epoch.set(now.epoch.into());
        for pool in &now.pools {
            let label = [("pool", pool.class.name())];
            self.quota.get_or_create(&label).set(pool.quota.into());
            self.left.get_or_create(&label).set(pool.left.into());
        }
    }
}
