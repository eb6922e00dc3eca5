//! Checks of many lines in three ways: with a service, with a local index and key, and with a local
//! index and a service that only evaluates. All give the same answers, and in the third way the
//! service sees no prefix.

use crate::support::{Said, Server, Workspace};
use exposure_synthetic::{Leak, person};
use std::fs::{self, File};

const PEOPLE: u64 = 1_500;

/// Lines per check; more than any one batch with a service holds.
const LINES: u64 = 5_000;

/// Phone numbers in the leak and outside it, repeated ones, empty lines, and invalid ones: the
/// lines and the expected answers.
fn questions(leak: &Leak) -> (Vec<u8>, Vec<String>) {
    let (mut lines, mut answers) = (Vec::new(), Vec::new());
    for n in 0..LINES {
        let (line, answer) = match n % 50 {
            7 => (Vec::new(), "error empty".to_owned()),
            13 => (b"not a number".to_vec(), "error letters".to_owned()),
            19 => (b"154****1234".to_vec(), "error masked".to_owned()),
            23 => (b"1540000\xff1234".to_vec(), "error character".to_owned()),
            29 => (b"1540000".to_vec(), "error length".to_owned()),
            31 => (b"15400001234,15400005678".to_vec(), "error several".to_owned()),
            37 => (vec![b'1'; 6_000], "error oversized".to_owned()),
            // The same person again and again, in every batch.
            k if k % 10 == 1 => asked(leak, 3),
            _ => asked(leak, n * 7 % (2 * PEOPLE)),
        };
        lines.extend(line);
        lines.push(b'\n');
        answers.push(answer);
    }
    (lines, answers)
}

fn asked(leak: &Leak, n: u64) -> (Vec<u8>, String) {
    let sources = leak.sources_of(n);
    let answer = if sources.is_empty() { "absent".to_owned() } else { format!("found {}", sources.join(",")) };
    (person(n).phone.into_bytes(), answer)
}

/// What the holder of a copy has: the index alone, in a directory without a key.
fn mirror_of(workspace: &Workspace) -> String {
    let index = fs::read(workspace.data().join("index/current.index")).expect("built");
    workspace.file("mirror.index", index)
}

