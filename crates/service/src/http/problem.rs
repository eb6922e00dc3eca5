//! Every way in which a request can fail, and its RFC 9457 problem document.
//!
//! The document says what is wrong and what to do; internal causes only go to the log.

use crate::quota::rejection::Rejection;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use exposure_protocol::wire;

/// Precedes the name of each type. Types are part of the API: programs compare them.
pub(crate) const URN: &str = "urn:exposure-checker:problem:";

/// An extension of responses that are problems, for metrics and the log; it is not sent.
#[derive(Clone)]
pub(crate) struct Failure {
    /// The name of the problem's type.
    pub(crate) name: &'static str,
    /// The internal cause.
    pub(crate) cause: Option<String>,
}

/// `Retry-After` of what the operator has to repair.
const UNAVAILABLE_SECONDS: u64 = 30;

/// Why a request fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    NoSuchPath,
    WrongMethod,
    /// A sentence that says what is malformed.
    Malformed(String),
    /// The position of a malformed element, from 0.
    Element(usize),
    Count {
        got: usize,
        limit: u32,
    },
    /// The batch allows this many elements, but some quota never does.
    ExceedsQuota {
        got: u32,
        limit: u32,
    },
    MediaType,
    BodyTooLarge {
        limit: usize,
    },
    BodyTooSlow,
    /// 404 if the query names an unknown epoch, 409 if `evaluate` does.
    UnknownEpoch {
        status: StatusCode,
        current: u32,
    },
    Unkeyed,
    UnknownIndex,
    RetiredIndex {
        current: String,
    },
    PrefixLength {
        served: Vec<u8>,
    },
    Format,
    UnknownSource,
    /// The same for every credential that is not a live key, so that it reveals nothing about keys.
    Key,
    AddressBudget {
        seconds: u64,
    },
    PartnerBudget {
        seconds: u64,
    },
    PartnerPool {
        seconds: u64,
    },
    NoPartnerPool,
    /// Counts cannot be saved, so a restart would forget them.
    BudgetUnavailable,
    GlobalBudget {
        seconds: u64,
    },
    TooSlow,
    /// The evaluation pool's queue is full.
    Overloaded,
    Stopping,
    /// The cause, for the log.
    Internal(String),
}

