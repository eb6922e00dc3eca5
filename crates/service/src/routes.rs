//! The table of routes, and the handlers that only send what was written beforehand.

mod account;
mod evaluate;
mod page;
mod range;

use crate::cors;
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
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;
use std::sync::Arc;

/// Every path there is.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    let routes = Router::new()
        .route("/", get(page::form))
        .route("/assets/{file}", get(page::asset))
        .route("/healthz", get(health))
        .route("/readyz", get(ready))
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
    let cors = from_fn_with_state(Arc::clone(&shared), cors::allow_origins);
    layers::around(routes.with_state(shared).layer(cors))
}

/// Alive.
async fn health() -> &'static str {
    "ok\n"
}

/// Ready, unless what is spent cannot be saved: a service without an index does not start, and one with a bad new index
/// keeps the old.
async fn ready(State(shared): State<Arc<Shared>>) -> Result<&'static str, Problem> {
    let budgets = &shared.budgets;
    if budgets.is_available(budgets.now()) { Ok("ok\n") } else { Err(Problem::BudgetUnavailable) }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ParametersQuery {
    epoch: Option<u32>,
}

async fn parameters(
    State(shared): State<Arc<Shared>>,
    query: Result<Query<ParametersQuery>, QueryRejection>,
) -> Result<Response, Problem> {
    let malformed = || Problem::Malformed("The only query is epoch=N, once, with a number.".into());
    let Query(ParametersQuery { epoch }) = query.map_err(|_| malformed())?;
    let holdings = shared.holdings.load();
    let current = holdings.current.index.header().epoch;
    if epoch.is_some_and(|epoch| epoch != current) {
        return Err(Problem::UnknownEpoch { status: StatusCode::NOT_FOUND, current });
    }
    Ok(json(holdings.answers.parameters.clone()))
}

async fn source_sets(State(shared): State<Arc<Shared>>) -> Response {
    answer(&shared, |answers| &answers.source_sets)
}

async fn breaches(State(shared): State<Arc<Shared>>) -> Response {
    answer(&shared, |answers| &answers.breaches)
}

async fn breach(
    State(shared): State<Arc<Shared>>,
    slug: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let Path(slug) = slug.map_err(|_| Problem::NoSuchPath)?;
    let holdings = shared.holdings.load();
    holdings.answers.breach.get(&slug).cloned().map(json).ok_or(Problem::UnknownSource)
}

async fn limits(State(shared): State<Arc<Shared>>) -> Response {
    answer(&shared, |answers| &answers.limits)
}

fn answer(shared: &Shared, pick: impl Fn(&Answers) -> &Bytes) -> Response {
    json(pick(&shared.holdings.load().answers).clone())
}

/// Always asked for again: an old copy could belong to an index that is gone.
fn json(body: Bytes) -> Response {
    ([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-cache")], body).into_response()
}
