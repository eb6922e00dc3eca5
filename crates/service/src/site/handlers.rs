//! Handlers of the pages and their assets; one sentence instead of a page if the web form was not
//! built.

use crate::http::conditional::{accepts_gzip, is_unmodified};
use crate::http::problem::Problem;
use crate::site::built::{self, Built};
use crate::site::language;
use crate::site::page::{Page, PageKind};
use crate::site::pages::Pages;
use crate::site::state::Site;
use axum::body::Bytes;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{FromRef, Path, Query, State};
use axum::http::header::{
    ACCEPT, ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, ETAG, LOCATION, VARY,
};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use data_encoding::HEXLOWER;
use serde::Deserialize;
use std::sync::Arc;

/// File names of assets contain a hash of their content.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

const HTML: &str = "text/html; charset=utf-8";

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Exposure Checker</title>\
     <p>The web form is not built: run <code>make web</code>, then build the service again.</p>\
     <p lang=\"zh\">网页表单尚未构建：请运行 <code>make web</code>，然后重新编译服务。</p></html>\n";

/// The query of a page. Other parameters and malformed ones are ignored.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct PageQuery {
    lang: Option<String>,
    status: Option<String>,
    class: Option<String>,
}

type QueryOrRejection = Result<Query<PageQuery>, QueryRejection>;

/// A page that only depends on the language.
pub(crate) fn fixed<S>(kind: PageKind) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
    Arc<Site>: FromRef<S>,
{
    get(move |State(site): State<Arc<Site>>, query: QueryOrRejection, headers: HeaderMap| async move {
        page(&site, |_, _| kind, query, &headers)
    })
}

/// `GET /leaks`
pub(crate) async fn leaks(
    State(site): State<Arc<Site>>,
    query: QueryOrRejection,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let find = |pages: &Pages, query: &PageQuery| {
        PageKind::Leaks(pages.filter(query.status.as_deref(), query.class.as_deref()))
    };
    page(&site, find, query, &headers)
}

/// `GET /leaks/{slug}`
pub(crate) async fn leak(
    State(site): State<Arc<Site>>,
    slug: Result<Path<String>, PathRejection>,
    query: QueryOrRejection,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Path(slug) = slug.map_err(|_| Problem::NoSuchPath)?;
    let find =
        |pages: &Pages, _: &PageQuery| if pages.has_leak(&slug) { PageKind::Leak(slug) } else { PageKind::MissingLeak };
    page(&site, find, query, &headers)
}

/// Any other path: a page that says so, for people who typed the address; those who typed one with
/// a slash too many are led to the page that they meant. A problem for programs.
pub(crate) async fn nowhere(
    State(site): State<Arc<Site>>,
    method: Method,
    uri: Uri,
    query: QueryOrRejection,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let is_read = matches!(method, Method::GET | Method::HEAD);
    if !is_read || is_of_api(uri.path()) {
        return Err(Problem::NoSuchPath);
    }
    if let Some(meant) = meant(uri.path()) {
        // Relative, so that it holds below any path of a proxy.
        let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
        return Ok((StatusCode::PERMANENT_REDIRECT, [(LOCATION, meant + &query)]).into_response());
    }
    let accepted = headers.get_all(ACCEPT).iter().filter_map(|value| value.to_str().ok());
    if !accepted.into_iter().any(|value| value.contains("text/html")) {
        return Err(Problem::NoSuchPath);
    }
    let depth = uri.path().trim_start_matches('/').matches('/').count();
    let depth = u8::try_from(depth).ok().filter(|&depth| depth <= DEEPEST).ok_or(Problem::NoSuchPath)?;
    page(&site, |_, _| PageKind::Nowhere { depth }, query, &headers)
}

/// Nobody types a deeper address.
const DEEPEST: u8 = 8;

