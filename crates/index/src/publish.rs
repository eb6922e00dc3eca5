//! Atomic publication of a file: a reader sees the old file or the new one, whole, whatever
//! happens.
//!
//! The steps are those of `FORMAT.md`, "How a file is published": temporary name → write → mode →
//! fsync → verify → rename → fsync of the directory. [`publish`] takes all of them; a [`Draft`] is
//! for callers that write over a long time, choose the final name last, or keep the file open.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// A file under a temporary name, of mode 0600. Dropped before it is published, it is removed.
#[derive(Debug)]
pub struct Draft {
    file: File,
    temporary: PathBuf,
    is_published: bool,
}

impl Draft {
    /// Creates `NAME.tmp` beside a file, over what a crash may have left of it. The caller holds
    /// the lock of the data directory, so that nobody else is writing that file.
    pub fn beside(path: &Path) -> io::Result<Self> {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".tmp");
        let temporary = path.with_file_name(name);
        // A leftover may be read-only, so it is removed and not opened.
        match fs::remove_file(&temporary) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&temporary)?;
        Ok(Self { file, temporary, is_published: false })
    }

    /// The open file. A clone of it (`File::try_clone`) is good for writers that want to own one.
    pub fn file(&mut self) -> &mut File {
        &mut self.file
    }

    /// Where the file is for now, for verifying it by name.
    pub fn path(&self) -> &Path {
        &self.temporary
    }

    /// Sets the final mode and makes the content durable.
    pub fn sync(&self, mode: u32) -> io::Result<()> {
        self.file.set_permissions(Permissions::from_mode(mode))?;
        self.file.sync_all()
    }

    /// Renames the file into place, in the same directory, and makes the rename durable.
    /// [`Draft::sync`] comes first. Returns the file, still open.
    ///
    /// If only the last step fails, the new file is in place, and may be gone after a power
    /// failure.
    pub fn publish(mut self, path: &Path) -> io::Result<File> {
        let file = self.file.try_clone()?;
        fs::rename(&self.temporary, path)?;
        self.is_published = true;
        sync_directory_of(path)?;
        Ok(file)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.is_published {
            // What cannot be removed is overwritten by the next attempt.
            drop(fs::remove_file(&self.temporary));
        }
    }
}

/// Publishes a file in one call: `write` fills it, `verify` checks it under its temporary name
/// before it is renamed.
///
/// On an error the temporary file is removed and the file that was published before stays. The
/// caller holds the lock of the data directory.
pub fn publish<E: From<io::Error>>(
    path: &Path,
    mode: u32,
    write: impl FnOnce(&mut File) -> Result<(), E>,
    verify: impl FnOnce(&Path) -> Result<(), E>,
) -> Result<(), E> {
    let mut draft = Draft::beside(path)?;
    write(draft.file())?;
    draft.sync(mode)?;
    verify(draft.path())?;
    draft.publish(path)?;
    Ok(())
}

/// [`publish`] for bytes that need no verification.
pub fn publish_bytes(path: &Path, mode: u32, bytes: &[u8]) -> io::Result<()> {
    publish(path, mode, |file| file.write_all(bytes), |_| Ok(()))
}

/// Makes a rename or removal in a file's directory durable.
fn sync_directory_of(path: &Path) -> io::Result<()> {
    // The parent of a bare name is empty, and means the current directory.
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(directory)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_leaves_what_was_there() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("file");
        publish_bytes(&path, 0o444, b"old").expect("published");
        let refused =
            publish(&path, 0o444, |file| file.write_all(b"new"), |_| Err(io::Error::other("it does not verify")));
        assert!(refused.is_err());
        assert_eq!(fs::read(&path).expect("still there"), b"old");
        assert_eq!(fs::read_dir(dir.path()).expect("readable").count(), 1, "no temporary file is left");
        publish_bytes(&path, 0o444, b"new").expect("published over a read-only file");
        assert_eq!(fs::read(&path).expect("there"), b"new");
    }

    #[test]
    fn a_draft_is_removed_unless_it_is_published_under_whatever_name() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("file");
        let mut draft = Draft::beside(&path).expect("created");
        draft.file().write_all(b"lost").expect("written");
        assert!(draft.path().ends_with("file.tmp") && draft.path().exists());
        drop(draft);
        assert_eq!(fs::read_dir(dir.path()).expect("readable").count(), 0);

        fs::write(dir.path().join("file.tmp"), "left by a crash").expect("written");
        let mut draft = Draft::beside(&path).expect("created over it");
        draft.file().write_all(b"a").expect("written");
        draft.sync(0o400).expect("durable");
        let other = dir.path().join("file.2");
        draft.publish(&other).expect("published").write_all(b"b").expect("still open");
        assert_eq!(fs::read(&other).expect("there"), b"ab");
        assert_eq!(fs::metadata(&other).expect("there").permissions().mode() & 0o777, 0o400);
        assert_eq!(fs::read_dir(dir.path()).expect("readable").count(), 1);
    }
}
