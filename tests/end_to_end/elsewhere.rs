//! Numbers that may be of another country than the one they were read in: checks say so, and never
//! answer "not found" about a number that nobody can have.

use crate::support::{Said, Workspace};
use serde_json::Value;

/// Of mainland China, and in no plan of Germany.
const MAINLAND: &str = "13400001234";

/// An index with [`MAINLAND`] in it.
fn workspace() -> Workspace {
    let workspace = Workspace::new();
    workspace.run(&["sources", "set", "a", "sensitive=false"]).ok();
    let dump = workspace.file("a.csv", format!("mobile\n{MAINLAND}\n"));
    workspace.run(&["keygen"]).ok();
    workspace.run(&["ingest", "--source", "a", &dump]).ok();
    workspace.run(&["build"]).ok();
    workspace
}

fn says(run: &Said, status: i32, parts: &[&str]) {
    assert_eq!(run.status, status, "{}", run.stderr);
    for part in parts {
        assert!(run.stderr.contains(part), "{part}: {}", run.stderr);
    }
    assert!(!run.stderr.contains("400001"), "only its ends are shown: {}", run.stderr);
}

#[test]
fn a_number_in_no_plan_is_not_said_to_be_absent_and_found_stands() {
    let workspace = workspace();
    let server = workspace.serve(&[]);
    let index = workspace.data().join("index/current.index").display().to_string();
    for options in [&[][..], &["--server", &server.url], &["--server", &server.url, "--index", &index]] {
        let check = |arguments: &[&str]| workspace.run(&[&["check"], options, arguments].concat());
        assert!(check(&[MAINLAND]).stdout.contains("found in 1"));
        let doubtful = check(&["--region", "DE", MAINLAND]);
        says(
            &doubtful,
            2,
            &[
                "+49",
                "read as a number of DE; its digits are also one of CN",
                "--region",
                "it cannot be told",
                "DE has no such number",
            ],
        );
        assert_eq!(doubtful.stdout, "");
        let documents: Value =
            serde_json::from_str(&check(&["--json", "--region", "DE", MAINLAND]).stdout).expect("JSON");
        let document = documents.as_array().map_or(&documents, |all| &all[0]);
        assert_eq!((&document["result"], &document["country"]), (&"outside-plans".into(), &"DE".into()), "{document}");
        // Somebody can have this one.
        let absent = check(&["+86 154 0000 0005"]);
        says(&absent, 0, &[]);
        assert!(absent.stdout.contains("not found in the leaks") && absent.stderr.is_empty(), "{}", absent.stderr);
    }
    server.stop();
}

#[test]
fn lines_in_doubt_are_named_beside_the_answers() {
    let workspace = workspace();
    let lines = format!("{MAINLAND}\n+86{MAINLAND}\n0151 23456789\n");
    let run = workspace.run_with(&["check", "--stdin", "--region", "DE"], &lines);
    assert_eq!(run.stdout.lines().collect::<Vec<_>>(), ["outside-plans", "found a", "absent"]);
    says(&run, 2, &["line 1: +49", "also one of CN"]);
    assert!(!run.stderr.contains("line 2:") && !run.stderr.contains("line 3:"), "{}", run.stderr);
}

#[test]
fn a_text_that_is_no_number_of_the_region_and_one_of_another_says_so() {
    let rejected = workspace().run(&["check", "--region", "GB", MAINLAND]);
    says(&rejected, 2, &["no number of GB, but its digits are one of CN"]);
    assert_eq!(rejected.stdout, "");
}
