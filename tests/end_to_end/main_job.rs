//! The main job: dumps in, an index out, and the right answer about everybody, locally and through
//! a service.

use crate::support::Workspace;
use exposure_synthetic::{Leak, PARCEL, POLICE, person};

const PEOPLE: u64 = 600;

/// The lines to check and the expected answers, for phone numbers or IDs of people in the leak and
/// outside it.
fn expected(leak: &Leak, kind: &str) -> (String, Vec<String>) {
    (0..PEOPLE + 100)
        .map(|n| {
            let person = person(n);
            let (value, sources) = match kind {
                "phone" => (person.phone, leak.sources_of(n)),
                _ => (person.id, leak.sources_of(n).into_iter().filter(|slug| *slug == POLICE).collect()),
            };
            let answer = if sources.is_empty() { "absent".to_owned() } else { format!("found {}", sources.join(",")) };
            (value + "\n", answer)
        })
        .unzip()
}

fn check(workspace: &Workspace, arguments: &[&str], leak: &Leak) {
    for kind in ["phone", "cn.ric"] {
        let (lines, answers) = expected(leak, kind);
        let said = workspace.run_with(&[&["check", "--kind", kind, "--stdin"], arguments].concat(), &lines);
        assert_eq!(said.status, 1, "{}", said.stderr);
        assert_eq!(said.stdout.lines().collect::<Vec<_>>(), answers, "{kind}");
    }
}

#[test]
fn everybody_gets_the_right_answer_locally_and_from_a_service() {
    let (workspace, leak) = Workspace::with_leak(PEOPLE);
    check(&workspace, &[], &leak);
    let (index, key) = (workspace.data().join("index/current.index"), workspace.data().join("key"));
    let local = ["--index", &index.display().to_string(), "--key", &key.display().to_string()];
    check(&workspace, &local, &leak);
    let server = workspace.serve(&[]);
    check(&workspace, &["--server", &server.url], &leak);
    let (status, _) = server.stop();
    assert!(status.success(), "SIGTERM ends the service with status 0");
}

#[test]
fn one_value_is_answered_in_words_or_json_with_its_status() {
    let (workspace, leak) = Workspace::with_leak(200);
    let server = workspace.serve(&[]);
    let (both, nobody) = (person(leak.people() / 2), person(leak.people()));
    for place in [&["--server", server.url.as_str()][..], &[]] {
        let found = workspace.run(&[&["check", &both.phone], place].concat());
        assert_eq!(found.status, 1, "{}", found.stderr);
        assert!(found.stdout.contains(POLICE) && found.stdout.contains(PARCEL), "{}", found.stdout);
        assert!(!found.stdout.contains(&both.phone), "a number is never echoed in full");
        let absent = workspace.run(&[&["check", &nobody.phone], place].concat());
        assert_eq!(absent.status, 0, "{}", absent.stderr);
        let json = workspace.run(&[&["check", "--json", "--kind", "cn.ric", &both.id], place].concat());
        assert_eq!(json.status, 1);
        let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
        assert_eq!(json[0]["result"], "found");
        assert_eq!(json[0]["sources"], serde_json::json!([POLICE]));
    }
}

#[test]
fn every_line_has_an_answer_and_errors_outrank_findings() {
    let (workspace, _) = Workspace::with_leak(200);
    let lines = format!("{}\n\nnot a number\n{}", person(0).phone, person(5_000).phone);
    let said = workspace.run_with(&["check", "--stdin"], &lines);
    assert_eq!(said.status, 2);
    let answers: Vec<_> = said.stdout.lines().collect();
    assert_eq!(answers, [&format!("found {POLICE}"), "error empty", "error letters", "absent"]);
}

#[test]
fn a_withdrawn_source_is_gone_and_the_last_one_leaves_a_valid_index() {
    let (workspace, _) = Workspace::with_leak(200);
    let ask = |n: u64| workspace.run_with(&["check", "--stdin"], &person(n).phone).stdout;
    assert_eq!(ask(100), format!("found {PARCEL},{POLICE}\n"));
    workspace.run(&["sources", "remove", PARCEL]).ok();
    workspace.run(&["build"]).ok();
    assert_eq!(ask(100), format!("found {POLICE}\n"));
    assert_eq!(ask(199), "absent\n");
    workspace.run(&["sources", "remove", POLICE]).ok();
    let built = workspace.run(&["build", "--json"]).json();
    assert_eq!((&built["records"], &built["sources"]), (&1.into(), &serde_json::json!(["test"])));
    assert_eq!(ask(100), "absent\n");
    workspace.run(&["verify"]).ok();
    let server = workspace.serve(&[]);
    let said = workspace.run_with(&["check", "--stdin", "--server", &server.url], &person(100).phone);
    assert_eq!((said.status, said.stdout.as_str()), (0, "absent\n"), "{}", said.stderr);
}

