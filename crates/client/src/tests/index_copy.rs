//! A copy of an index without its key: the same outcomes, and a service that sees nothing but
//! blinded elements.

use super::fixture::{AMPLE, Data, Liar, Reply, Request, Running, collided, found, phone, wait_for_another};
use crate::{Client, ClientError, Local, Outcome};
use exposure_identifier::Kind;
use exposure_protocol::{ProtocolError, SecretKey};
use exposure_service::{Budget, Config, Service};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The error of connecting with a copy of `data` to a service whose parameters are changed.
fn connect_with(data: &Data, change: impl Fn(&mut Value) + Send + 'static) -> ClientError {
    let running = data.serve();
    let liar = Liar::before(&running, move |path, reply| {
        if path == "/v1/parameters" {
            reply.json(&change);
        }
    });
    let error = liar.client().index_copy(&data.index_file_copy()).expect_err("refused");
    assert_eq!(liar.paths(), ["/v1/parameters"], "nothing more is asked");
    error
}

/// The outcomes of a copy for the first 20 phones, where replies to the evaluations after the
/// first two are changed.
fn half_way(lie: impl Fn(&mut Reply) + Send + 'static) -> Vec<Result<Outcome, ClientError>> {
    let (data, asked) = (Data::keyed(30), AtomicUsize::new(0));
    let running = data.serve();
    let liar = Liar::before(&running, move |path, reply| {
        if path == "/v1/evaluate" && asked.fetch_add(1, Ordering::Relaxed) >= 2 {
            lie(reply);
        }
    });
    let copy = liar.client().index_copy(&data.index_file_copy()).expect("honest so far");
    let answers = copy.check(&(0..40).map(phone).collect::<Vec<_>>());
    assert_eq!(liar.paths().len(), 5, "after the failure nothing more is sent");
    assert!(answers[..16].iter().all(Result::is_ok), "what was evaluated is answered");
    answers
}

#[test]
fn a_copy_answers_as_the_service_and_the_key_do() {
    let data = Data::keyed(30);
    let running = data.serve();
    let copy =
        Client::new(&running.base).pin(data.key.public()).index_copy(&data.index_file_copy()).expect("the pinned key");
    let local = Local::open(&data.index(), Some(data.key.clone()), false).expect("its key");
    assert!(copy.is_current() && copy.index().id() == local.index().id());
    let identifiers: Vec<_> = (0..40).chain(20..35).map(phone).chain([collided()]).collect();
    let plain = |answers: Vec<Result<Outcome, ClientError>>| {
        answers.into_iter().map(|answer| answer.expect("answered")).collect::<Vec<_>>()
    };
    let expected = plain(running.client().check(&identifiers));
    assert_eq!(expected[1], found(&["a", "b"]));
    assert_eq!(plain(copy.check(&identifiers)), expected);
    assert_eq!(plain(local.check(&identifiers)), expected);
    assert!(copy.check(&[]).is_empty());
}

/// Whether any of these requests asks for a range.
fn shows_a_prefix(requests: &[Request]) -> bool {
    requests.iter().any(|request| request.head.contains("/v1/range"))
}

/// Whether any of these requests holds this text.
fn holds(requests: &[Request], text: &str) -> bool {
    requests.iter().any(|request| request.head.contains(text) || request.body.contains(text))
}

#[test]
fn the_service_is_shown_blinded_elements_and_nothing_else() {
    let data = Data::keyed(30);
    let running = data.serve();
    let liar = Liar::before(&running, |_, _| {});
    let (numbers, id) = ((0..40).map(phone).collect::<Vec<_>>(), data.index_id());
    liar.client().connect().expect("honest").check(&numbers[..1]);
    let planted = liar.requests();
    assert!(shows_a_prefix(&planted) && holds(&planted, &id), "the search itself works");

    let copy = liar.client().index_copy(&data.index_file_copy()).expect("honest");
    copy.check(&numbers);
    let requests = &liar.requests()[planted.len()..];
    let paths: Vec<_> = requests.iter().map(|request| request.path.as_str()).collect();
    assert_eq!(paths[..2], ["/v1/parameters", "/v1/limits"]);
    assert_eq!(paths[2..], ["/v1/evaluate"; 5], "forty, eight at a time");
    assert!(!shows_a_prefix(requests) && !holds(requests, &id));
    for number in &numbers {
        assert!(!holds(requests, number.canonical().trim_start_matches("+86")), "a number was sent");
    }
    let mut elements = BTreeSet::new();
    for request in &requests[2..] {
        let body: Value = serde_json::from_str(&request.body).expect("JSON");
        let fields: Vec<_> = body.as_object().expect("an object").keys().map(String::as_str).collect();
        assert_eq!(fields, ["blinded_elements", "epoch"]);
        elements.extend(body["blinded_elements"].as_array().expect("a list").iter().map(Value::to_string));
    }
    assert_eq!(elements.len(), 40, "a fresh blind for each");
    let heads: BTreeSet<_> = requests[2..].iter().map(|request| &request.head).collect();
    assert_eq!(heads.len(), 1, "requests differ by their elements alone: {heads:?}");
}

