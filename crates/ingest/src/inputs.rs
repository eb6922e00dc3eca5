//! From arguments on a command line to open files. Reads a file only to hash it.

mod links;

use crate::error::IngestError;
use exposure_dump::{FileReport, FileRequest};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io;
use std::os::fd::{AsFd as _, OwnedFd};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// A file to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) path: PathBuf,
    /// Given by its own name, and not found in a directory or by a pattern.
    pub(crate) is_named: bool,
    /// A link, which is listed and not followed.
    pub(crate) is_link: bool,
}

impl Found {
    /// Given by its own name.
    fn named(path: &Path) -> Self {
        Self { path: path.to_owned(), is_named: true, is_link: false }
    }

    /// Whether this is standard input.
    pub(crate) fn is_stdin(&self) -> bool {
        is_stdin(&self.path)
    }

    /// Its size in bytes and the like. A link is described as such.
    pub(crate) fn metadata(&self) -> io::Result<Metadata> {
        if self.is_link { self.path.symlink_metadata() } else { self.path.metadata() }
    }

    /// The report of a link.
    pub(crate) fn link(&self) -> Result<FileReport, IngestError> {
        links::report(&self.path).map_err(|error| IngestError::Input { path: self.path.clone(), error })
    }
}

/// Whether this argument means standard input.
fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// An open input, and the request for a worker to read it.
pub(crate) struct Opened {
    pub(crate) input: OwnedFd,
    pub(crate) request: FileRequest,
}

/// Opens a file, or standard input.
pub(crate) fn open(found: &Found) -> Result<Opened, IngestError> {
    let failed = |error| IngestError::Input { path: found.path.clone(), error };
    let (path, is_named) = (found.path.display().to_string(), found.is_named);
    if found.is_stdin() {
        let input = io::stdin().as_fd().try_clone_to_owned().map_err(failed)?;
        return Ok(Opened { input, request: FileRequest { path, is_named, bytes: None } });
    }
    // Opening a named pipe would wait for a writer.
    let metadata = found.path.metadata().map_err(failed)?;
    if !metadata.is_file() {
        return Err(IngestError::Format { path: found.path.clone(), what: "this is not a regular file".to_owned() });
    }
    let input = File::open(&found.path).map_err(failed)?.into();
    Ok(Opened { input, request: FileRequest { path, is_named, bytes: Some(metadata.len()) } })
}

/// SHA-256 in lower-case hex and size in bytes; empty for standard input, which cannot be read
/// again.
pub(crate) fn hash(found: &Found) -> Result<(String, u64), IngestError> {
    if found.is_stdin() {
        return Ok((String::new(), 0));
    }
    let failed = |error| IngestError::Input { path: found.path.clone(), error };
    let (mut file, mut hash) = (File::open(&found.path).map_err(failed)?, Sha256::new());
    let bytes = io::copy(&mut file, &mut Hashing(&mut hash)).map_err(failed)?;
    Ok((data_encoding::HEXLOWER.encode(&hash.finalize()), bytes))
}

struct Hashing<'h>(&'h mut Sha256);

impl io::Write for Hashing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Expands arguments: files; directories with all regular files below them, sorted by path; links
/// below them, which are not followed, unless they lead to what is read anyway; patterns, unless a
/// file has that very name; and `-`, standard input, at most once. Directories and patterns skip
/// the data directory.
pub(crate) fn find(arguments: &[PathBuf], data_root: &Path) -> Result<Vec<Found>, IngestError> {
    // It may not exist yet.
    let data_root = data_root.canonicalize().ok();
    let is_data =
        |path: &Path| data_root.is_some() && path.canonicalize().ok().is_some_and(|path| Some(path) == data_root);
    let is_in_data = |path: &Path| {
        data_root.as_ref().is_some_and(|root| path.canonicalize().is_ok_and(|path| path.starts_with(root)))
    };
    let (mut found, mut read) = (Vec::new(), links::Read::default());
    for argument in arguments {
        if is_stdin(argument) {
            if found.iter().any(Found::is_stdin) {
                return Err(IngestError::StdinTwice);
            }
            found.push(Found::named(argument));
        } else if argument.is_dir() {
            if !is_in_data(argument) {
                in_directory(argument, &is_data, &mut found)?;
                read.whole.extend(argument.canonicalize());
            }
        } else if argument.symlink_metadata().is_err() && is_pattern(argument) {
            let base = matching(argument, &is_data, &mut found)?;
            read.matched.extend(base.and_then(|base| base.canonicalize().ok()));
        } else {
            // Opening reports a missing file.
            found.push(Found::named(argument));
        }
    }
    if found.iter().any(|found| found.is_link) {
        let files = found.iter().filter(|found| !found.is_link);
        read.files = files.filter_map(|found| found.path.canonicalize().ok()).collect();
        found.retain(|found| !(found.is_link && read.covers(&found.path)));
    }
    Ok(found)
}

