//! Requests and latencies of each route, counted without locks or lookups.
//!
//! The library reads its families and writes its histograms under locks. Here each request adds to
//! three atomic counters of its route.

use axum::http::{Method, StatusCode};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric as _, NoLabelSet};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The route label of requests that no route matched.
pub(crate) const NO_ROUTE: &str = "none";

/// Methods with their own label; clients may make up others.
const METHODS: [&str; 5] = ["GET", "HEAD", "POST", "OPTIONS", OTHER];

/// Statuses with their own label; all others share one.
const STATUSES: [u16; 17] = [200, 204, 304, 400, 401, 403, 404, 405, 408, 409, 410, 413, 415, 429, 431, 500, 503];

const OTHER: &str = "other";

/// Upper bounds of the latency buckets, in microseconds; after 15 seconds a request is abandoned.
const BOUNDS_MICROS: [u64; 17] = [
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
    5_000_000, 10_000_000, 15_000_000,
];

/// The counters of every route that was requested, by its template.
#[derive(Default)]
pub(crate) struct Routes(Mutex<BTreeMap<String, Arc<RouteCounters>>>);

/// The counters of one route.
#[derive(Default)]
pub(crate) struct RouteCounters {
    /// By index in `METHODS`, then in `STATUSES`.
    responses: [[AtomicU64; STATUSES.len() + 1]; METHODS.len()],
    /// By index in `BOUNDS_MICROS`, and one for all that took longer.
    buckets: [AtomicU64; BOUNDS_MICROS.len() + 1],
    /// The sum of all latencies. Wraps around after 584 years.
    nanoseconds: AtomicU64,
}

impl Routes {
    /// The counters of a route, created on the first call.
    pub(crate) fn get(&self, matched: &str) -> Arc<RouteCounters> {
        let mut routes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(route) = routes.get(matched) {
            return Arc::clone(route);
        }
        Arc::clone(routes.entry(matched.to_owned()).or_default())
    }

    fn all(&self) -> Vec<(String, Arc<RouteCounters>)> {
        let routes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        routes.iter().map(|(name, route)| (name.clone(), Arc::clone(route))).collect()
    }
}

impl RouteCounters {
    /// Counts a response and its latency.
    pub(crate) fn record(&self, method: &Method, status: StatusCode, took: Duration) {
        self.responses[method_index(method)][status_index(status)].fetch_add(1, Relaxed);
        let micros = took.as_micros() as u64;
        let bucket = BOUNDS_MICROS.iter().position(|&bound| micros <= bound).unwrap_or(BOUNDS_MICROS.len());
        self.buckets[bucket].fetch_add(1, Relaxed);
        self.nanoseconds.fetch_add(took.as_nanos() as u64, Relaxed);
    }
}

impl Collector for Routes {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let routes = self.all();
        let help = "Requests answered, by matched route, method and status";
        let mut family = encoder.encode_descriptor("requests", help, None, MetricType::Counter)?;
        for (name, route) in &routes {
            for (method, responses) in METHODS.iter().zip(&route.responses) {
                for (index, count) in responses.iter().enumerate() {
                    let status = STATUSES.get(index).map_or_else(|| OTHER.to_owned(), u16::to_string);
                    let labels = [("route", name.as_str()), ("method", method), ("status", &status)];
                    match count.load(Relaxed) {
                        0 => {}
                        count => ConstCounter::new(count).encode(family.encode_family(&labels)?)?,
                    }
                }
            }
        }
        let help = "Seconds from a request's headers to those of its response, by matched route";
        let mut family = encoder.encode_descriptor("request_seconds", help, None, MetricType::Histogram)?;
        for (name, route) in &routes {
            let bounds = BOUNDS_MICROS.iter().map(|&micros| micros as f64 / 1e6).chain([f64::INFINITY]);
            let buckets: Vec<_> = bounds.zip(route.buckets.iter().map(|count| count.load(Relaxed))).collect();
            let sum = route.nanoseconds.load(Relaxed) as f64 / 1e9;
            let count = buckets.iter().map(|(_, count)| count).sum();
            let labels = [("route", name.as_str())];
            family.encode_family(&labels)?.encode_histogram::<NoLabelSet>(sum, count, &buckets, None)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Routes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Routes")
    }
}

/// The label of a method: one that a client made up could contain anything.
pub(crate) fn method_name(method: &Method) -> &'static str {
    METHODS[method_index(method)]
}

fn method_index(method: &Method) -> usize {
    match *method {
        Method::GET => 0,
        Method::HEAD => 1,
        Method::POST => 2,
        Method::OPTIONS => 3,
        _ => METHODS.len() - 1,
    }
}

fn status_index(status: StatusCode) -> usize {
    STATUSES.iter().position(|&known| known == status.as_u16()).unwrap_or(STATUSES.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_and_status_has_its_own_counter() {
        let route = RouteCounters::default();
        let methods = ["GET", "HEAD", "POST", "OPTIONS", "BREW"].map(|name| name.parse::<Method>().expect("a method"));
        for method in &methods {
            for status in STATUSES.into_iter().chain([418]) {
                route.record(method, StatusCode::from_u16(status).expect("a status"), Duration::ZERO);
            }
        }
        assert!(route.responses.iter().flatten().all(|count| count.load(Relaxed) == 1));
    }

    #[test]
    fn a_made_up_method_is_not_a_label() {
        assert_eq!(method_name(&Method::HEAD), "HEAD");
        assert_eq!(method_name(&Method::from_bytes(b"CANARY").expect("a token")), "other");
    }

    #[test]
    fn a_bound_belongs_to_its_bucket() {
        let route = RouteCounters::default();
        for micros in BOUNDS_MICROS.into_iter().chain([15_000_001]) {
            route.record(&Method::GET, StatusCode::OK, Duration::from_micros(micros));
        }
        assert!(route.buckets.iter().all(|count| count.load(Relaxed) == 1));
        assert_eq!(route.nanoseconds.load(Relaxed), (BOUNDS_MICROS.iter().sum::<u64>() + 15_000_001) * 1_000);
    }
}
