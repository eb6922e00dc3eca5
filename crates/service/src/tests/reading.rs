//! Answers about the index, the security headers, and unknown paths and methods.

use super::fixture::{Data, Running};
use crate::{Config, Service};
use exposure_identifier::Kind;
use std::fs;

const CATALOGUE: &str = "[sources.a]\ntitle = { en = \"City police\" }\nadded = \"2026-05-02\"\nincomplete = true\n\
                         [sources.elsewhere]\nadded = \"2026-06-01\"\n";

#[test]
fn parameters_describe_the_index() {
    let data = Data::keyed(100);
    fs::write(data.catalogue(), CATALOGUE).expect("writable");
    let running = Running::start(data.service());
    let parameters = running.get("/v1/parameters").json();
    assert_eq!(parameters["public_key"], data.key.public().to_string());
    assert_eq!((&parameters["epoch"], &parameters["mode"]), (&1.into(), &1.into()));
    assert_eq!((&parameters["scheme"], &parameters["suite"]), (&"voprf".into(), &"ristretto255-SHA512".into()));
    assert_eq!((&parameters["records"], &parameters["prefix_bits"]), (&100.into(), &4.into()));
    assert_eq!(parameters["updated"], "2026-05-02", "of the sources in the index");
    let kinds = serde_json::json!([
        {"kind": "cn.ric", "possible": 100_000_000_000_u64, "canonical_versions": [1]},
        {"kind": "phone", "possible": null, "canonical_versions": [own("phone")]},
    ]);
    assert_eq!(parameters["kinds"], kinds);
    let range = running.get(&format!("/v1/range/{}/a.txt", parameters["index"].as_str().expect("an id")));
    assert_eq!(parameters["range_bytes"]["txt"]["4"], range.body.len());
    assert_eq!(running.get("/v1/parameters?epoch=1").json(), parameters);
}

/// The canonical version of a kind in this program, which the fixture writes.
fn own(kind: &str) -> u16 {
    Kind::named(kind).expect("a kind").canonical_version()
}

#[test]
fn other_epochs_and_queries_are_problems() {
    let data = Data::keyed(10);
    let running = Running::start(data.service());
    let problem = running.get("/v1/parameters?epoch=2").problem(404, "unknown-epoch");
    assert!(problem.detail.contains("current epoch is 1"));
    for query in ["epoch=", "epoch=x", "epoch=-1", "epoch=1&epoch=1", "epok=1", "epoch=4294967296"] {
        running.get(&format!("/v1/parameters?{query}")).problem(400, "malformed");
    }
}

#[test]
fn the_catalogue_has_the_sources_of_the_index() {
    let data = Data::keyed(10);
    fs::write(data.catalogue(), CATALOGUE).expect("writable");
    let running = Running::start(data.service());
    let breaches = running.get("/v1/breaches").json();
    let slugs: Vec<_> = breaches["breaches"].as_array().expect("a list").iter().map(|b| &b["slug"]).collect();
    assert_eq!(slugs, ["a", "b"]);
    let (described, bare) = (&breaches["breaches"][0], &breaches["breaches"][1]);
    assert_eq!(described["title"], serde_json::json!({"en": "City police"}));
    assert_eq!(bare["identifiers"], serde_json::json!({"cn.ric": 0, "phone": 10}));
    assert_eq!((&described["incomplete"], bare.get("incomplete")), (&true.into(), None));
    assert_eq!((&bare["title"], &bare["verified"]), (&serde_json::Value::Null, &false.into()));
    assert_eq!(&running.get("/v1/breaches/a").json(), described);
    running.get("/v1/breaches/elsewhere").problem(404, "unknown-source");
    let sets = running.get("/v1/source-sets").json();
    assert_eq!(sets["source_sets"], serde_json::json!([["a"], ["a", "b"], ["b"]]));
    assert_eq!(sets["index"], running.current());
}

#[test]
fn limits_say_how_long_enumeration_takes() {
    let data = Data::keyed(10);
    let budget = crate::Budget::default();
    let running = Running::start(Service::open(Config { budget, ..data.config() }).expect("sound"));
    let limits = running.get("/v1/limits").json();
    assert_eq!((&limits["global_per_second"], &limits["address_per_day"]), (&100.into(), &100.into()));
    let days = limits["days_to_enumerate"]["phone"].as_f64().expect("a number");
    assert!((1_157.0..1_158.0).contains(&days), "{days}");
    assert_eq!((&limits["anonymous_per_second"], &limits["partner_per_second"]), (&50.into(), &50.into()));
    for pool in ["anonymous_days_to_enumerate", "partner_days_to_enumerate"] {
        let days = limits[pool]["phone"].as_f64().expect("a number");
        assert!((2_314.0..2_315.0).contains(&days), "{pool}: {days}");
    }
}

#[test]
fn every_response_has_the_security_headers() {
    let data = Data::keyed(10);
    let running = Running::start(data.service());
    for path in ["/", "/healthz", "/readyz", "/v1/parameters", "/v1/nothing", "/v1/evaluate", "/v1/range/x/y.txt"] {
        let answer = running.get(path);
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{path}");
        assert!(policy.ends_with("require-trusted-types-for 'script'; trusted-types 'none'"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin");
        assert!(answer.header("permissions-policy").contains("camera=()"));
        assert_eq!(answer.header("access-control-allow-origin"), "");
    }
    assert_eq!(running.get("/healthz").status, 200);
    assert_eq!(running.get("/readyz").status, 200);
}

#[test]
fn unknown_paths_and_methods_are_problems() {
    let data = Data::keyed(10);
    let running = Running::start(data.service());
    for path in ["/v1", "/v1/parameters/", "/metrics", "/v2/parameters", "/v1/range/x"] {
        running.get(path).problem(404, "not-found");
    }
    let answer = running.get("/v1/evaluate");
    answer.problem(405, "method-not-allowed");
    assert_eq!(answer.header("allow"), "POST");
    running.post("/v1/parameters", "application/json", "{}").problem(405, "method-not-allowed");
}
