//! `GET /v1/range/{index}/{prefix}.bin` and `.txt`: everything in the index below a prefix, padded to one length.

mod packed;

pub(crate) use packed::Packed;

use crate::holdings::Standing;
use crate::holdings::served::Served;
use crate::openapi::{self, CHECKING, examples, problems};
use crate::problem::Problem;
use crate::state::Shared;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use exposure_index::IndexError;
use exposure_protocol::Prefix;
use std::sync::Arc;

/// A range belongs to its index and never changes. Compression would undo the equal lengths.
const CACHE_FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable, no-transform");

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// What plain file servers say of `.bin`, so that a mirror of ranges needs no setting; and nothing on the way compresses it.
const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// What a range is asked for in.
#[derive(Clone, Copy)]
enum Format {
    /// Leaves as they lie in the index file.
    Packed,
    /// A line a tag.
    Text,
}

/// Lines of text that are written in the time of an evaluated element, about.
const LINES_AN_ELEMENT: u64 = 1_024;

/// Everything in the index below a prefix
///
/// Padded: all ranges of one index, prefix length and format are equally long, as `/v1/parameters` says. A body of another
/// size or shape is unfinished, and never means that nothing was found. The answer never changes and may come from a cache,
/// a mirror or a plain file server. Ask for the longest served prefix that leaves at least 1,000 possible identifiers.
#[utoipa::path(
    get,
    path = "/v1/range/{index}/{file}",
    operation_id = "range",
    tag = CHECKING,
    params(
        (
            "index" = String, Path, description = "The id of the index, from the parameters.",
            pattern = "^[0-9a-f]{32}$", min_length = 32, max_length = 32, example = "00112233445566778899aabbccddeeff"
        ),
        (
            "file" = String, Path,
            description = "The prefix in lower-case hex, as many digits as a served length asks for, and the format: \
                           .bin for packed leaves, .txt for text.",
            pattern = "^[0-9a-f]{1,4}\\.(bin|txt)$", min_length = 5, max_length = 8, example = "88.txt"
        ),
        (
            "If-None-Match" = Option<String>, Header,
            description = "The entity tag of a copy that the caller has.", nullable = false,
            example = "\"00112233445566778899aabbccddeeff-88-txt\""
        )
    ),
    responses(
        (
            status = 200,
            description = "The range.",
            content(
                (String = "text/plain", example = json!(examples::RANGE)),
                (inline(openapi::Bytes) = "application/octet-stream")
            ),
            headers(
                ("ETag" = String, description = "The index, the prefix and the format, in quotes."),
                ("Cache-Control" = String, description = "Always public, max-age=31536000, immutable, no-transform.")
            )
        ),
        (
            status = 304,
            description = "The caller's copy is the range.",
            headers(
                ("ETag" = String, description = "The index, the prefix and the format, in quotes."),
                ("Cache-Control" = String, description = "Always public, max-age=31536000, immutable, no-transform.")
            )
        ),
        problems::Range
    )
)]
pub(crate) async fn range(State(shared): State<Arc<Shared>>, request: Request) -> Result<Response, Problem> {
    // As it stands: what is encoded with `%` is neither an id nor a prefix.
    let mut segments = request.uri().path().rsplit('/');
    let (file, id) = (segments.next().unwrap_or_default(), segments.next().unwrap_or_default());
    if !is_id(id) {
        return Err(Problem::Malformed("The index is not an id: 32 lower-case hex digits.".into()));
    }
    let (digits, format) = Format::of(file).ok_or(Problem::Format)?;
    let malformed = || Problem::Malformed("The prefix is not made of 1 to 16 lower-case hex digits.".into());
    let prefix = Prefix::parse(digits).map_err(|_| malformed())?;
    let served = served(&shared, id)?;
    if !served.layouts.contains_key(&prefix.bits()) {
        return Err(Problem::PrefixLength { served: served.layouts.keys().copied().collect() });
    }
    let etag = ["\"", id, "-", digits, "-", format.ending(), "\""].concat();
    let known = is_known(request.headers(), &etag);
    let etag = HeaderValue::try_from(etag).expect("hex digits are fit for a header");
    let kept = [(ETAG, etag), (CACHE_CONTROL, CACHE_FOR_EVER)];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    // The message names the damage; the prefix stays out of the log.
    let damage = |error: IndexError| Problem::Internal(format!("a range of index {id} cannot be read: {error}"));
    Ok(match format {
        // A checksum over some kilobytes takes less time than another thread takes to wake.
        Format::Packed => {
            let range = served.index.packed(prefix).map_err(damage)?;
            (kept, [(CONTENT_TYPE, BYTES)], Packed::new(range).into_answer()).into_response()
        }
        Format::Text => {
            let lines = served.layouts[&prefix.bits()].lines;
            let room = shared.pool.reserve(1 + (lines / LINES_AN_ELEMENT) as usize)?;
            let body = shared.pool.run(room, move || text(&served, prefix)).await?.map_err(damage)?;
            (kept, [(CONTENT_TYPE, TEXT)], body).into_response()
        }
    })
}

impl Format {
    /// The digits of a file's name, and the format that its ending asks for.
    fn of(file: &str) -> Option<(&str, Self)> {
        let packed = file.strip_suffix(".bin").map(|digits| (digits, Self::Packed));
        packed.or_else(|| file.strip_suffix(".txt").map(|digits| (digits, Self::Text)))
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Packed => "bin",
            Self::Text => "txt",
        }
    }
}

fn served(shared: &Shared, id: &str) -> Result<Arc<Served>, Problem> {
    let holdings = shared.holdings.load();
    match holdings.find(id) {
        Standing::Served(served) => Ok(served),
        Standing::Retired => Err(Problem::RetiredIndex { current: holdings.current().served.index.id().to_owned() }),
        Standing::Unknown => Err(Problem::UnknownIndex),
    }
}

fn text(served: &Served, prefix: Prefix) -> Result<String, IndexError> {
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
