//! Opens a file for a worker, and hashes one that a worker did not read to its end.

use super::found::Found;
use crate::error::IngestError;
use exposure_dump::FileRequest;
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd as _, OwnedFd};

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

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn only_regular_files_are_opened() {
        let refused = open(&Found::named(Path::new("/dev/null")));
        assert!(matches!(refused, Err(IngestError::Format { .. })));
        let absent = open(&Found::named(Path::new("no such file")));
        assert!(matches!(absent, Err(IngestError::Input { .. })));
    }
}
