//! Middleware around every request: security headers, metrics, the log, a deadline, and a response
//! when a handler panics. One layer does all of it, because each layer boxes every request once
//! more.

use crate::accounts::live::Accounts;
use crate::http::cors;
use crate::http::failures::FailureLog;
use crate::http::problem::{Failure, Problem};
use crate::metrics::registry::Metrics;
use crate::metrics::route::{NO_ROUTE, RouteCounters, method_name};
use crate::net::segments::Segments;
use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use axum::routing::Route;
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::task::Poll;
use std::time::{Duration, Instant};
use tower::layer::layer_fn;
use tower::{Service as _, service_fn};

/// Longest time to make a response.
const RESPONSE_DEADLINE: Duration = Duration::from_secs(15);

/// Allows nothing but the site's own scripts, styles, images and requests, no framing, and no
/// markup set by script.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'";

/// Switches off every browser feature that a page could be made to misuse.
const PERMISSIONS_POLICY: &str = "accelerometer=(), autoplay=(), camera=(), display-capture=(), encrypted-media=(), \
     fullscreen=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), \
     publickey-credentials-get=(), screen-wake-lock=(), usb=(), xr-spatial-tracking=()";

const SECURITY_HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), PERMISSIONS_POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// TLS only, for a year (RFC 6797). Does not cover subdomains, which may belong to others.
const TRANSPORT_SECURITY: &str = "max-age=31536000";

/// Index of the first of `SECURITY_HEADERS` that also matters for bytes that are no document.
const FIRST_FOR_BYTES: usize = 4;

/// The middleware of one route and method.
struct RouteMiddleware {
    metrics: Arc<Metrics>,
    failures: Arc<FailureLog>,
    /// Whether this service serves TLS itself; a proxy that does adds its own header.
    is_tls: bool,
    /// The matched route and its counters, looked up on the first request.
    route: OnceLock<(Box<str>, Arc<RouteCounters>)>,
}

/// Adds the whole middleware to routes.
pub(crate) fn full(routes: Router, metrics: &Arc<Metrics>, accounts: &Arc<Accounts>, is_tls: bool) -> Router {
    let (metrics, accounts, failures) = (Arc::clone(metrics), Arc::clone(accounts), Arc::new(FailureLog::default()));
    routes.layer(layer_fn(move |mut inner: Route| {
        let accounts = Arc::clone(&accounts);
        let (metrics, failures) = (Arc::clone(&metrics), Arc::clone(&failures));
        let middleware = Arc::new(RouteMiddleware { metrics, failures, is_tls, route: OnceLock::new() });
        service_fn(move |request: Request| {
            let began = Instant::now();
            let middleware = Arc::clone(&middleware);
            let method = request.method().clone();
            middleware.route(&request);
            let response = if cors::applies(&accounts, &request) {
                Err(cors::handle(Arc::clone(&accounts), request, inner.clone()))
            } else {
                Ok(inner.call(request))
            };
            async move {
                let mut response = match response {
                    Ok(response) => response_of(response).await,
                    Err(response) => response_of(response).await,
                };
                middleware.finish(&method, began.elapsed(), &mut response);
                secure(&mut response, middleware.is_tls);
                Ok::<_, Infallible>(response)
            }
        })
    }))
}

/// Adds only the security headers to routes.
pub(crate) fn security_headers(routes: Router) -> Router {
    routes.layer(axum::middleware::map_response(async |mut response: Response| {
        secure(&mut response, false);
        response
    }))
}

impl RouteMiddleware {
    fn route(&self, request: &Request) -> &(Box<str>, Arc<RouteCounters>) {
        self.route.get_or_init(|| {
            let matched = request.extensions().get::<MatchedPath>().map_or(NO_ROUTE, MatchedPath::as_str);
            (matched.into(), self.metrics.route(matched))
        })
    }

    /// Counts and logs method, matched route, status, time and type of problem; never the path,
    /// which may contain a prefix, nor the client.
    fn finish(&self, method: &Method, took: Duration, response: &mut Response) {
        let status = response.status();
        let (route, counters) = self.route.get().expect("looked up before the request was handled");
        counters.record(method, status, took);
        let failure = response.extensions_mut().remove::<Failure>();
        if let Some(failure) = &failure {
            self.metrics.problem(failure.name);
        }
        let method = method_name(method);
        let problem = failure.as_ref().map(|failure| failure.name);
        tracing::debug!(method, route, status = status.as_u16(), problem, micros = took.as_micros() as u64);
        if status.is_server_error() {
            self.failures.log(route, status, failure.as_ref());
        }
    }
}

/// The response of a handler, or a problem if it panics or takes too long.
async fn response_of(response: impl Future<Output = Result<Response, Infallible>>) -> Response {
    let mut response = pin!(response);
    let caught = poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| response.as_mut().poll(context)));
        // The panic's message is not logged: it may quote the request.
        polled.unwrap_or_else(|_| Poll::Ready(Ok(Problem::Internal("a handler panicked".into()).into_response())))
    });
    let Ok(response) =
        tokio::time::timeout(RESPONSE_DEADLINE, caught).await.unwrap_or_else(|_| Ok(Problem::TooSlow.into_response()));
    response
}

/// Adds the security headers to a response. A body of [`Segments`] (a packed range) gets only those
/// that matter for bytes: no browser shows it as a document, and the others would add a tenth to
/// its size.
fn secure(response: &mut Response, is_tls: bool) {
    let is_bytes = response.extensions().get::<Segments>().is_some();
    let headers = response.headers_mut();
    headers.reserve(SECURITY_HEADERS.len());
    for (name, value) in &SECURITY_HEADERS[if is_bytes { FIRST_FOR_BYTES } else { 0 }..] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if is_tls && !is_bytes {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(TRANSPORT_SECURITY));
    }
}