#[test]
fn a_repeated_number_is_evaluated_once_and_a_kind_that_is_not_held_never() {
    let data = Data::keyed(30);
    let budget = Budget { address_per_day: 3, ..AMPLE };
    let running = Running::start(Service::open(Config { budget, ..data.config() }).expect("sound"));
    let liar = Liar::before(&running, |_, _| {});
    let copy = liar.client().index_copy(&data.index_file_copy()).expect("honest");
    let stranger = Kind::named("fi.hetu").expect("a kind").trust_canonical("131052-308T");
    let asked: Vec<_> = [stranger].into_iter().chain((0..3).cycle().take(12).chain(3..5).map(phone)).collect();
    let answers = copy.check(&asked);
    assert!(matches!(answers[0], Err(ClientError::KindNotHeld("fi.hetu"))));
    assert!(answers[1..13].iter().all(Result::is_ok), "what was evaluated is answered, however often it is asked");
    for refused in &answers[13..] {
        let error = refused.as_ref().expect_err("over the budget");
        assert!(matches!(error, ClientError::QuotaExceeded { .. }) && error.retry_after().is_some(), "{error}");
    }
    assert_eq!(liar.paths().len(), 4, "parameters, limits, three elements, two that are refused");
}

#[test]
fn no_prefix_is_shown_so_that_few_possible_numbers_are_no_obstacle() {
    let data = Data::keyed(10);
    let running = data.serve();
    // Saint Helena: five digits, so ten thousand possible numbers.
    let islander = Kind::named("phone").expect("a kind").trust_canonical("+29022222");
    let asked = std::slice::from_ref(&islander);
    assert!(matches!(running.client().check(asked)[0], Err(ClientError::TooFew { .. })));
    let local = Local::open(&data.index(), Some(data.key.clone()), false).expect("its key");
    for answers in [running.index_copy(&data.index_file_copy()).check(asked), local.check(asked)] {
        assert_eq!(*answers[0].as_ref().expect("answered"), Outcome::NotFound);
    }
    // Prefixes that no client would show are no concern of one that shows none.
    let liar = Liar::before(&running, |path, reply| {
        if path == "/v1/parameters" {
            reply.json(|parameters| parameters["prefix_bits"] = json!(20));
        }
    });
    liar.client().index_copy(&data.index_file_copy()).expect("the key is right");
}

#[test]
fn an_older_copy_answers_as_of_its_time() {
    let data = Data::keyed(30);
    let running = data.serve();
    let copy = running.index_copy(&data.index_file_copy());
    data.rebuild(31);
    wait_for_another(&running, copy.index().id());
    let asked = [phone(29), phone(30)];
    let answers = |checked: Vec<Result<Outcome, ClientError>>| checked.into_iter().map(Result::ok).collect::<Vec<_>>();
    assert_eq!(answers(copy.check(&asked)), [Some(found(&["b"])), Some(Outcome::NotFound)]);
    assert_eq!(answers(running.client().check(&asked)), [Some(found(&["b"])), Some(found(&["a"]))]);
    let again = running.index_copy(&data.index().with_file_name("copy.index"));
    assert!(!again.is_current(), "the service has moved on");
    assert_eq!(answers(again.check(&asked)), [Some(found(&["b"])), Some(Outcome::NotFound)]);
}

