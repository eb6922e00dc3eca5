//! `GET /healthz` and `/readyz`: whether the service runs, and whether it should get requests.

use crate::api::openapi::{SERVICE, problems};
use crate::clock::Clock;
use crate::http::problem::Problem;
use crate::quota::quotas::Quotas;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// What readiness depends on. A service without an index does not start, and one with a bad new
/// index serves the previous one, so neither makes it unready.
pub(crate) struct Readiness {
    is_stopping: AtomicBool,
    quotas: Arc<Quotas>,
    clock: Arc<Clock>,
}

impl Readiness {
    pub(crate) fn new(quotas: Arc<Quotas>, clock: Arc<Clock>) -> Self {
        Self { is_stopping: AtomicBool::new(false), quotas, clock }
    }

    /// Called when the service begins to stop: requests in flight are finished, and no more should
    /// come.
    pub(crate) fn stop(&self) {
        self.is_stopping.store(true, Relaxed);
    }

    /// Why the service should get no requests, if so.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        if self.is_stopping.load(Relaxed) {
            return Err(Problem::Stopping);
        }
        if self.quotas.is_available(self.clock.now()) { Ok(()) } else { Err(Problem::BudgetUnavailable) }
    }
}

/// Whether the process responds
///
/// For supervisors that restart a process if it does not.
#[utoipa::path(
    get,
    path = "/healthz",
    operation_id = "alive",
    tag = SERVICE,
    responses(
        (
            status = 200,
            description = "The process responds.",
            body = String,
            content_type = "text/plain",
            headers(("Cache-Control" = String, description = "Always no-store.")),
            example = json!("ok\n")
        ),
        problems::Plain
    )
)]
pub(crate) async fn alive() -> Response {
    ok()
}

/// Whether the service should get requests
///
/// For load balancers. Not while the service is stopping, nor while it cannot save its counts.
#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "ready",
    tag = SERVICE,
    responses(
        (
            status = 200,
            description = "The service is ready.",
            body = String,
            content_type = "text/plain",
            headers(("Cache-Control" = String, description = "Always no-store.")),
            example = json!("ok\n")
        ),
        problems::Ready
    )
)]
pub(crate) async fn ready(State(readiness): State<Arc<Readiness>>) -> Result<Response, Problem> {
    readiness.check().map(|()| ok())
}

fn ok() -> Response {
    ([(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-store")], "ok\n").into_response()
}
