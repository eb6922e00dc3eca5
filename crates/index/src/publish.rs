//! Publishing a file so that a reader sees the old one or the new one, whole, whatever happens between.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

/// Writes a file beside its final place, makes it durable, lets `verify` look at it, and renames it into place.
///
/// The steps: a temporary file of mode 0600 in the same directory → `write` → mode → fsync → `verify` → rename → fsync of
/// the directory. On an error the temporary file is removed and what was published before stays. A temporary file that a
/// crash left behind is overwritten by the next attempt; callers hold the data directory's lock.
pub fn publish<E: From<io::Error>>(
    path: &Path,
    mode: u32,
    write: impl FnOnce(&mut File) -> Result<(), E>,
    verify: impl FnOnce(&Path) -> Result<(), E>,
) -> Result<(), E> {
    let temporary = temporary_for(path);
    let attempt = || {
        // A leftover may be read-only, which an open for writing would trip over.
        match fs::remove_file(&temporary) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        let mut file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&temporary)?;
        write(&mut file)?;
        file.set_permissions(Permissions::from_mode(mode))?;
        file.sync_all()?;
        verify(&temporary)?;
        fs::rename(&temporary, path)?;
        // The parent of a bare name is empty, and means the current directory.
        let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(directory)?.sync_all()?;
        Ok(())
    };
    attempt().inspect_err(|_| drop(fs::remove_file(&temporary)))
}

/// [`publish`] for a small text that needs no second look.
pub(crate) fn publish_bytes(path: &Path, mode: u32, bytes: &[u8]) -> io::Result<()> {
    publish(path, mode, |file| file.write_all(bytes), |_| Ok(()))
}

fn temporary_for(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".tmp");
    path.with_file_name(name)
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
}
