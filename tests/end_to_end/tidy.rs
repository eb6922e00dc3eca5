//! What the prose promises about the source, checked: walls between crates, `//!` on each file, where `unsafe` may stand.

use std::fs;
use std::path::{Path, PathBuf};

/// Lines above which a file is more than one room.
const FILE_LINES: usize = 600;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// What is installed or built, at any depth, and so not ours.
const NOT_OURS: [&str; 8] =
    ["node_modules", "dist", "lib", "target", "build", ".git", "exposure-data", "LICENSE-APACHE"];

/// Every text file of the repository, with its text.
fn texts() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("readable") {
            let path = entry.expect("readable").path();
            let ours = path.file_name().is_some_and(|name| NOT_OURS.iter().all(|other| name != *other));
            match path.is_dir() {
                _ if !ours => {}
                true => folders.push(path),
                // Golden files are not text.
                false => found.extend(fs::read_to_string(&path).ok().map(|text| (path, text))),
            }
        }
    }
    found
}

/// Our sources with one of these endings, with their text.
fn sources(endings: &[&str]) -> Vec<(PathBuf, String)> {
    let ends = |path: &Path| endings.iter().any(|ending| path.to_string_lossy().ends_with(ending));
    texts().into_iter().filter(|(path, _)| ends(path)).collect()
}

#[test]
fn every_source_says_what_it_owns() {
    let sources = sources(&[".rs", ".ts", ".mjs"]);
    assert!(sources.len() > 80, "the walk finds the sources");
    for (path, text) in sources {
        let opening = if path.extension().is_some_and(|e| e == "rs") { "//!" } else { "//" };
        assert!(
            text.starts_with(opening) || text.starts_with("/*"),
            "{} does not begin with {opening}",
            path.display()
        );
        assert!(text.lines().count() <= FILE_LINES, "{} is longer than {FILE_LINES} lines", path.display());
    }
}

#[test]
fn walls_between_crates_hold() {
    // A crate, and the crates of ours that it may link.
    let walls: [(&str, &[&str]); 7] = [
        ("crates/identifier", &[]),
        ("crates/protocol", &[]),
        ("crates/index", &["protocol"]),
        ("crates/ingest", &["identifier", "index", "protocol"]),
        ("crates/client", &["identifier", "index", "protocol"]),
        ("crates/service", &["identifier", "index", "protocol"]),
        ("tools/synthetic", &["index", "protocol"]),
    ];
    for (path, allowed) in walls {
        let manifest = fs::read_to_string(root().join(path).join("Cargo.toml")).expect("a manifest");
        let (_, dependencies) = manifest.split_once("[dependencies]").expect("a section");
        let dependencies = dependencies.split("\n[").next().expect("the section itself");
        for line in dependencies.lines() {
            if let Some(name) = line.split(['.', ' ']).next().and_then(|name| name.strip_prefix("exposure-")) {
                assert!(allowed.contains(&name), "{path} links {name}");
            }
        }
        assert!(manifest.contains("[lints]\nworkspace = true"), "{path} has the lints of the workspace");
    }
}

#[test]
fn the_bottom_does_no_io_and_only_one_module_is_unsafe() {
    for (path, text) in sources(&[".rs"]) {
        let shown = path.strip_prefix(root()).expect("below").display().to_string();
        let code: Vec<_> = text.lines().map(str::trim_start).filter(|line| !line.starts_with("//")).collect();
        let bottom = shown.starts_with("crates/identifier/src") || shown.starts_with("crates/protocol/src");
        if bottom && !shown.ends_with("vectors.rs") {
            for door in ["fs", "net", "process", "env", "io"] {
                let used = |line: &&str| {
                    let inside_braces = line.starts_with("use std::{") && line.contains(door);
                    line.contains(&format!("std::{door}")) || inside_braces
                };
                assert!(!code.iter().any(used), "{shown} uses std::{door}");
            }
        }
        // Written apart, so that this line is not what it looks for.
        for word in
            [concat!("uns", "afe {"), concat!("uns", "afe fn"), concat!("uns", "afe impl"), concat!("allow(uns", "afe")]
        {
            let found = code.iter().any(|line| line.contains(word));
            assert!(!found || shown.ends_with("crates/index/src/map.rs"), "{shown} holds {word}");
        }
    }
}

#[test]
fn the_format_and_its_page_agree() {
    let page = fs::read_to_string(root().join("crates/index/FORMAT.md")).expect("FORMAT.md");
    let version = exposure_index::FORMAT_VERSION;
    assert!(page.contains(&format!("version {version}")), "FORMAT.md does not speak of version {version}");
    for word in ["EXPINDEX", "EXPLEDGR", "EXPF"] {
        assert!(page.contains(word), "FORMAT.md does not name {word}");
    }
    // Bytes cannot move without the page: it holds the hashes of the golden files.
    for name in ["v1.index", "v1.ledger"] {
        let hash = blake3::hash(&fs::read(root().join("tests/golden").join(name)).expect("committed")).to_hex();
        assert!(
            page.contains(&format!("| `{name}` | `{hash}` |")),
            "FORMAT.md does not hold the hash of {name}: {hash}"
        );
    }
}

#[test]
fn the_reasons_of_the_program_are_those_of_the_page() {
    let page = fs::read_to_string(root().join("docs/canonical.md")).expect("canonical.md");
    let (_, reasons) = page.split_once("## Reasons").expect("a section");
    for reason in exposure_identifier::Rejection::ALL {
        assert!(reasons.contains(&format!("`{reason}`")), "docs/canonical.md does not list {reason}");
    }
}

#[test]
fn nothing_of_somebodys_machine_is_in_the_repository() {
    let texts = texts();
    assert!(
        texts.iter().any(|(path, _)| path.ends_with("README.md"))
            && texts.iter().any(|(path, _)| path.ends_with(".ci/run"))
    );
    for (path, text) in texts {
        for trace in [concat!("/ro", "ot/"), concat!("/wo", "rk/"), concat!("/ho", "me/"), concat!("../sha", "red")] {
            assert!(!text.contains(trace), "{} mentions {trace}", path.display());
        }
    }
}
