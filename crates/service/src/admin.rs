//! What operators ask, on a listener of its own: metrics, and whether the service is alive and ready. Nothing of it is
//! in the public routes but the two questions that a load balancer asks.

use crate::layers;
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

/// `GET /healthz`: the process answers.
pub(crate) async fn alive() -> Response {
    ok()
}

/// `GET /readyz`: questions are answered, and go on being so.
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