impl Problem {
    fn kind(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NoSuchPath => (StatusCode::NOT_FOUND, "not-found", "No such path"),
            Self::WrongMethod => {
                (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "This path does not support this method")
            }
            Self::Malformed(_) => (StatusCode::BAD_REQUEST, "malformed", "The request is malformed"),
            Self::Element(_) => (StatusCode::BAD_REQUEST, "malformed-element", "A blinded element is malformed"),
            Self::Count { .. } | Self::ExceedsQuota { .. } => {
                (StatusCode::BAD_REQUEST, "element-count", "The number of elements is out of bounds")
            }
            Self::MediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", "The body is not JSON"),
            Self::BodyTooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large"),
            Self::BodyTooSlow => (StatusCode::REQUEST_TIMEOUT, "body-timeout", "The body took too long"),
            Self::UnknownEpoch { status, .. } => (*status, "unknown-epoch", "This epoch is not served"),
            Self::Unkeyed => (StatusCode::NOT_FOUND, "unkeyed", "This index is unkeyed, so nothing is evaluated"),
            Self::UnknownIndex => (StatusCode::NOT_FOUND, "unknown-index", "No index has this id"),
            Self::RetiredIndex { .. } => (StatusCode::GONE, "retired-index", "This index has been replaced"),
            Self::PrefixLength { .. } => {
                (StatusCode::BAD_REQUEST, "prefix-length", "Prefixes of this length are not served")
            }
            Self::Format => (StatusCode::NOT_FOUND, "unknown-format", "Ranges are not served in this format"),
            Self::UnknownSource => (StatusCode::NOT_FOUND, "unknown-source", "No source in the index has this slug"),
            Self::AddressBudget { .. } => {
                (StatusCode::TOO_MANY_REQUESTS, "address-budget", "This address has used up its budget")
            }
            Self::GlobalBudget { .. } => {
                (StatusCode::SERVICE_UNAVAILABLE, "global-budget", "The service has used up its budget")
            }
            Self::Key => (StatusCode::UNAUTHORIZED, "key", "A live partner key is required"),
            Self::PartnerBudget { .. } => {
                (StatusCode::TOO_MANY_REQUESTS, "partner-budget", "This partner has used up its quota")
            }
            Self::PartnerPool { .. } | Self::NoPartnerPool => {
                (StatusCode::SERVICE_UNAVAILABLE, "partner-pool", "The partners' shared budget is used up")
            }
            Self::BudgetUnavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, "budget-unavailable", "The service cannot save its counts")
            }
            Self::TooSlow => (StatusCode::SERVICE_UNAVAILABLE, "timeout", "The response took too long"),
            Self::Overloaded => (StatusCode::SERVICE_UNAVAILABLE, "overloaded", "The service is overloaded"),
            Self::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "stopping", "The service is stopping"),
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "Internal error"),
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::NoSuchPath => "See /docs for the paths of the API; the form is at /.".into(),
            Self::WrongMethod => "The Allow header lists the methods that this path supports.".into(),
            Self::Malformed(what) => what.clone(),
            Self::Element(at) => format!(
                "Element {at} (counted from 0) is not 32 bytes in base64url without padding that encode a ristretto255 \
                 element other than the identity."
            ),
            Self::Count { got, limit } => format!("The request has {got} elements; send 1 to {limit} per request."),
            Self::ExceedsQuota { got, limit } => format!(
                "{got} elements can never fit the budget, which allows at most {limit} per request; send fewer elements \
                 per request."
            ),
            Self::MediaType => "Send the header Content-Type: application/json.".into(),
            Self::BodyTooLarge { limit } => format!("The limit is {limit} bytes."),
            Self::BodyTooSlow => "The body did not arrive in time; retry.".into(),
            Self::UnknownEpoch { current, .. } => {
                format!(
                    "The current epoch is {current}; fetch /v1/parameters again. Asking for an identifier under two epochs \
                     reveals more about it: see docs/protocol.md, Epochs."
                )
            }
            Self::Unkeyed => {
                "In the scheme sha256 the client hashes the identifier itself and fetches a range directly.".into()
            }
            Self::UnknownIndex => "Fetch /v1/parameters for the id of the current index.".into(),
            Self::RetiredIndex { current } => {
                format!("The current index is {current}; fetch /v1/parameters, and start again.")
            }
            Self::PrefixLength { served } => {
                let digits: Vec<_> = served.iter().map(|bits| (bits / 4).to_string()).collect();
                format!("This index serves prefixes of {} hex digits.", digits.join(" or "))
            }
            Self::Format => "Request the prefix followed by .bin or .txt.".into(),
            Self::UnknownSource => "See /v1/breaches for all sources.".into(),
            Self::AddressBudget { seconds } => {
                format!("Too many checks from this address; retry in {seconds} seconds.")
            }
            Self::GlobalBudget { seconds } => {
                format!("Too many clients at the same time; retry in {seconds} seconds.")
            }
            Self::Key => {
                "Send one header Authorization: Bearer KEY, with a key from the operator that is not revoked; or send \
                 none, and be treated as any client without a key."
                    .into()
            }
            Self::PartnerBudget { seconds } => {
                format!("See /v1/account for what is left of your quota; retry in {seconds} seconds.")
            }
            Self::PartnerPool { seconds } => {
                format!("All partners together have used up their shared budget; retry in {seconds} seconds.")
            }
            Self::NoPartnerPool => {
                "The operator reserves no share of the budget for partners; contact the operator.".into()
            }
            Self::BudgetUnavailable => "Nothing is evaluated until the operator has repaired this; retry later.".into(),
            Self::TooSlow => "The service is busy; retry later.".into(),
            Self::Overloaded => "Nothing was charged; retry in a second.".into(),
            Self::Stopping => "Retry in a moment: another instance, or this one after its restart, will answer.".into(),
            Self::Internal(_) => "The error has been logged for the operator. The check is unfinished.".into(),
        }
    }

    /// The document that is sent.
    pub(crate) fn document(&self) -> wire::Problem {
        let (status, name, title) = self.kind();
        wire::Problem {
            kind: format!("{URN}{name}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: self.detail(),
            current: match self {
                Self::RetiredIndex { current } => Some(current.clone()),
                _ => None,
            },
        }
    }

    /// Its status, and the name of its type.
    pub(crate) fn name(&self) -> (StatusCode, &'static str) {
        let (status, name, _) = self.kind();
        (status, name)
    }

    /// Seconds to wait before retrying, if waiting helps.
    pub(crate) fn retry_after(&self) -> Option<u64> {
        match self {
            Self::AddressBudget { seconds }
            | Self::GlobalBudget { seconds }
            | Self::PartnerBudget { seconds }
            | Self::PartnerPool { seconds } => Some(*seconds),
            Self::TooSlow | Self::Overloaded | Self::Stopping => Some(1),
            Self::BudgetUnavailable => Some(UNAVAILABLE_SECONDS),
            _ => None,
        }
    }
}

impl From<Rejection> for Problem {
    fn from(rejection: Rejection) -> Self {
        match rejection {
            Rejection::Address { retry_seconds: seconds } => Self::AddressBudget { seconds },
            Rejection::Partner { retry_seconds: seconds } => Self::PartnerBudget { seconds },
            Rejection::AnonymousShared { retry_seconds: seconds } => Self::GlobalBudget { seconds },
            Rejection::PartnerShared { retry_seconds: seconds } => Self::PartnerPool { seconds },
            Rejection::NoPartnerShare => Self::NoPartnerPool,
            Rejection::ExceedsQuota { got, limit } => Self::ExceedsQuota { got, limit },
            Rejection::Unsaved => Self::BudgetUnavailable,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> axum::response::Response {
        let (status, name, _) = self.kind();
        let body = serde_json::to_vec(&self.document()).expect("plain fields are JSON");
        let mut response = Response::new(body.into());
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after() {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        let cause = if let Self::Internal(cause) = self { Some(cause) } else { None };
        response.extensions_mut().insert(Failure { name, cause });
        response
    }
}
