//! A file in memory for readers that open a path; one per process and target.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

/// Writes the bytes to the file of a target, readable by its owner alone.
pub(crate) fn write(target: &str, bytes: &[u8]) -> PathBuf {
    let memory = Path::new("/dev/shm");
    let directory = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
    let path = directory.join(format!("exposure-fuzz-{target}-{}", std::process::id()));
    fs::write(&path, bytes).expect("memory");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("an own file");
    path
}
