//! Which files are found, in which order, and which links are listed.

use super::*;
use std::fs;

fn names(dir: &Path, arguments: &[&str], data: &str) -> Vec<(String, bool)> {
    let arguments: Vec<_> = arguments.iter().map(|argument| dir.join(argument)).collect();
    let found = find(&arguments, &dir.join(data)).expect("found");
    let name = |path: &Path| path.strip_prefix(dir).expect("below").to_str().expect("UTF-8").to_owned();
    found.iter().map(|found| (name(&found.path), found.is_named)).collect()
}

#[test]
fn directories_and_patterns_expand_in_order_without_the_data_directory() {
    let dir = tempfile::tempdir().expect("a directory");
    let root = dir.path();
    fs::create_dir_all(root.join("d/sub/data/ledgers")).expect("made");
    for name in ["d/b.csv", "d/a.csv", "d/sub/c.txt", "d/sub/data/ledgers/x", "[1].csv", "1.csv"] {
        fs::write(root.join(name), "x").expect("written");
    }
    // Links to what is read anyway.
    std::os::unix::fs::symlink(root.join("d/a.csv"), root.join("d/link.csv")).expect("linked");
    std::os::unix::fs::symlink(root.join("d"), root.join("d/loop")).expect("linked");
    let plain = |names: &[&str]| names.iter().map(|&name| (name.to_owned(), false)).collect::<Vec<_>>();
    assert_eq!(names(root, &["d"], "d/sub/data"), plain(&["d/a.csv", "d/b.csv", "d/sub/c.txt"]));
    assert_eq!(names(root, &["d"], "no/data").len(), 4, "without the links");
    assert_eq!(names(root, &["d/sub/data"], "d/sub/data"), []);
    assert!(find(&[root.join("d/sub/data/ledgers/*")], &root.join("d/sub/data")).is_err(), "nothing else matches");
    assert_eq!(names(root, &["d/s*"], "d/sub/data"), plain(&["d/sub/c.txt"]));
    assert_eq!(names(root, &["d/**"], "d/sub/data"), names(root, &["d"], "d/sub/data"));
    assert_eq!(names(root, &["d/?.csv"], "data"), plain(&["d/a.csv", "d/b.csv"]));
    assert_eq!(names(root, &["d/**/*.txt"], "data"), plain(&["d/sub/c.txt"]));
    assert_eq!(names(root, &["[1].csv"], "data"), [("[1].csv".to_owned(), true)], "a file of that very name");
    fs::remove_file(root.join("[1].csv")).expect("removed");
    assert_eq!(names(root, &["[1].csv"], "data"), plain(&["1.csv"]));
    let none = find(&[root.join("*.sql")], root).expect_err("nothing matches").to_string();
    assert!(none.contains("matches no file"), "{none}");
}

#[test]
fn links_to_what_is_not_read_are_listed() {
    let dir = tempfile::tempdir().expect("a directory");
    let root = dir.path();
    fs::create_dir_all(root.join("d/sub")).expect("made");
    fs::create_dir_all(root.join("elsewhere")).expect("made");
    fs::write(root.join("elsewhere/a.csv"), "x").expect("written");
    fs::write(root.join("d/b.csv"), "x").expect("written");
    for (target, link) in
        [("elsewhere/a.csv", "d/file.csv"), ("elsewhere", "d/sub/folder"), ("nowhere", "d/lost"), ("d/b.csv", "d/same")]
    {
        std::os::unix::fs::symlink(root.join(target), root.join(link)).expect("linked");
    }
    let links = |arguments: &[&str]| -> Vec<(String, String)> {
        let arguments: Vec<_> = arguments.iter().map(|argument| root.join(argument)).collect();
        let found = find(&arguments, Path::new("no data")).expect("found");
        let said = |found: &Found| {
            let report = found.link().expect("a link");
            (
                found.path.strip_prefix(root).expect("below").display().to_string(),
                report.parts[0].skipped.clone().expect("skipped"),
            )
        };
        found.iter().filter(|found| found.is_link).map(said).collect()
    };
    let listed = links(&["d"]);
    let names: Vec<&str> = listed.iter().map(|(name, _)| &name[..]).collect();
    assert_eq!(names, ["d/file.csv", "d/lost", "d/sub/folder"]);
    assert!(listed[0].1.contains("name the link itself") && listed[1].1.contains("nowhere"), "{listed:?}");
    assert_eq!(links(&["d/**"]).len(), 3);
    assert_eq!(links(&["d", "elsewhere"]).len(), 1, "what they lead to is read");
    assert_eq!(links(&["d/file.csv", "d/sub/folder"]), [], "named links are followed");
    assert_eq!(links(&["d/*.csv"]), [], "a pattern of one level follows links to files");
}

#[test]
fn standard_input_is_given_once() {
    let dash = PathBuf::from("-");
    assert!(find(std::slice::from_ref(&dash), Path::new("data")).expect("once")[0].is_stdin());
    assert!(matches!(find(&[dash.clone(), dash], Path::new("data")), Err(IngestError::StdinTwice)));
}
