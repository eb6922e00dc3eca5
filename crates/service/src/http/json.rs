//! JSON bodies and the headers that go with them.

use axum::body::Bytes;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

const JSON: &str = "application/json";

/// Encodes a message.
pub(crate) fn encode(message: &impl Serialize) -> Bytes {
    serde_json::to_vec(message).expect("messages have string keys and no failing fields").into()
}

/// A response for one client, which no cache may store.
pub(crate) fn no_store(message: &impl Serialize) -> Response {
    ([(CONTENT_TYPE, JSON), (CACHE_CONTROL, "no-store")], encode(message)).into_response()
}

/// A response that caches must revalidate: an old copy could describe an index that is gone.
pub(crate) fn no_cache(body: Bytes) -> Response {
    ([(CONTENT_TYPE, JSON), (CACHE_CONTROL, "no-cache")], body).into_response()
}
