//! `exposure inspect`: its figures agree with those of the other commands and the service.

use crate::support::{Workspace, snapshot};
use serde_json::{Value, json};
use std::fs;

fn count(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("a count, not {value}"))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("a number, not {value}"))
}

#[test]
fn inspect_agrees_with_verify_and_the_service() {
    let (workspace, _) = Workspace::with_leak(400);
    let path = workspace.data().join("index/current.index");
    let before = snapshot(&workspace.data());
    let said = workspace.run(&["inspect", "--json"]).json();
    let verified = workspace.run(&["verify", "--json"]).json();
    for field in ["index", "path", "records", "bytes", "scheme", "epoch", "public_key"] {
        assert_eq!(said[field], verified[field], "{field}");
    }
    let sections: u64 = said["sections"].as_object().expect("sections").values().map(count).sum();
    assert_eq!(sections, fs::metadata(&path).expect("there").len());
    assert!(number(&said["bits_a_tag"]["tags"]) > number(&said["bits_a_tag"]["limit"]));

    assert_eq!(snapshot(&workspace.data()), before, "inspect changes nothing");

    let parameters = workspace.serve(&[]).parameters();
    for range in said["ranges"].as_array().expect("ranges") {
        let bits = range["prefix_bits"].to_string();
        assert_eq!(range["text_lines"], parameters["range_lines"][&bits]);
        assert_eq!(range["text_bytes"], parameters["range_bytes"]["txt"][&bits]);
        assert_eq!(range["packed_bytes"], parameters["range_bytes"]["bin"][&bits]);
        let bars = range["entries"]["bars"].as_array().expect("bars");
        assert_eq!(bars.iter().map(|bar| count(&bar["count"])).sum::<u64>(), count(&range["entries"]["count"]));
    }
    for kind in parameters["kinds"].as_array().expect("kinds").iter().filter(|kind| kind["kind"] != "test") {
        let rows = said["anonymity"].as_array().expect("rows");
        let row = rows.iter().find(|row| row["kind"] == kind["kind"]).expect("each kind has a row");
        assert!(kind["possible"].is_null() || kind["possible"] == row["possible"], "{kind}");
    }
    let slugs: Vec<_> = said["sources"].as_array().expect("sources").iter().map(|source| &source["slug"]).collect();
    assert_eq!(slugs, ["demo-parcel", "demo-police", "test"]);
}

#[test]
fn the_text_has_all_sections() {
    let (workspace, _) = Workspace::with_leak(150);
    let path = workspace.data().join("index/current.index").display().to_string();
    let text = workspace.run(&["inspect", "--index", &path]).ok();
    let id = workspace.run(&["verify", "--json"]).json()["index"].as_str().expect("an id").to_owned();
    for words in
        [&id, &path, "SIZES", "times that", "ENTRIES PER LEAF", "█", "demo-police", "cn.ric", "CLIENT", "China"]
    {
        assert!(text.contains(words), "“{words}” is not in:\n{text}");
    }
    assert!(text.lines().any(|line| line.contains("Saint Helena") && line.ends_with("refuses to check")), "{text}");
}

#[test]
fn an_index_without_leaks_hides_nobody() {
    let (workspace, _) = Workspace::with_leak(150);
    for source in ["demo-parcel", "demo-police"] {
        workspace.run(&["sources", "remove", source]).ok();
    }
    workspace.run(&["build"]).ok();
    let said = workspace.run(&["inspect", "--json"]).json();
    assert_eq!((&said["records"], &said["anonymity"]), (&json!(1), &json!([])));
    let text = workspace.run(&["inspect"]).ok();
    assert!(text.contains("whole file") && text.contains("the test entry, not a leak"), "{text}");
}

#[test]
fn a_damaged_index_is_one_sentence() {
    let (workspace, _) = Workspace::with_leak(150);
    let mut bytes = fs::read(workspace.data().join("index/current.index")).expect("readable");
    bytes[300] ^= 1;
    let damaged = workspace.file("damaged.index", &bytes);
    let other = workspace.file("other.index", "not an index");
    for (file, words) in [
        (damaged.as_str(), ["damaged.index", "is damaged"]),
        (other.as_str(), ["other.index", "not an exposure index"]),
        ("missing.index", ["missing.index", "`exposure build`"]),
    ] {
        let sentence = workspace.run(&["inspect", "--index", file]).sentence();
        assert!(words.iter().all(|word| sentence.contains(word)), "{sentence}");
    }
    let sentence = Workspace::new().run(&["inspect", "--json"]).sentence();
    assert!(sentence.contains("current.index") && sentence.contains("`exposure build`"), "{sentence}");
}

#[test]
fn the_svg_is_self_contained() {
    for people in [400, 0] {
        let workspace = Workspace::new();
        workspace.run(&["keygen"]).ok();
        if people > 0 {
            let rows: String = (0..people).map(|n| exposure_synthetic::person(n).phone + "\n").collect();
            let file = workspace.file("a.csv", format!("mobile\n{rows}"));
            workspace.run(&["ingest", "--source", "a", &file]).ok();
        }
        workspace.run(&["build"]).ok();
        let picture = workspace.path("index.svg");
        let said = workspace.run(&["inspect", "--json", "--svg", &picture.display().to_string()]).json();
        let drawn = fs::read_to_string(&picture).expect("written");
        assert!(drawn.starts_with("<svg ") && drawn.trim_end().ends_with("</svg>"));
        assert!(drawn.contains(said["index"].as_str().expect("an id")));
        let bars = said["leaves"]["bars"].as_array().expect("bars").len();
        assert_eq!(drawn.matches(" leaves</title>").count(), bars);
        for trouble in ["NaN", "inf", "href", "<script"] {
            assert!(!drawn.contains(trouble), "{trouble} in {drawn}");
        }
    }
    let workspace = Workspace::with_leak(30).0;
    let sentence = workspace.run(&["inspect", "--svg", "no/such/folder.svg"]).sentence();
    assert!(sentence.contains("folder.svg") && sentence.contains("No such file"), "{sentence}");
}
