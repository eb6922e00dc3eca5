//! `POST /v1/evaluate`: checks a request, charges for it, and evaluates its blinded elements.

use crate::api::openapi::{CHECKING, examples, problems};
use crate::api::pool::{Pool, Reservation};
use crate::clock::Clock;
use crate::http::clients::Clients;
use crate::http::problem::Problem;
use crate::http::{json, rate_limit};
use crate::metrics::registry::Metrics;
use crate::quota::client::{Class, Client};
use crate::quota::quotas::{Charge, Quotas};
use crate::quota::rejection::Rejection;
use crate::snapshot::current::CurrentSnapshot;
use crate::throttle::Throttle;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest as _, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use exposure_protocol::wire::{EvaluateRequest, EvaluateResponse};
use exposure_protocol::{Element, Evaluator, ProtocolError};
use serde::{Deserialize, Deserializer, de};
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

/// Most bytes of a body besides a partner's elements: far more than eight elements need.
const BODY_BYTES: usize = 16 * 1024;

/// Bytes per element of a partner's batch: 43 digits, quotes, a comma, and indentation.
const ELEMENT_BYTES: usize = 64;

/// Longest time for a body to arrive.
const BODY_DEADLINE: Duration = Duration::from_secs(10);

/// What evaluating depends on.
pub(crate) struct Evaluation {
    pub(crate) snapshot: Arc<CurrentSnapshot>,
    pub(crate) clients: Arc<Clients>,
    pub(crate) quotas: Arc<Quotas>,
    pub(crate) clock: Arc<Clock>,
    pub(crate) pool: Arc<Pool>,
    pub(crate) metrics: Arc<Metrics>,
    /// At most one line per minute says that the shared quota is used up.
    pub(crate) exhaustion_log: Throttle,
}

/// `EvaluateRequest` before its elements are decoded, so that a malformed one can be named.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestBody {
    #[serde(deserialize_with = "integer")]
    epoch: u32,
    blinded_elements: Vec<String>,
}

/// Accepts any JSON number with an integer value, such as `1.0` (JSON Schema, Validation §6.1.1).
fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let number = f64::deserialize(deserializer)?;
    let is_integer = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
    is_integer.then_some(number as u32).ok_or_else(|| de::Error::custom("expected an integer of 32 bits"))
}

/// Evaluate blinded elements
///
/// Multiplies each element by the secret key of the epoch and proves it, without learning anything
/// about the blinded identifier. Clients send 1 to 8 elements, partners up to the batch in
/// `/v1/account`, 1,000 at most. Each element is charged to the client's budget before any work is
/// done; a malformed request costs nothing.
#[utoipa::path(
    post,
    path = "/v1/evaluate",
    operation_id = "evaluate",
    tag = CHECKING,
    request_body(
        content = EvaluateRequest,
        description = "At most 16 KiB, and for a partner 64 bytes more for each element of its batch. Unknown and \
                       duplicate fields are rejected.",
        example = json!(examples::evaluate_request())
    ),
    responses(
        (
            status = 200,
            description = "As many elements as in the request, in the same order, and one proof for all. Clients \
                           verify the proof before they compute anything from the elements.",
            body = EvaluateResponse,
            headers(
                ("Cache-Control" = String, description = "Always no-store."),
                ("RateLimit-Policy" = String, description = "The quotas of the client's minute and day, in elements."),
                ("RateLimit" = String, description = "What is left of them.")
            ),
            example = json!(examples::evaluate_response())
        ),
        problems::Evaluate
    ),
    security((), ("partner_key" = []))
)]
pub(crate) async fn evaluate(State(evaluation): State<Arc<Evaluation>>, request: Request) -> Result<Response, Problem> {
    let client = evaluation.clients.identify(&request)?;
    if evaluation.snapshot.load().current().evaluator.is_none() {
        return Err(Problem::Unkeyed);
    }
    if !is_json(request.headers()) {
        return Err(Problem::MediaType);
    }
    let body = read(request, body_limit(&client)).await?;
    let (epoch, evaluator) = (body.epoch, evaluation.evaluator(body.epoch)?);
    let count = count(&body, Quotas::batch(&client))?;
    let elements = decode(body.blinded_elements)?;
    // Reserved before charging, so that a request rejected under overload costs nothing.
    let reservation = evaluation.pool.reserve(elements.len()).inspect_err(|_| evaluation.metrics.evaluation_shed())?;
    // Failures up to here cost nothing; from here on the request is paid for, whatever its outcome.
    let Charge { allowances, outcome } = evaluation.quotas.charge(&client, count, evaluation.clock.now());
    let response = match outcome {
        Ok(()) => evaluation.run(epoch, evaluator, elements, reservation).await,
        Err(rejection) => {
            evaluation.report(rejection);
            Err(rejection.into())
        }
    };
    if response.is_ok() {
        evaluation.metrics.evaluated(client.class(), count.get());
    }
    Ok(rate_limit::with_allowances(response.into_response(), &allowances))
}

