//! `GET /v1/account`: a partner's quotas and what is left of them.

use crate::api::openapi::{BUDGETS, examples, problems};
use crate::clock::Clock;
use crate::http::clients::Clients;
use crate::http::problem::Problem;
use crate::http::{json, rate_limit};
use crate::quota::client::Client;
use crate::quota::quotas::Quotas;
use axum::extract::{Request, State};
use axum::response::Response;
use exposure_protocol::wire::Account;
use std::sync::Arc;

/// What is left to a partner
///
/// Costs nothing.
#[utoipa::path(
    get,
    path = "/v1/account",
    operation_id = "account",
    tag = BUDGETS,
    responses(
        (
            status = 200,
            description = "The partner's quotas and what is left of them, in elements.",
            body = Account,
            headers(
                ("Cache-Control" = String, description = "Always no-store."),
                ("RateLimit-Policy" = String, description = "The quotas of the client's minute and day, in elements."),
                ("RateLimit" = String, description = "What is left of them.")
            ),
            example = json!(examples::account())
        ),
        problems::Account
    ),
    security(("partner_key" = []))
)]
pub(crate) async fn account(
    State(clients): State<Arc<Clients>>,
    State(quotas): State<Arc<Quotas>>,
    State(clock): State<Arc<Clock>>,
    request: Request,
) -> Result<Response, Problem> {
    let partner = clients.partner(&request)?;
    let client = Client::Partner(partner.quota);
    let allowances = quotas.allowances(&client, clock.now());
    let account = Account {
        name: partner.name.clone(),
        batch: quotas.largest_request(&client),
        origins: partner.origins.clone(),
        minute: allowances.minute,
        day: allowances.day,
    };
    Ok(rate_limit::with_allowances(json::no_store(&account), &allowances))
}
