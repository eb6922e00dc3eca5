//! Gauges that are not counted but read on each scrape: the current index, shared quotas,
//! readiness.

use crate::quota::quotas::SharedQuota;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Metric, Registry};
use std::sync::atomic::AtomicU64;

type IntegerGauge = Gauge<u64, AtomicU64>;

/// The state of a service at one moment.
pub(crate) struct Scrape {
    pub(crate) is_ready: bool,
    /// Seconds since the current index was written.
    pub(crate) index_age: u64,
    pub(crate) index_records: u64,
    /// 0 in the scheme `sha256`.
    pub(crate) epoch: u32,
    pub(crate) shared: Vec<SharedQuota>,
}

/// The gauges that a scrape sets.
pub(super) struct ScrapeGauges {
    ready: IntegerGauge,
    index_age: IntegerGauge,
    index_records: IntegerGauge,
    epoch: IntegerGauge,
    remaining: Family<[(&'static str, &'static str); 1], IntegerGauge>,
    limit: Family<[(&'static str, &'static str); 1], IntegerGauge>,
}

impl ScrapeGauges {
    /// Gauges in this registry.
    pub(super) fn register(registry: &mut Registry) -> Self {
        Self {
            ready: registered(registry, "ready", "1 if /readyz answers 200"),
            index_age: registered(registry, "index_age_seconds", "Seconds since the current index was written"),
            index_records: registered(registry, "index_records", "Distinct entries of the current index"),
            epoch: registered(registry, "index_epoch", "The epoch of the current index; 0 in the scheme sha256"),
            remaining: registered(registry, "budget_left", "Elements that remain in a shared budget now"),
            limit: registered(registry, "budget_quota", "Elements of a shared budget when nothing is spent"),
        }
    }

    pub(super) fn set(&self, now: &Scrape) {
        self.ready.set(now.is_ready.into());
        self.index_age.set(now.index_age);
        self.index_records.set(now.index_records);
        self.epoch.set(now.epoch.into());
        for shared in &now.shared {
            let label = [("pool", shared.class.name())];
            self.limit.get_or_create(&label).set(shared.limit.into());
            self.remaining.get_or_create(&label).set(shared.remaining.into());
        }
    }
}

/// A new metric in the registry. Clones share their values.
pub(super) fn registered<M: Metric + Clone + Default>(registry: &mut Registry, name: &str, help: &str) -> M {
    let metric = M::default();
    registry.register(name, help, metric.clone());
    metric
}
