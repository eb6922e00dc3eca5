//! `GET /v1/range/{index}/{prefix}.txt`: everything in the index below a prefix, padded to one length.

use crate::holdings::Standing;
use crate::holdings::served::Served;
use crate::problem::Problem;
use crate::state::Shared;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use exposure_index::IndexError;
use exposure_protocol::Prefix;
use std::sync::Arc;

/// A range belongs to its index and never changes. Compression would undo the equal lengths.
const CACHE_FOR_EVER: &str = "public, max-age=31536000, immutable, no-transform";

/// Lines of text that are written in the time of an evaluated element, about.
const LINES_AN_ELEMENT: u64 = 1_024;

pub(crate) async fn range(
    State(shared): State<Arc<Shared>>,
    path: Result<Path<(String, String)>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Path((id, file)) = path.map_err(|_| Problem::NoSuchPath)?;
    if !is_id(&id) {
        return Err(Problem::Malformed("The index is not an id: 32 lower-case hex digits.".into()));
    }
    let prefix = file.strip_suffix(".txt").ok_or(Problem::Format)?;
    let malformed = || Problem::Malformed("The prefix is not made of 1 to 16 lower-case hex digits.".into());
    let prefix = Prefix::parse(prefix).map_err(|_| malformed())?;
    let served = served(&shared, &id)?;
    if !served.layouts.contains_key(&prefix.bits()) {
        return Err(Problem::PrefixLength { served: served.layouts.keys().copied().collect() });
    }
    let etag = format!("\"{id}-{}-txt\"", prefix.to_hex());
    let kept = [(ETAG, etag.clone()), (CACHE_CONTROL, CACHE_FOR_EVER.to_owned())];
    if is_known(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let room = shared.pool.reserve(1 + (served.layouts[&prefix.bits()].lines / LINES_AN_ELEMENT) as usize)?;
    let body = shared.pool.run(room, move || body(&served, prefix)).await?;
    // The message names the damage; the prefix stays out of the log.
    let body = body.map_err(|error| Problem::Internal(format!("a range of index {id} cannot be read: {error}")))?;
    Ok((kept, [(CONTENT_TYPE, "text/plain; charset=utf-8")], body).into_response())
}

fn served(shared: &Shared, id: &str) -> Result<Arc<Served>, Problem> {
    let holdings = shared.holdings.load();
    match holdings.find(id) {
        Standing::Served(served) => Ok(served),
        Standing::Retired => Err(Problem::RetiredIndex { current: holdings.current().served.index.id().to_owned() }),
        Standing::Unknown => Err(Problem::UnknownIndex),
    }
}

fn body(served: &Served, prefix: Prefix) -> Result<String, IndexError> {
    let entries = served.index.range(prefix)?;
    Ok(served.layouts[&prefix.bits()].encode(prefix, entries.into_iter()))
}

fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether the caller has this range already (RFC 9110 §13.1.2).
pub(crate) fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let values = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = values.flat_map(|value| value.split(',')).map(str::trim);
    tags.any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}
