//! `exposure audit`: planted values are found and never printed; what an ingest leaves behind is
//! clean.

use crate::support::Workspace;

#[test]
fn a_data_directory_is_clean_after_an_ingest_and_a_planted_value_is_found() {
    let (workspace, _) = Workspace::with_leak(200);
    let numbers: Vec<String> = (0..200).map(|n| exposure_synthetic::person(n).phone).collect();
    let list = workspace.file("values", numbers.join("\n"));
    let said = workspace.run(&["audit", "--values", &list]).ok();
    assert!(said.starts_with("clean: ") && said.contains("searched for 200 values"), "{said}");
    let said = workspace.run(&["audit"]).ok();
    assert!(said.starts_with("clean: "), "{said}");
    // The search works: values of the dumps would have been found.
    let spilled = workspace.file("spilled", format!("{{\"m\":{}}}", numbers[7]));
    let said = workspace.run(&["audit", "--values", &list, &spilled]);
    assert_eq!((said.status, said.stdout), (1, format!("{spilled}: byte 5: the value in line 8 of the list\n")));

    std::fs::write(workspace.data().join("forgotten"), "..15400001234").expect("writable");
    let found = workspace.run_with(&["audit", "--stdin"], "nobody here\n+86 154 0000 1234\n");
    assert_eq!(found.status, 1, "{found:?}");
    assert!(found.stdout.ends_with("forgotten: byte 2: the value in line 2 of the list\n"), "{}", found.stdout);
    assert!(!found.stdout.contains("15400001234") && !found.stderr.contains("15400001234"));
    let found = workspace.run_with(&["audit", "--stdin", "--json"], "15400001234\n");
    let document: serde_json::Value = serde_json::from_str(&found.stdout).expect("JSON");
    assert_eq!((&document["clean"], &document["places"][0]["byte"]), (&false.into(), &2.into()));
}

#[test]
fn an_audit_that_cannot_be_done_is_an_error() {
    let workspace = Workspace::new();
    let file = workspace.file("empty", "");
    for (arguments, stdin, expected) in [
        (&["audit", "--stdin", &file][..], "15400001234\n123\n", "line 2 of the values is shorter than 6"),
        (&["audit", "--stdin", &file], "\n", "no values to look for"),
        (&["audit", "nowhere"], "", "cannot read nowhere"),
        (&["audit", "--values", "nowhere"], "", "cannot read the values in nowhere"),
    ] {
        let sentence = workspace.run_with(arguments, stdin).sentence();
        assert!(sentence.contains(expected), "{sentence}");
    }
    let said = workspace.run(&["audit", &file]).ok();
    assert_eq!(said, "clean: 1 files, 0 bytes, searched for any identifier\n");
}
