//! Metrics: counters, gauges and latencies of one service.
//!
//! Owns names, labels and encoding. Each service has its own registry, so that several in one
//! process do not mix.

mod connections;
pub(crate) mod registry;
pub(crate) mod route;
pub(crate) mod scrape;