/// Runs `check --stdin` with a file as standard input.
fn check_file(workspace: &Workspace, arguments: &[&str], lines: &str) -> Said {
    let mut command = workspace.command(&[&["check", "--stdin"], arguments].concat());
    let output = command.stdin(File::open(lines).expect("there")).output().expect("runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    let (stdout, stderr) = (text(output.stdout), text(output.stderr));
    Said { status: output.status.code().expect("ended"), stdout, stderr }
}

/// The API routes in the service's log, each once, sorted.
fn routes(server: Server) -> Vec<String> {
    let (_, log) = server.stop();
    let words = log.split(|c: char| c.is_whitespace() || "\"=,".contains(c));
    let mut routes: Vec<_> = words.filter(|word| word.starts_with("/v1/")).map(str::to_owned).collect();
    routes.sort();
    routes.dedup();
    routes
}

#[test]
fn five_thousand_lines_get_the_same_answers_in_three_ways() {
    let (workspace, leak) = Workspace::with_leak(PEOPLE);
    let (lines, expected) = questions(&leak);
    let file = workspace.file("lines", &lines);
    let mirror = mirror_of(&workspace);
    let key = workspace.data().join("key").display().to_string();
    let (server, evaluating) = (workspace.serve(&[]), workspace.serve(&[]));
    let ways = [
        &["--index", &mirror, "--key", &key][..],
        &["--server", &server.url],
        &["--server", &evaluating.url, "--index", &mirror],
    ];
    for way in ways {
        let said = check_file(&workspace, way, &file);
        assert_eq!(said.status, 2, "an error outranks what was found: {}", said.stderr);
        let answers: Vec<_> = said.stdout.lines().collect();
        assert_eq!(answers.len(), expected.len(), "{way:?}");
        for (n, (answer, expected)) in answers.iter().zip(&expected).enumerate() {
            assert_eq!(answer, expected, "line {n}, {way:?}");
        }
        assert_eq!(said.stderr, "", "no progress without a terminal, and no number: {way:?}");
    }
    assert!(
        routes(server).iter().any(|route| route.starts_with("/v1/range")),
        "range requests are in the log of a full service"
    );
    assert_eq!(routes(evaluating), ["/v1/evaluate", "/v1/limits", "/v1/parameters"]);
}

#[test]
fn json_lines_and_the_highest_status() {
    let (workspace, _) = Workspace::with_leak(150);
    let mirror = mirror_of(&workspace);
    let server = workspace.serve(&[]);
    let key = workspace.data().join("key").display().to_string();
    for way in [&["--index", &mirror, "--key", &key][..], &["--index", &mirror, "--server", &server.url]] {
        let check = |lines: &str, more: &[&str]| {
            let said = workspace.run_with(&[&["check", "--stdin"], way, more].concat(), lines);
            (said.status, said.stdout)
        };
        let (inside, outside) = (person(0).phone, person(5_000).phone);
        assert_eq!(check(&format!("{outside}\n{outside}"), &[]), (0, "absent\nabsent\n".to_owned()));
        assert_eq!(check(&format!("{outside}\n{inside}\n"), &[]).0, 1);
        let (status, stdout) = check(&format!("{inside}\n\n{outside}\n"), &["--json"]);
        let documents: Vec<serde_json::Value> =
            stdout.lines().map(|line| serde_json::from_str(line).expect("a document")).collect();
        let results: Vec<_> = documents.iter().map(|document| document["result"].clone()).collect();
        assert_eq!((status, results), (2, vec!["found".into(), "error".into(), "absent".into()]));
        assert_eq!(documents[1]["why"], "empty");
        assert_eq!(check("", &[]), (0, String::new()));
    }
    // One value, answered in sentences, without a catalogue: the service is not asked for one.
    let said = workspace.run(&["check", "--index", &mirror, "--server", &server.url, &person(0).phone]);
    assert_eq!(said.status, 1, "{}", said.stderr);
    assert!(said.stdout.contains("found in 1 of the leaks"), "{}", said.stdout);
    assert!(!said.stdout.contains(&person(0).phone));
    assert_eq!(routes(server), ["/v1/evaluate", "/v1/limits", "/v1/parameters"]);
}

#[test]
fn an_index_copy_of_another_service_is_rejected() {
    let (workspace, _) = Workspace::with_leak(150);
    let (elsewhere, _) = Workspace::with_leak(150);
    let (mirror, server) = (mirror_of(&workspace), elsewhere.serve(&[]));
    let check = |more: &[&str]| {
        workspace.run_with(&[&["check", "--stdin", "--server", &server.url], more].concat(), &person(0).phone)
    };
    let key_of = |workspace: &Workspace| {
        let text = fs::read_to_string(workspace.data().join("key")).expect("readable");
        exposure_index::key_from_text(&text).expect("a key").public().to_string()
    };
    let sentence = check(&["--index", &mirror]).sentence();
    assert!(sentence.contains(&key_of(&workspace)) && sentence.contains(&key_of(&elsewhere)), "{sentence}");
    let sentence = check(&["--index", &mirror, "--pin", &key_of(&workspace)]).sentence();
    assert!(sentence.contains("is pinned"), "{sentence}");
    let own = mirror_of(&elsewhere);
    assert_eq!(check(&["--index", &own, "--pin", &key_of(&elsewhere)]).stdout, "found demo-police\n");
    // Without key and service, the error names both ways out.
    let nothing = Workspace::new();
    let sentence = nothing.run(&["check", "--index", &own, &person(0).phone]).sentence();
    assert!(sentence.contains("that key was not found") && sentence.contains("--server"), "{sentence}");
    // A key excludes a service, and a pin needs one.
    let key = elsewhere.data().join("key").display().to_string();
    assert!(check(&["--index", &own, "--key", &key]).stderr.contains("cannot be used with"));
    let alone = workspace.run_with(&["check", "--stdin", "--pin", &key_of(&workspace)], &person(0).phone);
    assert!(alone.sentence().contains("--server"));
    assert_eq!(routes(server), ["/v1/evaluate", "/v1/limits", "/v1/parameters"]);
}

#[test]
fn an_outdated_index_copy_is_reported_and_still_answers() {
    let (workspace, _) = Workspace::with_leak(150);
    let mirror = mirror_of(&workspace);
    workspace.run(&["sources", "remove", "demo-police"]).ok();
    workspace.run(&["build"]).ok();
    let server = workspace.serve(&[]);
    let arguments = ["check", "--stdin", "--server", &server.url, "--index", &mirror];
    let said = workspace.run_with(&arguments, &person(0).phone);
    assert_eq!((said.status, said.stdout.as_str()), (1, "found demo-police\n"), "{}", said.stderr);
    let id = workspace.run(&["verify", "--json", &mirror]).json()["index"].as_str().expect("an id").to_owned();
    assert!(said.stderr.contains(&id) && said.stderr.lines().count() == 1, "{}", said.stderr);
}

#[test]
fn an_unkeyed_index_needs_no_service() {
    let workspace = Workspace::new();
    let dump = workspace.file("a.txt", "15400000001\n");
    let unkeyed = ["ingest", "--source", "a", "--scheme", "sha256", "--column", "1=phone", "--allow-unkeyed", &dump];
    workspace.run(&unkeyed).ok();
    workspace.run(&["build", "--allow-unkeyed"]).ok();
    let mirror = mirror_of(&workspace);
    let arguments = ["check", "--stdin", "--allow-unkeyed", "--index", &mirror];
    let with_service = [&arguments[..], &["--server", "http://127.0.0.1:1"]].concat();
    let sentence = workspace.run_with(&with_service, "15400000001").sentence();
    assert!(sentence.contains("needs no service") && sentence.contains("--allow-unkeyed"), "{sentence}");
    assert_eq!(workspace.run_with(&arguments, "15400000001\n15400000002").stdout, "found a\nabsent\n");
}

#[test]
fn answers_before_a_quota_is_used_up_are_kept() {
    let (workspace, _) = Workspace::with_leak(150);
    let mirror = mirror_of(&workspace);
    let server = workspace.serve(&["--budget-address-per-minute", "20"]);
    let lines: String = (0..30).map(|n| person(n).phone + "\n").collect();
    let said = workspace.run_with(&["check", "--stdin", "--server", &server.url, "--index", &mirror], &lines);
    assert_eq!(said.status, 2);
    let answers: Vec<_> = said.stdout.lines().collect();
    assert_eq!(answers.len(), 30);
    assert!(answers[..16].iter().all(|answer| *answer == "found demo-police"), "{answers:?}");
    assert!(answers[16..].iter().all(|answer| answer.starts_with("error ") && answer.contains("seconds")));
}
