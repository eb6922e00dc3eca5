//! Metrics and readiness, on a listener that clients do not reach.

use super::fixture::{AMPLE, Data, Running, phone};
use crate::{Budget, Config, Service};
use exposure_protocol::wire::EvaluateRequest;
use exposure_protocol::{Pending, SecretKey};
use std::collections::BTreeSet;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

/// The value of a series; 0 before it exists.
fn value(text: &str, series: &str) -> u64 {
    let mut lines = text.lines().filter_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    let found = lines.next().map_or(0, |value| value.parse().expect("a whole number"));
    assert_eq!(lines.next(), None, "{series} is there once");
    found
}

fn evaluate(running: &Running, count: u32) -> u16 {
    let (_, blinded_elements) = Pending::blind((0..count).map(phone).collect()).expect("ordinary inputs");
    running.evaluate(&serde_json::to_string(&EvaluateRequest { epoch: 1, blinded_elements }).expect("JSON")).status
}

#[test]
fn every_request_is_counted_by_route_method_and_status() {
    let data = Data::keyed(10);
    let running = Running::start(data.service());
    let id = running.current();
    for path in [format!("/v1/range/{id}/a.txt"), format!("/v1/range/{id}/b.txt"), format!("/v1/range/{id}/x.txt")] {
        running.get(&path);
    }
    running.head(&format!("/v1/range/{id}/a.txt"));
    running.get("/canary-path?canary-query");
    running.get("/v1/evaluate");
    assert_eq!((evaluate(&running, 3), evaluate(&running, 9)), (200, 400));
    let metrics = running.metrics();
    let requests = |route: &str, method: &str, status: u16| {
        let labels = format!("route=\"{route}\",method=\"{method}\",status=\"{status}\"");
        value(&metrics, &format!("exposure_requests_total{{{labels}}}"))
    };
    let range = "/v1/range/{index}/{file}";
    assert_eq!([requests(range, "GET", 200), requests(range, "GET", 400), requests(range, "HEAD", 200)], [2, 1, 1]);
    assert_eq!([requests("none", "GET", 404), requests("/v1/evaluate", "GET", 405)], [1, 1]);
    assert_eq!([requests("/v1/evaluate", "POST", 200), requests("/v1/evaluate", "POST", 400)], [1, 1]);
    let latency = |of: &str| format!("exposure_request_seconds_{of}");
    assert_eq!(value(&metrics, &latency(&format!("count{{route=\"{range}\"}}"))), 4);
    assert_eq!(value(&metrics, &latency(&format!("bucket{{route=\"{range}\",le=\"+Inf\"}}"))), 4);
    let (_, sum) = metrics.split_once(&latency(&format!("sum{{route=\"{range}\"}} "))).expect("there");
    assert!(sum.lines().next().expect("a value").parse::<f64>().expect("a number") > 0.0);
    assert_eq!(value(&metrics, "exposure_evaluated_elements_total{class=\"anonymous\"}"), 3);
    let problems = |name: &str| value(&metrics, &format!("exposure_problems_total{{type=\"{name}\"}}"));
    assert_eq!([problems("malformed"), problems("element-count"), problems("not-found")], [1, 1, 1]);
    for secret in ["canary", &id, "127.0.0.1"] {
        assert!(!metrics.contains(secret), "{secret} in {metrics}");
    }
}

#[test]
fn index_and_budgets_are_read_on_each_scrape() {
    let data = Data::keyed(10);
    let budget = Budget { global_per_second: 7, ..AMPLE };
    let running = Running::start(Service::open(Config { budget, ..data.config() }).expect("sound"));
    assert_eq!([evaluate(&running, 7), evaluate(&running, 7)], [200, 503]);
    let metrics = running.metrics();
    assert_eq!(value(&metrics, "exposure_index_records"), 10);
    assert_eq!(value(&metrics, "exposure_index_epoch"), 1);
    assert!(value(&metrics, "exposure_index_age_seconds") < 600, "written by this test");
    assert_eq!(value(&metrics, "exposure_budget_quota{pool=\"anonymous\"}"), 7);
    assert_eq!(value(&metrics, "exposure_budget_exhausted_total{pool=\"anonymous\"}"), 1);
    assert!(metrics.contains(&format!("exposure_build_info{{version=\"{}\"}} 1", env!("CARGO_PKG_VERSION"))));
}

