//! What the log contains, and what it never may, at the most verbose level.

use super::fixture::{AMPLE, Data, phone};
use crate::http::middleware;
use crate::{Budget, Config, Service};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::routing::get;
use exposure_protocol::Pending;
use exposure_protocol::wire::EvaluateRequest;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tower::ServiceExt as _;
use tracing::Dispatch;
use tracing_subscriber::filter::LevelFilter;

/// A log in memory.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl io::Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("whole").extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The log of these requests, and the statuses of their responses.
fn log_of(router: &Router, requests: Vec<Request<Body>>, level: LevelFilter, json: bool) -> (String, Vec<u16>) {
    let kept = Kept::default();
    let writer = kept.clone();
    let lines = tracing_subscriber::fmt().with_ansi(false).with_max_level(level).with_writer(move || writer.clone());
    let subscriber: Dispatch =
        if json { lines.json().flatten_event(true).finish().into() } else { lines.finish().into() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut statuses = Vec::new();
    tracing::dispatcher::with_default(&subscriber, || {
        for request in requests {
            let response = runtime.block_on(router.clone().oneshot(request)).expect("infallible");
            statuses.push(response.status().as_u16());
        }
    });
    let bytes = kept.0.lock().expect("whole").clone();
    (String::from_utf8(bytes).expect("text"), statuses)
}

fn request(method: &str, path: &str, body: String) -> Request<Body> {
    let peer: SocketAddr = "192.0.2.77:4711".parse().expect("an address");
    let mut builder = Request::builder().method(method).uri(path).header("content-type", "application/json");
    for (name, value) in [
        ("authorization", "Bearer expk_canary-key"),
        ("x-forwarded-for", "203.0.113.77"),
        ("cookie", "canary-cookie=1"),
        ("user-agent", "canary-agent"),
        ("referer", "https://canary-referrer.example/"),
        ("if-none-match", "\"canary-tag\""),
    ] {
        builder = builder.header(name, value);
    }
    builder.extension(ConnectInfo(peer)).body(body.into()).expect("a request")
}

/// Requests with canaries wherever a client can put one, and the canaries besides the word
/// “canary”.
fn planted(id: &str) -> (Vec<Request<Body>>, Vec<String>) {
    let (_, blinded_elements) = Pending::blind(vec![phone(1)]).expect("ordinary");
    let element = String::from(blinded_elements[0]);
    let evaluate = serde_json::to_string(&EvaluateRequest { epoch: 1, blinded_elements }).expect("JSON");
    let mut requests: Vec<_> =
        (0..16).map(|n| request("GET", &format!("/v1/range/{id}/{n:x}.txt"), String::new())).collect();
    for body in [evaluate.clone(), "canary-body".into()] {
        let mut anonymous = request("POST", "/v1/evaluate", body);
        anonymous.headers_mut().remove("authorization");
        requests.push(anonymous);
    }
    requests.push(request("POST", "/v1/evaluate", evaluate));
    requests.push(request("GET", "/v1/range/canary-index/canary-prefix.txt", String::new()));
    requests.push(request("GET", "/canary-path?canary-query", String::new()));
    requests.push(request("GET", "/v1/parameters?epoch=canary-epoch", String::new()));
    requests.push(request("CANARY-METHOD", "/v1/parameters", String::new()));
    let planted = ["canary", "192.0.2", ":4711", &element, ".txt", "203.0.113"].map(str::to_owned);
    (requests, planted.into())
}

#[test]
fn the_log_names_routes_and_never_a_client_or_its_request() {
    let data = Data::keyed(500);
    data.damage_leaf();
    for json in [false, true] {
        let service = data.service();
        let id = service.index_id();
        let (requests, planted) = planted(&id);
        let (log, statuses) = log_of(&service.router(), requests, LevelFilter::TRACE, json);
        assert_eq!(statuses[..16].iter().filter(|&&status| status == 500).count(), 1);
        assert_eq!(statuses[16..], [200, 400, 401, 400, 404, 400, 405]);
        let expected = if json {
            [
                "\"method\":\"GET\",\"route\":\"/v1/range/{index}/{file}\",\"status\":200,\"micros\":",
                "\"route\":\"none\",\"status\":404,\"problem\":\"not-found\"",
                "\"level\":\"ERROR\"",
            ]
        } else {
            [
                "method=\"GET\" route=\"/v1/range/{index}/{file}\" status=200 micros=",
                "route=\"none\" status=404 problem=\"not-found\"",
                "ERROR",
            ]
        };
        for line in expected {
            assert!(log.contains(line), "{line} in {log}");
        }
        assert!(log.contains(&format!("a range of index {id} cannot be read: the index is damaged")), "{log}");
        for secret in planted {
            assert!(!log.contains(&secret), "{secret} in {log}");
        }
        if json {
            let is_object =
                |line: &str| serde_json::from_str::<serde_json::Value>(line).is_ok_and(|line| line.is_object());
            assert!(log.lines().all(is_object), "{log}");
        }
    }
}

#[test]
fn failures_are_logged_by_default_and_other_responses_are_not() {
    let data = Data::keyed(500);
    data.damage_leaf();
    let service = data.service();
    let (requests, _) = planted(&service.index_id());
    let count = requests.len();
    let (log, _) = log_of(&service.router(), requests, LevelFilter::INFO, false);
    assert_eq!(log.lines().count(), 1, "of {count}: {log}");
    assert!(log.contains("ERROR") && log.contains("problem=\"internal\""), "{log}");
}

#[test]
fn a_panic_is_a_problem_and_its_message_is_not_logged() {
    async fn fails() {
        panic!("canary");
    }
    let data = Data::keyed(10);
    let state = data.service().state;
    let router = middleware::full(Router::new().route("/", get(fails)), &state.metrics, &state.accounts, false);
    let requests = vec![request("GET", "/", String::new())];
    let (log, statuses) = log_of(&router, requests, LevelFilter::TRACE, false);
    assert_eq!(statuses, [500]);
    assert!(log.contains("a handler panicked") && !log.contains("canary"), "{log}");
}

#[test]
fn an_exhausted_shared_budget_is_logged_once_a_minute() {
    let data = Data::keyed(10);
    let budget = Budget { global_per_second: 1, ..AMPLE };
    let service = Service::open(Config { budget, ..data.config() }).expect("sound");
    let (_, blinded_elements) = Pending::blind(vec![phone(1)]).expect("ordinary");
    let evaluate = serde_json::to_string(&EvaluateRequest { epoch: 1, blinded_elements }).expect("JSON");
    let requests = (0..30).map(|_| {
        let mut anonymous = request("POST", "/v1/evaluate", evaluate.clone());
        anonymous.headers_mut().remove("authorization");
        anonymous
    });
    let (log, statuses) = log_of(&service.router(), requests.collect(), LevelFilter::INFO, false);
    assert!(statuses.contains(&503), "{statuses:?}");
    let line = "the budget of clients without a partner key, 1 elements per second, is used up; 1 requests were";
    assert_eq!(log.matches("the budget of clients without a partner key").count(), 1, "{log}");
    assert!(log.contains(line), "{log}");
}