#[test]
fn sensitive_sources_are_left_out_unless_asked_for() {
    let (workspace, _) = Workspace::with_leak(200);
    workspace.run(&["sources", "set", POLICE, "sensitive=true", "title.en=Police records"]).ok();
    let built = workspace.run(&["build", "--json"]).json();
    assert_eq!(built["left_out"], serde_json::json!([POLICE]));
    assert_eq!(workspace.run_with(&["check", "--stdin"], &person(0).phone).stdout, "absent\n");
    workspace.run(&["build", "--include-sensitive"]).ok();
    assert_eq!(workspace.run_with(&["check", "--stdin"], &person(0).phone).stdout, format!("found {POLICE}\n"));
}

#[test]
fn ingest_counts_and_appends() {
    let workspace = Workspace::new();
    workspace.run(&["keygen"]).ok();
    let first = workspace.file("a.csv", "mobile,note\n15400000001,a\n15400000001,b\n154****0002,c\nbroken\n1,d\n");
    let report = workspace.run(&["ingest", "--json", "--source", "a", &first]).json();
    assert_eq!((&report["rows"], &report["files"][0]["parts"][0]["other_width"]), (&5.into(), &1.into()));
    assert_eq!((&report["found"]["phone"], &report["distinct"]["phone"]), (&2.into(), &1.into()));
    assert_eq!(report["rejected"]["phone"], serde_json::json!({ "letters": 1, "masked": 1, "not-a-number": 1 }));
    let second = workspace.file("b.txt", "15400000003\n+86 154 0000 0001\n");
    let report =
        workspace.run(&["ingest", "--json", "--source", "a", "--append", "--column", "1=phone", &second]).json();
    assert_eq!(report["distinct"]["phone"], 2);
    let report =
        workspace.run(&["ingest", "--json", "--source", "a", "--replace", "--column", "1=phone", &second]).json();
    assert_eq!(report["distinct"]["phone"], 2);
    let catalogue = workspace.data().join("sources.toml");
    let annotated = "# by hand\n".to_owned() + &std::fs::read_to_string(&catalogue).expect("readable");
    std::fs::write(&catalogue, &annotated).expect("writable");
    workspace.run(&["ingest", "--source", "a", "--append", "--column", "1=phone", &second]).ok();
    assert_eq!(std::fs::read_to_string(&catalogue).expect("readable"), annotated, "an operator's edits are kept");
    workspace.run(&["build"]).ok();
    let said = workspace.run_with(&["check", "--stdin"], "15400000001\n15400000003\n15400000002");
    assert_eq!(said.stdout, "found a\nfound a\nabsent\n");
}

#[test]
fn the_unkeyed_scheme_must_be_allowed() {
    let workspace = Workspace::new();
    let dump = workspace.file("a.txt", "15400000001\n15400000002\n");
    let ingest = ["ingest", "--source", "a", "--scheme", "sha256", "--column", "1=phone", &dump];
    assert!(workspace.run(&ingest).sentence().contains("--allow-unkeyed"));
    workspace.run(&[&ingest[..], &["--allow-unkeyed"]].concat()).ok();
    assert!(workspace.run(&["build"]).sentence().contains("--allow-unkeyed"));
    workspace.run(&["build", "--allow-unkeyed"]).ok();
    assert!(workspace.run(&["serve", "--listen", "127.0.0.1:0"]).sentence().contains("--allow-unkeyed"));
    let server = workspace.serve(&["--allow-unkeyed"]);
    let asked = ["check", "--stdin", "--server", &server.url];
    assert!(workspace.run_with(&asked, "15400000001").sentence().contains("--allow-unkeyed"));
    for place in [&["--server", server.url.as_str()][..], &[]] {
        let arguments = [&["check", "--stdin", "--allow-unkeyed"], place].concat();
        let said = workspace.run_with(&arguments, "15400000001\n15400000009");
        assert_eq!((said.status, said.stdout.as_str()), (1, "found a\nabsent\n"), "{}", said.stderr);
    }
}

