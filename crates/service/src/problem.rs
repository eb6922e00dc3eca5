//! Everything that can be wrong with a request, and the one function that makes it an RFC 9457 problem document.
//!
//! What is sent says what is wrong and what to do; what happened inside goes to the log and nowhere else.

mod every;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{Response, StatusCode};
use axum::response::IntoResponse;
use exposure_protocol::wire;

/// In front of the name of each type. The types are part of the API: programs compare them.
pub(crate) const URN: &str = "urn:exposure-checker:problem:";

/// Rides on an answer that is a problem, for whoever counts and logs it; it is not sent.
#[derive(Clone)]
pub(crate) struct Failed {
    /// The name of its type.
    pub(crate) name: &'static str,
    /// What happened inside.
    pub(crate) what: Option<String>,
}

/// When to ask again whether something has been repaired.
const UNAVAILABLE_SECONDS: u64 = 30;

/// Why a request is not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Problem {
    NoSuchPath,
    WrongMethod,
    /// What is malformed, as a sentence.
    Malformed(String),
    /// The place of an element that is none, from 0.
    Element(usize),
    Count {
        got: usize,
        most: u32,
    },
    /// So many elements are allowed, but no budget of this service ever holds as many.
    NeverInBudget {
        got: u32,
        most: u32,
    },
    MediaType,
    BodyTooLarge {
        most: usize,
    },
    BodyTooSlow,
    /// 404 where an epoch is asked for, 409 where a client takes another one to be current.
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
    /// The one answer to whatever is no live key, so that it tells nothing about keys.
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
    /// What is spent cannot be saved, so that a restart would forget it.
    BudgetUnavailable,
    GlobalBudget {
        seconds: u64,
    },
    TooSlow,
    /// More is waiting for a processor than is done in a moment.
    Overloaded,
    Stopping,
    /// What happened, for the log.
    Internal(String),
}

impl Problem {
    fn kind(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NoSuchPath => (StatusCode::NOT_FOUND, "not-found", "There is nothing at this path"),
            Self::WrongMethod => {
                (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "This path does not take this method")
            }
            Self::Malformed(_) => (StatusCode::BAD_REQUEST, "malformed", "The request is malformed"),
            Self::Element(_) => (StatusCode::BAD_REQUEST, "malformed-element", "A blinded element is malformed"),
            Self::Count { .. } | Self::NeverInBudget { .. } => {
                (StatusCode::BAD_REQUEST, "element-count", "The number of elements is out of bounds")
            }
            Self::MediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", "The body is not JSON"),
            Self::BodyTooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "The body is too large"),
            Self::BodyTooSlow => (StatusCode::REQUEST_TIMEOUT, "body-timeout", "The body took too long"),
            Self::UnknownEpoch { status, .. } => (*status, "unknown-epoch", "This epoch is not served"),
            Self::Unkeyed => (StatusCode::NOT_FOUND, "unkeyed", "This index is unkeyed: nothing is evaluated"),
            Self::UnknownIndex => (StatusCode::NOT_FOUND, "unknown-index", "There is no index with this id"),
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
            Self::Key => (StatusCode::UNAUTHORIZED, "key", "This is for partners with a live key"),
            Self::PartnerBudget { .. } => {
                (StatusCode::TOO_MANY_REQUESTS, "partner-budget", "This partner has used up its quota")
            }
            Self::PartnerPool { .. } | Self::NoPartnerPool => {
                (StatusCode::SERVICE_UNAVAILABLE, "partner-pool", "The pool of partners is used up")
            }
            Self::BudgetUnavailable => {
                (StatusCode::SERVICE_UNAVAILABLE, "budget-unavailable", "The service cannot save what is spent")
            }
            Self::TooSlow => (StatusCode::SERVICE_UNAVAILABLE, "timeout", "The answer took too long"),
            Self::Overloaded => (StatusCode::SERVICE_UNAVAILABLE, "overloaded", "The service has too much to do"),
            Self::Stopping => (StatusCode::SERVICE_UNAVAILABLE, "stopping", "The service is stopping"),
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "The service failed"),
        }
    }

    fn detail(&self) -> String {
        match self {
            Self::NoSuchPath => "See /v1/parameters for what is served; the form is at /.".into(),
            Self::WrongMethod => "The Allow header lists the methods that this path takes.".into(),
            Self::Malformed(what) => what.clone(),
            Self::Element(at) => format!(
                "Element {at} (counted from 0) is not 32 bytes in base64url without padding that encode a ristretto255 \
                 element other than the identity."
            ),
            Self::Count { got, most } => format!("{got} elements were sent; send 1 to {most} at a time."),
            Self::NeverInBudget { got, most } => format!(
                "{got} elements can never fit the budget of this service, which holds {most} at a time; send fewer, \
                 more often."
            ),
            Self::MediaType => "Send the header Content-Type: application/json.".into(),
            Self::BodyTooLarge { most } => format!("A body has at most {most} bytes."),
            Self::BodyTooSlow => "The body did not arrive in time; send the request again.".into(),
            Self::UnknownEpoch { current, .. } => {
                format!("The current epoch is {current}; fetch /v1/parameters again, and see what asking twice costs.")
            }
            Self::Unkeyed => "In the scheme sha256 the client hashes by itself, and asks for a range at once.".into(),
            Self::UnknownIndex => "Fetch /v1/parameters for the id of the current index.".into(),
            Self::RetiredIndex { current } => {
                format!("The current index is {current}; fetch /v1/parameters, and start again.")
            }
            Self::PrefixLength { served } => {
                let digits: Vec<_> = served.iter().map(|bits| (bits / 4).to_string()).collect();
                format!("This index serves prefixes of {} hex digits.", digits.join(" or "))
            }
            Self::Format => "Ask for the prefix followed by .bin or .txt.".into(),
            Self::UnknownSource => "See /v1/breaches for all of them.".into(),
            Self::AddressBudget { seconds } => {
                format!("Too many checks came from this address; ask again in {seconds} seconds.")
            }
            Self::GlobalBudget { seconds } => {
                format!("Too many people are asking at once. Ask again in {seconds} seconds.")
            }
            Self::Key => {
                "Send the header Authorization: Bearer KEY, once, with a key that the operator has given you and \
                          has not revoked; or send none, and ask as anybody does."
                    .into()
            }
            Self::PartnerBudget { seconds } => {
                format!("See /v1/account for what is left of your quota; ask again in {seconds} seconds.")
            }
            Self::PartnerPool { seconds } => {
                format!("All partners together are asking too much at once. Ask again in {seconds} seconds.")
            }
            Self::NoPartnerPool => {
                "The operator keeps no share of the budget for partners; write to the operator.".into()
            }
            Self::BudgetUnavailable => {
                "Nothing is evaluated until that is repaired, which the operator knows of; ask again later.".into()
            }
            Self::TooSlow => "The service is busy; ask again later.".into(),
            Self::Overloaded => "Nothing was charged. Ask again in a second.".into(),
            Self::Stopping => "Another instance, or this one started again, answers in a moment.".into(),
            Self::Internal(_) => "This is the operator's to repair, and has been logged; nothing was found out.".into(),
        }
    }

    /// What is sent.
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

    /// The name of its type, and its status.
    pub(crate) fn name(&self) -> (StatusCode, &'static str) {
        let (status, name, _) = self.kind();
        (status, name)
    }

    /// Seconds to wait before asking again, where waiting helps.
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
        let what = if let Self::Internal(what) = self { Some(what) } else { None };
        response.extensions_mut().insert(Failed { name, what });
        response
    }
}
