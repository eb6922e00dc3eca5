//! That a leak could be read only in part, from its dump to the person who is not found in it.

use crate::support::Workspace;
use serde_json::{Value, json};
use std::fs;

const IN_A: &str = "15400000001";
const NOWHERE: &str = "15400000009";

/// Source `a` was cut off, source `b` is whole.
fn leaks() -> Workspace {
    let workspace = Workspace::new();
    workspace.run(&["keygen"]).ok();
    let cut = workspace.file("cut.json", format!("{{\"mobile\":\"{IN_A}\"}}\n{{\"mobile\":\"154000"));
    let whole = workspace.file("whole.json", "{\"mobile\":\"15400000002\"}\n");
    assert_eq!(workspace.run(&["ingest", "--source", "a", &cut]).status, 2);
    workspace.run(&["ingest", "--source", "b", &whole]).ok();
    workspace.run(&["build"]).ok();
    workspace
}

#[test]
fn who_is_not_found_learns_what_could_not_be_read() {
    let workspace = leaks();
    let server = workspace.serve(&[]);
    let said = "1 of the 2 leaks with numbers of this kind could be read only in part";
    for place in [&["--server", server.url.as_str()][..], &[]] {
        let check = |more: &[&str]| workspace.run(&[&["check"], more, place].concat());
        let absent = check(&[NOWHERE]);
        assert!(absent.status == 0 && absent.stdout.contains(said), "{}", absent.stdout);
        assert!(!check(&[IN_A]).stdout.contains("only in part"), "what was found is found");
        let answers: Value = serde_json::from_str(&check(&["--json", NOWHERE, IN_A]).stdout).expect("JSON");
        assert_eq!((&answers[0]["result"], &answers[0]["incomplete_sources"]), (&json!("absent"), &json!(["a"])));
        assert_eq!(answers[1].get("incomplete_sources"), None);
        let lines = |more: &[&str]| {
            workspace.run_with(&[&["check", "--stdin"], more, place].concat(), &format!("{NOWHERE}\n{IN_A}\n{NOWHERE}"))
        };
        let text = lines(&[]);
        assert_eq!((text.status, text.stdout.as_str()), (1, "absent\nfound a\nabsent\n"));
        assert_eq!(text.stderr.matches(said).count(), 1, "{}", text.stderr);
        let documents = lines(&["--json"]);
        assert!(documents.stdout.lines().next().is_some_and(|line| line.contains("\"incomplete_sources\":[\"a\"]")));
        assert!(!documents.stderr.contains(said), "{}", documents.stderr);
    }
}

#[test]
fn the_catalogue_shows_it_and_operators_can_set_it() {
    let workspace = leaks();
    let listed = workspace.run(&["sources", "list"]).ok();
    let row = |slug: &str| {
        let row = listed.lines().find(|line| line.starts_with(slug)).expect("a row");
        row.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!((&*row("SOURCE")[3], &*row("a")[3], &*row("b")[3]), ("INCOMPLETE", "yes", "no"));
    assert!(workspace.run(&["sources", "show", "a"]).ok().contains("\nincomplete = true\n"));
    assert!(!workspace.run(&["sources", "show", "b"]).ok().contains("incomplete"));
    workspace.run(&["sources", "set", "b", "incomplete=true"]).ok();
    workspace.run(&["sources", "set", "a", "incomplete=false"]).ok();
    let catalogue = fs::read_to_string(workspace.data().join("sources.toml")).expect("readable");
    assert_eq!(
        catalogue.find("incomplete = true").map(|at| at > catalogue.find("[sources.b]").expect("b")),
        Some(true)
    );
    assert_eq!(catalogue.matches("incomplete").count(), 1, "{catalogue}");
    let answer = workspace.run(&["check", "--json", NOWHERE]).json();
    assert_eq!(answer[0]["incomplete_sources"], json!(["b"]));
}
