//! The state that a spill directory and its files share: where it is, which files are kept, and
//! whether a write has failed.

use crate::error::IngestError;
use std::collections::BTreeSet;
use std::fs::{self, DirBuilder};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// The directory inside the spill directory for a run that can be resumed.
pub(super) const RUN: &str = "run";

pub(super) struct Directory {
    pub(super) path: PathBuf,
    pub(super) attempt: u32,
    pub(super) next: AtomicU32,
    /// The files that the journal lists.
    pub(super) kept: Mutex<BTreeSet<u32>>,
    /// Whether a write or an fsync has failed. The content of the disk is then unknown, and no
    /// checkpoint may follow.
    pub(super) failed: AtomicBool,
}

impl Directory {
    /// Records a failure, and returns the error to report.
    pub(super) fn failed(&self, source: io::Error) -> IngestError {
        self.failed.store(true, Ordering::Relaxed);
        IngestError::SpillFailed { path: self.path.clone(), source }
    }

    pub(super) fn path_of(&self, number: u32) -> PathBuf {
        self.path.join(file_name(number))
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        if self.kept.get_mut().expect("no panic while it is held").is_empty() {
            // What cannot be removed is removed by the next run. A directory with other content
            // stays.
            let _ = sweep(&self.path, |name| name == RUN);
            let _ = fs::remove_dir(&self.path);
            let _ = self.path.parent().filter(|_| self.path.ends_with(RUN)).map(fs::remove_dir);
        }
    }
}

/// Creates a directory of mode 0700.
pub(super) fn make(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Removes everything in a directory except what `stays`.
pub(super) fn sweep(path: &Path, stays: impl Fn(&str) -> bool) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(&stays) {
            continue;
        }
        if entry.file_type()?.is_dir() { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) }?;
    }
    Ok(())
}

pub(super) fn file_name(number: u32) -> String {
    format!("{number}.frames")
}
