//! `GET /v1/range/{index}/{prefix}.bin` and `.txt`: all entries with a prefix, padded to one
//! length.

use crate::api::openapi::{self, CHECKING, examples, problems};
use crate::api::pool::Pool;
use crate::http::conditional::is_unmodified;
use crate::http::problem::Problem;
use crate::net::segments::Segments;
use crate::snapshot::current::{CurrentSnapshot, IndexLookup};
use crate::snapshot::served::ServedIndex;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue};
use axum::response::{IntoResponse, Response};
use exposure_index::{IndexError, PackedRange};
use exposure_protocol::Prefix;
use std::sync::Arc;

/// A range of an index never changes. Compression would undo the equal lengths.
const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable, no-transform");

const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");

/// The type that file servers use for `.bin`, so that a mirror needs no configuration, and one that
/// intermediaries do not compress.
const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// The format of a range.
#[derive(Clone, Copy)]
enum Format {
    /// Leaves as they are in the index file.
    Packed,
    /// One line per tag.
    Text,
}

/// Lines of text that take about as long to write as one element takes to evaluate.
const LINES_PER_ELEMENT: u64 = 1_024;

/// All entries of the index with a prefix
///
/// Padded: all ranges of one index, prefix length and format have the length in `/v1/parameters`. A
/// body of another length or shape is unfinished, and never means that nothing was found. The
/// response never changes and may come from a cache, a mirror or a file server. Request the longest
/// served prefix that leaves at least 1,000 possible identifiers.
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
            description = "The prefix in lower-case hex, with the digits of a served length, and the format: .bin for \
                           packed leaves, .txt for text.",
            pattern = "^[0-9a-f]{1,4}\\.(bin|txt)$", min_length = 5, max_length = 8, example = "88.txt"
        ),
        (
            "If-None-Match" = Option<String>, Header,
            description = "The entity tag of the client's copy.", nullable = false,
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
            description = "The client's copy is current.",
            headers(
                ("ETag" = String, description = "The index, the prefix and the format, in quotes."),
                ("Cache-Control" = String, description = "Always public, max-age=31536000, immutable, no-transform.")
            )
        ),
        problems::Range
    )
)]
pub(crate) async fn range(
    State(snapshot): State<Arc<CurrentSnapshot>>,
    State(pool): State<Arc<Pool>>,
    request: Request,
) -> Result<Response, Problem> {
    // Not percent-decoded: an id or prefix never needs encoding.
    let mut path = request.uri().path().rsplit('/');
    let (file, id) = (path.next().unwrap_or_default(), path.next().unwrap_or_default());
    if !is_id(id) {
        return Err(Problem::Malformed("The index must be an id of 32 lower-case hex digits.".into()));
    }
    let (digits, format) = Format::of(file).ok_or(Problem::Format)?;
    let malformed = || Problem::Malformed("The prefix must be 1 to 16 lower-case hex digits.".into());
    let prefix = Prefix::parse(digits).map_err(|_| malformed())?;
    let served = served(&snapshot, id)?;
    if !served.layouts.contains_key(&prefix.bits()) {
        return Err(Problem::PrefixLength { served: served.layouts.keys().copied().collect() });
    }
    let etag = ["\"", id, "-", digits, "-", format.extension(), "\""].concat();
    let is_unmodified = is_unmodified(request.headers(), &etag);
    let etag = HeaderValue::try_from(etag).expect("hex digits are valid in a header");
    let caching = [(ETAG, etag), (CACHE_CONTROL, IMMUTABLE)];
    if is_unmodified {
        return Ok((StatusCode::NOT_MODIFIED, caching).into_response());
    }
    // The log gets the cause, but not the prefix.
    let damage = |error: IndexError| Problem::Internal(format!("a range of index {id} cannot be read: {error}"));
    Ok(match format {
        // Checksums over some kilobytes take less time than waking another thread.
        Format::Packed => {
            let range = served.index.packed(prefix).map_err(damage)?;
            (caching, [(CONTENT_TYPE, BYTES)], segments(range).into_response()).into_response()
        }
        Format::Text => {
            let lines = served.layouts[&prefix.bits()].lines;
            let reservation = pool.reserve(1 + (lines / LINES_PER_ELEMENT) as usize)?;
            let body = pool.run(reservation, move || text(&served, prefix)).await?.map_err(damage)?;
            (caching, [(CONTENT_TYPE, TEXT)], body).into_response()
        }
    })
}

impl Format {
    /// Splits a file name into the prefix's digits and the format.
    fn of(file: &str) -> Option<(&str, Self)> {
        let packed = file.strip_suffix(".bin").map(|digits| (digits, Self::Packed));
        packed.or_else(|| file.strip_suffix(".txt").map(|digits| (digits, Self::Text)))
    }

    fn extension(self) -> &'static str {
        match self {
            Self::Packed => "bin",
            Self::Text => "txt",
        }
    }
}

fn served(snapshot: &CurrentSnapshot, id: &str) -> Result<Arc<ServedIndex>, Problem> {
    let snapshot = snapshot.load();
    match snapshot.find(id) {
        IndexLookup::Served(served) => Ok(served),
        IndexLookup::Retired => Err(Problem::RetiredIndex { current: snapshot.current().served.index.id().to_owned() }),
        IndexLookup::Unknown => Err(Problem::UnknownIndex),
    }
}

/// A packed range as a body: nothing of the mapped file is copied.
fn segments(range: PackedRange) -> Segments {
    let PackedRange { header, leaves, padding } = range;
    Segments::new(Bytes::copy_from_slice(&header), Bytes::from_owner(leaves), padding as usize)
}

fn text(served: &ServedIndex, prefix: Prefix) -> Result<String, IndexError> {
    let entries = served.index.range(prefix)?;
    Ok(served.layouts[&prefix.bits()].encode(prefix, entries.into_iter()))
}

fn is_id(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}
