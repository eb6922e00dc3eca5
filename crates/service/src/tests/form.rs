//! The form, and what is shown if it was not built.

use super::fixture::{Data, Running};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

#[test]
fn the_form_or_a_sentence_instead() {
    let data = Data::keyed(10);
    let running = Running::start(data.service());
    let page = running.get("/");
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert_eq!(page.header("cache-control"), "no-cache");
    let Some((_, rest)) = page.body.split_once("src=\"assets/") else {
        assert!(page.body.contains("make web") && page.body.contains("尚未构建"));
        return;
    };
    let script = rest.split('"').next().expect("a name");
    let asset = running.get(&format!("/assets/{script}"));
    assert_eq!((asset.status, asset.header("content-type")), (200, "text/javascript"));
    assert!(asset.header("cache-control").contains("immutable"));
    let etag = asset.header("etag").to_owned();
    assert_eq!(running.get_with(&format!("/assets/{script}"), &[("if-none-match", &etag)]).status, 304);
}

#[test]
fn no_path_escapes_the_assets() {
    let data = Data::keyed(10);
    let running = Running::start(data.service());
    for name in ["none.js", "..%2findex.html", "..%2f..%2fpackage.json", "%2fetc%2fpasswd"] {
        running.get(&format!("/assets/{name}")).problem(404, "not-found");
    }
    // An HTTP client would normalise this path.
    let mut stream = TcpStream::connect(running.address()).expect("listening");
    stream.write_all(b"GET /assets/../index.html HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an end");
    assert!(answer.starts_with("HTTP/1.1 404"), "{answer}");
}
