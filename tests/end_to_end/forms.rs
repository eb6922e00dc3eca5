//! Canonical versions: a ledger of the first beside one of today, and what build, service and
//! checks say of an index of both.

use crate::support::Workspace;
use exposure_identifier::{CanonicalVersion, Kind};
use exposure_protocol::SecretKey;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

/// The canonical version of phones today.
fn today() -> u16 {
    Kind::named("phone").expect("a kind").canonical_version()
}

/// A number: those below 120 are in the golden ledger if they are not 2 more than a multiple of 3.
fn number(n: u32) -> String {
    format!("+861540000{n:04}")
}

/// A source `a`, whose ledger is the golden one of format version 1, and so of the first canonical
/// version; and a source `b`, ingested today, with a phone and an ID.
fn workspace() -> Workspace {
    let workspace = Workspace::new();
    let key = SecretKey::derive(&[0xa3; 32], b"exposure golden", 1).expect("a seed");
    workspace.run(&["sources", "set", "a", "sensitive=false"]).ok();
    exposure_index::write_key(&workspace.data().join("key"), &key).expect("written");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/v1.ledger");
    fs::copy(golden, workspace.data().join("ledgers/a.ledger")).expect("copied");
    let rows = format!("mobile,sfzh\n{},11010519491231002X\n", number(2));
    workspace.run(&["ingest", "--source", "b", &workspace.file("b.csv", rows)]).ok();
    workspace
}

fn answers(workspace: &Workspace, options: &[&str], kind: &str, numbers: &[String]) -> (i32, Vec<String>) {
    let arguments = [&["check", "--stdin", "--kind", kind], options].concat();
    let said = workspace.run_with(&arguments, &numbers.join("\n"));
    (said.status, said.stdout.lines().map(str::to_owned).collect())
}

#[test]
fn ledgers_of_two_versions_are_not_mixed_unless_it_is_said() {
    let workspace = workspace();
    let refused = workspace.run(&["build"]).sentence();
    for part in ["kind phone in a (version 1)", &format!("{}", today()), "--replace", "--allow-other-forms"] {
        assert!(refused.contains(part), "{part} is not in: {refused}");
    }
    assert!(!refused.contains("b (version"), "{refused}");
    assert!(!workspace.data().join("index/current.index").exists());
    // One ledger is of one version.
    let more = workspace.file("more.csv", format!("mobile\n{}\n", number(500)));
    let refused = workspace.run(&["ingest", "--source", "a", "--append", &more]).sentence();
    assert!(refused.contains("version 1") && refused.contains("--replace"), "{refused}");
    let shown = workspace.run(&["sources", "show", "a"]).ok();
    assert!(shown.contains("# phone in canonical forms of version 1, and this program makes"), "{shown}");
    let shown = workspace.run(&["sources", "show", "b", "--json"]).json();
    assert_eq!(shown["canonical_versions"], json!({ "cn.ric": 1, "phone": today() }));

    // Ingested again, everything is of one version, and nothing is said.
    workspace.run(&["ingest", "--source", "a", "--replace", &more]).ok();
    let built = workspace.run(&["build", "--json"]).json();
    assert_eq!((&built["other_forms"], &built["outdated_objections"]), (&json!([]), &json!([])));
    let said = answers(&workspace, &[], "phone", &[number(500), number(5)]);
    assert_eq!(said, (1, vec!["found a".to_owned(), "absent".to_owned()]));
    assert!(!workspace.run(&["verify"]).ok().contains("canonical version"));
}

