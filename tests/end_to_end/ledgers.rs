//! Operating with ledgers: many sources, withdrawals, objections, the log; damaged ledgers and a
//! full disk.

use crate::support::{Workspace, files_below, snapshot};
use exposure_synthetic::person;
use std::fs;
use std::os::unix::fs::{FileExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::Command;

/// The unkeyed scheme: these tests do not depend on the scheme, and this one is fast.
const UNKEYED: [&str; 3] = ["--scheme", "sha256", "--allow-unkeyed"];

fn ingest(workspace: &Workspace, source: &str, people: impl Iterator<Item = u64>) {
    let rows: String = people.map(|n| person(n).phone + "\n").collect();
    let file = workspace.file(&format!("{source}.csv"), format!("mobile\n{rows}"));
    workspace.run(&[&["ingest", "--source", source], &UNKEYED[..], &[&file]].concat()).ok();
}

fn build(workspace: &Workspace) -> serde_json::Value {
    workspace.run(&["build", "--allow-unkeyed", "--json"]).json()
}

/// The answers of `check` for this many people, one line each.
fn answers(workspace: &Workspace, people: u64) -> Vec<String> {
    let numbers: String = (0..people).map(|n| person(n).phone + "\n").collect();
    let said = workspace.run_with(&["check", "--stdin", "--allow-unkeyed"], &numbers);
    assert!(said.status < 2, "{}", said.stderr);
    said.stdout.lines().map(str::to_owned).collect()
}

#[test]
fn twenty_sources_are_indexed_and_one_is_withdrawn() {
    let workspace = Workspace::new();
    // Source s-k has every person whose number is a multiple of k.
    for k in 1..=20_u64 {
        ingest(&workspace, &format!("s-{k:02}"), (0..600).filter(move |n| n % k == 0));
    }
    let built = build(&workspace);
    assert_eq!(built["records"], 601, "and the test identifier");
    let expected = |sources: &[u64]| -> Vec<String> {
        let of =
            |n: u64| sources.iter().filter(|k| n.is_multiple_of(**k)).map(|k| format!("s-{k:02}")).collect::<Vec<_>>();
        (0..600)
            .map(of)
            .map(|of| if of.is_empty() { "absent".to_owned() } else { format!("found {}", of.join(",")) })
            .collect()
    };
    assert_eq!(answers(&workspace, 600), expected(&(1..=20).collect::<Vec<_>>()));

    workspace.run(&["sources", "remove", "s-01"]).ok();
    build(&workspace);
    let left: Vec<u64> = (2..=20).collect();
    assert_eq!(answers(&workspace, 600), expected(&left));

    // An index depends only on its ledgers, not on what was in the directory before.
    let fresh = Workspace::new();
    for k in left {
        ingest(&fresh, &format!("s-{k:02}"), (0..600).filter(move |n| n % k == 0));
    }
    build(&fresh);
    let index = |workspace: &Workspace| fs::read(workspace.data().join("index/current.index")).expect("readable");
    assert!(index(&workspace) == index(&fresh), "withdrawing leaves a trace");

    let log = fs::read_to_string(workspace.data().join("operations.log")).expect("a log");
    let operations: Vec<serde_json::Value> =
        log.lines().map(|line| serde_json::from_str(line).expect("a JSON object a line")).collect();
    let names: Vec<_> = operations.iter().map(|line| line["operation"].as_str().expect("a name")).collect();
    assert_eq!(names[..20], ["ingested"; 20]);
    assert_eq!(names[20..], ["built", "published", "withdrawn", "built", "published"]);
    assert_eq!(operations[20]["index"], built["index"]);
    assert_eq!(operations[22]["source"], "s-01");
    assert_eq!(operations[0]["records"]["phone"], 600);
    assert!(operations[23]["ledgers"].as_object().is_some_and(|ledgers| ledgers.len() == 19 + 1));
}

#[test]
fn objections_are_left_out_of_every_later_build() {
    let (workspace, _) = Workspace::with_leak(150);
    let someone = person(3);
    let check = |value: &str| {
        let said = workspace.run_with(&["check", "--stdin"], &format!("{value}\n"));
        said.stdout.trim().to_owned()
    };
    assert!(check(&someone.phone).starts_with("found"));
    let suppress = |values: &str| workspace.run_with(&["suppress", "--stdin", "--json"], values);
    let said = suppress(&format!("{}\n", someone.phone)).json();
    assert_eq!((&said["read"], &said["added"]), (&1.into(), &1.into()));
    assert!(check(&someone.phone).starts_with("found"), "the published index is unchanged");
    let records = |built: &serde_json::Value| built["records"].as_u64().expect("a number");
    let built = workspace.run(&["build", "--json"]).json();
    assert_eq!(built["suppressed"], 1);
    assert_eq!(check(&someone.phone), "absent");
    let other = person(4);
    assert!(check(&other.phone).starts_with("found"));

    // The same objection again, together with another; and later a source that contains both.
    let said = suppress(&format!("{}\n{}\n", someone.phone, other.phone)).json();
    assert_eq!((&said["read"], &said["added"]), (&2.into(), &1.into()));
    let late = workspace.file("late.csv", format!("mobile\n{}\n{}\n15400009999\n", someone.phone, other.phone));
    workspace.run(&["ingest", "--source", "late", &late]).ok();
    let rebuilt = workspace.run(&["build", "--json"]).json();
    assert_eq!((rebuilt["suppressed"].as_u64(), records(&rebuilt)), (Some(2), records(&built)));
    assert_eq!([check(&someone.phone), check(&other.phone)], ["absent", "absent"]);
    assert_eq!(check("15400009999"), "found late");

    // All or nothing, and no value in the message.
    let before = snapshot(&workspace.data());
    let sentence = suppress("15400001111\n154****0001\n").sentence();
    assert!(sentence.contains("line 2") && sentence.contains("nothing was recorded"), "{sentence}");
    assert!(!sentence.contains("0001"), "{sentence}");
    assert_eq!(snapshot(&workspace.data()), before);
}

#[test]
fn objections_under_another_key_stop_a_build() {
    let (workspace, _) = Workspace::with_leak(30);
    workspace.run_with(&["suppress", "--stdin"], "15400000001\n").ok();
    let other = Workspace::new();
    other.run(&["keygen"]).ok();
    other.run_with(&["suppress", "--stdin"], "15400000001\n").ok();
    let path = workspace.data().join("suppressed.ledger");
    fs::remove_file(&path).expect("there");
    fs::copy(other.data().join("suppressed.ledger"), &path).expect("copied");
    let before = snapshot(&workspace.data());
    for arguments in [&["build"][..], &["suppress", "--stdin"]] {
        let sentence = workspace.run_with(arguments, "15400000002\n").sentence();
        assert!(sentence.contains("suppressed.ledger") && sentence.contains("another key"), "{sentence}");
    }
    assert_eq!(snapshot(&workspace.data()), before);
}

#[test]
fn a_damaged_ledger_stops_a_build_and_the_old_index_stays() {
    let (workspace, _) = Workspace::with_leak(150);
    let path = workspace.data().join("ledgers/demo-police.ledger");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("changed");
    let file = fs::File::options().read(true).write(true).open(&path).expect("there");
    let length = file.metadata().expect("there").len();
    // In the header, in a block, in its keys, and in the trailer.
    for at in [20, 100, length / 3, length / 2, length - 60] {
        let mut byte = [0];
        file.read_exact_at(&mut byte, at).expect("readable");
        file.write_all_at(&[byte[0] ^ 1], at).expect("writable");
        let before = snapshot(&workspace.data());
        let sentence = workspace.run(&["build"]).sentence();
        assert!(sentence.contains("demo-police.ledger"), "byte {at}: {sentence}");
        assert_eq!(snapshot(&workspace.data()), before, "byte {at}");
        file.write_all_at(&byte, at).expect("writable");
    }
    workspace.run(&["build"]).ok();
    file.set_len(length / 2).expect("cut");
    let sentence = workspace.run(&["build"]).sentence();
    assert!(sentence.contains("demo-police.ledger") && sentence.contains("damaged"), "{sentence}");
}

/// Runs a command with a limit on file sizes, in blocks of 512 bytes: it fails like a full disk.
fn with_little_room(workspace: &Workspace, blocks: u32, arguments: &[&str]) -> String {
    let plain = workspace.command(arguments);
    let mut limited = Command::new("bash");
    limited.args(["-c", &format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", blocks / 2)]);
    limited.arg(plain.get_program()).args(arguments).current_dir(workspace.path("."));
    limited.env("EXPOSURE_DATA", workspace.data());
    let output = limited.output().expect("bash runs");
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    let sentences: Vec<_> = said.lines().filter(|line| line.starts_with("exposure: ")).collect();
    assert_eq!(sentences.len(), 1, "{said}");
    sentences[0].to_owned()
}

#[test]
fn a_full_disk_changes_nothing() {
    let workspace = Workspace::new();
    ingest(&workspace, "old", 0..3_000);
    build(&workspace);
    let rows = (0..200_000).fold(String::new(), |rows, n| rows + &format!("+8620{n:09}\n"));
    let file = workspace.file("new.csv", format!("mobile\n{rows}"));
    let before = snapshot(&workspace.data());
    let new = [&["ingest", "--source", "new"], &UNKEYED[..], &[&file]].concat();
    let little_memory = [&new[..], &["--memory", "1M"]].concat();
    for (arguments, where_it_shows) in [
        (&new[..], ""),
        (&little_memory, "spill"),
        (&["build", "--allow-unkeyed", "--false-positive-rate", "1e-8"], ""),
    ] {
        let sentence = with_little_room(&workspace, 16, arguments);
        assert!(
            sentence.contains("File too large")
                && sentence.contains("free some space")
                && sentence.contains(where_it_shows),
            "{sentence}"
        );
        assert_eq!(snapshot(&workspace.data()), before, "{arguments:?}");
        let left = files_below(&workspace.data()).into_iter().filter(|path| is_temporary(path)).count();
        assert_eq!(left, 0, "{arguments:?} left something behind");
    }
}

fn is_temporary(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "tmp" || extension == "frames")
}
