//! The table of routes, and the handlers that only send what was written beforehand.

#![allow(unused_qualifications, reason = "the descriptions of calls expand to paths that are longer than they need be")]

mod account;
mod docs;
mod evaluate;
mod page;
pub(crate) mod range;

use crate::admin;
use crate::holdings::answers::Answers;
use crate::layers;
use crate::openapi::{self, ABOUT_INDEX, BUDGETS, DESCRIBED, examples, problems};
use crate::pages::render::PageKind;
use crate::problem::Problem;
use crate::state::Shared;
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use exposure_protocol::wire::{Breach, Breaches, Limits, Parameters, SourceSets};
use serde::Deserialize;
use std::sync::{Arc, LazyLock};
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Every path there is.
pub(crate) fn router(shared: &Arc<Shared>) -> Router {
    // Made now, and not while somebody waits for it.
    LazyLock::force(&DESCRIBED);
    let (described, _) = table().split_for_parts();
    let routes = described
        .route("/", page::fixed(PageKind::Form))
        .route("/how", page::fixed(PageKind::How))
        .route("/leaks", get(page::leaks))
        .route("/leaks/{slug}", get(page::leak))
        .route("/partners", page::fixed(PageKind::Partners))
        .route("/privacy", page::fixed(PageKind::Privacy))
        .route("/assets/{file}", get(page::asset))
        .route("/docs", get(docs::page))
        .route("/docs/style.css", get(docs::style))
        .fallback(async || Problem::NoSuchPath)
        .method_not_allowed_fallback(async || Problem::WrongMethod);
    layers::around(routes.with_state(Arc::clone(shared)), shared)
}

/// The calls of the API, each routed by its description: none can be forgotten there.
pub(crate) fn table() -> OpenApiRouter<Arc<Shared>> {
    OpenApiRouter::with_openapi(openapi::beginning())
        .routes(routes!(evaluate::evaluate))
        .routes(routes!(range::range))
        .routes(routes!(parameters))
        .routes(routes!(source_sets))
        .routes(routes!(breaches))
        .routes(routes!(breach))
        .routes(routes!(limits))
        .routes(routes!(account::account))
        .routes(routes!(admin::alive))
        .routes(routes!(admin::ready))
        .routes(routes!(docs::openapi))
}

/// Of which epoch: the current one without a query, or, while a key is being replaced, the one before.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OfEpoch {
    /// The epoch that is meant: the current one if not given; while a key is being replaced, perhaps the one before.
    #[param(required = false, nullable = false, maximum = 4_294_967_295_u32, example = 1)]
    epoch: Option<u32>,
}

type EpochQuery = Result<Query<OfEpoch>, QueryRejection>;

/// What a client needs before it asks
///
/// Fetched before each check, past any cache. A client refuses what is not as it should be, above all another public key than the one it was told.
#[utoipa::path(
    get,
    path = "/v1/parameters",
    operation_id = "parameters",
    tag = ABOUT_INDEX,
    params(OfEpoch),
    responses(
        (
            status = 200,
            description = "The parameters of an index.",
            body = Parameters,
            headers(("Cache-Control" = String, description = "Always no-cache: an old copy could belong to an index that is gone.")),
            example = json!(examples::json("### `GET /v1/parameters`", 0))
        ),
        problems::ByEpoch
    )
)]
async fn parameters(State(shared): State<Arc<Shared>>, query: EpochQuery) -> Result<Response, Problem> {
    answer(&shared, query, |answers| Ok(&answers.parameters))
}

/// Which sources a set number stands for
///
/// Fetched whole, before a range is asked for. The position of a set is its number. If it names another index than the parameters did, the index has just been replaced: start again.
#[utoipa::path(
    get,
    path = "/v1/source-sets",
    operation_id = "source_sets",
    tag = ABOUT_INDEX,
    params(OfEpoch),
    responses(
        (
            status = 200,
            description = "All source sets of an index.",
            body = SourceSets,
            headers(("Cache-Control" = String, description = "Always no-cache: an old copy could belong to an index that is gone.")),
            example = json!(examples::json("### `GET /v1/source-sets`", 0))
        ),
        problems::ByEpoch
    )
)]
async fn source_sets(State(shared): State<Arc<Shared>>, query: EpochQuery) -> Result<Response, Problem> {
    answer(&shared, query, |answers| Ok(&answers.source_sets))
}

/// The catalogue of leaks
///
/// Fetched whole, before a range is asked for, so that no request tells what was found.
#[utoipa::path(
    get,
    path = "/v1/breaches",
    operation_id = "breaches",
    tag = ABOUT_INDEX,
    params(OfEpoch),
    responses(
        (
            status = 200,
            description = "All leaks that the index holds, by slug.",
            body = Breaches,
            headers(("Cache-Control" = String, description = "Always no-cache: an old copy could belong to an index that is gone.")),
            example = json!(examples::json("### `GET /v1/breaches`", 0))
        ),
        problems::ByEpoch
    )
)]
async fn breaches(State(shared): State<Arc<Shared>>, query: EpochQuery) -> Result<Response, Problem> {
    answer(&shared, query, |answers| Ok(&answers.breaches))
}

/// One leak of the catalogue
///
/// Asking for one tells which: a client that checks a number fetches all of them.
#[utoipa::path(
    get,
    path = "/v1/breaches/{slug}",
    operation_id = "breach",
    tag = ABOUT_INDEX,
    params(("slug" = String, Path, description = "The short name of a source.", pattern = "^[a-z0-9][a-z0-9-]{0,63}$", min_length = 1, max_length = 64, example = "police-2022"), OfEpoch),
    responses(
        (
            status = 200,
            description = "The leak.",
            body = Breach,
            headers(("Cache-Control" = String, description = "Always no-cache: an old copy could belong to an index that is gone.")),
            example = json!(examples::json("### `GET /v1/breaches`", 0)["breaches"][1])
        ),
        problems::BySlug
    )
)]
async fn breach(
    State(shared): State<Arc<Shared>>,
    slug: Result<Path<String>, PathRejection>,
    query: EpochQuery,
) -> Result<Response, Problem> {
    let Path(slug) = slug.map_err(|_| Problem::NoSuchPath)?;
    answer(&shared, query, |answers| answers.breach.get(&slug).ok_or(Problem::UnknownSource))
}

/// The budgets in force
///
/// In elements, and the days that trying every identifier of each kind would take.
#[utoipa::path(
    get,
    path = "/v1/limits",
    operation_id = "limits",
    tag = BUDGETS,
    responses(
        (
            status = 200,
            description = "The budgets of this service.",
            body = Limits,
            headers(("Cache-Control" = String, description = "Always no-cache: an old copy could belong to an index that is gone.")),
            example = json!(examples::json("### `GET /v1/limits`", 0))
        ),
        problems::Plain
    )
)]
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
