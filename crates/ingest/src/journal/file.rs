//! The journal on disk: opened, begun, appended to durably, and rewritten when it has grown.

use crate::journal::entry::{Begin, Entry, State, encode, replay};
use exposure_index::Draft;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Its name in the directory of the run.
pub(super) const NAME: &str = "journal";

/// Size beyond which a journal is rewritten without superseded entries: a checkpoint of a large run
/// takes a megabyte, and a long run writes thousands of them.
const REWRITTEN_FROM: u64 = 64 << 20;

/// An open journal.
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    pub(super) bytes: u64,
    pub(super) rewritten_from: u64,
    pub(super) state: State,
}

impl Journal {
    /// Opens the journal in this directory and cuts off a torn last entry. `None` if there is no
    /// journal or it is damaged.
    pub(super) fn open(directory: &Path) -> io::Result<Option<Self>> {
        let path = directory.join(NAME);
        let bytes = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            bytes => bytes?,
        };
        let Some((state, length)) = replay(&bytes) else { return Ok(None) };
        let file = OpenOptions::new().append(true).open(&path)?;
        file.set_len(length)?;
        Ok(Some(Self { path, file, bytes: length, rewritten_from: REWRITTEN_FROM, state }))
    }

    /// Begins a new journal in place of any other.
    pub(super) fn begin(directory: &Path, begin: Begin) -> io::Result<Self> {
        let path = directory.join(NAME);
        let text = encode(&Entry::Begin(begin.clone()));
        let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&path)?;
        file.write_all(&text)?;
        file.sync_all()?;
        File::open(directory)?.sync_all()?;
        let bytes = text.len() as u64;
        Ok(Self { path, file, bytes, rewritten_from: REWRITTEN_FROM, state: State::new(begin) })
    }

    /// Appends an entry, and returns once it is durable.
    pub(super) fn append(&mut self, entry: Entry) -> io::Result<()> {
        let text = encode(&entry);
        assert!(self.state.apply(entry), "an attempt appends valid entries");
        if self.bytes + text.len() as u64 > self.rewritten_from {
            return self.rewrite();
        }
        self.file.write_all(&text)?;
        self.file.sync_all()?;
        self.bytes += text.len() as u64;
        Ok(())
    }

    /// Rewrites the journal without superseded entries.
    fn rewrite(&mut self) -> io::Result<()> {
        let text: Vec<u8> = self.state.entries().flat_map(|entry| encode(&entry)).collect();
        let mut draft = Draft::beside(&self.path)?;
        draft.file().write_all(&text)?;
        draft.sync(0o600)?;
        self.file = draft.publish(&self.path)?;
        self.bytes = text.len() as u64;
        // Keeps the cost of rewriting small beside that of appending.
        self.rewritten_from = self.rewritten_from.max(self.bytes * 8);
        Ok(())
    }
}