#[test]
fn a_rejected_index_is_reported_until_a_good_one_is_loaded() {
    let data = Data::keyed(500);
    let running = Running::start(data.service());
    let rejected = |running: &Running, what: &str| {
        value(&running.metrics(), &format!("exposure_reload_rejected{{what=\"{what}\"}}"))
    };
    let reloads = |running: &Running, what: &str, outcome: &str| {
        let labels = format!("what=\"{what}\",outcome=\"{outcome}\"");
        value(&running.metrics(), &format!("exposure_reloads_total{{{labels}}}"))
    };
    assert!(running.metrics().contains("exposure_reload_rejected{what=\"index\"} 0\n"), "there from the start");
    data.damage_leaf();
    running.until("the alarm", |running| rejected(running, "index") == 1);
    assert_eq!([reloads(&running, "index", "rejected"), reloads(&running, "index", "loaded")], [1, 0]);
    data.rebuild(&data.key, 20);
    running.until("its end", |running| rejected(running, "index") == 0);
    assert_eq!([reloads(&running, "index", "rejected"), reloads(&running, "index", "loaded")], [1, 1]);
    assert_eq!(value(&running.metrics(), "exposure_index_records"), 20);
    fs::write(data.catalogue(), "[sources.a]\nadded = \"yesterday\"").expect("writable");
    running.until("the other alarm", |running| rejected(running, "catalogue") == 1);
    assert_eq!(rejected(&running, "index"), 0);
}

#[test]
fn operators_have_their_own_listener() {
    let data = Data::keyed(10);
    let running = Running::start(data.service());
    running.get("/metrics").problem(404, "not-found");
    let admin = running.admin("/metrics");
    assert_eq!((admin.status, admin.header("content-type")), (200, "text/plain; version=0.0.4; charset=utf-8"));
    assert_eq!(admin.header("cache-control"), "no-store");
    assert_eq!(admin.header("x-content-type-options"), "nosniff");
    for path in ["/", "/v1/parameters", "/v1/limits", "/assets/x"] {
        running.admin(path).problem(404, "not-found");
    }
    for path in ["/healthz", "/readyz"] {
        for answer in [running.get(path), running.admin(path)] {
            assert_eq!((answer.status, answer.body.as_str()), (200, "ok\n"));
        }
    }
    // Scrapes would hide the requests that matter.
    assert!(!running.metrics().contains("/metrics"));
}

#[test]
fn a_service_that_is_stopping_is_alive_and_not_ready() {
    let data = Data::keyed(10);
    let mut running = Running::start(data.service());
    let mut stream = TcpStream::connect(running.address()).expect("listening");
    let head = "POST /v1/evaluate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{";
    stream.write_all(head.as_bytes()).expect("sent");
    // Long enough for the headers to arrive.
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(running.admin("/readyz").status, 200);
    running.stop();
    running.until("unreadiness", |running| running.admin("/readyz").status == 503);
    running.admin("/readyz").problem(503, "stopping");
    assert_eq!(running.admin("/healthz").status, 200);
    assert_eq!(value(&running.metrics(), "exposure_ready"), 0);
    stream.write_all(b"}").expect("what has begun is finished");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an end");
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}

#[test]
fn connections_and_shed_requests_are_counted() {
    let data = Data::keyed(10);
    let service = data.service();
    let metrics = Arc::clone(&service.state.metrics);
    let running = Running::start(service);
    let silent: Vec<_> = (0..3).map(|_| TcpStream::connect(running.address()).expect("listening")).collect();
    running.until("three connections", |running| value(&running.metrics(), "exposure_connections") == 3);
    let timed_out = "exposure_connections_ended_total{reason=\"timed_out\"}";
    running.until("the timeout of silent connections", |running| value(&running.metrics(), timed_out) == 3);
    drop(silent);
    running.until("that they are gone", |running| value(&running.metrics(), "exposure_connections") == 0);
    metrics.evaluation_shed();
    assert_eq!(value(&running.metrics(), "exposure_shed_evaluations_total"), 1);
}

#[test]
fn every_metric_is_documented_and_no_other() {
    let data = Data::keyed(10);
    let running = Running::start(data.service());
    running.get("/nothing");
    let metrics = running.metrics();
    let types = metrics.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split(' ').next());
    let served: BTreeSet<_> = types.collect();
    let page = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operating.md")).expect("readable");
    let documented: BTreeSet<_> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| `exposure_")?.split('`').next())
        .filter(|name| name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
        .collect();
    let served: BTreeSet<_> = served.iter().filter_map(|name| name.strip_prefix("exposure_")).collect();
    assert_eq!(documented, served, "left: docs/operating.md, right: the program");
}

#[test]
fn the_files_of_two_epochs_are_watched_separately() {
    let (data, before) = (Data::keyed(500), Data::under(SecretKey::generate(2), 500));
    let config = Config { previous: Some(before.published()), ..data.config() };
    let running = Running::start(Service::open(config).expect("two epochs"));
    let rejected = |running: &Running, what: &str| {
        value(&running.metrics(), &format!("exposure_reload_rejected{{what=\"{what}\"}}"))
    };
    before.damage_leaf();
    running.until("the alarm of the one", |running| rejected(running, "previous-index") == 1);
    assert_eq!(rejected(&running, "index"), 0);
    data.rebuild(&data.key, 20);
    running.until("the other's reload", |running| {
        value(&running.metrics(), "exposure_reloads_total{what=\"index\",outcome=\"loaded\"}") == 1
    });
    assert_eq!(rejected(&running, "previous-index"), 1, "it is not reset by the other");
}