#[test]
fn a_kind_that_is_not_in_the_index_is_not_called_absent() {
    let workspace = Workspace::new();
    workspace.run(&["keygen"]).ok();
    let dump = workspace.file("a.txt", "\"mobile\"\n\"15400000001\"\n");
    workspace.run(&["ingest", "--source", "a", &dump]).ok();
    workspace.run(&["build"]).ok();
    let server = workspace.serve(&[]);
    for place in [&["--server", server.url.as_str()][..], &[]] {
        let said =
            workspace.run_with(&[&["check", "--stdin", "--kind", "cn.ric"], place].concat(), "990101199001010019");
        assert_eq!(said.status, 2);
        assert!(said.stdout.starts_with("error the index holds no numbers of kind cn.ric"), "{}", said.stdout);
        let said = workspace.run_with(&[&["check", "--stdin"], place].concat(), "15400000001\n1540000000");
        assert_eq!(said.stdout, "found a\nerror length\n");
    }
}

#[test]
fn an_index_flag_overrides_the_service_of_the_environment() {
    let (workspace, _) = Workspace::with_leak(150);
    let index = workspace.data().join("index/current.index").display().to_string();
    let mut command = workspace.command(&["check", "--index", &index, &person(0).phone]);
    let output = command.env("EXPOSURE_SERVER", "http://127.0.0.1:1").env("EXPOSURE_PIN", "x").output().expect("runs");
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_line_that_arrives_alone_is_answered_at_once() {
    use std::io::{BufRead as _, BufReader, Write as _};
    let (workspace, _) = Workspace::with_leak(150);
    let mut child =
        workspace.command(&["check", "--stdin"]).stdin(std::process::Stdio::piped()).spawn().expect("starts");
    let (mut questions, answers) = (child.stdin.take().expect("a pipe"), child.stdout.take().expect("a pipe"));
    let mut answers = BufReader::new(answers).lines();
    for (n, answer) in [(0, format!("found {POLICE}")), (5_000, "absent".to_owned())] {
        writeln!(questions, "{}", person(n).phone).expect("written");
        assert_eq!(answers.next().expect("an answer").expect("UTF-8"), answer);
    }
    drop(questions);
    assert_eq!(child.wait().expect("ends").code(), Some(1));
}

#[test]
fn a_closed_pipe_ends_a_command_without_a_message() {
    let (workspace, _) = Workspace::with_leak(150);
    for arguments in [vec!["kinds"], vec!["sources", "list"], vec!["check", "15400001234"], vec!["verify"]] {
        // The pipe is closed before the command starts, so that it is closed when the command
        // writes.
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = workspace.command(&arguments).stdout(writer).output().expect("runs");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
    }
}

#[test]
fn a_missing_ledger_stops_a_build() {
    let (workspace, _) = Workspace::with_leak(150);
    let ledger = workspace.data().join("ledgers/demo-police.ledger");
    let elsewhere = workspace.path("demo-police.ledger");
    std::fs::rename(&ledger, &elsewhere).expect("renamed");
    let sentence = workspace.run(&["build"]).sentence();
    assert!(sentence.contains(POLICE) && sentence.contains("sources remove"), "{sentence}");
    assert_eq!(workspace.run_with(&["check", "--stdin"], &person(0).phone).stdout, format!("found {POLICE}\n"));
    std::fs::rename(&elsewhere, &ledger).expect("renamed");
    workspace.run(&["build"]).ok();
}

#[test]
fn the_shown_catalogue_entry_is_valid_toml() {
    let (workspace, _) = Workspace::with_leak(150);
    workspace.run(&["sources", "set", POLICE, "title.en=Records", "origin.zh=来源"]).ok();
    let shown = workspace.run(&["sources", "show", POLICE]).ok();
    let pasted = exposure_index::Catalogue::parse(&shown).expect("a catalogue");
    assert_eq!(pasted.sources[POLICE].title.as_ref().and_then(|title| title.en.as_deref()), Some("Records"));
}
