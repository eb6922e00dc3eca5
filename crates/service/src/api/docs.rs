//! The description of the API: for programs at `/openapi.json`, for people at `/docs`. Nothing is
//! loaded from other hosts.

use crate::api::openapi::{Description, SERVICE, STYLE, problems};
use crate::http::json;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// This description
///
/// OpenAPI 3.1, as JSON. The same for people is at `/docs`.
#[utoipa::path(
    get,
    path = "/openapi.json",
    operation_id = "openapi",
    tag = SERVICE,
    responses(
        (
            status = 200,
            description = "The description of this API.",
            body = serde_json::Value,
            headers(("Cache-Control" = String, description = "Always no-cache."))
        ),
        problems::Plain
    )
)]
pub(crate) async fn openapi(State(description): State<Arc<Description>>) -> Response {
    json::no_cache(description.json.clone())
}

/// `GET /docs`
pub(crate) async fn page(State(description): State<Arc<Description>>) -> Response {
    let headers = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-cache")];
    (headers, description.page.clone()).into_response()
}

/// `GET /docs/style.css`
pub(crate) async fn style() -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "no-cache")], STYLE).into_response()
}
