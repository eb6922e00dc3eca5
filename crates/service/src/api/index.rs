//! Answers about the served index that are encoded once: parameters, source sets, catalogue and
//! limits.

use crate::api::openapi::{ABOUT_INDEX, BUDGETS, examples, problems};
use crate::http::json;
use crate::http::problem::Problem;
use crate::snapshot::answers::Answers;
use crate::snapshot::current::CurrentSnapshot;
use axum::body::Bytes;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use exposure_protocol::wire::{Breach, Breaches, Limits, Parameters, SourceSets};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// The query of calls that depend on the epoch.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EpochQuery {
    /// The epoch: the current one if omitted; during a change of keys the previous one may be
    /// served too.
    #[param(required = false, nullable = false, maximum = 4_294_967_295_u32, example = 1)]
    epoch: Option<u32>,
}

type EpochOrRejection = Result<Query<EpochQuery>, QueryRejection>;

/// Defines the call for an answer that an epoch has exactly one of.
macro_rules! epoch_answer {
    (
        $(#[doc = $doc:tt])*
        $name:ident: $path:tt, $body:ident, $description:tt, $example:ident
    ) => {
        $(#[doc = $doc])*
        #[utoipa::path(
            get,
            path = $path,
            tag = ABOUT_INDEX,
            params(EpochQuery),
            responses(
                (
                    status = 200,
                    description = $description,
                    body = $body,
                    headers(("Cache-Control" = String, description = "Always no-cache: an old copy could describe an index that is gone.")),
                    example = json!(examples::$example())
                ),
                problems::ByEpoch
            )
        )]
        pub(crate) async fn $name(
            State(snapshot): State<Arc<CurrentSnapshot>>,
            query: EpochOrRejection,
        ) -> Result<Response, Problem> {
            answer(&snapshot, query, |answers| Ok(&answers.$name))
        }
    };
}

epoch_answer! {
    /// What a client needs before it checks
    ///
    /// Fetched before each check, bypassing caches. A client refuses unexpected values, above all a
    /// public key other than the one it pinned.
    parameters: "/v1/parameters", Parameters, "The parameters of an index.", parameters
}

epoch_answer! {
    /// Which sources a set number stands for
    ///
    /// Fetched as a whole before a range is requested. The position of a set is its number. If it
    /// names another index than the parameters did, the index has just been replaced: start again.
    source_sets: "/v1/source-sets", SourceSets, "All source sets of an index.", source_sets
}

epoch_answer! {
    /// The catalogue of leaks
    ///
    /// Fetched as a whole before a range is requested, so that no request reveals what was found.
    breaches: "/v1/breaches", Breaches, "All leaks in the index, by slug.", breaches
}

/// One leak of the catalogue
///
/// Requesting one reveals which: a client that checks a number fetches all of them.
#[utoipa::path(
    get,
    path = "/v1/breaches/{slug}",
    tag = ABOUT_INDEX,
    params(
        (
            "slug" = String, Path, description = "The short name of a source.",
            pattern = "^[a-z0-9][a-z0-9-]{0,63}$", min_length = 1, max_length = 64, example = "police-2022"
        ),
        EpochQuery
    ),
    responses(
        (
            status = 200,
            description = "The leak.",
            body = Breach,
            headers(("Cache-Control" = String, description = "Always no-cache: an old copy could describe an index that is gone.")),
            example = json!(examples::breaches()["breaches"][1])
        ),
        problems::BySlug
    )
)]
pub(crate) async fn breach(
    State(snapshot): State<Arc<CurrentSnapshot>>,
    slug: Result<Path<String>, PathRejection>,
    query: EpochOrRejection,
) -> Result<Response, Problem> {
    let Path(slug) = slug.map_err(|_| Problem::NoSuchPath)?;
    answer(&snapshot, query, |answers| answers.breach.get(&slug).ok_or(Problem::UnknownSource))
}

/// The budgets in force
///
/// In elements, with the days that trying every identifier of each kind would take.
#[utoipa::path(
    get,
    path = "/v1/limits",
    tag = BUDGETS,
    responses(
        (
            status = 200,
            description = "The budgets of this service.",
            body = Limits,
            headers(("Cache-Control" = String, description = "Always no-cache: an old copy could describe an index that is gone.")),
            example = json!(examples::limits())
        ),
        problems::Plain
    )
)]
pub(crate) async fn limits(State(snapshot): State<Arc<CurrentSnapshot>>) -> Response {
    json::no_cache(snapshot.load().current().answers.limits.clone())
}

fn answer(
    snapshot: &CurrentSnapshot,
    query: EpochOrRejection,
    pick: impl Fn(&Answers) -> Result<&Bytes, Problem>,
) -> Result<Response, Problem> {
    let malformed = |_| Problem::Malformed("The only query parameter is epoch=N, once, with a number.".into());
    let Query(EpochQuery { epoch }) = query.map_err(malformed)?;
    let snapshot = snapshot.load();
    let unknown = |current| Problem::UnknownEpoch { status: StatusCode::NOT_FOUND, current };
    Ok(json::no_cache(pick(&snapshot.epoch(epoch).map_err(unknown)?.answers)?.clone()))
}
