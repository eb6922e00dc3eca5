//! `GET /metrics`, for operators; only on the admin listener.

use crate::api::health::Readiness;
use crate::clock::Clock;
use crate::metrics::registry::Metrics;
use crate::metrics::scrape::Scrape;
use crate::quota::quotas::Quotas;
use crate::snapshot::current::CurrentSnapshot;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::prometheus_text;
use std::sync::Arc;
use std::time::SystemTime;

/// `GET /metrics`
pub(crate) async fn metrics(
    State(metrics): State<Arc<Metrics>>,
    State(snapshot): State<Arc<CurrentSnapshot>>,
    State(quotas): State<Arc<Quotas>>,
    State(clock): State<Arc<Clock>>,
    State(readiness): State<Arc<Readiness>>,
) -> Response {
    let snapshot = snapshot.load();
    let served = &snapshot.current().served;
    let age = SystemTime::now().duration_since(served.written).unwrap_or_default();
    let header = served.index.header();
    let text = metrics.text(&Scrape {
        is_ready: readiness.check().is_ok(),
        index_age: age.as_secs(),
        index_records: header.records,
        epoch: header.epoch,
        shared: quotas.shared(clock.now()),
    });
    ([(CONTENT_TYPE, prometheus_text::CONTENT_TYPE), (CACHE_CONTROL, "no-store")], text).into_response()
}