#[test]
fn an_index_of_two_versions_says_so_and_checks_say_where_they_cannot_tell() {
    let workspace = workspace();
    let built = workspace.run(&["build", "--allow-other-forms", "--json"]).json();
    let expected =
        json!([{ "source": "a", "kind": "phone", "canonical_version": 1, "own_canonical_version": today() }]);
    assert_eq!(built["other_forms"], expected);
    assert!(workspace.run(&["build", "--allow-other-forms"]).ok().contains("phone in a is of canonical version 1"));
    assert!(workspace.run(&["verify"]).ok().contains("a check that finds nothing cannot tell"));
    let inspected = workspace.run(&["inspect", "--json"]).json();
    assert_eq!(inspected["canonical_versions"], json!({ "cn.ric": [1], "phone": [1, today()], "test": [1] }));

    let server = workspace.serve(&[]);
    let of_kind = |parameters: &Value, kind: &str| {
        let kinds = parameters["kinds"].as_array().expect("kinds").clone();
        kinds.into_iter().find(|known| known["kind"] == kind).expect("in the index")["canonical_versions"].clone()
    };
    let parameters = server.parameters();
    assert_eq!(of_kind(&parameters, "phone"), json!([1, today()]));
    assert_eq!(of_kind(&parameters, "cn.ric"), json!([1]));
    let index = workspace.data().join("index/current.index").display().to_string();
    for options in [&[][..], &["--server", &server.url], &["--server", &server.url, "--index", &index]] {
        let (status, lines) = answers(&workspace, options, "phone", &[0, 2, 5].map(number));
        assert_eq!((status, lines), (2, ["found a", "found b", "other-forms"].map(str::to_owned).to_vec()));
        // The rules of this kind are those of the first version.
        let (status, lines) = answers(&workspace, options, "cn.ric", &["110105199001010010".to_owned()]);
        assert_eq!((status, lines), (0, vec!["absent".to_owned()]), "{options:?}");
        let (status, lines) = answers(&workspace, &[options, &["--json"]].concat(), "phone", &[number(5)]);
        let document: Value = serde_json::from_str(&lines[0]).expect("JSON");
        assert_eq!((status, &document["result"]), (2, &json!("other-forms")));
        assert_eq!(document["canonical_versions"], json!([1, today()]));
        assert_eq!(document["own_canonical_version"], json!(today()));
        // For people, on standard error, and never "not found in the leaks".
        let said = workspace.run(&[&["check"], options, &[&number(5)]].concat());
        assert_eq!((said.status, said.stdout.as_str()), (2, ""));
        assert!(said.stderr.contains("it cannot be told whether it is in the index"), "{}", said.stderr);
        assert!(!said.stderr.contains(&number(5)), "{}", said.stderr);
    }
    let (_, log) = server.stop();
    assert!(log.contains("the index holds canonical forms of versions {1, 2}"), "the operator is told");
}

#[test]
fn objections_of_another_version_are_pointed_out() {
    let workspace = workspace();
    let more = workspace.file("more.csv", format!("mobile\n{}\n", number(500)));
    workspace.run(&["ingest", "--source", "a", "--replace", &more]).ok();
    // The golden ledger as one of objections: its slug is not looked at.
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/v1.ledger");
    fs::copy(golden, workspace.data().join("suppressed.ledger")).expect("copied");
    let built = workspace.run(&["build", "--json"]).json();
    assert_eq!(built["outdated_objections"], json!(["phone"]));
    assert!(workspace.run(&["build"]).ok().contains("objections of kind phone were recorded in another canonical"));
}

#[test]
fn the_page_lists_every_version_and_what_it_changed() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/canonical.md");
    let page = fs::read_to_string(page).expect("canonical.md");
    let (_, versions) = page.split_once("## Versions").expect("a section");
    let listed: Vec<_> = versions.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    let rows = CanonicalVersion::all().iter().flat_map(|CanonicalVersion { version, date, changes, also_read }| {
        let first = (changes.is_empty()).then(|| format!("| {version} | {date} | all | the first version |"));
        let changes = changes
            .iter()
            .map(move |(kind, changes)| format!("| {version} | {date} | `{kind}` | {} |", changes.join(" ")));
        let others = also_read.iter().map(move |text| format!("| {version} | {date} | also read | {text} |"));
        first.into_iter().chain(changes).chain(others)
    });
    assert_eq!(listed, rows.collect::<Vec<_>>());
}

#[test]
fn kinds_have_their_versions_and_what_changed() {
    let kinds = Workspace::new().run(&["kinds", "--json"]).json();
    let of = |name: &str| kinds.as_array().expect("a list").iter().find(|kind| kind["kind"] == name).expect("a kind");
    assert_eq!(of("phone")["canonical_version"], json!(today()));
    let last = of("phone")["canonical_changes"].as_array().expect("changes").last().expect("one").clone();
    assert_eq!(last["canonical_version"], json!(today()));
    assert_eq!((&of("cn.ric")["canonical_version"], &of("cn.ric")["canonical_changes"]), (&json!(1), &json!([])));
}
