//! Rules about the source, checked: no circles among modules, what crates may link, a header on
//! each file, widths of lines, where `unsafe` may be.

mod comments;
mod graph;
mod links;
mod modules;
mod packages;
mod tokens;
mod typescript;

use graph::Graph;
use links::Links;
use std::fs;
use std::path::{Path, PathBuf};

/// The most lines of a file.
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
            text.starts_with(opening) || text.starts_with("/*") || text.starts_with("#![doc = include_str!"),
            "{} does not begin with {opening}",
            path.display()
        );
        assert!(text.lines().count() <= FILE_LINES, "{} is longer than {FILE_LINES} lines", path.display());
    }
}

/// Folders with a manifest: crates and tools.
fn packages() -> Vec<PathBuf> {
    let folders = ["crates", "tools"].map(|parent| fs::read_dir(root().join(parent)).expect("readable"));
    let paths = folders.into_iter().flatten().map(|entry| entry.expect("readable").path());
    paths.filter(|path| path.join("Cargo.toml").exists()).collect()
}

/// A path from the root of the workspace.
fn shown(path: &Path) -> String {
    path.strip_prefix(root()).expect("below the root").display().to_string()
}

/// Fails with the circles of a graph.
fn assert_no_circles(graph: &Graph) {
    let here = format!("{}/", root().display());
    let circles: Vec<_> = graph.circles().iter().map(|circle| circle.to_string().replace(&here, "")).collect();
    assert!(circles.is_empty(), "modules import each other in a circle:\n{}", circles.join("\n"));
}

#[test]
fn no_crate_has_a_circle_among_its_modules() {
    let mut modules = 0;
    for package in packages() {
        let graph = modules::graph_on_disk(&package);
        modules += graph.len();
        assert_no_circles(&graph);
    }
    assert!(modules > 80, "the walk finds the modules: {modules}");
}

#[test]
fn no_typescript_module_is_in_a_circle() {
    let is_test = |path: &Path| shown(path).split('/').any(|part| part == "test") || shown(path).contains(".test.");
    let all: Vec<_> = sources(&[".ts", ".mts", ".mjs"]).into_iter().filter(|(path, _)| !is_test(path)).collect();
    assert!(all.len() > 30, "the walk finds the modules");
    assert_no_circles(&typescript::graph(&all));
}

#[test]
fn comments_are_at_most_100_columns_wide() {
    let mut wide = Vec::new();
    for (path, text) in texts() {
        wide.extend(comments::too_wide(&path, &text).iter().map(|line| format!("{}:{line}", shown(&path))));
    }
    assert!(wide.is_empty(), "comments wider than 100 columns:\n{}", wide.join("\n"));
}

/// What nothing below the network may link.
const NETWORK: [&str; 9] = ["hyper", "tokio", "axum", "ureq", "rustls", "h2", "mio", "socket2", "reqwest"];

/// What has to do with a key.
const CRYPTOGRAPHY: [&str; 4] = ["voprf", "curve25519-dalek", "age", "chacha20poly1305"];

#[test]
fn crates_link_what_they_may_and_nothing_else() {
    // A crate; the crates of ours that it may link, directly or through others; what it must not
    // link of others.
    type Wall = (&'static str, &'static [&'static str], &'static [&'static [&'static str]]);
    let walls: [Wall; 9] = [
        ("identifier", &[], &[&NETWORK, &CRYPTOGRAPHY]),
        ("protocol", &[], &[&NETWORK]),
        ("index", &["protocol"], &[&NETWORK]),
        // Hostile bytes: no key, no index, no network.
        ("dump", &["identifier"], &[&NETWORK, &CRYPTOGRAPHY]),
        ("ingest", &["identifier", "index", "protocol", "dump"], &[&NETWORK]),
        ("client", &["identifier", "index", "protocol"], &[&["hyper", "tokio", "axum", "h2", "rusqlite"]]),
        ("service", &["identifier", "index", "protocol"], &[&["ureq", "age"]]),
        ("synthetic", &["index", "protocol"], &[&NETWORK]),
        (
            "cli",
            &["identifier", "index", "protocol", "dump", "ingest", "client", "service", "synthetic"],
            &[&["openssl", "native-tls"]],
        ),
    ];
    let links = Links::of_workspace(&root());
    for (name, allowed, forbidden) in walls {
        let package = format!("exposure-{name}");
        assert!(links.has(&package), "{package} is not in the workspace");
        for own in links.own(&package) {
            let is_allowed = allowed.iter().any(|allowed| own == format!("exposure-{allowed}"));
            assert!(
                is_allowed,
                "{package} must not link {own}: {}",
                links.way(&package, &own).unwrap_or_default().join(" → ")
            );
        }
        for other in forbidden.iter().copied().flatten() {
            let way = links.way(&package, other);
            assert!(way.is_none(), "{package} must not link {other}: {}", way.unwrap_or_default().join(" → "));
        }
    }
}

#[test]
fn packages_have_the_lints_of_the_workspace() {
    for package in packages() {
        let manifest = fs::read_to_string(package.join("Cargo.toml")).expect("a manifest");
        assert!(manifest.contains("[lints]\nworkspace = true"), "{} has other lints", shown(&package));
    }
}

/// Crates that `cargo package` makes packages of, which must not need anything outside of their
/// folder.
const PACKAGED: [&str; 4] = ["crates/identifier", "crates/protocol", "crates/index", "crates/client"];

#[test]
fn no_packaged_crate_reaches_out_of_its_folder() {
    let mut checked = 0;
    for (path, text) in sources(&[".rs"]) {
        let Some(package) =
            PACKAGED.iter().map(|package| root().join(package)).find(|package| path.starts_with(package))
        else {
            continue;
        };
        checked += 1;
        let out = packages::leading_out(path.strip_prefix(&package).expect("below it"), &text);
        assert!(out.is_empty(), "{} reaches out of its package: {}", shown(&path), out.join(", "));
    }
    assert!(checked > 60, "the walk finds the sources");
    for package in PACKAGED.map(|package| root().join(package)) {
        let manifest = fs::read_to_string(package.join("Cargo.toml")).expect("a manifest");
        for field in ["description", "readme", "keywords", "categories", "rust-version", "license"] {
            let is_there = manifest.lines().any(|line| line.starts_with(field));
            assert!(is_there, "{} says no {field}", shown(&package));
        }
        assert!(package.join("README.md").exists(), "{} has no README", shown(&package));
    }
}

#[test]
fn the_bottom_does_no_io_and_only_one_module_is_unsafe() {
    for (path, text) in sources(&[".rs"]) {
        let shown = shown(&path);
        let code: Vec<_> = text.lines().map(str::trim_start).filter(|line| !line.starts_with("//")).collect();
        let bottom = shown.starts_with("crates/identifier/src") || shown.starts_with("crates/protocol/src");
        if bottom && !shown.ends_with("vectors.rs") {
            for module in ["fs", "net", "process", "env", "io"] {
                let used = |line: &&str| {
                    let inside_braces = line.starts_with("use std::{") && line.contains(module);
                    line.contains(&format!("std::{module}")) || inside_braces
                };
                assert!(!code.iter().any(used), "{shown} uses std::{module}");
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
    for name in ["v1.index", "v1-versions.index", "v1.ledger", "v2.ledger"] {
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
