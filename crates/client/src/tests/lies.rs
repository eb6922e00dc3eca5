//! Servers and networks that change, cut or replace answers: an error each time, and never "absent".

use super::fixture::{Data, Liar, Reply, check_one, found, phone};
use crate::{ClientError, Finding};
use exposure_protocol::range_text::RangeError;
use exposure_protocol::{ProtocolError, SecretKey};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What comes of a check behind a liar, who connects honestly.
fn check_behind(lie: impl Fn(&str, &mut Reply) + Send + 'static) -> Result<Finding, ClientError> {
    let data = Data::keyed(30);
    let running = data.serve();
    let liar = Liar::before(&running, lie);
    // Pinned, so that a changed key is not taken for a mere refusal once a prefix has been shown.
    let mut client = liar.client().pin(data.key.public()).connect().expect("parameters are honest");
    let answer = check_one(&mut client, &phone(1));
    if let Err(error) = &answer {
        let asked = liar.paths().into_iter().find(|path| path.starts_with("/v1/range/"));
        let said = format!("{error} {error:?}");
        assert!(!said.contains("/v1/range") && !said.contains("1540000"), "{said}");
        assert!(asked.is_none_or(|path| !said.contains(&path)));
    }
    answer
}

fn evaluation_with(change: impl Fn(&mut Value) + Send + 'static) -> ClientError {
    let lie = move |path: &str, reply: &mut Reply| {
        if path == "/v1/evaluate" {
            reply.json(&change);
        }
    };
    check_behind(lie).expect_err("a lie")
}

fn range_with(change: impl Fn(&mut Reply) + Send + 'static) -> Result<Finding, ClientError> {
    check_behind(move |path, reply| {
        if path.starts_with("/v1/range/") {
            change(reply);
        }
    })
}

#[test]
fn without_a_lie_it_is_found() {
    assert_eq!(check_behind(|_, _| {}).expect("honest"), found(&["a", "b"]));
}

#[test]
fn an_evaluation_without_proof() {
    let proof = |change: fn(&mut Vec<u8>)| {
        evaluation_with(move |answer| {
            let mut proof = answer["proof"].as_str().expect("a text").as_bytes().to_vec();
            change(&mut proof);
            answer["proof"] = json!(String::from_utf8(proof).expect("ASCII"));
        })
    };
    let flipped = proof(|text| text[3] = if text[3] == b'A' { b'B' } else { b'A' });
    assert!(matches!(flipped, ClientError::Evaluation(ProtocolError::ProofRejected | ProtocolError::ProofEncoding)));
    assert!(matches!(proof(|text| text.truncate(4)), ClientError::Malformed { .. }));
    let other_key = SecretKey::generate(1).public().to_string();
    let swapped = evaluation_with(move |answer| answer["evaluated_elements"][0] = json!(other_key));
    assert!(matches!(swapped, ClientError::Evaluation(ProtocolError::ProofRejected)), "{swapped}");
    let fewer = evaluation_with(|answer| answer["evaluated_elements"] = json!([]));
    assert!(matches!(fewer, ClientError::Evaluation(ProtocolError::Count { expected: 1, got: 0 })), "{fewer}");
    let other_epoch = evaluation_with(|answer| answer["epoch"] = json!(2));
    assert!(matches!(other_epoch, ClientError::Malformed { .. }), "{other_epoch}");
}

#[test]
fn ranges_of_another_length_or_shape() {
    let short = range_with(|reply| reply.body.truncate(reply.body.len() - 1));
    assert!(matches!(short, Err(ClientError::Range(RangeError::Length { .. }))));
    let long = range_with(|reply| reply.body.extend(b"~~~~~\r\n".repeat(1_000)));
    assert!(matches!(long, Err(ClientError::Range(RangeError::Length { .. }))));
    let empty = range_with(|reply| reply.body.clear());
    assert!(matches!(empty, Err(ClientError::Range(RangeError::Length { got: 0, .. }))));
    let other = range_with(|reply| reply.body[20] ^= 1);
    assert!(matches!(other, Err(ClientError::Range(RangeError::Header))));
    let last = range_with(|reply| *reply.body.last_mut().expect("not empty") = b'x');
    assert!(matches!(last, Err(ClientError::Range(RangeError::Line(_)))));
}

#[test]
fn a_range_that_breaks_off() {
    let cut = range_with(|reply| {
        reply.declared = Some(reply.body.len());
        reply.body.truncate(reply.body.len() / 2);
    });
    assert!(matches!(cut, Err(ClientError::Unfinished("range"))), "{cut:?}");
}

