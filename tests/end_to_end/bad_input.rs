//! Bad input gets one clear sentence and changes nothing on disk.

use crate::support::{Workspace, snapshot};
use exposure_synthetic::person;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;

/// Runs a command that must fail with one sentence containing each word, and must not change the
/// data directory.
fn refuse(workspace: &Workspace, arguments: &[&str], words: &[&str]) {
    let before = snapshot(&workspace.data());
    let sentence = workspace.run_with(arguments, "15400001234\n").sentence();
    for word in words {
        assert!(sentence.contains(word), "“{word}” is not in: {sentence}");
    }
    assert_eq!(snapshot(&workspace.data()), before, "{arguments:?} changed something");
}

#[test]
fn unreadable_dumps() {
    let (workspace, _) = Workspace::with_leak(150);
    let csv = workspace.file("a.csv", "name,mobile\nx,15400000001\n");
    let json = workspace.file("a.ndjson", "{\"a\":{\"m\":\"15400000001\"}}\n");
    let binary = workspace.file("binary.csv", b"\x7fELF\0\0\0\0m\0o\0\0\0b\0".repeat(9));
    let whole = fs::read(workspace.path("dumps/police.csv.gz")).expect("readable");
    let ingest = |rest: &[&'static str], file: &str, words: &[&str]| {
        let arguments = [&["ingest", "--source", "new"], rest, &[file]].concat();
        refuse(&workspace, &arguments, words);
    };
    ingest(&[], "missing.csv", &["missing.csv", "No such file"]);
    ingest(&["--column", "tel=phone"], &csv, &["a.csv", "“tel”", "2 columns"]);
    ingest(&["--column", "9=phone"], &csv, &["a.csv", "“9”"]);
    ingest(&["--column", "a.x=phone"], &json, &["a.ndjson", "a.x"]);
    ingest(&[], &json, &["a.ndjson", "--column"]);
    ingest(&[], &binary, &["binary.csv"]);
    let broken = workspace.file("broken.json", "{\n \"mobile\": \"15400000001\n}\n");
    let empty = workspace.file("empty.csv", "");
    let masked = workspace.file("masked.csv", "mobile,x\n154****0001,a\n");
    ingest(&[], &broken, &["1 rows", "1 of 1 rows are malformed", "nothing was written"]);
    ingest(&[], &empty, &["it is empty", "nothing was written"]);
    ingest(&[], &masked, &["1 rows", "masked 1"]);
    // An ingest that finds nothing does not replace an existing ledger.
    refuse(&workspace, &["ingest", "--source", "demo-police", "--replace", &masked], &["no identifier"]);
    // Truncated before the first complete record.
    let stump = workspace.file("stump.csv.gz", &whole[..30]);
    ingest(&[], &stump, &["stump.csv.gz", "truncated", "byte 30"]);
    refuse(&workspace, &["ingest", "--source", "new", "-", "-"], &["twice"]);
    refuse(&workspace, &["ingest", "--source", "demo-police", &csv], &["demo-police", "--append", "--replace"]);
    refuse(&workspace, &["ingest", "--source", "A b", &csv], &["“A b”", "lower-case"]);
    let said = workspace.run(&["ingest", "--source", "new", "--column", "mobile", &csv]);
    assert!(said.status == 2 && said.stderr.contains("--column HEADER=KIND"), "{}", said.stderr);
}

#[test]
fn keys_of_another_index() {
    let (workspace, _) = Workspace::with_leak(150);
    let dump = workspace.file("a.txt", "15400000001\n");
    let index = workspace.data().join("index/current.index").display().to_string();
    let other = Workspace::new();
    other.run(&["keygen"]).ok();
    let other_key = other.data().join("key");
    let wrong = ["check", "--stdin", "--index", &index, "--key", &other_key.display().to_string()];
    refuse(&workspace, &wrong, &["key", "index"]);
    refuse(&workspace, &["keygen"], &["there is a key"]);

    let key = workspace.data().join("key");
    let own = fs::read(&key).expect("readable");
    fs::write(&key, fs::read(&other_key).expect("readable")).expect("writable");
    refuse(&workspace, &["serve", "--listen", "127.0.0.1:0"], &["key", "index"]);
    refuse(
        &workspace,
        &["ingest", "--source", "demo-police", "--append", "--column", "1=phone", &dump],
        &["another key"],
    );
    workspace.run(&["ingest", "--source", "new", "--column", "1=phone", &dump]).ok();
    refuse(&workspace, &["build"], &["demo-parcel", "new", "different keys"]);
    workspace.run(&["sources", "remove", "new"]).ok();
    refuse(&workspace, &["build"], &["another key than the one in the data directory"]);
    fs::write(&key, "not a key").expect("writable");
    refuse(&workspace, &["check", "--stdin"], &["not a key file"]);
    fs::write(&key, own).expect("writable");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).expect("changed");
    refuse(&workspace, &["check", "--stdin"], &["can be read by others", "chmod 600"]);
    fs::remove_file(&key).expect("removed");
    refuse(&workspace, &["check", "--stdin"], &["key"]);
    refuse(&workspace, &["ingest", "--source", "x", "--column", "1=phone", &dump], &["exposure keygen"]);
}

