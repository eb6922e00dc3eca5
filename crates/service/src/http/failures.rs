//! The log of responses with status 500 and above.

use crate::http::problem::Failure;
use crate::throttle::Throttle;
use axum::http::StatusCode;

/// At most one line per second for errors, and one for rejections under load.
pub(super) struct FailureLog {
    errors: Throttle,
    overload: Throttle,
}

impl Default for FailureLog {
    fn default() -> Self {
        Self { errors: Throttle::new(1), overload: Throttle::new(1) }
    }
}

impl FailureLog {
    /// Logs a response of status 500 or above: a warning for 503, an error for anything else.
    pub(super) fn log(&self, route: &str, status: StatusCode, failure: Option<&Failure>) {
        let problem = failure.map(|failure| failure.name);
        let cause = failure.and_then(|failure| failure.cause.as_deref()).unwrap_or("not answered");
        let (is_overload, status) = (status == StatusCode::SERVICE_UNAVAILABLE, status.as_u16());
        if is_overload {
            if let Some(suppressed) = self.overload.pass() {
                tracing::warn!(route, status, problem, suppressed, "{cause}");
            }
        } else if let Some(suppressed) = self.errors.pass() {
            tracing::error!(route, status, problem, suppressed, "{cause}");
        }
    }
}
