//! What operators ask, on a listener of its own: metrics, and whether the service is alive and ready. Nothing of it is
//! in the public routes but the two questions that a load balancer asks.

use crate::layers;
use crate::openapi::{SERVICE, problems};
use crate::problem::Problem;
use crate::state::Shared;
use crate::watch::scrape::Scrape;
use axum::Router;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::prometheus_text;
use std::sync::Arc;

/// The routes of operators. Requests here are neither counted nor logged: they would hide those that matter.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    let routes = Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .fallback(async || Problem::NoSuchPath)
        .method_not_allowed_fallback(async || Problem::WrongMethod);
    layers::secured(routes.with_state(shared))
}

/// Whether the process answers
///
/// For supervisors, which start a process anew that does not answer.
#[utoipa::path(
    get,
    path = "/healthz",
    operation_id = "alive",
    tag = SERVICE,
    responses(
        (
            status = 200,
            description = "It is.",
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

/// Whether questions are answered, and go on being so
///
/// For load balancers: not while the service is stopping, nor while it cannot save what is spent.
#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "ready",
    tag = SERVICE,
    responses(
        (
            status = 200,
            description = "It is.",
            body = String,
            content_type = "text/plain",
            headers(("Cache-Control" = String, description = "Always no-store.")),
            example = json!("ok\n")
        ),
        problems::Ready
    )
)]
pub(crate) async fn ready(State(shared): State<Arc<Shared>>) -> Result<Response, Problem> {
    shared.unready().map_or_else(|| Ok(ok()), Err)
}

async fn metrics(State(shared): State<Arc<Shared>>) -> Response {
    let text = shared.metrics.text(&Scrape::of(&shared));
    ([(CONTENT_TYPE, prometheus_text::CONTENT_TYPE), (CACHE_CONTROL, "no-store")], text).into_response()
}

fn ok() -> Response {
    ([(CONTENT_TYPE, "text/plain; charset=utf-8"), (CACHE_CONTROL, "no-store")], "ok\n").into_response()
}
