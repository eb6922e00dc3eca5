//! Links below directories: they are not followed, since they may lead anywhere, but listed, so
//! that nothing is left out without a word.

use exposure_dump::{FileReport, PartReport, Walked};
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};

/// What is read anyway.
#[derive(Default)]
pub(super) struct Read {
    pub(super) files: HashSet<PathBuf>,
    /// Directories that are read whole.
    pub(super) whole: Vec<PathBuf>,
    /// Directories below which all that fits a pattern is read.
    pub(super) matched: Vec<PathBuf>,
}

impl Read {
    /// Whether a link leads to it.
    pub(super) fn covers(&self, link: &Path) -> bool {
        let Ok(target) = link.canonicalize() else { return false };
        let is_below = |all: &[PathBuf]| all.iter().any(|directory| target.starts_with(directory));
        self.files.contains(&target) || is_below(&self.whole) || (target.is_dir() && is_below(&self.matched))
    }
}

/// The report of a link: an input that was not read.
pub(super) fn report(link: &Path) -> io::Result<FileReport> {
    let target = link.read_link()?;
    let target = target.as_os_str().as_encoded_bytes();
    let why = match link.metadata() {
        Ok(metadata) if metadata.is_file() || metadata.is_dir() => {
            "a link, which is not followed; to read what it leads to, name the link itself on the command line"
        }
        Ok(_) => "a link to something that is not a file",
        Err(_) => "a link that leads nowhere",
    };
    let mut file = FileReport { path: link.to_owned(), ..FileReport::default() };
    let compression = "none".to_owned();
    file.push(PartReport { compression, skipped: Some(why.to_owned()), ..PartReport::default() });
    // What is stored is where it leads.
    let sha256 = data_encoding::HEXLOWER.encode(&Sha256::digest(target));
    file.walked(Walked { sha256, bytes: target.len() as u64, skipped: 1, ..Walked::default() });
    Ok(file)
}
