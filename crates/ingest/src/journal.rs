//! The journal of a run of `ingest`: what a later attempt may rely on after a crash, and no value of a dump. (Reports of
//! finished files name members of archives.)
//!
//! ```text
//! entry   CRC-32C of the JSON, 8 hex digits │ space │ JSON │ newline
//! ```
//!
//! First `begin`, then, in any order, `attempt` (durable before that attempt spills anything), `checkpoint` (durable after
//! everything that it lists) and `publishing` (durable before the ledger is published). Only the last entry can be torn, and then it does not count. A journal that is damaged in any
//! other way is none: the run begins anew. Who writes checkpoints, and what becomes of the files, is the
//! [`attempt`](Attempt)'s matter.

mod attempt;
mod id;

use crate::spill::FileState;
pub(crate) use attempt::{Attempt, Wanted};
pub(crate) use id::FileId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Of the entries, the directory and how what it lists is encrypted.
const FORMAT_VERSION: u32 = 1;

/// Its name in the directory of the run.
const NAME: &str = "journal";

/// Bytes beyond which a journal is written anew, without what has been overtaken: a checkpoint of a large run has a
/// megabyte, and a long run a thousand of them.
const REWRITTEN_FROM: u64 = 64 << 20;

/// An input file that needs no second reading.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Finished {
    /// Which.
    pub(crate) file: FileId,
    /// What the run wants to know of it again: counts, and no value.
    pub(crate) report: serde_json::Value,
}

/// A spill file, and what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Listed {
    /// The rank of the kind whose digests it holds; none: identifiers that wait.
    kind: Option<u8>,
    /// Of the first level; files of the levels below are not listed.
    partition: u8,
    #[serde(flatten)]
    state: FileState,
}

/// What a run is, and must still be for a later attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Begin {
    version: u32,
    /// Random.
    #[serde(with = "id::hex")]
    run: [u8; 32],
    #[serde(with = "id::hex")]
    fingerprint: [u8; 32],
    /// The day that all attempts go on using: what is a date of birth and what is not depends on it.
    today: Date,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Entry {
    Begin(Begin),
    Attempt {
        number: u32,
    },
    Checkpoint {
        /// Those since the last checkpoint.
        finished: Vec<Finished>,
        /// All of them.
        files: Vec<Listed>,
    },
    /// The ledger of these inputs is about to be published, over this one.
    Publishing {
        over: Option<FileId>,
        #[serde(with = "id::hex")]
        inputs: [u8; 32],
    },
}

/// How far the run has come with its ledger.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Publishing {
    NotYet,
    /// It was about to publish it, over this one, if there was one.
    Over {
        ledger: Option<FileId>,
        inputs: [u8; 32],
    },
}

/// What the entries come to.
#[derive(Clone, Debug, PartialEq)]
struct State {
    begin: Begin,
    /// The last one.
    attempt: u32,
    finished: Vec<Finished>,
    files: Vec<Listed>,
    publishing: Publishing,
}

impl State {
    fn new(begin: Begin) -> Self {
        Self { begin, attempt: 0, finished: Vec::new(), files: Vec::new(), publishing: Publishing::NotYet }
    }

    /// Adds what an entry says; false if it cannot come next.
    fn apply(&mut self, entry: Entry) -> bool {
        match entry {
            Entry::Attempt { number } if number > self.attempt => self.attempt = number,
            Entry::Checkpoint { finished, files } if files.iter().all(|file| file.state.attempt <= self.attempt) => {
                self.finished.extend(finished);
                self.files = files;
            }
            Entry::Publishing { over, inputs } => self.publishing = Publishing::Over { ledger: over, inputs },
            _ => return false,
        }
        true
    }