#[test]
fn a_copy_of_another_key_or_epoch_is_rejected() {
    let data = Data::keyed(10);
    let other = SecretKey::generate(1).public();
    let wrong_key = connect_with(&data, move |parameters| parameters["public_key"] = json!(other.to_string()));
    assert!(matches!(wrong_key, ClientError::CopyOfOtherIndex { .. }), "{wrong_key}");
    for name in [data.key.public().to_string(), other.to_string()] {
        assert!(wrong_key.to_string().contains(&name), "both keys are named: {wrong_key}");
    }
    let wrong_epoch = connect_with(&data, |parameters| parameters["epoch"] = json!(2)).to_string();
    assert!(wrong_epoch.contains("epoch 1") && wrong_epoch.contains("epoch 2"), "{wrong_epoch}");
    let pinned = Client::new(data.serve().base).pin(other).index_copy(&data.index_file_copy()).expect_err("refused");
    assert!(matches!(pinned, ClientError::OtherKey { expected, .. } if expected == other), "{pinned}");
    let suite = connect_with(&data, |parameters| parameters["suite"] = json!("P256-SHA256"));
    assert!(matches!(suite, ClientError::Malformed { what: "parameters", .. }), "{suite}");
}

#[test]
fn an_unkeyed_copy_needs_no_service_and_an_unkeyed_service_is_of_no_use() {
    let (keyed, unkeyed) = (Data::keyed(10), Data::unkeyed(10));
    // Nothing listens on this port.
    for builder in [Client::new("http://127.0.0.1:1"), Client::new("http://127.0.0.1:1").allow_unkeyed()] {
        let error = builder.index_copy(&unkeyed.index_file_copy()).expect_err("refused");
        assert!(matches!(error, ClientError::NoServiceNeeded { .. }), "{error}");
        assert!(error.to_string().contains("--allow-unkeyed"), "{error}");
    }
    let error =
        Client::new(unkeyed.serve().base).allow_unkeyed().index_copy(&keyed.index_file_copy()).expect_err("no key");
    assert!(matches!(error, ClientError::CopyOfOtherIndex { service_key: None, .. }), "{error}");
    assert!(error.to_string().contains("no key"), "{error}");
}

#[test]
fn a_copy_that_is_missing_or_damaged_sends_nothing() {
    let data = Data::keyed(10);
    let running = data.serve();
    let liar = Liar::before(&running, |_, _| {});
    let missing = liar.client().index_copy(&data.index().with_file_name("none")).expect_err("missing");
    assert!(missing.to_string().contains("none cannot be read"), "{missing}");
    let cut = data.index_file_copy();
    let bytes = std::fs::read(&cut).expect("readable");
    std::fs::remove_file(&cut).expect("removed");
    std::fs::write(&cut, &bytes[..bytes.len() - 1]).expect("written");
    assert!(matches!(liar.client().index_copy(&cut), Err(ClientError::Index { .. })));
    assert!(liar.paths().is_empty());
}

#[test]
fn a_forged_evaluation_is_worth_nothing() {
    let other_key = SecretKey::generate(1).public().to_string();
    let answers = half_way(move |reply| reply.json(|answer| answer["evaluated_elements"][7] = json!(other_key)));
    for forged in &answers[16..] {
        assert!(matches!(forged, Err(ClientError::Evaluation(ProtocolError::ProofRejected))), "{forged:?}");
    }
}

#[test]
fn a_service_that_fails_half_way_takes_no_answer_back() {
    let busy = half_way(|reply| (reply.status, reply.headers) = (503, "retry-after: 7\r\n".into()));
    assert!(busy[16..].iter().all(|answer| matches!(answer, Err(ClientError::Busy { seconds: 7 }))));
    let cut = half_way(|reply| {
        reply.declared = Some(reply.body.len());
        reply.body.truncate(reply.body.len() / 2);
    });
    assert!(cut[16..].iter().all(|answer| matches!(answer, Err(ClientError::Unfinished(_)))), "{:?}", cut[16]);
    let data = Data::keyed(30);
    let running = data.serve();
    let copy = running.index_copy(&data.index_file_copy());
    assert!(copy.check(&[phone(1)])[0].is_ok());
    drop(running);
    let gone = copy.check(&[phone(1), phone(2)]);
    assert!(gone.iter().all(|answer| matches!(answer, Err(ClientError::Unreachable(_)))), "{gone:?}");
}
