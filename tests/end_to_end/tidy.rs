//! What the prose promises about the source, checked: walls between crates, `//!` on each file, where `unsafe` may stand.

use crate::support::files_below;
use std::fs;
use std::path::{Path, PathBuf};

/// Lines above which a file is more than one room.
const FILE_LINES: usize = 600;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace").to_owned()
}

/// Our sources with one of these endings, with their text.
fn sources(endings: &[&str]) -> Vec<(PathBuf, String)> {
    let ours = |path: &Path| {
        let built = ["node_modules", "dist", "lib", "target", "build"];
        !path
            .strip_prefix(root())
            .expect("below")
            .components()
            .any(|part| built.iter().any(|name| part.as_os_str() == *name))
    };
    let ends = |path: &Path| endings.iter().any(|ending| path.to_string_lossy().ends_with(ending));
    ["crates", "tools", "tests", "benches"]
        .iter()
        .flat_map(|dir| files_below(&root().join(dir)))
        .filter(|path| ours(path) && ends(path))
        .map(|path| (path.clone(), fs::read_to_string(path).expect("UTF-8")))
        .collect()
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
            for door in ["std::fs", "std::net", "std::process", "std::env"] {
                assert!(!code.iter().any(|line| line.contains(door)), "{shown} uses {door}");
            }
        }
        // Written apart, so that this line is not what it looks for.
        let word = concat!("uns", "afe {");
        if !shown.ends_with("crates/index/src/map.rs") {
            assert!(!code.iter().any(|line| line.contains(word)), "{shown} is {word}");
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
}

#[test]
fn nothing_of_somebodys_machine_is_in_the_repository() {
    for (path, text) in sources(&[".rs", ".ts", ".mjs", ".md", ".toml", ".json", ".html", ".css"]) {
        for trace in [concat!("/ro", "ot/"), concat!("/wo", "rk/"), concat!("/ho", "me/"), concat!("../sha", "red")] {
            assert!(!text.contains(trace), "{} mentions {trace}", path.display());
        }
    }
}
