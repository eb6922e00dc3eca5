//! Finds the files that arguments name: by name, in directories, by patterns. Opens none of them.

use super::found::{Found, is_stdin};
use super::links;
use crate::error::IngestError;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

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
mod tests;
