//! Assembles the routers: which handler answers which path, and the middleware around them.

use crate::api::openapi::{self, Description};
use crate::api::{account, docs, evaluate, health, index, operators, range};
use crate::http::middleware;
use crate::http::problem::Problem;
use crate::site::handlers;
use crate::site::page::PageKind;
use crate::state::AppState;
use axum::Router;
use axum::extract::FromRef;
use axum::routing::get;
use std::sync::{Arc, LazyLock};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The description of this program's API.
static DESCRIPTION: LazyLock<Arc<Description>> = LazyLock::new(|| Arc::new(Description::new(api().into_openapi())));

impl FromRef<AppState> for Arc<Description> {
    fn from_ref(_: &AppState) -> Self {
        Arc::clone(&DESCRIPTION)
    }
}

/// The routes of the public listener.
pub(crate) fn public(state: &AppState) -> Router {
    // Made now, so that no request has to wait for it.
    LazyLock::force(&DESCRIPTION);
    let (api, _) = api().split_for_parts();
    let routes = api
        .route("/", handlers::fixed(PageKind::Form))
        .route("/how", handlers::fixed(PageKind::How))
        .route("/leaks", get(handlers::leaks))
        .route("/leaks/{slug}", get(handlers::leak))
        .route("/partners", handlers::fixed(PageKind::Partners))
        .route("/privacy", handlers::fixed(PageKind::Privacy))
        .route("/about", handlers::fixed(PageKind::About))
        .route("/assets/{file}", get(handlers::asset))
        .route("/favicon.ico", handlers::icon("favicon.ico", "image/x-icon"))
        .route("/apple-touch-icon.png", handlers::icon("apple-touch-icon.png", "image/png"))
        .route("/card.png", handlers::icon("card.png", "image/png"))
        .route("/robots.txt", get(handlers::robots))
        .route("/docs", get(docs::page))
        .route("/docs/style.css", get(docs::style))
        .fallback(handlers::nowhere)
        .method_not_allowed_fallback(async || Problem::WrongMethod);
    middleware::full(routes.with_state(state.clone()), &state.metrics, &state.accounts, state.tls.is_some())
}

/// The routes of the admin listener. Requests here are neither counted nor logged, so that scrapes
/// do not hide the requests that matter.
pub(crate) fn admin(state: AppState) -> Router {
    let routes = Router::new()
        .route("/metrics", get(operators::metrics))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback(async || Problem::NoSuchPath)
        .method_not_allowed_fallback(async || Problem::WrongMethod);
    middleware::security_headers(routes.with_state(state))
}

/// The calls of the API. Each is routed by its description, so that none can be missing there.
fn api() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(openapi::preamble())
        .routes(routes!(evaluate::evaluate))
        .routes(routes!(range::range))
        .routes(routes!(index::parameters))
        .routes(routes!(index::source_sets))
        .routes(routes!(index::breaches))
        .routes(routes!(index::breach))
        .routes(routes!(index::limits))
        .routes(routes!(account::account))
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(docs::openapi))
}
