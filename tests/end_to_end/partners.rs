//! Partners through the command and a running service: keys, quotas, usage after a restart and
//! after a kill, and where a key must not be.

use crate::support::{Server, Workspace, files_below};
use exposure_protocol::{Element, Pending};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

/// Time after which a test gives up waiting for something that takes a second.
const PATIENCE: Duration = Duration::from_secs(30);

/// A daily quota: the day ends less often during a test than the minute.
const BUDGET: [&str; 4] = ["--budget-address-per-day", "10", "--budget-partner-share", "0.5"];

fn elements(count: usize) -> Vec<Element> {
    Pending::blind((0..count).map(|n| format!("phone:+861540000{n:04}")).collect()).expect("inputs").1
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

/// The status of an evaluation of this many elements, and what is left of the day.
fn ask(server: &Server, key: Option<&str>, count: usize) -> (u16, String) {
    let mut request = agent().post(format!("{}v1/evaluate", server.url)).content_type("application/json");
    if let Some(key) = key {
        request = request.header("authorization", format!("Bearer {key}"));
    }
    let body = json!({ "epoch": 1, "blinded_elements": elements(count) }).to_string();
    let answer = request.send(body).expect("answered");
    let left = answer.headers().get("ratelimit").and_then(|value| value.to_str().ok()?.split("\"day\";r=").nth(1));
    let left = left.and_then(|rest| rest.split(';').next()).unwrap_or_default().to_owned();
    (answer.status().as_u16(), left)
}

/// The account, or the status of the answer.
fn account(server: &Server, key: &str) -> Result<Value, u16> {
    let request = agent().get(format!("{}v1/account", server.url)).header("authorization", format!("Bearer {key}"));
    let mut answer = request.call().expect("answered");
    match answer.status().as_u16() {
        200 => Ok(answer.body_mut().read_json().expect("JSON")),
        status => Err(status),
    }
}

fn until(what: &str, expected: impl Fn() -> bool) {
    let begun = Instant::now();
    while !expected() {
        assert!(begun.elapsed() < PATIENCE, "{what}: not reached in time");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn add(workspace: &Workspace, name: &str, more: &[&str]) -> String {
    let arguments = [&["partner", "add", name, "--contact", "security@bank.example"], more].concat();
    workspace.run(&arguments).ok().trim().to_owned()
}

/// Today's usage of the first partner, according to the command.
fn used(workspace: &Workspace) -> u64 {
    workspace.run(&["partner", "list", "--json"]).json()[0]["used_today"].as_u64().expect("a count")
}

#[test]
fn a_partner_is_added_listed_changed_rotated_and_revoked() {
    let (workspace, _) = Workspace::with_leak(150);
    assert_eq!(workspace.run(&["partner", "list", "--json"]).json(), json!([]));
    let said = workspace.run(&["partner", "add", "a-bank", "--contact", "security@bank.example", "--per-day", "50"]);
    assert!(said.stderr.contains("shown only this once"), "{}", said.stderr);
    let first = said.ok().trim().to_owned();
    let mode = fs::metadata(workspace.data().join("partners.sqlite")).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let server = workspace.serve(&BUDGET);
    assert_eq!(ask(&server, Some(&first), 20), (200, "30".to_owned()));
    let second = workspace.run(&["partner", "rotate", "a-bank", "--json"]).json();
    let (second, id) = (second["key"].as_str().expect("a key"), second["key_id"].as_str().expect("an id"));
    until("the second key", || account(&server, second).is_ok());
    assert_eq!(
        account(&server, second).expect("live")["day"]["remaining"],
        30,
        "usage belongs to the partner, not to the key"
    );
    let said = workspace.run(&["partner", "rotate", "a-bank"]).sentence();
    assert!(said.contains("two live keys") && said.contains("revoke"), "{said}");
    let first_id = first.split('_').nth(1).expect("an id");
    assert!(workspace.run(&["partner", "revoke", "a-bank", "--key", first_id]).ok().contains(first_id));
    until("the revocation", || account(&server, &first) == Err(401));
    workspace
        .run(&["partner", "set", "a-bank", "--per-day", "70", "--batch", "5", "--origin", "https://bank.example"])
        .ok();
    until("the new terms", || account(&server, second).expect("live")["batch"] == 5);
    assert_eq!(account(&server, second).expect("live")["origins"], json!(["https://bank.example"]));
    let listed = workspace.run(&["partner", "list"]).ok();
    for word in ["a-bank", id, "security@bank.example", "https://bank.example", "70"] {
        assert!(listed.contains(word), "{word} in {listed}");
    }
    until("the usage", || used(&workspace) == 20);
    workspace.run(&["partner", "revoke", "a-bank"]).ok();
    until("the end", || account(&server, second) == Err(401));
    assert_eq!(ask(&server, Some(second), 1).0, 401);
    assert!(workspace.run(&["partner", "list"]).ok().contains("revoked"));
    assert!(workspace.run(&["partner", "revoke", "a-bank"]).sentence().contains("revoked already"));
    let again = workspace.run(&["partner", "rotate", "a-bank"]).ok();
    until("a key again", || account(&server, again.trim()).is_ok());
}

#[test]
fn bad_input_is_one_sentence() {
    let workspace = Workspace::new();
    assert!(workspace.run(&["partner", "add", "a", "--contact", "x"]).sentence().contains("exposure keygen"));
    workspace.run(&["keygen"]).ok();
    add(&workspace, "a-bank", &[]);
    let canary = format!("expk_{}_{}", "0".repeat(16), "c".repeat(64));
    for (arguments, expected) in [
        (&["add", "a-bank", "--contact", "x"][..], "already"),
        (&["add", "A Bank", "--contact", "x"], "not a partner's name"),
        (&["add", "b", "--contact", ""], "contact"),
        (&["add", "b", "--contact", "x", "--batch", "0"], "1 to 1,000"),
        (&["add", "b", "--contact", "x", "--batch", "1001"], "1 to 1,000"),
        (&["add", "b", "--contact", "x", "--per-day", "0"], "quota per day"),
        (&["add", "b", "--contact", "x", "--origin", "https://bank.example/"], "not an origin"),
        (&["add", "b", "--contact", "x", "--origin", "*"], "not an origin"),
        (&["set", "nobody", "--batch", "5"], "there is no partner nobody"),
        (&["set", "a-bank"], "nothing to change"),
        (&["set", "a-bank", "--per-minute", "0"], "quota per minute"),
        (&["rotate", "nobody"], "there is no partner nobody"),
        (&["revoke", "nobody"], "there is no partner nobody"),
        (&["revoke", "a-bank", "--key", "0000000000000000"], "no live key"),
        (&["revoke", "a-bank", "--key", &canary], "not the id of a key"),
    ] {
        let said = workspace.run(&[&["partner"], arguments].concat()).sentence();
        assert!(said.contains(expected) && !said.contains("cccc"), "{said}");
    }
    assert_eq!(workspace.run(&["partner", "list", "--json"]).json().as_array().map(Vec::len), Some(1));
    fs::set_permissions(workspace.data().join("partners.sqlite"), fs::Permissions::from_mode(0o640)).expect("changed");
    assert!(workspace.run(&["partner", "list"]).sentence().contains("chmod 600"));
}

#[test]
fn usage_survives_a_stop_and_a_kill() {
    let (workspace, _) = Workspace::with_leak(150);
    let key = add(&workspace, "a-bank", &["--per-day", "100"]);
    let server = workspace.serve(&BUDGET);
    assert_eq!((ask(&server, Some(&key), 30).1, ask(&server, None, 4).1), ("70".to_owned(), "6".to_owned()));
    let (status, _) = server.stop();
    assert!(status.success());
    assert_eq!(used(&workspace), 30, "saved at the end");

    let server = workspace.serve(&BUDGET);
    // The partner is charged last: once its usage is saved, everything before is saved too.
    assert_eq!((ask(&server, None, 3).1, ask(&server, Some(&key), 20).1), ("3".to_owned(), "50".to_owned()));
    until("a round", || used(&workspace) == 50);
    // Killed without warning, so that nothing is saved at the end.
    drop(server);

    let server = workspace.serve(&BUDGET);
    assert_eq!(account(&server, &key).expect("live")["day"]["remaining"], 50);
    assert_eq!(ask(&server, None, 4).0, 429, "3 are left for this address");
    assert_eq!(ask(&server, None, 3), (200, "0".to_owned()));
}

#[test]
fn a_partner_key_is_not_stored_or_logged() {
    let (workspace, _) = Workspace::with_leak(150);
    let key = add(&workspace, "a-bank", &[]);
    let secret = key.rsplit('_').next().expect("a secret");
    let bytes: Vec<_> =
        (0..64).step_by(2).map(|at| u8::from_str_radix(&secret[at..at + 2], 16).expect("hex")).collect();
    let server = workspace.serve(&BUDGET);
    assert_eq!(ask(&server, Some(&key), 5).0, 200);
    assert_eq!(ask(&server, Some(&key[..key.len() - 1]), 5).0, 401);
    assert!(account(&server, &key).is_ok());
    let path = workspace.file("partner-key", format!("{key}\n"));
    let check = ["check", "--stdin", "--server", &server.url, "--partner-key-file", &path];
    assert_eq!(workspace.run_with(&check, "15400000001\n15400000002\n").ok(), "absent\nabsent\n");
    until("a round", || used(&workspace) == 7);
    for file in files_below(&workspace.data()) {
        let content = fs::read(&file).expect("readable");
        let holds = |needle: &[u8]| content.windows(needle.len()).any(|window| window == needle);
        assert!(!holds(secret.as_bytes()) && !holds(&bytes), "the key is in {}", file.display());
    }
    let (_, log) = server.stop();
    assert!(!log.contains(&secret[..63]) && log.contains("/v1/account"), "{log}");
}

#[test]
fn check_uses_a_partner_key() {
    let (workspace, _) = Workspace::with_leak(150);
    let key = add(&workspace, "a-bank", &["--batch", "50"]);
    let server = workspace.serve(&["--budget-address-per-day", "1", "--budget-partner-share", "0.5"]);
    let numbers: Vec<_> = (0..120).map(|n| format!("1540000{n:04}")).collect();
    let numbers = numbers.join("\n");
    let mut command = workspace.command(&["check", "--stdin", "--server", &server.url]);
    command
        .env("EXPOSURE_PARTNER_KEY", &key)
        .stdin(fs::File::open(workspace.file("numbers", numbers)).expect("written"));
    let said = command.output().expect("the command ends");
    let lines = String::from_utf8(said.stdout).expect("UTF-8");
    assert!(lines.lines().count() == 120 && !lines.contains("error"), "{lines}");
    let wrong = workspace.file("wrong", "no key at all");
    let said =
        workspace.run(&["check", "--server", &server.url, "--partner-key-file", &wrong, "15400000001"]).sentence();
    assert!(said.contains("not a partner key") && !said.contains("no key at all"), "{said}");
}
