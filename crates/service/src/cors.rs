//! Which pages of other origins may ask: those that partners named, exactly, and none while no partner names any.

use crate::caller;
use crate::state::Shared;
use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, ETAG, ORIGIN, RETRY_AFTER, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method};
use axum::response::Response;
use axum::routing::Route;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tower::{Layer as _, Service as _, ServiceExt as _};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// How long a browser need not ask again whether it may ask.
const PREFLIGHT: Duration = Duration::from_mins(10);

/// Only these are for other programs than the form.
const API: &str = "/v1/";

/// Whether anything is to be said of other origins: one look at a table where no partner has a page.
pub(crate) fn concerns(shared: &Shared, request: &Request) -> bool {
    shared.partners.have_origins() && request.uri().path().starts_with(API)
}

/// Answers preflights, and lets the pages of partners read answers. Where no partner has a page, no header ever says
/// anything of it. Whether it [concerns] a request is asked before.
pub(crate) async fn allow_origins(
    shared: Arc<Shared>,
    request: Request,
    mut routes: Route,
) -> Result<Response, Infallible> {
    if !request.headers().contains_key(ORIGIN) {
        let mut response = routes.call(request).await?;
        // A cache must not hand this answer to a page, which would find no leave in it to read it.
        response.headers_mut().append(VARY, HeaderValue::from(ORIGIN));
        return Ok(response);
    }
    let partners = AllowOrigin::predicate(move |origin, parts| is_allowed(&shared, origin, parts));
    let cors = CorsLayer::new()
        .allow_origin(partners)
        .allow_methods([Method::GET, Method::HEAD, Method::POST])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE])
        .expose_headers([
            HeaderName::from_static("ratelimit"),
            HeaderName::from_static("ratelimit-policy"),
            RETRY_AFTER,
            ETAG,
        ])
        .max_age(PREFLIGHT)
        .vary([ORIGIN]);
    cors.layer(routes).oneshot(request).await
}

/// With a live key, the origins of its partner; else those of all, since a preflight carries no key, and a page should
/// be able to read why its key is refused.
fn is_allowed(shared: &Shared, origin: &HeaderValue, parts: &Parts) -> bool {
    let Ok(origin) = origin.to_str() else { return false };
    let table = shared.partners.table();
    match caller::partner(&table, &parts.headers) {
        Some(partner) => partner.origins.iter().any(|allowed| allowed == origin),
        None => table.has_origin(origin),
    }
}
