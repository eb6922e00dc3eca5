//! The pages for people and their assets; and a sentence in their place where they were not built.

use crate::pages::built::{self, Built};
use crate::pages::render::{Page, PageKind};
use crate::pages::{Pages, language};
use crate::problem::Problem;
use crate::routes::range::is_known;
use crate::state::Shared;
use axum::body::Bytes;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::header::{ACCEPT_ENCODING, ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, VARY};
use axum::http::{HeaderMap, HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use data_encoding::HEXLOWER;
use serde::Deserialize;
use std::sync::Arc;

/// Names of assets carry a hash of their content.
const CACHE_FOR_EVER: &str = "public, max-age=31536000, immutable";

const HTML: &str = "text/html; charset=utf-8";

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Exposure Checker</title>\
     <p>The web form is not built: run <code>make web</code>, then build the service again.</p>\
     <p lang=\"zh\">网页表单尚未构建：请运行 <code>make web</code>，然后重新编译服务。</p></html>\n";

/// What an address may ask of a page. Nothing else in it matters, and nothing in it is an error.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    lang: Option<String>,
    status: Option<String>,
    class: Option<String>,
}

type AskedQuery = Result<Query<Asked>, QueryRejection>;

/// A page that is the same for whatever is asked, but for the language.
pub(crate) fn fixed(kind: PageKind) -> MethodRouter<Arc<Shared>> {
    get(move |State(shared): State<Arc<Shared>>, asked: AskedQuery, headers: HeaderMap| async move {
        page(&shared, |_, _| kind, asked, &headers)
    })
}

/// `GET /leaks`
pub(crate) async fn leaks(
    State(shared): State<Arc<Shared>>,
    asked: AskedQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let find =
        |pages: &Pages, asked: &Asked| PageKind::Leaks(pages.filter(asked.status.as_deref(), asked.class.as_deref()));
    page(&shared, find, asked, &headers)
}

/// `GET /leaks/{slug}`
pub(crate) async fn leak(
    State(shared): State<Arc<Shared>>,
    slug: Result<Path<String>, PathRejection>,
    asked: AskedQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Path(slug) = slug.map_err(|_| Problem::NoSuchPath)?;
    let find =
        |pages: &Pages, _: &Asked| if pages.has_leak(&slug) { PageKind::Leak(slug) } else { PageKind::MissingLeak };
    page(&shared, find, asked, &headers)
}

/// `GET /assets/{file}`
pub(crate) async fn asset(
    State(shared): State<Arc<Shared>>,
    name: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Path(name) = name.map_err(|_| Problem::NoSuchPath)?;
    if let Some(style) = shared.holdings.load().pages().and_then(|pages| pages.style(&name)) {
        return Ok(([(CONTENT_TYPE, "text/css"), (CACHE_CONTROL, CACHE_FOR_EVER)], style).into_response());
    }
    let (file, is_gzip) = built::asset(&name, takes_gzip(&headers)).ok_or(Problem::NoSuchPath)?;
    let media_type = if name.rsplit('.').next() == Some("css") { "text/css" } else { "text/javascript" };
    let etag = format!("\"{}\"", HEXLOWER.encode(&file.metadata.sha256_hash()[..16]));
    let body = file.data.into_owned().into();
    Ok(Sent { media_type, caching: CACHE_FOR_EVER, vary: "accept-encoding", etag: &etag, is_gzip, body }
        .answer(&headers))
}

/// The page that is found among those of one moment.
fn page(
    shared: &Shared,
    find: impl FnOnce(&Pages, &Asked) -> PageKind,
    asked: AskedQuery,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let (Some(built), Some(pages)) = (Built::get(), shared.holdings.load().pages()) else {
        return Ok(([(CONTENT_TYPE, HTML), (CACHE_CONTROL, "no-cache")], NOT_BUILT).into_response());
    };
    let Query(asked) = asked.unwrap_or_default();
    let kind = find(&pages, &asked);
    let accepted: Vec<_> = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok()).collect();
    let language = &language::choose(&built.languages, asked.lang.as_deref(), &accepted.join(",")).tag;
    let is_missing = kind == PageKind::MissingLeak;
    let page = pages.page(&Page { kind, language }).map_err(|error| Problem::Internal(error.to_string()))?;
    let is_gzip = takes_gzip(headers);
    let body = if is_gzip { page.gzip.clone() } else { page.html.clone() };
    let sent = Sent {
        media_type: HTML,
        caching: "no-cache",
        vary: "accept-language, accept-encoding",
        etag: &page.etag,
        is_gzip,
        body,
    };
    if is_missing {
        return Ok((StatusCode::NOT_FOUND, sent.answer(&HeaderMap::new())).into_response());
    }
    Ok(sent.answer(headers))
}

/// A page or an asset on its way.
struct Sent<'a> {
    media_type: &'static str,
    caching: &'static str,
    vary: &'static str,
    etag: &'a str,
    is_gzip: bool,
    body: Bytes,
}

impl Sent<'_> {
    /// Without its body where the asker has it.
    fn answer(self, headers: &HeaderMap) -> Response {
        // The compressed form is another representation, and has another tag (RFC 9110 section 8.8.3.3).
        let etag =
            if self.is_gzip { format!("{}-gzip\"", self.etag.trim_end_matches('"')) } else { self.etag.to_owned() };
        let kept = [(ETAG, etag.as_str()), (CACHE_CONTROL, self.caching), (VARY, self.vary)];
        if is_known(headers, &etag) {
            return (StatusCode::NOT_MODIFIED, kept).into_response();
        }
        let encoding: Option<[(HeaderName, &str); 1]> = self.is_gzip.then_some([(CONTENT_ENCODING, "gzip")]);
        let answer = (kept, [(CONTENT_TYPE, self.media_type)], self.body);
        match encoding {
            Some(encoding) => (encoding, answer).into_response(),
            None => answer.into_response(),
        }
    }
}

/// Whether the asker takes gzip; one that refuses it by `q=0` does not.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|item| {
        let mut parts = item.split(';').map(str::trim);
        parts.next().is_some_and(|coding| coding.eq_ignore_ascii_case("gzip"))
            && parts.all(|part| !matches!(part.strip_prefix("q="), Some(q) if q.parse() == Ok(0.0_f32)))
    })
}