fn is_of_api(path: &str) -> bool {
    ["/v1", "/assets", "/healthz", "/readyz", "/metrics"]
        .iter()
        .any(|own| path.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

/// The page that was meant by a path with a slash too many, or with a file name.
fn meant(path: &str) -> Option<String> {
    let page = path.strip_prefix('/')?;
    if page == "index.html" {
        return Some("./".to_owned());
    }
    let page = page.strip_suffix('/')?;
    let name = page.strip_prefix("leaks/").unwrap_or(page);
    let is_page =
        ["how", "leaks", "partners", "privacy", "about", "docs"].contains(&page) || page.starts_with("leaks/");
    let is_plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    (is_page && is_plain).then(|| format!("../{name}"))
}

/// `GET /assets/{file}`
pub(crate) async fn asset(
    State(site): State<Arc<Site>>,
    name: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Path(name) = name.map_err(|_| Problem::NoSuchPath)?;
    if let Some(style) = site.pages().and_then(|pages| pages.style(&name)) {
        return Ok(([(CONTENT_TYPE, "text/css"), (CACHE_CONTROL, IMMUTABLE)], style).into_response());
    }
    let (file, is_gzip) = built::asset(&name, accepts_gzip(&headers)).ok_or(Problem::NoSuchPath)?;
    let media_type = if name.rsplit('.').next() == Some("css") { "text/css" } else { "text/javascript" };
    let etag = format!("\"{}\"", HEXLOWER.encode(&file.metadata.sha256_hash()[..16]));
    let body = file.data.into_owned().into();
    Ok(Representation { media_type, caching: IMMUTABLE, vary: "accept-encoding", etag: &etag, is_gzip, body }
        .respond(&headers))
}

/// `GET /favicon.ico` and other pictures that browsers and phones look for
pub(crate) fn icon<S>(name: &'static str, media_type: &'static str) -> MethodRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    get(move |headers: HeaderMap| async move {
        let file = built::icon(name).ok_or(Problem::NoSuchPath)?;
        let etag = format!("\"{}\"", HEXLOWER.encode(&file.metadata.sha256_hash()[..16]));
        let body = file.data.into_owned().into();
        let caching = "public, max-age=86400";
        Ok::<_, Problem>(
            Representation { media_type, caching, vary: "accept-encoding", etag: &etag, is_gzip: false, body }
                .respond(&headers),
        )
    })
}

/// `GET /robots.txt`
pub(crate) async fn robots(State(site): State<Arc<Site>>) -> Response {
    let closed = if site.may_be_listed() { "/v1/" } else { "/" };
    ([(CONTENT_TYPE, "text/plain; charset=utf-8")], format!("User-agent: *\nDisallow: {closed}\n")).into_response()
}

/// Responds with the page that `find` selects.
fn page(
    site: &Site,
    find: impl FnOnce(&Pages, &PageQuery) -> PageKind,
    query: QueryOrRejection,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let (Some(built), Some(pages)) = (Built::get(), site.pages()) else {
        return Ok(([(CONTENT_TYPE, HTML), (CACHE_CONTROL, "no-cache")], NOT_BUILT).into_response());
    };
    let Query(query) = query.unwrap_or_default();
    let kind = find(&pages, &query);
    let accepted: Vec<_> = headers.get_all(ACCEPT_LANGUAGE).iter().filter_map(|value| value.to_str().ok()).collect();
    let language = &language::choose(&built.languages, query.lang.as_deref(), &accepted.join(",")).tag;
    let is_missing = matches!(kind, PageKind::MissingLeak | PageKind::Nowhere { .. });
    let page = pages.page(&Page { kind, language }).map_err(|error| Problem::Internal(error.to_string()))?;
    let is_gzip = accepts_gzip(headers);
    let body = if is_gzip { page.gzip.clone() } else { page.html.clone() };
    let representation = Representation {
        media_type: HTML,
        caching: "no-cache",
        vary: "accept-language, accept-encoding",
        etag: &page.etag,
        is_gzip,
        body,
    };
    if is_missing {
        return Ok((StatusCode::NOT_FOUND, representation.respond(&HeaderMap::new())).into_response());
    }
    Ok(representation.respond(headers))
}

/// A page or an asset in the encoding that the client gets.
struct Representation<'a> {
    media_type: &'static str,
    caching: &'static str,
    vary: &'static str,
    etag: &'a str,
    is_gzip: bool,
    body: Bytes,
}

impl Representation<'_> {
    /// The response; 304 without a body if the client has a current copy.
    fn respond(self, headers: &HeaderMap) -> Response {
        // The compressed form is another representation with its own tag (RFC 9110 §8.8.3.3).
        let etag =
            if self.is_gzip { format!("{}-gzip\"", self.etag.trim_end_matches('"')) } else { self.etag.to_owned() };
        let caching = [(ETAG, etag.as_str()), (CACHE_CONTROL, self.caching), (VARY, self.vary)];
        if is_unmodified(headers, &etag) {
            return (StatusCode::NOT_MODIFIED, caching).into_response();
        }
        let encoding: Option<[(HeaderName, &str); 1]> = self.is_gzip.then_some([(CONTENT_ENCODING, "gzip")]);
        let response = (caching, [(CONTENT_TYPE, self.media_type)], self.body);
        match encoding {
            Some(encoding) => (encoding, response).into_response(),
            None => response.into_response(),
        }
    }
}