fn in_directory(directory: &Path, is_data: &dyn Fn(&Path) -> bool, found: &mut Vec<Found>) -> Result<(), IngestError> {
    let failed = |error: walkdir::Error| IngestError::Input {
        path: error.path().unwrap_or(directory).to_owned(),
        error: error.into(),
    };
    let mut paths = Vec::new();
    let entries = WalkDir::new(directory).into_iter();
    for entry in entries.filter_entry(|entry| !(entry.file_type().is_dir() && is_data(entry.path()))) {
        let entry = entry.map_err(failed)?;
        let is_link = entry.path_is_symlink();
        if is_link || entry.file_type().is_file() {
            paths.push((entry.into_path(), is_link));
        }
    }
    // In the order of bytes, so that no locale affects the order of reading.
    paths.sort_unstable();
    found.extend(paths.into_iter().map(|(path, is_link)| Found { path, is_named: false, is_link }));
    Ok(())
}

fn is_pattern(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().iter().any(|byte| b"*?[".contains(byte))
}

/// Expands a pattern. Returns the directory below which it matches at any depth, if it does. Walks
/// directories itself and uses the glob library only for matching, because the library follows
/// links, and two links that lead upwards make it run for ever.
fn matching(
    pattern: &Path,
    is_data: &dyn Fn(&Path) -> bool,
    found: &mut Vec<Found>,
) -> Result<Option<PathBuf>, IngestError> {
    let failed = |error| IngestError::Input { path: pattern.to_owned(), error };
    let invalid = |what: &str| failed(io::Error::new(io::ErrorKind::InvalidInput, what.to_owned()));
    let text = pattern.to_str().ok_or_else(|| invalid("the pattern is not UTF-8"))?;
    let wanted = glob::Pattern::new(text).map_err(|error| invalid(error.msg))?;
    let options = glob::MatchOptions { require_literal_separator: true, ..glob::MatchOptions::new() };
    let base: PathBuf = pattern.components().take_while(|part| !is_pattern(Path::new(part))).collect();
    let is_deep = text.contains("**");
    let levels = pattern.components().count() - base.components().count();
    let here = if base.as_os_str().is_empty() { Path::new(".") } else { &base };
    let is_inside = here.ancestors().any(is_data);
    let (mut files, mut is_matched) = (BTreeMap::new(), false);
    let walk = WalkDir::new(here).min_depth(1).max_depth(if is_deep { usize::MAX } else { levels });
    // Directories that cannot be read match nothing.
    let entries = walk.into_iter().filter_entry(|entry| !(entry.file_type().is_dir() && is_data(entry.path())));
    for entry in entries.filter_map(Result::ok) {
        let path = entry.path();
        let path = if base.as_os_str().is_empty() { path.strip_prefix(here).unwrap_or(path) } else { path };
        if is_inside || !wanted.matches_path_with(path, options) {
            continue;
        }
        is_matched = true;
        if entry.file_type().is_dir() {
            let mut below = Vec::new();
            in_directory(path, is_data, &mut below)?;
            files.extend(below.into_iter().map(|found| (found.path, found.is_link)));
        } else if entry.path_is_symlink() && (is_deep || !path.is_file()) {
            files.insert(path.to_owned(), true);
        } else if path.is_file() {
            files.insert(path.to_owned(), false);
        }
    }
    if !is_matched {
        let what = "no file has this name, and as a pattern it matches no file; check the name";
        return Err(failed(io::Error::new(io::ErrorKind::NotFound, what)));
    }
    found.extend(files.into_iter().map(|(path, is_link)| Found { path, is_named: false, is_link }));
    Ok(is_deep.then(|| here.to_owned()))
}

#[cfg(test)]
mod tests {
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
        for (target, link) in [
            ("elsewhere/a.csv", "d/file.csv"),
            ("elsewhere", "d/sub/folder"),
            ("nowhere", "d/lost"),
            ("d/b.csv", "d/same"),
        ] {
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
    fn only_regular_files_are_opened() {
        let refused = open(&Found::named(Path::new("/dev/null")));
        assert!(matches!(refused, Err(IngestError::Format { .. })));
        let absent = open(&Found::named(Path::new("no such file")));
        assert!(matches!(absent, Err(IngestError::Input { .. })));
    }

    #[test]
    fn standard_input_is_given_once() {
        let dash = PathBuf::from("-");
        assert!(find(std::slice::from_ref(&dash), Path::new("data")).expect("once")[0].is_stdin());
        assert!(matches!(find(&[dash.clone(), dash], Path::new("data")), Err(IngestError::StdinTwice)));
    }
}
