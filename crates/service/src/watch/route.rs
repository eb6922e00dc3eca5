//! Requests and latencies of each route, counted without a lock and without looking anything up.
//!
//! The library's families are read behind a lock, and its histograms are written behind one; here every request of a
//! route, on every core, adds to the same three numbers and waits for nobody.

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

/// What is said of a request that no route matched.
pub(crate) const NO_ROUTE: &str = "none";

/// Methods that are told apart; a caller may make up others.
const METHODS: [&str; 5] = ["GET", "HEAD", "POST", "OPTIONS", OTHER];

/// Statuses that are told apart; behind them is a place for any other.
const STATUSES: [u16; 17] = [200, 204, 304, 400, 401, 403, 404, 405, 408, 409, 410, 413, 415, 429, 431, 500, 503];

const OTHER: &str = "other";

/// Upper bounds of the buckets of latency, in microseconds; 15 seconds is when an answer is given up.
const MICROS: [u64; 17] = [
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 2_500_000,
    5_000_000, 10_000_000, 15_000_000,
];

/// Every route that was asked for, by its template.
#[derive(Default)]
pub(crate) struct Routes(Mutex<BTreeMap<String, Arc<Route>>>);

/// The counters of one route.
#[derive(Default)]
pub(crate) struct Route {
    /// By place in `METHODS`, then in `STATUSES`.
    answers: [[AtomicU64; STATUSES.len() + 1]; METHODS.len()],
    /// By place in `MICROS`, and one for what took longer.
    buckets: [AtomicU64; MICROS.len() + 1],
    /// All latencies together. It begins again after 584 years of waiting, shared by all callers, as after a restart.
    nanoseconds: AtomicU64,
}

impl Routes {
    /// The counters of a route, which are made when they are asked for first.
    pub(crate) fn get(&self, matched: &str) -> Arc<Route> {
        let mut routes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(route) = routes.get(matched) {
            return Arc::clone(route);
        }
        Arc::clone(routes.entry(matched.to_owned()).or_default())
    }

    fn all(&self) -> Vec<(String, Arc<Route>)> {
        let routes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        routes.iter().map(|(name, route)| (name.clone(), Arc::clone(route))).collect()
    }
}

impl Route {
    /// Counts an answer, and how long it took to be made.
    pub(crate) fn answered(&self, method: &Method, status: StatusCode, took: Duration) {
        self.answers[place_of_method(method)][place_of_status(status)].fetch_add(1, Relaxed);
        let micros = took.as_micros() as u64;
        let bucket = MICROS.iter().position(|&bound| micros <= bound).unwrap_or(MICROS.len());
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
            for (method, answers) in METHODS.iter().zip(&route.answers) {
                for (place, count) in answers.iter().enumerate() {
                    let status = STATUSES.get(place).map_or_else(|| OTHER.to_owned(), u16::to_string);
                    let labels = [("route", name.as_str()), ("method", method), ("status", &status)];
                    match count.load(Relaxed) {
                        0 => {}
                        count => ConstCounter::new(count).encode(family.encode_family(&labels)?)?,
                    }
                }
            }
        }
        let help = "Seconds from a request's headers to those of its answer, by matched route";
        let mut family = encoder.encode_descriptor("request_seconds", help, None, MetricType::Histogram)?;
        for (name, route) in &routes {
            let bounds = MICROS.iter().map(|&micros| micros as f64 / 1e6).chain([f64::INFINITY]);
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

/// A method as it is told to others: one that a caller made up could say anything.
pub(crate) fn name_of(method: &Method) -> &'static str {
    METHODS[place_of_method(method)]
}

fn place_of_method(method: &Method) -> usize {
    match *method {
        Method::GET => 0,
        Method::HEAD => 1,
        Method::POST => 2,
        Method::OPTIONS => 3,
        _ => METHODS.len() - 1,
    }
}

fn place_of_status(status: StatusCode) -> usize {
    STATUSES.iter().position(|&known| known == status.as_u16()).unwrap_or(STATUSES.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_is_its_own() {
        let route = Route::default();
        let methods = ["GET", "HEAD", "POST", "OPTIONS", "BREW"].map(|name| name.parse::<Method>().expect("a method"));
        for method in &methods {
            for status in STATUSES.into_iter().chain([418]) {
                route.answered(method, StatusCode::from_u16(status).expect("a status"), Duration::ZERO);
            }
        }
        assert!(route.answers.iter().flatten().all(|count| count.load(Relaxed) == 1));
    }

    #[test]
    fn a_made_up_method_is_not_told() {
        assert_eq!(name_of(&Method::HEAD), "HEAD");
        assert_eq!(name_of(&Method::from_bytes(b"CANARY").expect("a token")), "other");
    }

    #[test]
    fn a_bound_is_in_its_bucket() {
        let route = Route::default();
        for micros in MICROS.into_iter().chain([15_000_001]) {
            route.answered(&Method::GET, StatusCode::OK, Duration::from_micros(micros));
        }
        assert!(route.buckets.iter().all(|count| count.load(Relaxed) == 1));
        assert_eq!(route.nanoseconds.load(Relaxed), (MICROS.iter().sum::<u64>() + 15_000_001) * 1_000);
    }
}