#[test]
fn damaged_indexes() {
    let (workspace, _) = Workspace::with_leak(150);
    let path = workspace.data().join("index/current.index");
    let bytes = fs::read(&path).expect("readable");
    let mut damaged = bytes.clone();
    let middle = bytes.len() / 2;
    damaged[middle] ^= 1;
    let damaged = workspace.file("damaged.index", damaged);
    let cut = workspace.file("cut.index", &bytes[..middle]);
    let other =
        workspace.file("other.index", "something else entirely, and long enough to be read as a header".repeat(9));
    refuse(&workspace, &["verify", &damaged], &["damaged.index", "damaged"]);
    refuse(&workspace, &["verify", &cut], &["cut.index", "damaged"]);
    refuse(&workspace, &["verify", &other], &["other.index", "not an exposure index"]);
    refuse(&workspace, &["verify", "missing.index"], &["missing.index", "No such file"]);
    refuse(&workspace, &["verify", "dumps"], &["dumps", "not a regular file"]);
    refuse(&workspace, &["check", "--stdin", "--index", "missing.index"], &["missing.index", "exposure build"]);
    let key = workspace.data().join("key").display().to_string();
    refuse(&workspace, &["check", "--stdin", "--key", &key, "--index", &cut], &["damaged"]);

    fs::remove_file(&path).expect("removed");
    refuse(&workspace, &["serve", "--listen", "127.0.0.1:0"], &["exposure build"]);
    let ledger = workspace.data().join("ledgers/demo-police.ledger");
    let mut bytes = fs::read(&ledger).expect("readable");
    bytes[200] ^= 1;
    fs::remove_file(&ledger).expect("removed");
    fs::write(&ledger, bytes).expect("writable");
    refuse(&workspace, &["build"], &["demo-police.ledger", "damaged"]);
    let empty = Workspace::new();
    let sentence = empty.run(&["build"]).sentence();
    assert!(sentence.contains("exposure ingest"), "{sentence}");
}

#[test]
fn invalid_settings() {
    let (workspace, _) = Workspace::with_leak(150);
    let config = workspace.file("exposure.toml", "[budget]\nadress_per_day = 5\n");
    refuse(&workspace, &["serve", "--config", &config], &["exposure.toml", "adress_per_day"]);
    refuse(&workspace, &["serve", "--config", "missing.toml"], &["missing.toml"]);
    refuse(&workspace, &["serve", "--listen", "here"], &["“here”"]);
    refuse(&workspace, &["build", "--false-positive-rate", "2"], &["rate", "2"]);
    refuse(&workspace, &["sources", "set", "demo-police", "titel.en=x"], &["titel"]);
    refuse(&workspace, &["sources", "set", "demo-police", "records=many"], &["“records=many”", "docs/operating.md"]);
    refuse(&workspace, &["sources", "remove", "../key"], &["“../key”", "lower-case"]);
    refuse(&workspace, &["sources", "set", "demo-police", "date=2022-02-30"], &["date", "demo-police"]);
    refuse(&workspace, &["sources", "show", "nobody"], &["nobody"]);
    refuse(&workspace, &["sources", "remove", "nobody"], &["nobody"]);
    let broken = workspace.data().join("sources.toml");
    fs::write(&broken, "[sources.a]\nverified = \"perhaps\"\n").expect("writable");
    refuse(&workspace, &["build"], &["sources.toml", "line 2"]);
    // Nothing says any more whether a source is sensitive.
    fs::remove_file(&broken).expect("removed");
    refuse(&workspace, &["build"], &["demo-parcel", "sensitive"]);
}

#[test]
fn unreachable_services() {
    let workspace = Workspace::new();
    fs::create_dir(workspace.data()).expect("created");
    // A port that was free a moment ago, so nothing listens on it.
    let port = std::net::TcpListener::bind("127.0.0.1:0").expect("free").local_addr().expect("bound").port();
    let url = format!("http://127.0.0.1:{port}");
    refuse(&workspace, &["check", "--stdin", "--server", &url], &["127.0.0.1"]);
    let number = person(1).phone;
    let said = workspace.run(&["check", "--server", &url, &number]);
    assert_eq!(said.status, 2, "unfinished is not “absent”");
    refuse(&workspace, &["check", "--server", "not a url", "--stdin"], &["not a url"]);
    refuse(&workspace, &["check"], &["--stdin"]);
}
