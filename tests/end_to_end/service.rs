//! The service as a process: routes, problem documents, quotas, hot reload, over a real port.

use crate::support::Workspace;
use exposure_protocol::{BulkEvaluator, Element, Pending};
use exposure_synthetic::{POLICE, person};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Time after which a test stops waiting for a reload, which takes far less.
const PATIENCE: Duration = Duration::from_secs(30);

/// An answer: status, relevant headers, body.
struct Answer {
    status: u16,
    kind: String,
    retry_after: Option<String>,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("JSON, not {}", self.body))
    }

    /// The type of a problem document, which the answer must be.
    fn problem(&self, status: u16) -> String {
        assert_eq!((self.status, self.kind.as_str()), (status, "application/problem+json"), "{}", self.body);
        let problem = self.json();
        assert_eq!(problem["status"], status);
        for field in ["title", "detail"] {
            assert!(problem[field].as_str().is_some_and(|text| text.len() > 10), "{field} says something");
        }
        let kind = problem["type"].as_str().expect("a type");
        kind.strip_prefix("urn:exposure-checker:problem:").expect("one of ours").to_owned()
    }
}

fn read(result: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Answer {
    let mut response = result.expect("answered");
    let header = |name: &str| response.headers().get(name).map(|value| value.to_str().expect("ASCII").to_owned());
    let (kind, retry_after) = (header("content-type").unwrap_or_default(), header("retry-after"));
    let body = response.body_mut().read_to_string().expect("UTF-8");
    Answer { status: response.status().as_u16(), kind, retry_after, body }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

fn get(url: &str) -> Answer {
    read(agent().get(url).call())
}

fn post(url: &str, body: &str) -> Answer {
    read(agent().post(url).content_type("application/json").send(body))
}

/// A well-formed element, as a client sends it.
fn element() -> Element {
    Pending::blind(vec!["phone:+8615400001234".to_owned()]).expect("an input").1[0]
}

#[test]
fn malformed_requests_get_problem_documents() {
    let (workspace, _) = Workspace::with_leak(150);
    let server = workspace.serve(&[]);
    let url = |path: &str| format!("{}v1/{path}", server.url);
    let index = get(&url("parameters")).json()["index"].as_str().expect("an id").to_owned();
    assert_eq!(get(&url("parameters?epoch=1")).status, 200);
    get(&url("parameters?epoch=9")).problem(404);
    get(&url("parameters?epoch=x")).problem(400);
    get(&url("nothing")).problem(404);
    get(&url(&format!("range/{}/7.txt", "0".repeat(32)))).problem(404);
    for malformed in
        [format!("{index}/G.txt"), format!("{index}/A.txt"), format!("{index}/77777.txt"), "abc/7.txt".to_owned()]
    {
        get(&url(&format!("range/{malformed}"))).problem(400);
    }
    let good = String::from(element());
    let zero = "A".repeat(43);
    for (body, status) in [
        (json!({ "epoch": 9, "blinded_elements": [good] }), 409),
        (json!({ "epoch": 1, "blinded_elements": [] }), 400),
        (json!({ "epoch": 1, "blinded_elements": vec![&good; 9] }), 400),
        (json!({ "epoch": 1, "blinded_elements": [good, zero] }), 400),
        (json!({ "epoch": 1, "blinded_elements": ["AAAA"] }), 400),
        (json!({ "epoch": 1, "blinded_elements": [good], "identifier": "x" }), 400),
        (json!({ "epoch": 1 }), 400),
    ] {
        post(&url("evaluate"), &body.to_string()).problem(status);
    }
    let twice = format!("{{\"epoch\":1,\"epoch\":1,\"blinded_elements\":[\"{good}\"]}}");
    post(&url("evaluate"), &twice).problem(400);
    post(&url("evaluate"), &format!("[1,[\"{good}\"]]")).problem(400);
    post(&url("evaluate"), "not json").problem(400);
    get(&url("breaches/%ff")).problem(404);
    get(&format!("{}assets/%ff", server.url)).problem(404);
    post(&url("evaluate"), &" ".repeat(20_000)).problem(413);
    read(agent().delete(&url("evaluate")).call()).problem(405);
}

#[test]
fn quotas_are_charged_by_element_and_say_when_to_come_back() {
    let (workspace, _) = Workspace::with_leak(150);
    let budget =
        ["--budget-address-per-minute", "1000", "--budget-address-per-day", "5", "--budget-global-per-second", "100"];
    let server = workspace.serve(&budget);
    let url = format!("{}v1/evaluate", server.url);
    let ask = |count: usize| {
        let elements: Vec<_> = (0..count).map(|_| element()).collect();
        post(&url, &json!({ "epoch": 1, "blinded_elements": elements }).to_string())
    };
    assert_eq!(ask(4).status, 200);
    let refused = ask(4);
    refused.problem(429);
    let seconds: u64 = refused.retry_after.expect("Retry-After").parse().expect("seconds");
    assert!((1..=86_400).contains(&seconds), "{seconds}");
    assert_eq!(ask(1).status, 200, "a rejected request is not charged");
    let limits = get(&format!("{}v1/limits", server.url)).json();
    assert_eq!(
        (&limits["address_per_day"], &limits["batch"]),
        (&json!(5), &json!(5)),
        "a batch is never above what a day allows"
    );
    assert!(limits["days_to_enumerate"]["phone"].as_f64().is_some_and(|days| days > 365.0), "{limits}");
    let said = workspace.run_with(&["check", "--stdin", "--server", &server.url], "15400000001\n");
    assert_eq!(said.status, 2);
    assert!(said.stdout.starts_with("error ") && said.stdout.contains("seconds"), "{}", said.stdout);
}

#[test]
fn an_exhausted_global_quota_is_a_503() {
    let (workspace, _) = Workspace::with_leak(150);
    let server = workspace.serve(&["--budget-global-per-second", "2", "--budget-partner-share", "0"]);
    let url = format!("{}v1/evaluate", server.url);
    let body = json!({ "epoch": 1, "blinded_elements": [element(), element()] }).to_string();
    // One second allows two requests, and ten requests take less than ten seconds.
    let refused =
        (0..10).map(|_| post(&url, &body)).find(|answer| answer.status != 200).expect("ten requests exceed the quota");
    assert_eq!(refused.problem(503), "global-budget");
    assert!(refused.retry_after.is_some());
}

#[test]
fn a_new_index_is_loaded_and_a_damaged_one_is_rejected() {
    let (workspace, _) = Workspace::with_leak(150);
    let server = workspace.serve(&[]);
    let current = || get(&format!("{}v1/parameters", server.url)).json()["index"].as_str().expect("an id").to_owned();
    let old = current();
    workspace.run(&["sources", "remove", POLICE]).ok();
    workspace.run(&["build"]).ok();
    let begun = Instant::now();
    while current() == old {
        assert!(begun.elapsed() < PATIENCE, "the new index was never noticed");
        std::thread::sleep(Duration::from_millis(100));
    }
    let new = current();
    assert_eq!(
        get(&format!("{}v1/range/{old}/7.txt", server.url)).status,
        200,
        "the old index is still served for a while"
    );
    let said = workspace.run_with(&["check", "--stdin", "--server", &server.url], &person(0).phone);
    assert_eq!(said.stdout, "absent\n");

    let path = workspace.data().join("index/current.index");
    let mut damaged = std::fs::read(&path).expect("readable");
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    let beside = workspace.file("damaged", damaged);
    std::fs::rename(beside, &path).expect("renamed");
    std::thread::sleep(Duration::from_secs(5));
    assert_eq!(current(), new, "a damaged index is not served");
    let (status, log) = server.stop();
    assert!(status.success());
    assert!(log.contains("damaged"), "the log says why: {log}");
}

#[test]
fn the_catalogue_is_served() {
    let (workspace, _) = Workspace::with_leak(150);
    workspace
        .run(&["sources", "set", POLICE, "title.en=Records", "title.zh=记录", "verified=true", "date=2022-06-30"])
        .ok();
    let server = workspace.serve(&[]);
    let breach = get(&format!("{}v1/breaches/{POLICE}", server.url)).json();
    assert_eq!(breach["title"], json!({ "en": "Records", "zh": "记录" }));
    assert_eq!((&breach["verified"], &breach["identifiers"]["cn.ric"]), (&json!(true), &json!(105)));
    assert_eq!(get(&format!("{}v1/breaches", server.url)).json()["breaches"].as_array().map(Vec::len), Some(3));
    get(&format!("{}v1/breaches/nobody", server.url)).problem(404);
    let sets = get(&format!("{}v1/source-sets", server.url)).json();
    assert_eq!(sets["source_sets"].as_array().map(Vec::len), Some(4));
}

#[test]
fn evaluations_use_the_published_key() {
    let (workspace, _) = Workspace::with_leak(150);
    let server = workspace.serve(&[]);
    let key = std::fs::read_to_string(workspace.data().join("key")).expect("readable");
    let key = exposure_index::key_from_text(&key).expect("a key");
    let (pending, blinded) = Pending::blind(vec!["phone:+8615400001234".to_owned()]).expect("an input");
    let body = json!({ "epoch": 1, "blinded_elements": blinded }).to_string();
    let answer = post(&format!("{}v1/evaluate", server.url), &body).json();
    let element = |value: &Value| Element::try_from(value.as_str().expect("text").to_owned()).expect("an element");
    let evaluation = exposure_protocol::Evaluation {
        elements: answer["evaluated_elements"].as_array().expect("an array").iter().map(element).collect(),
        proof: answer["proof"].as_str().expect("text").to_owned().try_into().expect("a proof"),
    };
    let digest = pending.finalize(&key.public(), &evaluation).expect("a true proof");
    assert!(digest == BulkEvaluator::new(&key).digests(&["phone:+8615400001234"]).expect("an input"));
}

#[test]
fn a_service_that_names_nobody_warns_and_one_that_does_is_silent() {
    let (workspace, _) = Workspace::with_leak(150);
    let started = || workspace.serve(&[]).stop().1;
    let warning = "the pages do not say who runs this service";
    let log = started();
    assert!(log.contains(warning) && log.contains("write name and contact into site/site.toml"), "{log}");
    let site = workspace.data().join("site");
    std::fs::create_dir_all(&site).expect("a folder");
    std::fs::write(site.join("site.toml"), "name = \"Data Authority\"\n").expect("written");
    assert!(started().contains("write contact into site/site.toml"));
    let about = "name = \"Data Authority\"\ncontact = \"mailto:help@example.org\"\n";
    std::fs::write(site.join("site.toml"), about).expect("written");
    let log = started();
    assert!(!log.contains(warning), "{log}");
}
