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

const INGEST: &str = "ingest --source c --scheme sha256 --allow-unkeyed --replace";

/// A valid number, since others are not seen by values alone. Generated here and written down
/// nowhere.
fn valid(n: u64) -> String {
    format!("139{:08}", n * 7_654_321 % 100_000_000)
}

/// Seven in ten look like no identifier, and nothing says what the others are.
fn unknown(n: u64) -> String {
    if n % 10 < 3 { valid(n) } else { format!("7{:09}", n * 7_654_321 % 1_000_000_000) }
}

/// Rows with a number that is read, and one of which nobody knows what it is.
fn rows(row: impl Fn(&str, &str) -> String) -> String {
    (0..200).map(|n| row(&format!("154{n:08}"), &unknown(n))).collect::<Vec<_>>().concat()
}

/// What the sentences of a run advise, as it is typed behind the command.
fn advice(stderr: &str) -> Vec<String> {
    let said = stderr.split(['\n', ';', ',']).map(str::trim);
    let ends = [" reads them", " sets them aside"];
    said.filter_map(|said| ends.iter().find_map(|end| Some(said.split_once(end)?.0.to_owned()))).collect()
}

#[test]
fn what_is_left_unread_is_said_with_flags_that_work() {
    let csv = rows(|phone, nr| format!("{phone},{nr}\n"));
    let json = |key: &str| rows(|phone, nr| format!("{{\"mobile\":\"{phone}\",\"a\":{{\"{key}\":\"{nr}\"}}}}\n"));
    for (name, dump) in [
        ("a.csv", format!("mobile,nr\n{csv}")),
        ("b.csv", format!("mobile,'Nr. of a (b)'\n{csv}")),
        ("i.csv", format!("mobile,o'clock $HOME\n{csv}")),
        ("j.csv", format!("mobile,a=b\n{csv}")),
        ("k.csv", format!("mobile,-名 称\n{csv}")),
        ("c.ndjson", json("nr")),
        ("f.sql", rows(|phone, nr| format!("INSERT INTO `u` (`mobile`,`wert`) VALUES ('{phone}','{nr}');\n"))),
        (
            "g.sql",
            "INSERT INTO `v` (`mobile`) VALUES ('15400001234');\n".to_owned()
                + &rows(|phone, nr| format!("INSERT INTO `u` (`mobile`,`wert`) VALUES ('{phone}','{nr}');\n")),
        ),
        ("h.xml", format!("<d>{}</d>", rows(|p, nr| format!("<row><mobile>{p}</mobile><wert>{nr}</wert></row>\n")))),
    ] {
        let workspace = Workspace::new();
        workspace.file(name, dump);
        let typed = |more: &str| {
            let line = format!("\"$0\" {more}");
            let command = workspace.command(&[]);
            let mut shell = std::process::Command::new("sh");
            shell.args(["-c", &line]).arg(command.get_program()).current_dir(workspace.path(""));
            let output = shell.env("EXPOSURE_DATA", workspace.data()).output().expect("a shell");
            let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
            (crate::support::code(output.status), text(output.stdout), text(output.stderr))
        };
        let (status, _, said) = typed(&format!("{INGEST} {name}"));
        assert!(status == 2 && said.contains("60 values look like phone and were not read"), "{name}: {said}");
        assert!(typed("sources show c").1.contains("incomplete"), "{name}");
        let (_, previewed, _) = typed(&format!("preview {name}"));
        assert!(previewed.contains("60 values look like phone and were not read"), "{name}: {previewed}");
        let advice = advice(&said);
        assert_eq!(advice.len(), 2, "{name}: {said}");
        for flag in &advice {
            let (status, report, said) = typed(&format!("{INGEST} --json {flag} {name}"));
            assert_eq!(status, 0, "{name} with {flag}: {said}");
            let report: Value = serde_json::from_str(&report).expect("JSON");
            let found = if flag.ends_with("=none") { 200 } else { 400 };
            let part = &report["files"][0];
            assert!(report["found"]["phone"].as_u64() >= Some(found), "{name} with {flag}: {part}");
            assert!(!typed("sources show c").1.contains("incomplete"), "{name} with {flag}");
        }
        // Somebody who knows what it is can let it be.
        assert_eq!(typed(&format!("{INGEST} --unread-rate 0.3 {name}")).0, 0, "{name}");
    }
}

#[test]
fn a_line_of_a_mapping_that_is_advised_reads_what_was_left() {
    let workspace = Workspace::new();
    let hidden = rows(|phone, nr| format!("{{\"mobile\":\"{phone}\",\"a\":{{\"it's 7\":\"{nr}\"}}}}\n"));
    let file = workspace.file("a.ndjson", hidden);
    let run = |more: &[&str]| {
        let arguments: Vec<&str> = INGEST.split(' ').chain(["--json"]).chain(more.iter().copied()).collect();
        workspace.run(&[&arguments[..], &[&file]].concat())
    };
    let left = run(&[]);
    assert_eq!(left.status, 2, "{}", left.stderr);
    let line = left.stderr.split([';', ',', '\n']).find_map(|said| said.split_once(" in a mapping"));
    let line = line.map(|(line, _)| line.trim().trim_start_matches("and so does ")).expect("a line");
    let mapping = workspace.file("mapping.toml", format!("version = 1\n[[file]]\n{line}\n"));
    let all = run(&["--mapping", &mapping]);
    assert_eq!(all.status, 0, "{}", all.stderr);
    // Those that are valid among the others.
    let found = &all.json()["found"]["phone"];
    assert!(found.as_u64() >= Some(60), "{found}");
    assert!(!workspace.run(&["sources", "show", "c"]).ok().contains("incomplete"));
}

#[test]
fn rows_that_are_mostly_malformed_are_an_error() {
    let workspace = Workspace::new();
    let good = |n: u64| format!("{{\"mobile\":\"154{n:08}\"}}\n");
    for (broken, status) in [(9, 0), (30, 2)] {
        let lines = (0..19).map(good).chain((0..broken).map(|n| format!("{{\"mobile\": {{{n}\n"))).chain([good(19)]);
        let dump = lines.collect::<Vec<_>>().concat();
        let dump = workspace.file("a.ndjson", dump);
        let arguments: Vec<&str> = INGEST.split(' ').chain([&dump[..]]).collect();
        let said = workspace.run(&arguments);
        assert_eq!(said.status, status, "{broken} of them: {}", said.stderr);
        assert_eq!(said.stderr.contains("are malformed as JSON"), status == 2, "{}", said.stderr);
    }
}

#[test]
fn small_files_of_a_directory_are_read() {
    let workspace = Workspace::new();
    fs::create_dir(workspace.path("d")).expect("made");
    for n in 0..40 {
        let rows = [format!("x,{},y\n", valid(n)), format!("{}\n", valid(n)), format!("{{\"a\":\"{}\"}}", valid(n))];
        workspace.file(&format!("d/{n}"), &rows[n as usize % 3]);
    }
    let arguments: Vec<&str> = INGEST.split(' ').chain(["--json", "d"]).collect();
    assert_eq!(workspace.run(&arguments).json()["distinct"]["phone"], 40);
}
