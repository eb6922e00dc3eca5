//! The key file: its text format, and its permissions. `exposure-protocol` defines keys.

use crate::format::KEY_FILE_VERSION;
use crate::publish::publish_bytes;
use data_encoding::HEXLOWER;
use exposure_protocol::{SUITE, SecretKey};
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// Why the text of a key file is rejected. No variant holds any of it.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyTextError {
    /// Not the text that `exposure keygen` writes.
    #[error("not a key file as `exposure keygen` writes it: {0}")]
    Syntax(&'static str),
    /// Another format version.
    #[error("the key file has version {0}, but this program reads version {KEY_FILE_VERSION}")]
    Version(u32),
    /// A suite that this program does not know.
    #[error("the key file is for another suite than {SUITE}")]
    Suite,
    /// The public key does not follow from the secret one.
    #[error("the key file is damaged: its public key does not belong to its secret key")]
    Mismatch,
}

/// Why a key file cannot be used. No variant holds any of its content.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFileError {
    /// The operating system reported an error.
    #[error("cannot use the key file {}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The error.
        error: io::Error,
    },
    /// Others may use it.
    #[error("the key file {} can be read by others (mode {mode:04o}); run `chmod 600` on it", path.display())]
    Permissions {
        /// The file.
        path: PathBuf,
        /// Its mode bits.
        mode: u32,
    },
    /// There is a key already, and overwriting it would make every index useless.
    #[error("there is a key at {} already; a new one would make every ledger and index under it useless", .0.display())]
    Exists(PathBuf),
    /// The text is rejected.
    #[error("{}: {error}", path.display())]
    Content {
        /// The file.
        path: PathBuf,
        /// Why.
        error: KeyTextError,
    },
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    version: u32,
    suite: String,
    epoch: u32,
    secret_key: Zeroizing<String>,
    public_key: String,
}

/// The text of a key file. **Secret.**
pub fn key_to_text(key: &SecretKey) -> Zeroizing<String> {
    let file = KeyFile {
        version: KEY_FILE_VERSION,
        suite: SUITE.to_owned(),
        epoch: key.epoch(),
        secret_key: HEXLOWER.encode(key.as_bytes()).into(),
        public_key: HEXLOWER.encode(key.public().as_bytes()),
    };
    let fields = Zeroizing::new(toml::to_string(&file).expect("five plain fields are TOML"));
    Zeroizing::new(format!(
        "# Secret key of an exposure index. Whoever has it can try every phone number against the index:\n\
         # keep it off the web, readable by its owner alone, with a copy in a safe.\n{}",
        *fields
    ))
}

/// The key in the text of a key file.
pub fn key_from_text(text: &str) -> Result<SecretKey, KeyTextError> {
    let file: KeyFile =
        toml::from_str(text).map_err(|_| KeyTextError::Syntax("a field is missing, unknown or of the wrong type"))?;
    if file.version != KEY_FILE_VERSION {
        return Err(KeyTextError::Version(file.version));
    }
    if file.suite != SUITE {
        return Err(KeyTextError::Suite);
    }
    if file.epoch == 0 {
        return Err(KeyTextError::Syntax("epochs count from 1"));
    }
    let scalar = HEXLOWER.decode(file.secret_key.as_bytes());
    let scalar = Zeroizing::new(scalar.map_err(|_| KeyTextError::Syntax("the secret key is not lower-case hex"))?);
    let key = SecretKey::from_bytes(&scalar, file.epoch)
        .map_err(|_| KeyTextError::Syntax("the secret key is not a canonical scalar other than zero"))?;
    if HEXLOWER.encode(key.public().as_bytes()) == file.public_key { Ok(key) } else { Err(KeyTextError::Mismatch) }
}

/// Reads a key file. Rejects one that group or others can access.
pub fn read_key(path: &Path) -> Result<SecretKey, KeyFileError> {
    let failed = |error| KeyFileError::Io { path: path.to_owned(), error };
    let metadata = path.metadata().map_err(failed)?;
    if !metadata.is_file() {
        return Err(failed(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")));
    }
    let mode = metadata.mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyFileError::Permissions { path: path.to_owned(), mode });
    }
    let text = Zeroizing::new(fs::read_to_string(path).map_err(failed)?);
    key_from_text(&text).map_err(|error| KeyFileError::Content { path: path.to_owned(), error })
}

/// Writes a new key file of mode 0600; never over an existing one.
pub fn write_key(path: &Path, key: &SecretKey) -> Result<(), KeyFileError> {
    match path.symlink_metadata() {
        Ok(_) => return Err(KeyFileError::Exists(path.to_owned())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(KeyFileError::Io { path: path.to_owned(), error }),
    }
    publish_bytes(path, 0o600, key_to_text(key).as_bytes())
        .map_err(|error| KeyFileError::Io { path: path.to_owned(), error })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn a_key_survives_its_file() {
        let key = SecretKey::generate(3);
        let again = key_from_text(&key_to_text(&key)).expect("own text");
        assert_eq!((again.epoch(), again.public(), again.as_bytes()), (3, key.public(), key.as_bytes()));
    }

    #[test]
    fn a_damaged_file_is_refused_without_quoting_it() {
        let text = key_to_text(&SecretKey::generate(1));
        let other = SecretKey::generate(1);
        let swapped: Vec<_> = text.lines().filter(|line| !line.starts_with("public_key")).collect();
        let swapped =
            format!("{}\npublic_key = \"{}\"\n", swapped.join("\n"), HEXLOWER.encode(other.public().as_bytes()));
        assert_eq!(key_from_text(&swapped).map(|_| ()), Err(KeyTextError::Mismatch));
        let newer = text.replace("version = 1", "version = 2");
        assert_eq!(key_from_text(&newer).map(|_| ()), Err(KeyTextError::Version(2)));
        for broken in ["", "version = 1", &text.replace("epoch", "epok"), &text.replace("epoch = 1", "epoch = 0")] {
            let error = key_from_text(broken).map(|_| ()).expect_err("not a key file");
            assert!(matches!(error, KeyTextError::Syntax(_)));
        }
    }

    #[test]
    fn a_key_that_others_can_read_is_refused() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("key");
        let key = SecretKey::generate(1);
        write_key(&path, &key).expect("written");
        assert_eq!(fs::metadata(&path).expect("there").mode() & 0o777, 0o600);
        assert_eq!(read_key(&path).expect("read").public(), key.public());
        assert!(matches!(write_key(&path, &key), Err(KeyFileError::Exists(_))));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).expect("changed");
        assert!(matches!(read_key(&path), Err(KeyFileError::Permissions { mode: 0o640, .. })));
    }
}
