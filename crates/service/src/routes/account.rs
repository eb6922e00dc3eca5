//! `GET /v1/account`: what a partner may have evaluated, and what is left of it.

use crate::caller::Caller;
use crate::holdings::answers::json;
use crate::openapi::{BUDGETS, examples, problems};
use crate::problem::Problem;
use crate::state::Shared;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
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
            description = "What the partner may have evaluated, and what is left of it, in elements.",
            body = Account,
            headers(
                ("Cache-Control" = String, description = "Always no-store."),
                ("RateLimit-Policy" = String, description = "What the caller's minute and day hold, in elements."),
                ("RateLimit" = String, description = "What is left of them.")
            ),
            example = json!(examples::json("### `GET /v1/account`", 0))
        ),
        problems::Account
    ),
    security(("partner_key" = []))
)]
pub(crate) async fn account(State(shared): State<Arc<Shared>>, request: Request) -> Result<Response, Problem> {
    let caller = Caller::of(&shared, &request)?;
    let Caller::Partner(partner) = &caller else { return Err(Problem::Key) };
    let standing = shared.budgets.standing(&caller, shared.budgets.now());
    let account = Account {
        name: partner.name.clone(),
        batch: shared.budgets.most_at_once(&caller),
        origins: partner.origins.clone(),
        minute: standing.minute,
        day: standing.day,
    };
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
    let mut response = (headers, json(&account)).into_response();
    standing.put_on(response.headers_mut());
    Ok(response)
}
