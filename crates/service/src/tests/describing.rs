//! The description of the API: matches the committed copy, the documents and the responses.

use super::fixture::{Data, Running};
use crate::api::openapi::examples;
use crate::http::problem::{Problem, URN};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// If set, the committed description is overwritten.
const BLESS: &str = "EXPOSURE_BLESS";

fn docs(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name)
}

fn described() -> Value {
    let data = Data::keyed(10);
    Running::start(data.service()).get("/openapi.json").json()
}

/// Name and status of every problem.
fn all_problems() -> BTreeSet<(String, u16)> {
    Problem::all().iter().map(|problem| (problem.name().1.to_owned(), problem.name().0.as_u16())).collect()
}

/// Every call: its path, method and description.
fn calls(description: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = description["paths"].as_object().expect("paths").iter();
    paths
        .flat_map(|(path, item)| {
            item.as_object().expect("calls").iter().map(move |(m, call)| (path.as_str(), m.as_str(), call))
        })
        .collect()
}

#[test]
fn the_description_is_the_committed_one() {
    let data = Data::keyed(10);
    let served = Running::start(data.service()).get("/openapi.json");
    assert_eq!((served.status, served.header("content-type")), (200, "application/json"));
    let path = docs("openapi.json");
    if std::env::var_os(BLESS).is_some() {
        fs::write(&path, &served.body).expect("writable");
    }
    let committed = fs::read_to_string(&path).expect("readable");
    assert!(
        served.body == committed,
        "the API differs from docs/openapi.json: update it with `{BLESS}=1 cargo test -p exposure-service describing`, \
         and review the changes"
    );
    let description = served.json();
    assert!(description["openapi"].as_str().expect("a version").starts_with("3.1."));
    assert_eq!(description["info"]["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn every_call_describes_its_responses() {
    let description = described();
    let calls = calls(&description);
    assert!(calls.len() >= 11, "{calls:?}");
    for (path, method, call) in calls {
        let answers = call["responses"].as_object().expect("answers");
        assert!(answers.contains_key("200") && answers.contains_key("500"), "{method} {path}");
        assert!(call["summary"].as_str().is_some_and(|summary| !summary.is_empty()), "{method} {path}");
        assert!(call["description"].as_str().is_some_and(|text| text.ends_with('.')), "{method} {path}");
        for (status, answer) in answers {
            let problem = &answer["content"]["application/problem+json"];
            assert_eq!(problem.is_object(), status.as_str() >= "400", "{method} {path} {status}");
            assert!(answer["headers"]["Cache-Control"].is_object(), "{method} {path} {status}");
        }
    }
}

#[test]
fn every_reference_resolves() {
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(fields) => {
                found.extend(fields.get("$ref").and_then(Value::as_str));
                fields.values().for_each(|value| references(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let description = described();
    let mut found = Vec::new();
    references(&description, &mut found);
    assert!(found.len() > 20, "{found:?}");
    for reference in found {
        let target = description.pointer(reference.trim_start_matches('#'));
        assert!(target.is_some(), "{reference} is not described");
    }
}

#[test]
fn all_lists_of_problems_are_complete() {
    let description = described();
    let mut in_description = BTreeSet::new();
    for (.., call) in calls(&description) {
        let answers = call["responses"].as_object().expect("answers").values();
        let examples =
            answers.filter_map(|answer| answer["content"]["application/problem+json"]["examples"].as_object());
        for example in examples.flat_map(serde_json::Map::values) {
            let (kind, status) = (example["value"]["type"].as_str(), example["value"]["status"].as_u64());
            let name = kind.and_then(|kind| kind.strip_prefix(URN)).expect("one of ours").to_owned();
            in_description.insert((name, status.expect("a status") as u16));
        }
    }
    // These belong to no call: the introduction names them.
    let introduction = description["info"]["description"].as_str().expect("a text");
    for (name, status) in [("not-found", 404), ("method-not-allowed", 405)] {
        assert!(introduction.contains(name));
        in_description.insert((name.to_owned(), status));
    }
    assert_eq!(in_description, all_problems(), "left: openapi.json, right: the program");

    let page = fs::read_to_string(docs("api.md")).expect("readable");
    let rows = page.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| `")?.split(" | ");
        let name = cells.next()?.trim_end_matches('`').to_owned();
        Some((name, cells.next()?.parse().ok()?))
    });
    assert_eq!(rows.collect::<BTreeSet<_>>(), all_problems(), "left: docs/api.md, right: the program");

    let protocol = fs::read_to_string(docs("protocol.md")).expect("readable");
    for (name, _) in all_problems() {
        assert!(protocol.contains(&format!("`{name}`")), "docs/protocol.md does not name {name}");
    }
}

#[test]
fn the_page_shows_every_call_message_and_problem() {
    let data = Data::keyed(10);
    let running = Running::start(data.service());
    let page = running.get("/docs");
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    let description = running.get("/openapi.json").json();
    for (path, method, call) in calls(&description) {
        let id = format!("id=\"call-{}\"", call["operationId"].as_str().expect("a name"));
        let heading = format!("<b>{}</b> <code>{path}</code>", method.to_uppercase());
        assert!(page.body.contains(&id) && page.body.contains(&heading), "{method} {path}");
    }
    for name in description["components"]["schemas"].as_object().expect("schemas").keys() {
        assert!(page.body.contains(&format!("id=\"schema-{name}\"")), "{name}");
    }
    for (name, _) in all_problems() {
        assert!(page.body.contains(&format!("id=\"problem-{name}\"")), "{name}");
    }
    assert!(page.body.contains("<h2 id=\"stability-and-deprecation\">") && page.body.contains("RFC 9745"));
}

#[test]
fn the_page_is_complete_and_loads_nothing_from_other_hosts() {
    let data = Data::keyed(10);
    let running = Running::start(data.service());
    let page = running.get("/docs").body;
    for forbidden in ["<script", "style=\"", "http://", "https://", " src=", " onclick"] {
        // Examples may name an origin.
        let outside: String = page.split("<pre>").map(|part| part.rsplit("</pre>").next().unwrap_or(part)).collect();
        assert!(!outside.contains(forbidden), "{forbidden}");
    }
    let ids: Vec<_> = page.split(" id=\"").skip(1).map(|rest| rest.split('"').next().expect("an end")).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "each id is there once");
    let links: Vec<_> = page.split(" href=\"").skip(1).map(|rest| rest.split('"').next().expect("an end")).collect();
    assert!(links.len() > 60);
    for link in links {
        match link.strip_prefix('#') {
            None if link == "data:," => {}
            Some(id) => assert!(ids.contains(&id), "{link} leads nowhere"),
            None => assert_eq!(running.get(&format!("/{}", link.trim_start_matches("./"))).status, 200, "{link}"),
        }
    }
    let style = running.get("/docs/style.css");
    assert_eq!((style.status, style.header("content-type")), (200, "text/css; charset=utf-8"));
    assert!(!style.body.contains("url(") && !style.body.contains("@import"));
}

/// Requests each call, and looks its response up in the description.
#[test]
fn responses_match_the_description() {
    let data = Data::keyed(10);
    let running = Running::start(data.service());
    let description = running.get("/openapi.json").json();
    let (id, unknown) = (running.current(), "0".repeat(32));
    let range = "/v1/range/{index}/{file}";
    let asked: [(&str, &str, String); 15] = [
        ("/healthz", "", String::new()),
        ("/readyz", "", String::new()),
        ("/v1/parameters", "", String::new()),
        ("/v1/parameters", "?epoch=2", String::new()),
        ("/v1/parameters", "?epoch=x", String::new()),
        ("/v1/source-sets", "", String::new()),
        ("/v1/breaches", "", String::new()),
        ("/v1/breaches/{slug}", "", "/v1/breaches/a".into()),
        ("/v1/breaches/{slug}", "", "/v1/breaches/nobody".into()),
        ("/v1/limits", "", String::new()),
        ("/v1/account", "", String::new()),
        (range, "", format!("/v1/range/{id}/a.txt")),
        (range, "", format!("/v1/range/{id}/a.bin")),
        (range, "", format!("/v1/range/{unknown}/a.bin")),
        (range, "", format!("/v1/range/{id}/abc.txt")),
    ];
    for (path, query, concrete) in asked {
        let concrete = if concrete.is_empty() { format!("{path}{query}") } else { concrete };
        let answer = running.get(&concrete);
        let described = &description["paths"][path]["get"]["responses"][answer.status.to_string()];
        let media_type = answer.header("content-type").split(';').next().expect("a first part").to_owned();
        assert!(described["content"][&media_type].is_object(), "{concrete}: {} {media_type}", answer.status);
        for name in described["headers"].as_object().expect("headers").keys() {
            let optional = ["Retry-After", "RateLimit"].iter().any(|optional| name.starts_with(optional));
            assert!(optional || !answer.header(name).is_empty(), "{concrete}: {name}");
        }
    }
}

/// The JSON blocks of docs/protocol.md, in order, and the files that they show.
const SHOWN: [&str; 8] = [
    "parameters.json",
    "source-sets.json",
    "breaches.json",
    "evaluate-request.json",
    "evaluate-response.json",
    "account.json",
    "limits.json",
    "problem.json",
];

#[test]
fn the_documents_show_the_examples_of_the_description() {
    let protocol = fs::read_to_string(docs("protocol.md")).expect("readable");
    let blocks: Vec<_> = protocol.split("```json\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(blocks.len(), SHOWN.len(), "docs/protocol.md has one block for each file of api/examples");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api/examples");
    for (block, name) in blocks.iter().zip(SHOWN) {
        let file = fs::read_to_string(folder.join(name)).expect("readable");
        assert!(*block == file, "docs/protocol.md does not show api/examples/{name}");
    }
    for (name, text) in examples::FILES {
        assert!(SHOWN.contains(name), "{name}");
        serde_json::from_str::<Value>(text).expect(name);
    }
    let problem: Value = serde_json::from_str(blocks[7]).expect("JSON");
    let current = problem["current"].as_str().expect("an id").to_owned();
    assert_eq!(problem, serde_json::to_value(Problem::RetiredIndex { current }.document()).expect("JSON"));
}

#[test]
fn the_documents_show_the_paragraphs_on_stability() {
    let api = fs::read_to_string(docs("api.md")).expect("readable");
    let (_, section) = api.split_once("\n## Stability and deprecation\n").expect("the section");
    let section = section.split_once("\n#").map_or(section, |(section, _)| section);
    assert_eq!(section.trim(), examples::STABILITY.trim(), "left: docs/api.md, right: api/openapi/stability.md");
}

#[test]
fn the_example_of_a_range_is_that_of_the_document() {
    let protocol = fs::read_to_string(docs("protocol.md")).expect("readable");
    for line in examples::RANGE.lines() {
        assert!(protocol.contains(&format!("{line}␍␊")), "{line}");
    }
}
