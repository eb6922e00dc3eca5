//! `POST /v1/evaluate`: checks the question, charges for it, and evaluates what it cannot read.

use crate::holdings::answers::json;
use crate::listen::proxies;
use crate::problem::Problem;
use crate::state::Shared;
use crate::watch::Class;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, FromRequest as _, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use exposure_protocol::wire::{ANONYMOUS_BATCH, EvaluateResponse};
use exposure_protocol::{Element, Evaluator, ProtocolError};
use serde::Deserialize;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// Far more than eight elements need.
pub(crate) const BODY_BYTES: usize = 16 * 1024;

/// Longest that a body may take to arrive.
const BODY: Duration = Duration::from_secs(10);

/// `EvaluateRequest` before its elements are decoded, so that a malformed one can be named.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    epoch: u32,
    blinded_elements: Vec<String>,
}

pub(crate) async fn evaluate(State(shared): State<Arc<Shared>>, request: Request) -> Result<Response, Problem> {
    if shared.holdings.load().current().evaluator.is_none() {
        return Err(Problem::Unkeyed);
    }
    if !is_json(request.headers()) {
        return Err(Problem::MediaType);
    }
    let address = address(&shared, &request);
    let question = read(request).await?;
    let (epoch, evaluator) = (question.epoch, evaluator(&shared, question.epoch)?);
    let count = count(&question)?;
    let elements = decode(question.blinded_elements)?;
    // Before it is charged, so that overload costs nobody anything.
    let room = shared.pool.reserve(elements.len()).inspect_err(|_| shared.metrics.evaluation_shed())?;
    shared.budgets.charge(address, count).inspect_err(|problem| {
        if matches!(problem, Problem::GlobalBudget { .. }) {
            shared.metrics.pool_exhausted(Class::Anonymous);
        }
    })?;
    let evaluation =
        shared.pool.run(room, move || evaluator.evaluate(&elements)).await?.map_err(|error| match error {
            ProtocolError::Element(at) => Problem::Element(at),
            error => Problem::Internal(format!("evaluation failed: {error}")),
        })?;
    shared.metrics.evaluated(Class::Anonymous, count.get());
    let answer = EvaluateResponse { epoch, evaluated_elements: evaluation.elements, proof: evaluation.proof };
    Ok(([(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")], json(&answer)).into_response())
}

/// The evaluator of an epoch that is served.
fn evaluator(shared: &Shared, epoch: u32) -> Result<Arc<Evaluator>, Problem> {
    let holdings = shared.holdings.load();
    let unknown = |current| Problem::UnknownEpoch { status: StatusCode::CONFLICT, current };
    holdings.epoch(Some(epoch)).map_err(unknown)?.evaluator.clone().ok_or(Problem::Unkeyed)
}

fn is_json(headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = media_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

/// Whom to charge. Who comes by a Unix socket without a proxy's word, or through a server that does not say who asks, is
/// charged together.
fn address(shared: &Shared, request: &Request) -> IpAddr {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    proxies::client(&shared.config.proxies, peer, request.headers()).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
}

async fn read(request: Request) -> Result<Question, Problem> {
    let body = tokio::time::timeout(BODY, Bytes::from_request(request, &())).await.map_err(|_| Problem::BodyTooSlow)?;
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::BodyTooLarge { most: BODY_BYTES },
        _ => Problem::Malformed("The body broke off.".into()),
    })?;
    // serde would take an array of the fields' values for an object.
    let is_object = body.trim_ascii_start().starts_with(b"{");
    match serde_json::from_slice(&body) {
        Ok(question) if is_object => Ok(question),
        other => {
            // What serde says would quote the body.
            let (line, column) = other.err().map_or((1, 1), |error| (error.line(), error.column()));
            Err(Problem::Malformed(format!(
                "The body is not a JSON object with exactly the fields epoch, a number, and blinded_elements, an array \
                 of strings; see line {line}, column {column}."
            )))
        }
    }
}

fn count(question: &Question) -> Result<NonZeroU32, Problem> {
    let got = question.blinded_elements.len();
    let allowed = (1..=ANONYMOUS_BATCH).contains(&got);
    let count = NonZeroU32::new(got as u32).filter(|_| allowed);
    count.ok_or(Problem::Count { got, most: ANONYMOUS_BATCH as u32 })
}

fn decode(texts: Vec<String>) -> Result<Vec<Element>, Problem> {
    let elements = texts.into_iter().enumerate();
    elements.map(|(at, text)| Element::try_from(text).map_err(|_| Problem::Element(at))).collect()
}
