//! What is left behind: no number in any file, log, message or argument list. Numbers are planted and looked for.

use crate::support::{Workspace, files_below};
use exposure_synthetic::{Leak, person};
use std::fs;

/// The spellings of planted people that must not be found anywhere.
fn planted(leak: &Leak) -> Vec<Vec<u8>> {
    (0..leak.people())
        .flat_map(|n| {
            let person = person(n);
            [person.phone, person.id]
        })
        .map(String::into_bytes)
        .collect()
}

fn holds_any(bytes: &[u8], needles: &[Vec<u8>]) -> bool {
    // Numbers are at least eleven digits, so only runs of digits have to be compared.
    bytes
        .windows(11)
        .any(|window| window.iter().all(u8::is_ascii_digit) && needles.iter().any(|needle| needle.starts_with(window)))
}

#[test]
fn nothing_on_disk_and_nothing_in_the_log_holds_a_number() {
    let (workspace, leak) = Workspace::with_leak(150);
    let planted = planted(&leak);
    let dump = "a row\n15400001234\n".to_owned() + &person(3).phone;
    assert!(holds_any(dump.as_bytes(), &planted), "the search itself works");

    let server = workspace.serve(&[]);
    let lines: String = (0..20).map(|n| person(n).phone + "\n").collect();
    let asked = workspace.run_with(&["check", "--stdin", "--server", &server.url], &lines);
    assert_eq!(asked.status, 1);
    assert!(!holds_any(asked.stdout.as_bytes(), &planted) && !holds_any(asked.stderr.as_bytes(), &planted));
    let (_, log) = server.stop();
    assert!(log.contains("/v1/range/{"), "routes are logged as they are matched: {log}");
    assert!(!holds_any(log.as_bytes(), &planted));
    for word in ["127.0.0.1:", "secret_key"] {
        assert!(!log.contains(word), "{word} in the log");
    }
    let files = files_below(&workspace.data());
    assert!(files.len() >= 5, "key, lock, catalogue, ledgers, index: {files:?}");
    for path in files {
        assert!(!holds_any(&fs::read(&path).expect("readable"), &planted), "{}", path.display());
    }
    assert!(!workspace.data().join("spill").exists(), "spill is gone");
}

#[test]
fn the_log_holds_no_prefix() {
    let (workspace, _) = Workspace::with_leak(150);
    let server = workspace.serve(&[]);
    let index = server.parameters()["index"].as_str().expect("an id").to_owned();
    ureq::get(format!("{}v1/range/{index}/7.txt", server.url)).call().expect("answered");
    let wrong = ureq::get(format!("{}v1/range/{index}/canary.txt", server.url)).call();
    assert!(matches!(wrong, Err(ureq::Error::StatusCode(400))), "{wrong:?}");
    let (_, log) = server.stop();
    for word in ["canary", "/7.txt", &index] {
        assert!(!log.contains(word), "{word} in the log: {log}");
    }
}

#[test]
fn errors_about_a_dump_name_places_and_not_values() {
    let workspace = Workspace::new();
    workspace.run(&["keygen"]).ok();
    let person = person(1);
    let row = ["测试一", "示范市一号", "somebody@example.org", &person.phone, &person.id];
    let headless = workspace.file("headless.csv", row.join(",") + "\n");
    for column in [&[][..], &["--column", "9=phone"], &["--column", "mobile=phone"]] {
        let said = workspace.run(&[&["ingest", "--source", "a"], column, &[&headless]].concat());
        assert!(row.iter().all(|cell| !said.stderr.contains(cell)), "{}", said.stderr);
        assert!(said.sentence().contains("5 columns"));
    }
    let said = workspace.run(&["check", "--kind", "cn.ric", &person.phone]);
    assert_eq!(said.status, 2);
    assert!(!said.stderr.contains(&person.phone) && !said.stdout.contains(&person.phone), "{said:?}");
}

#[test]
fn what_is_written_is_for_its_owner_alone() {
    use std::os::unix::fs::MetadataExt as _;
    let (workspace, _) = Workspace::with_leak(150);
    let mode = |file: &str| fs::metadata(workspace.data().join(file)).expect("there").mode() & 0o777;
    assert_eq!(mode("key"), 0o600);
    assert_eq!(mode("ledgers/demo-police.ledger"), 0o400);
    assert_eq!(mode("index/current.index"), 0o444, "published files are never written again");
    assert_eq!(mode("."), 0o700);
}
