//! What happens around every request: security headers, counting, the log, a deadline, and an answer when a handler
//! panics. One layer does it all: each further one would box every request again.

mod failures;

use crate::cors;
use crate::problem::{Failed, Problem};
use crate::routes::range::Packed;
use crate::state::Shared;
use crate::watch::Metrics;
use crate::watch::route::{NO_ROUTE, Route as Counters, name_of};
use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use axum::routing::Route;
use failures::Failures;
use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::task::Poll;
use std::time::{Duration, Instant};
use tower::layer::layer_fn;
use tower::{Service as _, service_fn};

/// Longest that an answer may take to be made.
const REQUEST: Duration = Duration::from_secs(15);

/// Nothing runs, loads or is framed but the form itself; it sets no markup by script.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     img-src 'self' data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; \
     require-trusted-types-for 'script'; trusted-types 'none'";

/// Every feature that a policy can switch off and a page could be made to misuse.
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

/// A year of nothing but TLS, once it was spoken (RFC 6797). Subdomains are others' matter.
const TRANSPORT_SECURITY: &str = "max-age=31536000";

/// From where on they concern answers that are bytes and no document.
const OF_BYTES: usize = 4;

/// What is around the requests of one route and method.
struct Around {
    metrics: Arc<Metrics>,
    failures: Arc<Failures>,
    /// Whether this service speaks TLS itself; a proxy that does says so itself.
    is_tls: bool,
    /// The matched route and its counters, looked up when the first request has come.
    route: OnceLock<(Box<str>, Arc<Counters>)>,
}

/// Puts all of it around routes.
pub(crate) fn around(routes: Router, shared: &Arc<Shared>) -> Router {
    let (shared, failures) = (Arc::clone(shared), Arc::new(Failures::default()));
    routes.layer(layer_fn(move |mut inner: Route| {
        let (shared, failures) = (Arc::clone(&shared), Arc::clone(&failures));
        let around = Arc::new(Around {
            metrics: Arc::clone(&shared.metrics),
            failures,
            is_tls: shared.tls.is_some(),
            route: OnceLock::new(),
        });
        service_fn(move |request: Request| {
            let begun = Instant::now();
            let around = Arc::clone(&around);
            let method = request.method().clone();
            around.route(&request);
            let answer = if cors::concerns(&shared, &request) {
                Err(cors::allow_origins(Arc::clone(&shared), request, inner.clone()))
            } else {
                Ok(inner.call(request))
            };
            async move {
                let mut response = match answer {
                    Ok(answer) => answer_of(answer).await,
                    Err(answer) => answer_of(answer).await,
                };
                around.done(&method, begun.elapsed(), &mut response);
                secure(&mut response, around.is_tls);
                Ok::<_, Infallible>(response)
            }
        })
    }))
}

/// Puts the security headers alone around routes.
pub(crate) fn secured(routes: Router) -> Router {
    routes.layer(axum::middleware::map_response(async |mut response: Response| {
        secure(&mut response, false);
        response
    }))
}

impl Around {
    fn route(&self, request: &Request) -> &(Box<str>, Arc<Counters>) {
        self.route.get_or_init(|| {
            let matched = request.extensions().get::<MatchedPath>().map_or(NO_ROUTE, MatchedPath::as_str);
            (matched.into(), self.metrics.route(matched))
        })
    }

    /// Counts and logs: method, matched route, status, time and the type of a problem; never the path, which may hold a
    /// prefix, nor who asked.
    fn done(&self, method: &Method, took: Duration, response: &mut Response) {
        let status = response.status();
        let (route, counters) = self.route.get().expect("looked up before the request was handled");
        counters.answered(method, status, took);
        let failed = response.extensions_mut().remove::<Failed>();
        if let Some(failed) = &failed {
            self.metrics.problem(failed.name);
        }
        let method = name_of(method);
        let problem = failed.as_ref().map(|failed| failed.name);
        tracing::debug!(method, route, status = status.as_u16(), problem, micros = took.as_micros() as u64);
        if status.is_server_error() {
            self.failures.log(route, status, failed.as_ref());
        }
    }
}

/// The answer of a handler, or one in its place if it panics or takes too long.
async fn answer_of(answer: impl Future<Output = Result<Response, Infallible>>) -> Response {
    let mut answer = pin!(answer);
    let caught = poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| answer.as_mut().poll(context)));
        // What a panic said stays out of the log: it may quote the request.
        polled.unwrap_or_else(|_| Poll::Ready(Ok(Problem::Internal("a handler panicked".into()).into_response())))
    });
    let Ok(response) =
        tokio::time::timeout(REQUEST, caught).await.unwrap_or_else(|_| Ok(Problem::TooSlow.into_response()));
    response
}

/// Puts the security headers on an answer. On a packed range, only those that say that it is nothing but bytes: no browser
/// makes a document of it, and the others are as long as a tenth of it.
fn secure(response: &mut Response, is_tls: bool) {
    let is_packed = response.extensions().get::<Packed>().is_some();
    let headers = response.headers_mut();
    headers.reserve(SECURITY_HEADERS.len());
    for (name, value) in &SECURITY_HEADERS[if is_packed { OF_BYTES } else { 0 }..] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if is_tls && !is_packed {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(TRANSPORT_SECURITY));
    }
}
