//! Servers and networks that change, cut or replace answers: an error each time, and never
//! "absent".

use super::fixture::{Data, Liar, Reply, check_one, found, phone};
use crate::{ClientError, Outcome};
use exposure_index::{PACKED_HEADER_BYTES, PackedError};
use exposure_protocol::range_text::RangeError;
use exposure_protocol::{ProtocolError, SecretKey};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};

/// The result of a check whose replies are changed after connecting.
fn check_behind(lie: impl Fn(&str, &mut Reply) + Send + 'static) -> Result<Outcome, ClientError> {
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

fn range_with(change: impl Fn(&mut Reply) + Send + 'static) -> Result<Outcome, ClientError> {
    check_behind(move |path, reply| {
        if path.starts_with("/v1/range/") {
            change(reply);
        }
    })
}

fn format_of(path: &str) -> Option<&str> {
    path.rsplit_once('.').map(|(_, format)| format)
}

/// The same with a service that offers text alone.
fn text_range_with(change: impl Fn(&mut Reply) + Send + 'static) -> Result<Outcome, ClientError> {
    check_behind(move |path, reply| {
        if path == "/v1/parameters" {
            reply.json(|parameters| drop(parameters["range_bytes"].as_object_mut().expect("an object").remove("bin")));
        }
        if path.starts_with("/v1/range/") {
            assert_eq!(format_of(path), Some("txt"), "text is asked for where nothing else is offered");
            change(reply);
        }
    })
}

#[test]
fn without_a_lie_it_is_found() {
    let packed =
        check_behind(|path, _| assert_ne!(format_of(path), Some("txt"), "the packed form, where it is offered"));
    assert_eq!(packed.expect("honest"), found(&["a", "b"]));
    assert_eq!(text_range_with(|_| {}).expect("honest"), found(&["a", "b"]));
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
fn text_ranges_of_another_length_or_shape() {
    let short = text_range_with(|reply| reply.body.truncate(reply.body.len() - 1));
    assert!(matches!(short, Err(ClientError::Range(RangeError::Length { .. }))));
    let long = text_range_with(|reply| reply.body.extend(b"~~~~~\r\n".repeat(1_000)));
    assert!(matches!(long, Err(ClientError::Range(RangeError::Length { .. }))));
    let empty = text_range_with(|reply| reply.body.clear());
    assert!(matches!(empty, Err(ClientError::Range(RangeError::Length { got: 0, .. }))));
    let other = text_range_with(|reply| reply.body[20] ^= 1);
    assert!(matches!(other, Err(ClientError::Range(RangeError::Header))));
    let last = text_range_with(|reply| *reply.body.last_mut().expect("not empty") = b'x');
    assert!(matches!(last, Err(ClientError::Range(RangeError::Line(_)))));
}

#[test]
fn packed_ranges_of_another_length_or_shape() {
    let refused = |change: fn(&mut Vec<u8>)| match range_with(move |reply| change(&mut reply.body)) {
        Err(ClientError::Packed(error)) => error,
        other => panic!("{other:?}"),
    };
    assert!(matches!(refused(|body| body.truncate(body.len() - 1)), PackedError::Length { .. }));
    assert!(matches!(refused(|body| body.extend([0; 1_000])), PackedError::Length { .. }));
    assert!(matches!(refused(Vec::clear), PackedError::Length { got: 0, .. }));
    assert_eq!(refused(|body| body[0] ^= 1), PackedError::NotPacked);
    assert_eq!(refused(|body| body[8] = 9), PackedError::Version(9));
    assert_eq!(refused(|body| body[20] ^= 1), PackedError::Other);
    assert_eq!(refused(|body| body[32] ^= 1), PackedError::Other);
    assert_eq!(refused(|body| body[13] = 8), PackedError::Widths);
    assert_eq!(refused(|body| body[42] ^= 1), PackedError::Leaves);
    assert_eq!(refused(|body| body[PACKED_HEADER_BYTES + 8] ^= 1), PackedError::Leaf(0));
    // Nothing where a number may be: every leaf is there, and none of its entries.
    let emptied = refused(|body| body[PACKED_HEADER_BYTES..].fill(0));
    assert!(matches!(emptied, PackedError::Leaf(0)), "{emptied:?}");
    let last = refused(|body| *body.last_mut().expect("not empty") ^= 1);
    assert!(matches!(last, PackedError::Padding | PackedError::Leaf(_)), "{last:?}");
}

#[test]
fn the_range_of_somebody_else() {
    let data = Data::keyed(30);
    let running = data.serve();
    // Whatever is asked for, one and the same prefix is answered.
    let one = std::sync::Arc::new(std::sync::Mutex::new(None::<Vec<u8>>));
    let liar = Liar::before(&running, move |path, reply| {
        if path.starts_with("/v1/range/") {
            let mut first = one.lock().expect("whole");
            reply.body.clone_from(first.get_or_insert_with(|| reply.body.clone()));
        }
    });
    let mut client = liar.client().connect().expect("parameters are honest");
    let answers = client.check(&(0..30).map(phone).collect::<Vec<_>>());
    let (sound, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.is_ok());
    assert!(!sound.is_empty() && !refused.is_empty());
    assert!(refused.iter().all(|answer| matches!(answer, Err(ClientError::Packed(PackedError::Other)))));
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
    assert_eq!(message, "the service rejected the request (500): No [31m. Ask later.");
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
