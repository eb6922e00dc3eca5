//! The description of the API: for programs at `/openapi.json`, for people at `/docs`. Nothing is loaded from elsewhere.

use super::json;
use crate::openapi::{DESCRIBED, SERVICE, problems};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

const STYLE: &str = include_str!("../openapi/page.css");

/// This description
///
/// OpenAPI 3.1, as JSON. A page that shows it to people is at `/docs`.
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
pub(crate) async fn openapi() -> Response {
    json(DESCRIBED.json.clone())
}

/// `GET /docs`
pub(crate) async fn page() -> Response {
    let headers = [(CONTENT_TYPE, "text/html; charset=utf-8"), (CACHE_CONTROL, "no-cache")];
    (headers, DESCRIBED.page.clone()).into_response()
}

/// `GET /docs/style.css`
pub(crate) async fn style() -> Response {
    ([(CONTENT_TYPE, "text/css; charset=utf-8"), (CACHE_CONTROL, "no-cache")], STYLE).into_response()
}
