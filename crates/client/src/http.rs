//! HTTP requests: address, limits of size and time, meaning of status codes. Does not interpret
//! bodies.
//!
//! An error message of ureq can contain the URL, and with it a prefix, so it never leaves this
//! file.

use crate::error::ClientError;
use crate::partner_key::PartnerKey;
use exposure_protocol::wire::Problem;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{self, Read as _};
use std::time::Duration;
use ureq::http::header::AUTHORIZATION;
use ureq::http::{Response, Uri};
use ureq::{Agent, Body};

/// The largest JSON body that is read; far more than any real catalogue.
const JSON_BYTES: u64 = 16 << 20;

/// The longest text of a service's that is passed on.
const SENTENCE_CHARS: usize = 500;

/// Long enough for a range of some megabytes over a slow connection.
const TIMEOUT: Duration = Duration::from_mins(1);

/// The wait after a 429 that states none.
const RETRY_SECONDS: u64 = 60;

/// A service's address and the connections to it.
pub(crate) struct Http {
    agent: Agent,
    /// Without a slash at its end.
    base: String,
    key: Option<PartnerKey>,
}

impl Http {
    /// Checks the address of a service; connects lazily.
    pub(crate) fn new(address: &str, key: Option<PartnerKey>) -> Result<Self, ClientError> {
        let is_address = address.parse::<Uri>().is_ok_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|host| !host.is_empty())
        });
        if !is_address || address.contains(['?', '#', '@']) {
            return Err(ClientError::Address);
        }
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(TIMEOUT))
            .user_agent(concat!("exposure-checker/", env!("CARGO_PKG_VERSION")))
            .build();
        Ok(Self { agent: config.into(), base: address.trim_end_matches('/').to_owned(), key })
    }

    /// Fetches JSON. `what` names it in errors, in the plural.
    pub(crate) fn get<T: DeserializeOwned>(&self, what: &'static str, path: &str) -> Result<T, ClientError> {
        let response = self.agent.get(format!("{}{path}", self.base)).call();
        json(what, response.map_err(|error| unreachable(&error))?)
    }

    /// Fetches JSON with the partner's key; `None` if there is no key.
    pub(crate) fn get_as_partner<T: DeserializeOwned>(
        &self,
        what: &'static str,
        path: &str,
    ) -> Result<Option<T>, ClientError> {
        let Some(key) = &self.key else { return Ok(None) };
        let request = self.agent.get(format!("{}{path}", self.base)).header(AUTHORIZATION, &*key.authorization());
        json(what, request.call().map_err(|error| unreachable(&error))?).map(Some)
    }

    /// Sends JSON, with the partner's key if there is one, and fetches JSON.
    pub(crate) fn post<T: DeserializeOwned>(
        &self,
        what: &'static str,
        path: &str,
        message: &impl Serialize,
    ) -> Result<T, ClientError> {
        let mut request = self.agent.post(format!("{}{path}", self.base));
        if let Some(key) = &self.key {
            request = request.header(AUTHORIZATION, &*key.authorization());
        }
        let response = request.send_json(message);
        json(what, response.map_err(|error| unreachable(&error))?)
    }

    /// Fetches a range of the announced length. Reads one byte more at most, to notice a longer
    /// body. The body of an error is not passed on, since it may quote the prefix.
    pub(crate) fn range(&self, path: &str, announced: u64) -> Result<Vec<u8>, ClientError> {
        let response = self.agent.get(format!("{}{path}", self.base)).call().map_err(|error| unreachable(&error))?;
        let status = response.status().as_u16();
        match status {
            200 => read("range", response, announced + 1),
            _ => Err(error_of_headers(&response).unwrap_or(ClientError::Status { what: "a range", status })),
        }
    }
}

fn json<T: DeserializeOwned>(what: &'static str, response: Response<Body>) -> Result<T, ClientError> {
    let status = response.status().as_u16();
    if let Some(error) = error_of_headers(&response) {
        return Err(error);
    }
    let body = read(what, response, JSON_BYTES + 1)?;
    if body.len() as u64 > JSON_BYTES {
        return Err(ClientError::TooLong(what));
    }
    if status != 200 {
        let problem = serde_json::from_slice::<Problem>(&body);
        return Err(problem.map_or(ClientError::Status { what, status }, |problem| ClientError::Problem {
            status,
            title: sentence(&problem.title),
            detail: sentence(&problem.detail),
        }));
    }
    serde_json::from_slice(&body).map_err(|error| ClientError::Malformed { what, why: sentence(&error.to_string()) })
}

/// The errors that status and headers alone determine.
fn error_of_headers(response: &Response<Body>) -> Option<ClientError> {
    let seconds = response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok());
    match response.status().as_u16() {
        300..400 => Some(ClientError::Redirect),
        429 => Some(ClientError::QuotaExceeded { seconds: seconds.unwrap_or(RETRY_SECONDS) }),
        503 => seconds.map(|seconds| ClientError::Busy { seconds }),
        _ => None,
    }
}

/// The body, up to a limit.
fn read(what: &'static str, response: Response<Body>, limit: u64) -> Result<Vec<u8>, ClientError> {
    let mut body = Vec::new();
    let read = response.into_body().into_reader().take(limit).read_to_end(&mut body);
    read.map(|_| body).map_err(|_| ClientError::Unfinished(what))
}

fn unreachable(error: &ureq::Error) -> ClientError {
    ClientError::Unreachable(match error {
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
            "TLS handshake failed; is the address perhaps http://?".into()
        }
        // The kind alone, since the message may hold anything.
        ureq::Error::Io(error) => error.kind().to_string(),
        ureq::Error::Timeout(_) => "timed out".into(),
        ureq::Error::HostNotFound => "host not found".into(),
        ureq::Error::Rustls(error) => format!("TLS failed: {error}"),
        ureq::Error::Tls(error) => format!("TLS failed: {error}"),
        ureq::Error::Protocol(_) => "the answer is not HTTP".into(),
        _ => "the request failed".into(),
    })
}

/// Untrusted text made safe for a terminal: one line, no control characters, bounded length.
fn sentence(text: &str) -> String {
    let printable = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    printable.take(SENTENCE_CHARS).collect()
}
