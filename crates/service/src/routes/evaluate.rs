//! `POST /v1/evaluate`: checks the question, charges for it, and evaluates what it cannot read.

use crate::budget::{Budgets, Charge};
use crate::caller::Caller;
use crate::holdings::answers::json;
use crate::openapi::{CHECKING, examples, problems};
use crate::pool::Room;
use crate::problem::Problem;
use crate::state::Shared;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest as _, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use exposure_protocol::wire::{EvaluateRequest, EvaluateResponse};
use exposure_protocol::{Element, Evaluator, ProtocolError};
use serde::{Deserialize, Deserializer, de};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// Of a body, beside its elements: far more than eight elements need in all.
const BODY_BYTES: usize = 16 * 1024;

/// Of a body, for each element: 43 digits, quotes, a comma, and room to indent it.
const ELEMENT_BYTES: usize = 64;

/// Longest that a body may take to arrive.
const BODY: Duration = Duration::from_secs(10);

/// `EvaluateRequest` before its elements are decoded, so that a malformed one can be named.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    #[serde(deserialize_with = "whole")]
    epoch: u32,
    blinded_elements: Vec<String>,
}

/// A whole number, which `1.0` is too (JSON Schema, Validation §6.1.1).
fn whole<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let number = f64::deserialize(deserializer)?;
    let is_whole = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
    is_whole.then_some(number as u32).ok_or_else(|| de::Error::custom("expected a whole number of 32 bits"))
}

/// Evaluate blinded elements
///
/// Multiplies each element by the secret key of the epoch and proves it, without learning anything about what is blinded.
/// Callers send 1 to 8 elements, partners up to the batch that `/v1/account` says, 1,000 at most. Each element is charged
/// to the caller's budget before any work is done; what is malformed costs nothing.
#[utoipa::path(
    post,
    path = "/v1/evaluate",
    operation_id = "evaluate",
    tag = CHECKING,
    request_body(
        content = EvaluateRequest,
        description = "At most 16 KiB, and for a partner 64 bytes for each element of its batch besides. A field that \
                       is not described, or is there twice, is refused.",
        example = json!(examples::json("### `POST /v1/evaluate`", 0))
    ),
    responses(
        (
            status = 200,
            description = "As many elements as were sent, in the same order, and one proof for all. Nothing may be \
                           computed from them before the proof is verified.",
            body = EvaluateResponse,
            headers(
                ("Cache-Control" = String, description = "Always no-store."),
                ("RateLimit-Policy" = String, description = "What the caller's minute and day hold, in elements."),
                ("RateLimit" = String, description = "What is left of them.")
            ),
            example = json!(examples::json("### `POST /v1/evaluate`", 1))
        ),
        problems::Evaluate
    ),
    security((), ("partner_key" = []))
)]
pub(crate) async fn evaluate(State(shared): State<Arc<Shared>>, request: Request) -> Result<Response, Problem> {
    let caller = Caller::of(&shared, &request)?;
    if shared.holdings.load().current().evaluator.is_none() {
        return Err(Problem::Unkeyed);
    }
    if !is_json(request.headers()) {
        return Err(Problem::MediaType);
    }
    let question = read(request, body_bytes(&caller)).await?;
    let (epoch, evaluator) = (question.epoch, evaluator(&shared, question.epoch)?);
    let count = count(&question, Budgets::batch(&caller))?;
    let elements = decode(question.blinded_elements)?;
    // Before it is charged, so that overload costs nobody anything.
    let room = shared.pool.reserve(elements.len()).inspect_err(|_| shared.metrics.evaluation_shed())?;
    // Whatever is wrong up to here costs nothing, and whatever comes of it from here on has been paid for.
    let Charge { standing, outcome } = shared.budgets.charge(&caller, count, shared.budgets.now());
    if matches!(outcome, Err(Problem::GlobalBudget { .. } | Problem::PartnerPool { .. })) {
        shared.metrics.pool_exhausted(caller.class());
    }
    let answer = match outcome {
        Ok(()) => answer(&shared, epoch, evaluator, elements, room).await,
        Err(problem) => Err(problem),
    };
    if answer.is_ok() {
        shared.metrics.evaluated(caller.class(), count.get());
    }
    let mut response = answer.into_response();
    standing.put_on(response.headers_mut());
    Ok(response)
}

async fn answer(
    shared: &Shared,
    epoch: u32,
    evaluator: Arc<Evaluator>,
    elements: Vec<Element>,
    room: Room,
) -> Result<Response, Problem> {
    let evaluation =
        shared.pool.run(room, move || evaluator.evaluate(&elements)).await?.map_err(|error| match error {
            ProtocolError::Element(at) => Problem::Element(at),
            error => Problem::Internal(format!("evaluation failed: {error}")),
        })?;
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

/// What a caller's largest question needs.
fn body_bytes(caller: &Caller) -> usize {
    match caller {
        Caller::Address(_) => BODY_BYTES,
        Caller::Partner(partner) => BODY_BYTES + partner.batch as usize * ELEMENT_BYTES,
    }
}

async fn read(mut request: Request, most: usize) -> Result<Question, Problem> {
    DefaultBodyLimit::max(most).apply(&mut request);
    let body = tokio::time::timeout(BODY, Bytes::from_request(request, &())).await.map_err(|_| Problem::BodyTooSlow)?;
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::BodyTooLarge { most },
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

fn count(question: &Question, most: u32) -> Result<NonZeroU32, Problem> {
    let got = question.blinded_elements.len();
    let allowed = (1..=most as usize).contains(&got);
    let count = NonZeroU32::new(got as u32).filter(|_| allowed);
    count.ok_or(Problem::Count { got, most })
}

fn decode(texts: Vec<String>) -> Result<Vec<Element>, Problem> {
    let elements = texts.into_iter().enumerate();
    elements.map(|(at, text)| Element::try_from(text).map_err(|_| Problem::Element(at))).collect()
}