    /// The fewest entries that come to this.
    fn entries(&self) -> impl Iterator<Item = Entry> {
        let (finished, files) = (self.finished.clone(), self.files.clone());
        let first = [
            Entry::Begin(self.begin.clone()),
            Entry::Attempt { number: self.attempt },
            Entry::Checkpoint { finished, files },
        ];
        let publishing = match self.publishing {
            Publishing::NotYet => None,
            Publishing::Over { ledger, inputs } => Some(Entry::Publishing { over: ledger, inputs }),
        };
        first.into_iter().chain(publishing)
    }
}

/// A journal that entries can be added to.
struct Journal {
    path: PathBuf,
    file: File,
    bytes: u64,
    rewritten_from: u64,
    state: State,
}

impl Journal {
    /// The journal in this directory, whose torn last entry is cut off; none if there is none or it is damaged.
    fn open(directory: &Path) -> io::Result<Option<Self>> {
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

    /// A new one, in place of any other.
    fn begin(directory: &Path, begin: Begin) -> io::Result<Self> {
        let path = directory.join(NAME);
        let text = encode(&Entry::Begin(begin.clone()));
        let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&path)?;
        file.write_all(&text)?;
        file.sync_all()?;
        File::open(directory)?.sync_all()?;
        let bytes = text.len() as u64;
        Ok(Self { path, file, bytes, rewritten_from: REWRITTEN_FROM, state: State::new(begin) })
    }

    /// Adds an entry, and returns once it is durable.
    fn append(&mut self, entry: Entry) -> io::Result<()> {
        let text = encode(&entry);
        assert!(self.state.apply(entry), "the attempt's own entries follow one another");
        if self.bytes + text.len() as u64 > self.rewritten_from {
            return self.rewrite();
        }
        self.file.write_all(&text)?;
        self.file.sync_all()?;
        self.bytes += text.len() as u64;
        Ok(())
    }

    /// Writes it anew, without what later entries have overtaken.
    fn rewrite(&mut self) -> io::Result<()> {
        let text: Vec<u8> = self.state.entries().flat_map(|entry| encode(&entry)).collect();
        let temporary = self.path.with_extension("tmp");
        let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&temporary)?;
        file.write_all(&text)?;
        file.sync_all()?;
        fs::rename(&temporary, &self.path)?;
        File::open(self.path.parent().unwrap_or(Path::new(".")))?.sync_all()?;
        self.file = file;
        self.bytes = text.len() as u64;
        // Far enough away that most entries are appended.
        self.rewritten_from = self.rewritten_from.max(self.bytes * 8);
        Ok(())
    }
}

fn encode(entry: &Entry) -> Vec<u8> {
    let json = serde_json::to_string(entry).expect("an entry is JSON");
    format!("{:08x} {json}\n", crc32c::crc32c(json.as_bytes())).into_bytes()
}

/// The entry in a line without its newline, if it is whole.
fn decode(line: &[u8]) -> Option<Entry> {
    let (crc, json) = line.split_at_checked(9)?;
    let is_whole = crc == format!("{:08x} ", crc32c::crc32c(json)).as_bytes();
    serde_json::from_slice(json).ok().filter(|_| is_whole)
}

/// What a journal's entries come to, and the length of those that are whole. None if it does not begin, or if something whole
/// follows what is not: then it was not a crash that damaged it.
fn replay(bytes: &[u8]) -> Option<(State, u64)> {
    let mut state: Option<State> = None;
    let mut length = 0;
    let mut lines = bytes.split_inclusive(|&byte| byte == b'\n');
    for line in lines.by_ref() {
        let Some(entry) = line.strip_suffix(b"\n").and_then(decode) else { break };
        match (&mut state, entry) {
            (None, Entry::Begin(begin)) if begin.version == FORMAT_VERSION => state = Some(State::new(begin)),
            (None, _) => return None,
            (Some(state), entry) => state.apply(entry).then_some(())?,
        }
        length += line.len() as u64;
    }
    let is_torn = lines.all(|line| line.strip_suffix(b"\n").and_then(decode).is_none());
    state.filter(|_| is_torn).map(|state| (state, length))
}

#[cfg(test)]
mod tests;
