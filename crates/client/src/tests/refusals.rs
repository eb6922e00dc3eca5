//! What a client refuses to ask, and a local index that cannot be asked.

use super::fixture::{Data, Liar, check_one, phone};
use crate::{Client, ClientError, Local};
use exposure_identifier::Kind;
use exposure_protocol::SecretKey;
use serde_json::{Value, json};
use std::net::TcpListener;

/// The error of connecting to a service whose parameters are changed.
fn connect_with(data: &Data, change: impl Fn(&mut Value) + Send + 'static) -> ClientError {
    let running = data.serve();
    let liar = Liar::before(&running, move |path, reply| {
        if path == "/v1/parameters" {
            reply.json(&change);
        }
    });
    let error = liar.client().connect().expect_err("refused");
    assert_eq!(liar.paths(), ["/v1/parameters"], "nothing more is asked");
    error
}

#[test]
fn another_key_than_the_pinned_one() {
    let data = Data::keyed(10);
    let other = SecretKey::generate(1).public();
    let error = Client::new(data.serve().base).pin(other).connect().expect_err("refused");
    assert!(
        matches!(error, ClientError::OtherKey { expected, got } if expected == other && got == Some(data.key.public()))
    );
}

#[test]
fn an_unkeyed_index_unless_allowed() {
    let data = Data::unkeyed(10);
    let running = data.serve();
    let error = Client::new(&running.base).connect().expect_err("refused");
    assert!(matches!(error, ClientError::Unkeyed) && error.to_string().contains("by trying all numbers"));
    let pinned = Client::new(&running.base).allow_unkeyed().pin(data.key.public()).connect();
    assert!(matches!(pinned, Err(ClientError::OtherKey { got: None, .. })));
}

#[test]
fn prefixes_that_say_too_much() {
    let data = Data::keyed(10);
    let error = connect_with(&data, |parameters| parameters["prefix_bits"] = json!(20));
    assert!(matches!(error, ClientError::PrefixTooLong(20)), "{error}");
    // Saint Helena: five digits, so ten thousand possible numbers, of which a sixteenth share a
    // prefix.
    let running = data.serve();
    let liar = Liar::before(&running, |_, _| {});
    let mut client = liar.client().connect().expect("honest");
    let islander = Kind::named("phone").expect("a kind").trust_canonical("+29022222");
    let answers = client.check(&[islander, phone(0)]);
    assert!(matches!(answers[0], Err(ClientError::TooFew { bits: 4, left: 625 })));
    assert!(answers[1].is_ok(), "the others are asked");
    check_one(&mut client, &Kind::named("phone").expect("a kind").trust_canonical("+29022222")).expect_err("refused");
    assert_eq!(liar.paths().len(), 6, "nobody was asked about the islander");
}

#[test]
fn parameters_that_make_no_sense() {
    let data = Data::keyed(10);
    let changes: [fn(&mut Value); 18] = [
        |p| p["suite"] = json!("P256-SHA256"),
        |p| p["suite"] = json!(null),
        |p| p["mode"] = json!(0),
        |p| p["public_key"] = json!(null),
        |p| p["public_key"] = json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        |p| p["scheme"] = json!("md5"),
        |p| p["digest_bits"] = json!(68),
        |p| p["digest_bits"] = json!(33),
        |p| p["seal_bits"] = json!(36),
        |p| p["nonce"] = json!("AAAA"),
        |p| p["index"] = json!("../../x"),
        |p| p["range_lines"]["4"] = json!(u64::MAX),
        |p| p["range_bytes"]["txt"]["4"] = json!(7),
        |p| p["range_lines"] = json!({}),
        |p| p["range_bytes"]["bin"]["4"] = json!(47),
        |p| p["range_bytes"]["bin"]["4"] = json!(1_u64 << 40),
        |p| p["range_bytes"]["bin"] = json!({}),
        |p| p["range_bytes"] = json!({}),
    ];
    for change in changes {
        let error = connect_with(&data, change);
        assert!(matches!(error, ClientError::Malformed { what: "parameters", .. }), "{error}");
    }
}

#[test]
fn invalid_addresses() {
    for address in ["", "example.org", "ftp://example.org", "http://", "https://a@b", "https://b/?q", "https://b/#f"] {
        assert!(matches!(Client::new(address).connect(), Err(ClientError::Address)), "{address}");
    }
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let closed = format!("http://{}", listener.local_addr().expect("bound"));
    drop(listener);
    assert!(matches!(Client::new(closed).connect(), Err(ClientError::Unreachable(_))));
}

#[test]
fn a_local_index_and_another_key() {
    let data = Data::keyed(10);
    let open = |key, allow_unkeyed| Local::open(&data.index(), key, allow_unkeyed).expect_err("refused").to_string();
    let other = SecretKey::generate(3);
    let message = open(Some(other.clone()), false);
    assert!(
        message.contains("epoch 1") && message.contains("epoch 3") && message.contains(&other.public().to_string())
    );
    assert!(open(None, true).contains("and that key was not found"));
    let missing = Local::open(&data.index().with_file_name("none"), None, false).expect_err("missing").to_string();
    assert!(missing.contains("none cannot be read"), "{missing}");
    let unkeyed = Data::unkeyed(10);
    assert!(Local::open(&unkeyed.index(), None, false).expect_err("not allowed").to_string().contains("unkeyed"));
}
