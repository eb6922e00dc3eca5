//! What a file keeps, what is marked in it, and which mistakes are named.

use super::*;

#[test]
fn a_catalogue_survives_its_file() {
    let text = "[sources.city-police]\ntitle = { en = \"City police\", zh = \"市警\" }\ndate = \"2022-06-30\"\n\
                added = \"2026-05-02\"\ndata_classes = [\"phone\"]\nsensitive = true\nincomplete = true\n\n[sources.b]\nadded = \"2026-06-01\"\n";
    let catalogue = Catalogue::parse(text).expect("well formed");
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("sources.toml");
    catalogue.write(&path).expect("written");
    assert_eq!(Catalogue::read(&path).expect("read"), catalogue);
    let written = std::fs::read_to_string(&path).expect("a file");
    assert_eq!(written.matches("incomplete").count(), 1, "left out where it is false: {written}");
    assert_eq!(catalogue.updated(|_| true), Some("2026-06-01"));
    assert_eq!(catalogue.updated(|slug| slug != "b"), Some("2026-05-02"));
    assert_eq!(Catalogue::read(&dir.path().join("none")).expect("missing is empty"), Catalogue::default());
}

#[test]
fn the_test_entry_is_described_without_an_entry() {
    let described = Catalogue::default().described(TEST_SOURCE);
    let title = described.title.expect("a title");
    assert!(title.en.is_some_and(|en| en.contains("not a leak")) && title.zh.is_some());
    assert_eq!(Catalogue::default().described("a"), CatalogueEntry::default());
}

#[test]
fn mistakes_are_named() {
    for (text, wrong) in [
        ("[sources.a]\ntitel = \"x\"", "line 2: source a has an unknown field “titel”"),
        ("[sources.a]\nverified = \"yes\"", "line 2"),
        ("[sources.a.title]\nen = \"x\"\nxx = \"x\"", "line 3: source a has an unknown field “title.xx”"),
        ("[sources.a]\ntitle = \"x\"", "line 2"),
        ("[source.a]\nverified = true", "source"),
        ("[sources.A]\nverified = true", "not a slug"),
        ("[sources.a]\ndate = \"2022-02-30\"", "date of source a"),
        ("[sources.a]\ndate = \"20220203\"", "date of source a"),
        ("[sources.test]\nverified = true", "needs no entry"),
    ] {
        let error = Catalogue::parse(text).expect_err("a mistake").to_string();
        assert!(error.contains(wrong), "{error}");
    }
}

#[test]
fn a_mark_changes_nothing_else_in_the_file() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("sources.toml");
    let mark = |text: &str, is_incomplete: bool| {
        std::fs::write(&path, text).expect("writable");
        Catalogue::mark(&path, "a", is_incomplete).expect("marked");
        std::fs::read_to_string(&path).expect("readable")
    };
    let plain = "# by hand\n[sources.a] # the first\nadded = \"2026-06-01\"\n\n[sources.a.title]\nen = \"A\"\n\n\
                 [sources.b]\nincomplete = true # for now\n";
    let marked = plain.replace("# the first\n", "# the first\nincomplete = true\n");
    assert_eq!(mark(plain, true), marked);
    assert_eq!(mark(&marked, false), plain);
    // What says so already stays as it is written.
    let spaced = plain.replace("added", "incomplete=false\nadded");
    assert_eq!(mark(&spaced, false), spaced);
    assert_eq!(mark(&spaced, true), marked);
    assert_eq!(mark("[sources.b]\n", true), "[sources.b]\n");
    // Entries of another spelling, and text that looks like a header, are written anew.
    for odd in [
        "sources = { a = { added = \"2026-06-01\" } }\n",
        "[sources]\na.added = \"2026-06-01\"\n",
        "[sources.c]\nname = \"\"\"\n[sources.a]\n\"\"\"\n[ sources . a ]\nadded = \"2026-06-01\"\n",
        "[sources.a]\nname = \"\"\"\nincomplete = true\n\"\"\"\nadded = \"2026-06-01\"\n",
        "[sources.a]",
    ] {
        let mut expected = Catalogue::parse(odd).expect("well formed");
        expected.sources.get_mut("a").expect("an entry").incomplete = true;
        let catalogue = Catalogue::parse(&mark(odd, true)).expect("well formed");
        assert_eq!(catalogue, expected, "{odd}");
    }
}
