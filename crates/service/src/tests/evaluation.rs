//! `POST /v1/evaluate`: correct responses, malformed requests, and budgets.

use super::fixture::{AMPLE, Answer, Data, Running, phone};
use crate::{Budget, Config, Service};
use exposure_protocol::wire::{EvaluateRequest, EvaluateResponse};
use exposure_protocol::{Element, Evaluation, Hasher, Pending};
use serde_json::json;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

fn request(count: u32) -> (Pending, String) {
    let (pending, blinded_elements) = Pending::blind((0..count).map(phone).collect()).expect("ordinary inputs");
    let body = serde_json::to_string(&EvaluateRequest { epoch: 1, blinded_elements }).expect("JSON");
    (pending, body)
}

fn ask(running: &Running, count: u32) -> Answer {
    running.evaluate(&request(count).1)
}

#[test]
fn an_evaluation_is_proved_and_correct() {
    let data = Data::keyed(10);
    let running = Running::start(data.service());
    let (pending, body) = request(8);
    let answer = running.evaluate(&body);
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"));
    assert_eq!(answer.header("content-type"), "application/json");
    let response: EvaluateResponse = serde_json::from_str(&answer.body).expect("JSON");
    assert_eq!(response.epoch, 1);
    let evaluation = Evaluation { elements: response.evaluated_elements, proof: response.proof };
    let digests = pending.finalize(&data.key.public(), &evaluation).expect("proved");
    let inputs: Vec<_> = (0..8).map(phone).collect();
    assert!(digests == Hasher::keyed(&data.key).digests(&inputs).expect("ordinary inputs"));
}

#[test]
fn malformed_requests_are_problems() {
    let data = Data::keyed(10);
    let running = Running::start(data.service());
    let element = String::from(Pending::blind(vec![phone(1)]).expect("ordinary").1[0]);
    let malformed = [
        String::new(),
        "[]".into(),
        "{".into(),
        format!("{{\"epoch\":1,\"blinded_elements\":[\"{element}\"],\"more\":1}}"),
        format!("{{\"epoch\":1,\"epoch\":1,\"blinded_elements\":[\"{element}\"]}}"),
        format!("{{\"epoch\":1,\"blinded_elements\":[\"{element}\"],\"blinded_elements\":[\"{element}\"]}}"),
        format!("{{\"epoch\":\"1\",\"blinded_elements\":[\"{element}\"]}}"),
        format!("{{\"epoch\":1,\"blinded_elements\":[\"{element}\"]}}x"),
        "{\"epoch\":1,\"blinded_elements\":[1]}".into(),
        "{\"epoch\":1}".into(),
    ];
    for body in malformed {
        let problem = running.evaluate(&body).problem(400, "malformed");
        assert!(problem.detail.contains("exactly the fields epoch"));
        assert!(!problem.detail.contains(&element), "a problem never quotes the request");
    }
    running.evaluate("{\"epoch\":1,\"blinded_elements\":[]}").problem(400, "element-count");
    ask(&running, 9).problem(400, "element-count");
    let padded = format!("{}{}", " ".repeat(16 * 1024), request(1).1);
    running.evaluate(&padded).problem(413, "too-large");
    running.post("/v1/evaluate", "text/plain", &request(1).1).problem(415, "media-type");
    let charset = running.post("/v1/evaluate", "Application/JSON; charset=utf-8", &request(1).1);
    assert_eq!(charset.status, 200);
}

#[test]
fn a_malformed_element_is_named_by_its_position() {
    let data = Data::keyed(10);
    let running = Running::start(data.service());
    let good = String::from(Pending::blind(vec![phone(1)]).expect("ordinary").1[0]);
    let identity = String::from(Element([0; 32]));
    let above_the_field = String::from(Element([0xff; 32]));
    let padded = format!("{good}=");
    for bad in [&identity, &above_the_field, &padded, &good[..42], "", "+/+/"] {
        let body = json!({"epoch": 1, "blinded_elements": [good, bad]});
        let problem = running.evaluate(&body.to_string()).problem(400, "malformed-element");
        assert!(problem.detail.starts_with("Element 1 "), "{}", problem.detail);
    }
}