#[test]
fn what_a_server_says_in_place_of_a_range_is_not_repeated() {
    let quoting = range_with(|reply| {
        let line = String::from_utf8_lossy(&reply.body).lines().next().unwrap_or_default().to_owned();
        let detail = format!("nothing at /v1/range {line}");
        reply.body = json!({"type": "x", "title": "No", "status": 404, "detail": detail}).to_string().into_bytes();
        reply.status = 404;
    });
    assert!(matches!(quoting, Err(ClientError::Status { what: "a range", status: 404 })), "{quoting:?}");
}

#[test]
fn problems_are_shown_but_not_their_control_characters() {
    let refused = check_behind(|path, reply| {
        if path == "/v1/evaluate" {
            let problem = json!({"type": "x", "title": "No\u{1b}[31m", "status": 500, "detail": "Ask\nlater."});
            (reply.status, reply.body) = (500, problem.to_string().into_bytes());
        }
    });
    let message = refused.expect_err("refused").to_string();
    assert_eq!(message, "the service refuses (500): No [31m. Ask later.");
}

#[test]
fn redirects_lead_nowhere() {
    let redirected = range_with(|reply| {
        reply.status = 302;
        reply.headers = "location: http://127.0.0.1:1/elsewhere\r\n".into();
    });
    assert!(matches!(redirected, Err(ClientError::Redirect)), "{redirected:?}");
}

#[test]
fn an_index_that_is_always_gone() {
    let gone = range_with(|reply| reply.status = 410);
    assert!(matches!(gone, Err(ClientError::Moved)), "{gone:?}");
}

/// Answers parameters honestly once, then those of another key.
fn changing_key() -> impl Fn(&str, &mut Reply) {
    let (asked, other) = (AtomicUsize::new(0), SecretKey::generate(2).public().to_string());
    move |path, reply| {
        if path == "/v1/parameters" && asked.fetch_add(1, Ordering::Relaxed) > 0 {
            reply.json(|parameters| {
                parameters["public_key"] = json!(other);
                parameters["epoch"] = json!(2);
            });
        }
    }
}

#[test]
fn a_changed_key_stops_and_says_what_asking_again_costs() {
    let rotate = changing_key();
    let stopped = check_behind(move |path, reply| {
        rotate(path, reply);
        if path.starts_with("/v1/range/") {
            reply.status = 410;
        }
    });
    // Ten thousand million numbers, and two prefixes of four bits.
    assert!(matches!(stopped, Err(ClientError::KeyChanged { candidates: 39_062_500 })), "{stopped:?}");
    let rotate = changing_key();
    let stopped = check_behind(move |path, reply| {
        rotate(path, reply);
        if path == "/v1/evaluate" {
            reply.status = 409;
            let problem = json!({"type": "x", "title": "No", "status": 409, "detail": "Another epoch."});
            reply.body = problem.to_string().into_bytes();
        }
    });
    assert!(matches!(stopped, Err(ClientError::KeyChanged { .. })), "{stopped:?}");
}

#[test]
fn source_sets_of_another_index_or_shape() {
    let data = Data::keyed(30);
    let running = data.serve();
    let connect = |change: fn(&mut Value)| {
        let liar = Liar::before(&running, move |path, reply| {
            if path == "/v1/source-sets" {
                reply.json(change);
            }
        });
        liar.client().connect().expect_err("refused")
    };
    let other = connect(|sets| sets["index"] = json!("0".repeat(32)));
    assert!(matches!(other, ClientError::Moved), "{other}");
    for change in [
        (|sets| sets["source_sets"] = json!([["a"]])) as fn(&mut Value),
        |sets| sets["source_sets"] = json!([["a"], []]),
        |sets| sets["source_sets"] = json!([["a"], ["b", "a"]]),
        |sets| sets["source_sets"] = json!([["a"], ["\u{1b}[2J"]]),
    ] {
        let error = connect(change);
        assert!(matches!(error, ClientError::Malformed { what: "source sets", .. }), "{error}");
    }
}

#[test]
fn a_seal_that_opens_to_nothing() {
    let lie = |path: &str, reply: &mut Reply| {
        if path == "/v1/source-sets" {
            // Two sets need seals as wide as three.
            reply.json(|sets| sets["source_sets"] = json!([["a"], ["b"]]));
        }
    };
    let data = Data::keyed(30);
    let running = data.serve();
    let liar = Liar::before(&running, lie);
    let mut client = liar.client().connect().expect("it makes sense so far");
    assert!(matches!(check_one(&mut client, &phone(2)), Err(ClientError::NoSuchSet)));
}
