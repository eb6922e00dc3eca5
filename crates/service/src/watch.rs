//! What an operator watches: counters, gauges and latencies of this service, in a registry of its own, so that several
//! services in one process do not mix.
//!
//! Labels are matched routes, methods and statuses from closed lists, classes of callers, types of problems: never
//! anything out of a path, a header, an address or a body. A request costs a few relaxed additions; what is read from
//! elsewhere, such as budgets and the index, is read when somebody asks.

mod connections;
pub(crate) mod route;
pub(crate) mod scrape;

use crate::holdings::reload::Part;
use crate::listen::seats::Seats;
use connections::Connections;
use prometheus_client::encoding::prometheus_text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;
use route::{Route, Routes};
use scrape::Scrape;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// One label and its value.
type Label = [(&'static str, &'static str); 1];
type Counters = Family<Label, Counter>;
type Gauges = Family<Label, Gauge<u64, AtomicU64>>;

/// Whose elements are evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Without a key of a partner.
    Anonymous,
    /// With one.
    Partner,
}

/// All metrics of one service.
pub(crate) struct Metrics {
    registry: Registry,
    routes: Arc<Routes>,
    evaluated: Counters,
    problems: Counters,
    exhausted: Counters,
    reloads: Family<[(&'static str, &'static str); 2], Counter>,
    refused: Gauges,
    shed: Counter,
    scraped: scrape::Gauges,
}

impl Metrics {
    /// Everything at nothing. These are the seats of the public, and the parts that may be replaced.
    pub(crate) fn new(seats: &Arc<Seats>, parts: impl Iterator<Item = Part>) -> Self {
        let mut registry = Registry::with_prefix("exposure");
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The version of this program", version);
        let routes = Arc::new(Routes::default());
        registry.register_collector(Box::new(Arc::clone(&routes)));
        registry.register_collector(Box::new(Connections(Arc::clone(seats))));
        let metrics = Self {
            evaluated: registered(&mut registry, "evaluated_elements", "Elements evaluated, by class of caller"),
            problems: registered(&mut registry, "problems", "Problem documents sent, by type"),
            exhausted: registered(&mut registry, "budget_exhausted", "Questions refused as a pool was empty, by pool"),
            reloads: registered(&mut registry, "reloads", "Replaced files that were noticed, by what and outcome"),
            refused: registered(
                &mut registry,
                "reload_refused",
                "1 while the newest file cannot be served and the one before is served on",
            ),
            shed: registered(&mut registry, "shed_evaluations", "Questions refused at once as too many were waiting"),
            scraped: scrape::Gauges::register(&mut registry),
            registry,
            routes,
        };
        metrics.begin(parts);
        metrics
    }

    /// What is alarmed on is there from the start: a series that appears with its first event has no increase to see.
    fn begin(&self, parts: impl Iterator<Item = Part>) {
        for class in [Class::Anonymous, Class::Partner] {
            self.evaluated(class, 0);
            drop(self.exhausted.get_or_create(&[("pool", class.name())]));
        }
        for what in parts.map(Part::label) {
            drop(self.refused.get_or_create(&[("what", what)]));
            for outcome in ["taken", "refused"] {
                drop(self.reloads.get_or_create(&[("what", what), ("outcome", outcome)]));
            }
        }
    }

    /// The counters of a route, made on its first request. To be asked for once a route and not once a request.
    pub(crate) fn route(&self, matched: &str) -> Arc<Route> {
        self.routes.get(matched)
    }

    /// So many elements were evaluated.
    pub(crate) fn evaluated(&self, class: Class, elements: u32) {
        self.evaluated.get_or_create(&[("class", class.name())]).inc_by(elements.into());
    }

    /// A problem document of this type was sent.
    pub(crate) fn problem(&self, name: &'static str) {
        self.problems.get_or_create(&[("type", name)]).inc();
    }

    /// The pool that all callers of a class share was empty.
    pub(crate) fn pool_exhausted(&self, class: Class) {
        self.exhausted.get_or_create(&[("pool", class.name())]).inc();
    }

    /// A replaced file was taken over, or refused and the one before is served on.
    pub(crate) fn reloaded(&self, what: &'static str, taken: bool) {
        let outcome = if taken { "taken" } else { "refused" };
        self.reloads.get_or_create(&[("what", what), ("outcome", outcome)]).inc();
        self.refused.get_or_create(&[("what", what)]).set((!taken).into());
    }

    /// A question was refused at once, as too many were waiting to be evaluated.
    pub(crate) fn evaluation_shed(&self) {
        self.shed.inc();
    }

    /// All of it in the text format of Prometheus, version 0.0.4.
    pub(crate) fn text(&self, now: &Scrape) -> String {
        self.scraped.set(now);
        let mut text = String::new();
        prometheus_text::encode(&mut text, &self.registry).expect("a string takes any text");
        text
    }
}

impl Class {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Partner => "partner",
        }
    }
}

/// A metric that is in the registry. Clones share their values.
fn registered<M: prometheus_client::registry::Metric + Clone + Default>(
    registry: &mut Registry,
    name: &str,
    help: &str,
) -> M {
    let metric = M::default();
    registry.register(name, help, metric.clone());
    metric
}
