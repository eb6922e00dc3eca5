//! The test identifier: in every index, found in every way of checking, and no obstacle to real
//! identifiers.

use crate::support::{Workspace, snapshot};
use exposure_identifier::Kind;
use exposure_synthetic::person;
use serde_json::{Value, json};
use std::fs;

const ASK: [&str; 3] = ["check", "--kind", "test"];

/// A workspace with a key and one source.
fn with_one_source() -> Workspace {
    let workspace = Workspace::new();
    workspace.run(&["keygen"]).ok();
    let file = workspace.file("a.csv", format!("mobile\n{}\n{}\n", person(0).phone, person(1).phone));
    workspace.run(&["ingest", "--source", "a", &file]).ok();
    workspace
}

fn found(workspace: &Workspace, arguments: &[&str]) {
    let said = workspace.run(&[&ASK, arguments].concat());
    assert_eq!(said.status, 1, "{said:?}");
    assert!(said.stdout.contains("found, as in every index"), "{said:?}");
}

#[test]
fn every_index_contains_it_and_every_kind_of_check_finds_it() {
    let workspace = with_one_source();
    let built = workspace.run(&["build", "--json"]).json();
    assert_eq!(
        (&built["records"], &built["sources"], &built["source_sets"]),
        (&json!(3), &json!(["a", "test"]), &json!(2))
    );
    let server = workspace.serve(&[]);
    let index = workspace.data().join("index/current.index").display().to_string();
    found(&workspace, &[]);
    found(&workspace, &["--server", &server.url]);
    found(&workspace, &["--server", &server.url, "--index", &index]);
    let said = workspace.run_with(&[&ASK[..], &["--stdin", "--server", &server.url]].concat(), "exposure-checker\nx\n");
    assert_eq!((said.status, said.stdout.as_str()), (2, "found test\nerror unissued\n"));
    let said = workspace.run(&[&ASK[..], &["--json", "--server", &server.url]].concat());
    let answers: Value = serde_json::from_str(&said.stdout).expect("JSON");
    assert_eq!((&answers[0]["result"], &answers[0]["sources"]), (&json!("found"), &json!(["test"])));

    assert_eq!(
        workspace.run_with(&["canonical", "--kind", "test", "--stdin"], "exposure-checker\n").ok(),
        "exposure-checker\n"
    );
    let kinds = server.parameters()["kinds"].clone();
    let phones = Kind::named("phone").expect("a kind").canonical_version();
    let expected = json!([
        { "kind": "phone", "possible": null, "canonical_versions": [phones] },
        { "kind": "test", "possible": 1, "canonical_versions": [1] },
    ]);
    assert_eq!(kinds, expected);
    let get = |path: &str| -> Value {
        let answer = ureq::get(format!("{}v1/{path}", server.url)).call();
        answer.expect("an answer").body_mut().read_json().expect("JSON")
    };
    let described = get("breaches/test");
    assert_eq!(described["identifiers"], json!({ "test": 1 }));
    assert!(described["title"]["en"].as_str().is_some_and(|title| title.contains("not a leak")));
    assert!(described["title"]["zh"].as_str().is_some_and(|title| title.contains("测试")));
    assert_eq!(get("limits")["days_to_enumerate"].as_object().expect("an object").len(), 1, "only phone numbers");
    assert_eq!(get("source-sets")["source_sets"], json!([["a"], ["test"]]));
}

#[test]
fn an_index_without_leaks_contains_it() {
    let workspace = Workspace::new();
    workspace.run(&["keygen"]).ok();
    workspace.run(&["build"]).ok();
    found(&workspace, &[]);
    let server = workspace.serve(&[]);
    found(&workspace, &["--server", &server.url]);
    let said = workspace.run_with(&["check", "--stdin", "--server", &server.url], &person(0).phone);
    assert_eq!((said.status, said.stdout.as_str()), (0, "absent\n"), "an index without leaks finds nobody");
}

#[test]
fn an_unkeyed_index_contains_it() {
    let workspace = Workspace::new();
    let file = workspace.file("a.csv", format!("mobile\n{}\n", person(0).phone));
    workspace.run(&["ingest", "--source", "a", "--scheme", "sha256", "--allow-unkeyed", &file]).ok();
    workspace.run(&["build", "--allow-unkeyed"]).ok();
    found(&workspace, &["--allow-unkeyed"]);
}

#[test]
fn its_name_cannot_be_used_otherwise() {
    let workspace = with_one_source();
    let file = workspace.file("b.csv", format!("mobile,note\n{},exposure-checker\n", person(2).phone));
    let before = snapshot(&workspace.data());
    for (arguments, words) in [
        (&["ingest", "--source", "test", &file][..], "another name"),
        (&["sources", "set", "test", "verified=true"], "test identifier"),
        (&["sources", "remove", "test"], "test identifier"),
    ] {
        let sentence = workspace.run(arguments).sentence();
        assert!(sentence.contains(words), "{arguments:?}: {sentence}");
    }
    // The kind `test` is not accepted for columns of a dump or for objections.
    for arguments in
        [&["ingest", "--source", "b", "--column", "note=test", &file][..], &["suppress", "--kind", "test", "--stdin"]]
    {
        assert_eq!(workspace.run_with(arguments, "exposure-checker\n").status, 2, "{arguments:?}");
    }
    assert_eq!(snapshot(&workspace.data()), before);
    let listed = workspace.run(&["sources", "list"]).ok();
    assert!(listed.lines().any(|line| line.starts_with("test ") && line.contains("not a leak")), "{listed}");
    assert!(workspace.run(&["sources", "show", "test"]).ok().contains("not a leak"));

    // An older source of that name is not mistaken for the test identifier, and not overwritten.
    let ledgers = workspace.data().join("ledgers");
    fs::remove_file(ledgers.join("test.ledger")).expect("there");
    fs::copy(ledgers.join("a.ledger"), ledgers.join("test.ledger")).expect("copied");
    let before = snapshot(&workspace.data());
    let sentence = workspace.run(&["build"]).sentence();
    assert!(sentence.contains("test.ledger") && sentence.contains("another name"), "{sentence}");
    assert_eq!(snapshot(&workspace.data()), before);
}

#[test]
fn a_build_without_the_key_takes_the_ledger_that_ingest_made() {
    let workspace = with_one_source();
    let key = workspace.data().join("key");
    let bytes = fs::read(&key).expect("there");
    fs::remove_file(&key).expect("there");
    workspace.run(&["build"]).ok();
    fs::remove_file(workspace.data().join("ledgers/test.ledger")).expect("there");
    let sentence = workspace.run(&["build"]).sentence();
    assert!(sentence.contains("test identifier") && sentence.contains("key"), "{sentence}");
    let restored = workspace.file("data/key", bytes);
    fs::set_permissions(restored, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("changed");
    workspace.run(&["build"]).ok();
    found(&workspace, &[]);
}
