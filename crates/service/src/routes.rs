//! The table of routes, and the handlers that only send what was written beforehand.

mod account;
mod evaluate;
mod page;
pub(crate) mod range;

use crate::admin;
use crate::holdings::answers::Answers;
use crate::layers;
use crate::problem::Problem;
use crate::state::Shared;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use std::sync::Arc;

/// Every path there is.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    let routes = Router::new()
        .route("/", get(page::form))
        .route("/assets/{file}", get(page::asset))
        .route("/healthz", get(admin::alive))
        .route("/readyz", get(admin::ready))
        .route("/v1/parameters", get(parameters))
        .route("/v1/evaluate", post(evaluate::evaluate))
        .route("/v1/range/{index}/{file}", get(range::range))
        .route("/v1/source-sets", get(source_sets))
        .route("/v1/breaches", get(breaches))
        .route("/v1/breaches/{slug}", get(breach))
        .route("/v1/limits", get(limits))
        .route("/v1/account", get(account::account))
        .fallback(async || Problem::NoSuchPath)
        .method_not_allowed_fallback(async || Problem::WrongMethod);
    layers::around(routes.with_state(Arc::clone(&shared)), &shared)
}

/// Of which epoch: the current one without a query, or, while a key is being replaced, the one before.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfEpoch {
    epoch: Option<u32>,
}

type EpochQuery = Result<Query<OfEpoch>, QueryRejection>;

async fn parameters(State(shared): State<Arc<Shared>>, query: EpochQuery) -> Result<Response, Problem> {
    answer(&shared, query, |answers| Ok(&answers.parameters))
}

async fn source_sets(State(shared): State<Arc<Shared>>, query: EpochQuery) -> Result<Response, Problem> {
    answer(&shared, query, |answers| Ok(&answers.source_sets))
}

async fn breaches(State(shared): State<Arc<Shared>>, query: EpochQuery) -> Result<Response, Problem> {
    answer(&shared, query, |answers| Ok(&answers.breaches))
}

async fn breach(
    State(shared): State<Arc<Shared>>,
    slug: Result<Path<String>, PathRejection>,
    query: EpochQuery,
) -> Result<Response, Problem> {
    let Path(slug) = slug.map_err(|_| Problem::NoSuchPath)?;
    answer(&shared, query, |answers| answers.breach.get(&slug).ok_or(Problem::UnknownSource))
}

async fn limits(State(shared): State<Arc<Shared>>) -> Response {
    json(shared.holdings.load().current().answers.limits.clone())
}

fn answer(
    shared: &Shared,
    query: EpochQuery,
    pick: impl Fn(&Answers) -> Result<&Bytes, Problem>,
) -> Result<Response, Problem> {
    let malformed = |_| Problem::Malformed("The only query is epoch=N, once, with a number.".into());
    let Query(OfEpoch { epoch }) = query.map_err(malformed)?;
    let holdings = shared.holdings.load();
    let unknown = |current| Problem::UnknownEpoch { status: StatusCode::NOT_FOUND, current };
    Ok(json(pick(&holdings.epoch(epoch).map_err(unknown)?.answers)?.clone()))
}

/// Always asked for again: an old copy could belong to an index that is gone.
fn json(body: Bytes) -> Response {
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-cache")], body).into_response()
}
