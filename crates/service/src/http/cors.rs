//! CORS: pages of the origins that partners registered may read responses of the API, no others.

use crate::accounts::live::Accounts;
use crate::http::clients::partner;
use crate::http::rate_limit::{POLICY, STATE};
use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, ETAG, ORIGIN, RETRY_AFTER, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method};
use axum::response::Response;
use axum::routing::Route;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tower::{Layer as _, Service as _, ServiceExt as _};
use tower_http::cors::{AllowOrigin, CorsLayer};

/// How long a browser may reuse a preflight's answer.
const PREFLIGHT: Duration = Duration::from_mins(10);

/// Only these paths are for other programs than the site.
const API: &str = "/v1/";

/// Whether CORS applies to a request. Where no partner has an origin, this costs one look at the
/// table.
pub(super) fn applies(accounts: &Accounts, request: &Request) -> bool {
    accounts.have_origins() && request.uri().path().starts_with(API)
}

/// Answers preflights, and adds the CORS headers to responses. Called only if CORS [applies].
pub(super) async fn handle(
    accounts: Arc<Accounts>,
    request: Request,
    mut routes: Route,
) -> Result<Response, Infallible> {
    if !request.headers().contains_key(ORIGIN) {
        let mut response = routes.call(request).await?;
        // A cache must not give this response to a page: without CORS headers it could not be read
        // there.
        response.headers_mut().append(VARY, HeaderValue::from(ORIGIN));
        return Ok(response);
    }
    let registered = AllowOrigin::predicate(move |origin, parts| is_allowed(&accounts, origin, parts));
    let cors = CorsLayer::new()
        .allow_origin(registered)
        .allow_methods([Method::GET, Method::HEAD, Method::POST])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE])
        .expose_headers([STATE, POLICY, RETRY_AFTER, ETAG])
        .max_age(PREFLIGHT)
        .vary([ORIGIN]);
    cors.layer(routes).oneshot(request).await
}

/// With a live key, only the origins of its partner are allowed. Otherwise those of all partners
/// are, because a preflight carries no key, and a page should be able to read why its key is
/// rejected.
fn is_allowed(accounts: &Accounts, origin: &HeaderValue, parts: &Parts) -> bool {
    let Ok(origin) = origin.to_str() else { return false };
    let table = accounts.table();
    match partner(&table, &parts.headers) {
        Some(partner) => partner.origins.iter().any(|allowed| allowed == origin),
        None => table.has_origin(origin),
    }
}
