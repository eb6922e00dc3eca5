//! The shared vectors, `tests/vectors/identifiers.json`. Tests only; TypeScript reads the same file.

use crate::{Kind, Rules};
use serde_json::Value;

#[test]
fn shared_vectors() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/identifiers.json");
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).expect("the vectors are committed"))
        .expect("they are JSON");
    let rules = Rules::on(file["today"].as_str().expect("a date").parse().expect("a date"));
    let cases = file["cases"].as_array().expect("an array");
    assert!(cases.len() > 100, "the file is whole");
    let mut failed = Vec::new();
    for case in cases {
        let text = |name: &str| case[name].as_str();
        let kind = Kind::named(text("kind").expect("a kind")).expect("a kind of the table");
        let region = text("region").map_or(rules.region, |code| code.parse().expect("a region"));
        let expected: Result<Vec<&str>, &str> = match text("rejected") {
            Some(code) => Err(code),
            None => Ok(case["canonical"].as_array().expect("forms").iter().filter_map(Value::as_str).collect()),
        };
        let found = kind.canonicalise(text("input").expect("an input"), &Rules { region, ..rules }).into_result();
        let found = match &found {
            Ok(identifiers) => Ok(identifiers.iter().map(crate::Identifier::canonical).collect()),
            Err(reason) => Err(reason.code()),
        };
        if found != expected {
            failed.push(format!("{case} gave {found:?}"));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
