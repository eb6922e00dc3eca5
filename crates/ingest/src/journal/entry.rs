//! The entries of a journal: what they mean, their bytes, and how a journal is replayed. No I/O.
//!
//! ```text
//! entry   CRC-32C of the JSON, 8 hex digits │ space │ JSON │ newline
//! ```
//!
//! The first entry is `begin`. Then follow, in any order, `attempt` (durable before that attempt
//! spills anything), `checkpoint` (durable after everything it lists) and `publishing` (durable
//! before the ledger is published). A crash can tear the last entry only, which is then ignored.
//! Any other damage makes the journal invalid, and the run starts over. Reports of finished files
//! name members of archives; nothing else in a journal comes from a dump.

use crate::journal::hex;
use crate::journal::id::FileId;
use crate::spill::FileState;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Version of the entries, of the spill directory's layout, and of how the files listed are
/// encrypted.
pub(super) const FORMAT_VERSION: u32 = 1;

/// An input file that has been read completely.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Finished {
    /// Which file.
    pub(crate) file: FileId,
    /// Its report, for the run that resumes: counts, and no value.
    pub(crate) report: serde_json::Value,
}

/// A spill file, and what it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Listed {
    /// The rank of the kind whose digests it holds; `None` for identifiers that wait for
    /// evaluation.
    pub(super) kind: Option<u8>,
    /// Its partition at the first level. Files of deeper levels are never listed.
    pub(super) partition: u8,
    #[serde(flatten)]
    pub(super) state: FileState,
}

/// What identifies a run. Another attempt resumes it only if its fingerprint is the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Begin {
    pub(super) version: u32,
    /// Random.
    #[serde(with = "hex")]
    pub(super) run: [u8; 32],
    #[serde(with = "hex")]
    pub(super) fingerprint: [u8; 32],
    /// The date that every attempt uses, because it decides which dates of birth are valid.
    pub(super) today: Date,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Entry {
    Begin(Begin),
    Attempt {
        number: u32,
    },
    Checkpoint {
        /// Files finished since the last checkpoint.
        finished: Vec<Finished>,
        /// All spill files.
        files: Vec<Listed>,
    },
    /// The ledger made of `inputs` is about to be published, and replaces `over`.
    Publishing {
        over: Option<FileId>,
        #[serde(with = "hex")]
        inputs: [u8; 32],
    },
}

/// Whether the run has begun to publish its ledger.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Publishing {
    NotYet,
    /// It was about to replace this ledger, or none.
    Over {
        ledger: Option<FileId>,
        inputs: [u8; 32],
    },
}

/// The state that the entries of a journal add up to.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct State {
    pub(super) begin: Begin,
    /// The last attempt.
    pub(super) attempt: u32,
    pub(super) finished: Vec<Finished>,
    pub(super) files: Vec<Listed>,
    pub(super) publishing: Publishing,
}

impl State {
    pub(super) fn new(begin: Begin) -> Self {
        Self { begin, attempt: 0, finished: Vec::new(), files: Vec::new(), publishing: Publishing::NotYet }
    }

    /// Applies an entry; false if it is not valid in this state.
    pub(super) fn apply(&mut self, entry: Entry) -> bool {
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

    /// The fewest entries that add up to this state.
    pub(super) fn entries(&self) -> impl Iterator<Item = Entry> {
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

pub(super) fn encode(entry: &Entry) -> Vec<u8> {
    let json = serde_json::to_string(entry).expect("an entry is JSON");
    format!("{:08x} {json}\n", crc32c::crc32c(json.as_bytes())).into_bytes()
}

/// Decodes a line without its newline; `None` if it is damaged.
fn decode(line: &[u8]) -> Option<Entry> {
    let (crc, json) = line.split_at_checked(9)?;
    let is_whole = crc == format!("{:08x} ", crc32c::crc32c(json)).as_bytes();
    serde_json::from_slice(json).ok().filter(|_| is_whole)
}

/// The state of a journal and the length of its whole entries. `None` if it has no beginning, or if
/// a whole entry follows a damaged one, which no crash causes.
pub(super) fn replay(bytes: &[u8]) -> Option<(State, u64)> {
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
