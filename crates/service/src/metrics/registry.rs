//! All metrics of one service, and their encoding.
//!
//! Labels are matched routes, methods and statuses from closed lists, classes of clients, and types
//! of problems: never anything from a path, a header, an address or a body. A request costs a few
//! relaxed additions; the state of other modules, such as quotas and the index, is read on each
//! scrape.

use crate::metrics::connections::ConnectionCollector;
use crate::metrics::route::{RouteCounters, Routes};
use crate::metrics::scrape::{Scrape, ScrapeGauges, registered};
use crate::net::connections::ConnectionTable;
use crate::quota::client::Class;
use prometheus_client::encoding::prometheus_text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// The outcomes of a reload.
const LOADED: &str = "loaded";
const REJECTED: &str = "rejected";

/// One label and its value.
type Label = [(&'static str, &'static str); 1];
type Counters = Family<Label, Counter>;
type Gauges = Family<Label, Gauge<u64, AtomicU64>>;

/// All metrics of one service.
pub(crate) struct Metrics {
    registry: Registry,
    routes: Arc<Routes>,
    evaluated: Counters,
    problems: Counters,
    exhausted: Counters,
    reloads: Family<[(&'static str, &'static str); 2], Counter>,
    rejected: Gauges,
    shed: Counter,
    scraped: ScrapeGauges,
}

impl Metrics {
    /// All metrics at zero, for the public listener's connections and the files that may be
    /// reloaded.
    pub(crate) fn new(connections: &Arc<ConnectionTable>, files: impl Iterator<Item = &'static str>) -> Self {
        let mut registry = Registry::with_prefix("exposure");
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The version of this program", version);
        let routes = Arc::new(Routes::default());
        registry.register_collector(Box::new(Arc::clone(&routes)));
        registry.register_collector(Box::new(ConnectionCollector(Arc::clone(connections))));
        let metrics = Self {
            evaluated: registered(&mut registry, "evaluated_elements", "Elements evaluated, by class of client"),
            problems: registered(&mut registry, "problems", "Problem documents sent, by type"),
            exhausted: registered(
                &mut registry,
                "budget_exhausted",
                "Requests rejected because a shared budget was used up, by pool",
            ),
            reloads: registered(&mut registry, "reloads", "Replaced files that were noticed, by file and outcome"),
            rejected: registered(
                &mut registry,
                "reload_rejected",
                "1 while the newest file cannot be used and the previous one stays in use",
            ),
            shed: registered(
                &mut registry,
                "shed_evaluations",
                "Requests rejected at once because the evaluation queue was full",
            ),
            scraped: ScrapeGauges::register(&mut registry),
            registry,
            routes,
        };
        metrics.initialize(files);
        metrics
    }

    /// Creates the series that alerts are made of: a series that appears with its first event has
    /// no increase.
    fn initialize(&self, files: impl Iterator<Item = &'static str>) {
        for class in [Class::Anonymous, Class::Partner] {
            self.evaluated(class, 0);
            drop(self.exhausted.get_or_create(&[("pool", class.name())]));
        }
        for what in files {
            drop(self.rejected.get_or_create(&[("what", what)]));
            for outcome in [LOADED, REJECTED] {
                drop(self.reloads.get_or_create(&[("what", what), ("outcome", outcome)]));
            }
        }
    }

    /// The counters of a route, created on its first request. Look them up once per route, not per
    /// request.
    pub(crate) fn route(&self, matched: &str) -> Arc<RouteCounters> {
        self.routes.get(matched)
    }

    /// Elements were evaluated.
    pub(crate) fn evaluated(&self, class: Class, elements: u32) {
        self.evaluated.get_or_create(&[("class", class.name())]).inc_by(elements.into());
    }

    /// A problem document of this type was sent.
    pub(crate) fn problem(&self, name: &'static str) {
        self.problems.get_or_create(&[("type", name)]).inc();
    }

    /// A request was rejected because the shared quota of a class was used up. Returns how many
    /// were so far.
    pub(crate) fn shared_quota_exhausted(&self, class: Class) -> u64 {
        self.exhausted.get_or_create(&[("pool", class.name())]).inc() + 1
    }

    /// A replaced file was loaded, or rejected while the previous one stays in use.
    pub(crate) fn reloaded(&self, what: &'static str, is_loaded: bool) {
        let outcome = if is_loaded { LOADED } else { REJECTED };
        self.reloads.get_or_create(&[("what", what), ("outcome", outcome)]).inc();
        self.rejected.get_or_create(&[("what", what)]).set((!is_loaded).into());
    }

    /// A request was rejected at once because the evaluation queue was full.
    pub(crate) fn evaluation_shed(&self) {
        self.shed.inc();
    }

    /// All metrics in the text format of Prometheus, version 0.0.4.
    pub(crate) fn text(&self, now: &Scrape) -> String {
        self.scraped.set(now);
        let mut text = String::new();
        prometheus_text::encode(&mut text, &self.registry).expect("a string takes any text");
        text
    }
}
