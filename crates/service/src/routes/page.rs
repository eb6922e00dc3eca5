//! The web form, embedded when the service is compiled; and a sentence in its place where it was not built.

use crate::problem::Problem;
use crate::routes::range::is_known;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};
use std::fmt::Write as _;

/// What `npm run build` made of `crates/web`. Looked up by name in a table, so that no path leads out of it.
#[derive(RustEmbed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Form;

/// Names of assets carry a hash of their content.
const CACHE_FOR_EVER: &str = "public, max-age=31536000, immutable";

const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Exposure Checker</title>\
     <p>The web form is not built: run <code>make web</code>, then build the service again.</p>\
     <p lang=\"zh\">网页表单尚未构建：请运行 <code>make web</code>，然后重新编译服务。</p></html>\n";

/// `GET /`
pub(crate) async fn form(headers: HeaderMap) -> Response {
    let html = "text/html; charset=utf-8";
    match Form::get("index.html") {
        Some(file) => send(file, html, "no-cache", &headers),
        None => ([(CONTENT_TYPE, html), (CACHE_CONTROL, "no-cache")], NOT_BUILT).into_response(),
    }
}

/// `GET /assets/{file}`
pub(crate) async fn asset(name: Result<Path<String>, PathRejection>, headers: HeaderMap) -> Result<Response, Problem> {
    let Path(name) = name.map_err(|_| Problem::NoSuchPath)?;
    let file = Form::get(&format!("assets/{name}")).ok_or(Problem::NoSuchPath)?;
    let media_type = file.metadata.mimetype().to_owned();
    Ok(send(file, &media_type, CACHE_FOR_EVER, &headers))
}

fn send(file: EmbeddedFile, media_type: &str, caching: &str, headers: &HeaderMap) -> Response {
    let etag = etag(&file);
    let kept = [(ETAG, etag.as_str()), (CACHE_CONTROL, caching)];
    if is_known(headers, &etag) {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    (kept, [(CONTENT_TYPE, media_type)], file.data.into_owned()).into_response()
}

fn etag(file: &EmbeddedFile) -> String {
    let mut etag = String::from("\"");
    for byte in &file.metadata.sha256_hash()[..16] {
        write!(etag, "{byte:02x}").expect("a string takes any text");
    }
    etag + "\""
}