impl Evaluation {
    /// Evaluates elements on the pool.
    async fn run(
        &self,
        epoch: u32,
        evaluator: Arc<Evaluator>,
        elements: Vec<Element>,
        reservation: Reservation,
    ) -> Result<Response, Problem> {
        let evaluated = self.pool.run(reservation, move || evaluator.evaluate(&elements)).await?;
        let evaluated = evaluated.map_err(|error| match error {
            ProtocolError::Element(position) => Problem::Element(position),
            error => Problem::Internal(format!("evaluation failed: {error}")),
        })?;
        let response = EvaluateResponse { epoch, evaluated_elements: evaluated.elements, proof: evaluated.proof };
        Ok(json::no_store(&response))
    }

    /// The evaluator of a served epoch.
    fn evaluator(&self, epoch: u32) -> Result<Arc<Evaluator>, Problem> {
        let snapshot = self.snapshot.load();
        let unknown = |current| Problem::UnknownEpoch { status: StatusCode::CONFLICT, current };
        snapshot.epoch(Some(epoch)).map_err(unknown)?.evaluator.clone().ok_or(Problem::Unkeyed)
    }

    /// Counts a rejection by a shared quota. If it is that of all clients without a key, also logs
    /// it: somebody is trying many numbers, or the quota has become too small.
    fn report(&self, rejection: Rejection) {
        match rejection {
            Rejection::AnonymousShared { .. } => {
                let total = self.metrics.shared_quota_exhausted(Class::Anonymous);
                if self.exhaustion_log.pass().is_some() {
                    let per_second = self.quotas.anonymous_per_second();
                    tracing::warn!(
                        "the budget of clients without a partner key, {per_second} elements per second, is used \
                         up; {total} requests were rejected since the start"
                    );
                }
            }
            Rejection::PartnerShared { .. } => {
                self.metrics.shared_quota_exhausted(Class::Partner);
            }
            _ => {}
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = media_type.and_then(|value| value.split(';').next()).unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/json")
}

/// The size of a client's largest request.
fn body_limit(client: &Client) -> usize {
    match client {
        Client::Address(_) => BODY_BYTES,
        Client::Partner(partner) => BODY_BYTES + partner.batch as usize * ELEMENT_BYTES,
    }
}

async fn read(mut request: Request, limit: usize) -> Result<RequestBody, Problem> {
    DefaultBodyLimit::max(limit).apply(&mut request);
    let body = tokio::time::timeout(BODY_DEADLINE, Bytes::from_request(request, &()))
        .await
        .map_err(|_| Problem::BodyTooSlow)?;
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::BodyTooLarge { limit },
        _ => Problem::Malformed("The body is incomplete.".into()),
    })?;
    // serde would also accept an array of the fields' values.
    let is_object = body.trim_ascii_start().starts_with(b"{");
    match serde_json::from_slice(&body) {
        Ok(body) if is_object => Ok(body),
        other => {
            // serde's message would quote the body.
            let (line, column) = other.err().map_or((1, 1), |error| (error.line(), error.column()));
            Err(Problem::Malformed(format!(
                "The body is not a JSON object with exactly the fields epoch, a number, and blinded_elements, an array \
                 of strings; see line {line}, column {column}."
            )))
        }
    }
}

fn count(body: &RequestBody, limit: u32) -> Result<NonZeroU32, Problem> {
    let got = body.blinded_elements.len();
    let allowed = (1..=limit as usize).contains(&got);
    let count = NonZeroU32::new(got as u32).filter(|_| allowed);
    count.ok_or(Problem::Count { got, limit })
}

fn decode(texts: Vec<String>) -> Result<Vec<Element>, Problem> {
    let elements = texts.into_iter().enumerate();
    elements.map(|(position, text)| Element::try_from(text).map_err(|_| Problem::Element(position))).collect()
}