#[test]
fn an_epoch_may_be_any_number_with_an_integer_value() {
    let data = Data::keyed(10);
    let running = Running::start(data.service());
    for (epoch, status) in
        [("1.0", 200), ("1e0", 200), ("1.5", 400), ("-1", 400), ("4294967296", 400), ("4294967295", 409)]
    {
        let body = request(1).1.replace("\"epoch\":1", &format!("\"epoch\":{epoch}"));
        assert_eq!(running.evaluate(&body).status, status, "{epoch}");
    }
}

#[test]
fn another_epoch_is_a_conflict() {
    let data = Data::keyed(10);
    let running = Running::start(data.service());
    let body = request(1).1.replace("\"epoch\":1", "\"epoch\":2");
    let problem = running.evaluate(&body).problem(409, "unknown-epoch");
    assert!(problem.detail.contains("current epoch is 1"));
}

#[test]
fn an_unkeyed_index_evaluates_nothing() {
    let data = Data::unkeyed(10);
    let config = Config { allow_unkeyed: true, ..data.config() };
    let running = Running::start(Service::open(config).expect("asked for"));
    ask(&running, 1).problem(404, "unkeyed");
    let parameters = running.get("/v1/parameters").json();
    assert_eq!((&parameters["scheme"], &parameters["epoch"]), (&json!("sha256"), &json!(0)));
    assert_eq!((&parameters["public_key"], &parameters["suite"]), (&json!(null), &json!(null)));
}

#[test]
fn an_address_has_its_budget() {
    let data = Data::keyed(10);
    // A limit per day only, so that no window ends during the test.
    let budget = Budget { address_per_day: 8, ..AMPLE };
    let running = Running::start(Service::open(Config { budget, ..data.config() }).expect("sound"));
    assert_eq!(ask(&running, 6).status, 200);
    let refused = ask(&running, 8);
    let problem = refused.problem(429, "address-budget");
    let seconds: u64 = refused.header("retry-after").parse().expect("whole seconds");
    assert!((1..=86_400).contains(&seconds), "{seconds}");
    assert!(refused.header("ratelimit").contains("\"day\";r=2;t="), "{}", refused.header("ratelimit"));
    assert!(problem.detail.contains(&format!("in {seconds} seconds")));
    assert!(!refused.body.contains("retry_after"));
    assert_eq!(running.get("/v1/parameters").status, 200, "only evaluation is charged");
}

#[test]
fn all_clients_share_a_budget() {
    let data = Data::keyed(10);
    let budget = Budget { global_per_second: 2, ..AMPLE };
    let running = Running::start(Service::open(Config { budget, ..data.config() }).expect("sound"));
    // Two fit in a second, and ten requests do not take ten seconds.
    let refused = (0..10).map(|_| ask(&running, 2)).find(|answer| answer.status != 200).expect("20 in a moment");
    refused.problem(503, "global-budget");
    assert_eq!(refused.header("retry-after"), "1");
    let problem = ask(&running, 3).problem(400, "element-count");
    assert!(problem.detail.contains("can never fit"), "{}", problem.detail);
}

#[test]
fn a_request_whose_elements_are_invalid_is_charged() {
    let data = Data::keyed(10);
    let budget = Budget { address_per_day: 8, ..AMPLE };
    let running = Running::start(Service::open(Config { budget, ..data.config() }).expect("sound"));
    let identities = vec![String::from(Element([0; 32])); 8];
    let body = json!({"epoch": 1, "blinded_elements": identities}).to_string();
    running.evaluate(&body).problem(400, "malformed-element");
    running.evaluate(&body).problem(429, "address-budget");
}

#[test]
fn an_incomplete_body_is_never_evaluated() {
    let data = Data::keyed(10);
    let running = Running::start(data.service());
    let mut stream = TcpStream::connect(running.address()).expect("listening");
    let head =
        "POST /v1/evaluate HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    stream.write_all(head.as_bytes()).expect("sent");
    stream.shutdown(std::net::Shutdown::Write).expect("half closed");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an end");
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
}
