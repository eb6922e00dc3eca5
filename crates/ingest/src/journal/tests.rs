//! Crashes at every moment: the files of a run are copied, and another attempt resumes from the
//! copy.

mod crash;
mod entries;
mod resume;

use crate::dedup::{Dedup, TakeDistinct};
use crate::error::IngestError;
use crate::journal::entry::{Begin, Entry, Listed, encode, replay};
use crate::journal::file::{Journal, NAME};
use crate::journal::{Attempt, FileId, Finished, Wanted};
use crate::memory::Memory;
use crate::sort::Sorter;
use crate::spill::{FileState, SpillDir};
use exposure_index::DataDir;
use exposure_protocol::{Digest, SecretKey};
use jiff::civil::Date;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::ops::Range;
use std::path::Path;
use std::time::Duration;

const KINDS: u8 = 2;

/// Most numbers have one kind, so that its partitions fill.
fn rank_of(n: u64) -> u8 {
    u8::from(n.is_multiple_of(8))
}

fn text(n: u64) -> String {
    format!("+8620{n:09}")
}

/// A digest in one of few partitions, because each one costs an fsync.
fn digest(rank: u8, canonical: &[u8]) -> Digest {
    let mut output = *blake3::hash(&[&[rank], canonical].concat()).as_bytes();
    output[0] %= 8;
    Digest::from_output(&output)
}

/// A dump of several files, each with a range of numbers.
struct Dump {
    files: Vec<(FileId, Range<u64>)>,
    ids: Vec<FileId>,
    key: Option<SecretKey>,
    memory: usize,
}

impl Dump {
    fn new(ranges: &[Range<u64>], is_keyed: bool, memory: usize) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let named = |(at, range): (usize, &Range<u64>)| {
            let path = dir.path().join(format!("{at}.csv"));
            fs::write(&path, "").expect("written");
            (FileId::of(&path, &path.metadata().expect("there")), range.clone())
        };
        let files: Vec<_> = ranges.iter().enumerate().map(named).collect();
        let ids = files.iter().map(|(id, _)| *id).collect();
        let key = is_keyed.then(|| SecretKey::derive(&[7; 32], b"test", 1).expect("a seed"));
        Self { files, ids, key, memory }
    }

    fn wanted(&self) -> Wanted<'_> {
        let today = jiff::civil::date(2026, 1, 1);
        Wanted {
            fingerprint: [1; 32],
            inputs: &self.ids,
            key: self.key.as_ref(),
            today,
            interval: Duration::from_secs(30),
        }
    }

    fn has_published(&self, data: &DataDir, ledger: Option<FileId>) -> bool {
        Attempt::has_published(data, &self.wanted().fingerprint, &[7; 32], ledger)
    }

    fn expected(&self) -> Vec<Vec<Digest>> {
        let numbers: BTreeSet<u64> = self.files.iter().flat_map(|(_, range)| range.clone()).collect();
        let of_kind = |rank| {
            let of_kind = numbers.iter().filter(|&&n| rank_of(n) == rank);
            let mut digests: Vec<_> = of_kind.map(|&n| digest(rank, text(n).as_bytes())).collect();
            digests.sort_unstable();
            digests
        };
        (0..KINDS).map(of_kind).collect()
    }

    /// Runs to the end, from whatever is there. Calls `moment` wherever a crash is tried.
    fn run(&self, data: &DataDir, moment: &mut dyn FnMut()) -> Ran {
        let attempt = Attempt::open(data, &self.wanted()).expect("opened");
        moment();
        let memory = Memory::new(self.memory);
        let sorters: Vec<_> = (0..KINDS).map(|rank| attempt.sorter(rank, &memory)).collect();
        let dedup = self.key.as_ref().map(|_| attempt.dedup(&memory));
        let mut read = 0;
        for (id, range) in self.files.iter().filter(|(id, _)| attempt.finished(id).is_none()) {
            read += 1;
            let middle = u64::midpoint(range.start, range.end);
            for part in [range.start..middle, middle..range.end] {
                push(part, &sorters, dedup.as_ref());
                moment();
            }
            if let Some(dedup) = &dedup {
                dedup.save().expect("saved");
                moment();
            }
            let finished = Finished { file: *id, report: serde_json::json!({ "rows": range.end - range.start }) };
            assert!(attempt.checkpoint(&sorters, dedup.as_ref(), &[finished]).expect("written"));
            moment();
        }
        let used = dedup.map_or_else(Vec::new, |dedup| {
            let mut evaluation = Evaluation { attempt: &attempt, sorters: &sorters, taken: 0, moment: &mut *moment };
            dedup.for_each_part(&mut evaluation).expect("evaluated");
            drop(dedup);
            attempt.ciphers_used()
        });
        attempt.checkpoint(&sorters, None, &[]).expect("written");
        moment();
        assert!(!self.has_published(data, None));
        attempt.publishing(None, [7; 32]).expect("written");
        let digests = sorters.iter().map(drained).collect();
        // The ledger is not published yet.
        moment();
        drop(sorters);
        assert!(memory.try_take(self.memory), "all memory was returned");
        let run = attempt.run();
        attempt.done();
        assert!(!data.spill().exists(), "nothing is left");
        Ran { digests, read, run, used }
    }
}

struct Ran {
    digests: Vec<Vec<Digest>>,
    /// How many files were read.
    read: usize,
    run: [u8; 32],
    used: Vec<(u32, u32, u64)>,
}

fn push(numbers: Range<u64>, sorters: &[Sorter<'_>], dedup: Option<&Dedup<'_>>) {
    let mut entries = Vec::new();
    for n in numbers {
        let rank = rank_of(n);
        match dedup {
            Some(_) => {
                entries.extend([text(n).len() as u8 + 1, rank]);
                entries.extend_from_slice(text(n).as_bytes());
            }
            None => sorters[usize::from(rank)].push(&[digest(rank, text(n).as_bytes())]).expect("pushed"),
        }
    }
    dedup.map_or(Ok(()), |dedup| dedup.push(&entries)).expect("pushed");
}

fn drained(sorter: &Sorter<'_>) -> Vec<Digest> {
    let mut digests = Vec::new();
    let take = &mut |part: &[Digest]| {
        digests.extend_from_slice(part);
        Ok(())
    };
    sorter.for_each_part(take).expect("read");
    digests
}

struct Evaluation<'e> {
    attempt: &'e Attempt,
    sorters: &'e [Sorter<'e>],
    taken: usize,
    moment: &'e mut dyn FnMut(),
}

impl TakeDistinct for Evaluation<'_> {
    fn take(&mut self, part: &mut dyn Iterator<Item = &[u8]>) -> Result<(), IngestError> {
        for entry in part {
            self.sorters[usize::from(entry[0])].push(&[digest(entry[0], &entry[1..])])?;
        }
        Ok(())
    }

    fn partition_taken(&mut self, left: &Dedup<'_>) -> Result<(), IngestError> {
        self.taken += 1;
        if self.taken.is_multiple_of(64) {
            (self.moment)();
            self.attempt.checkpoint(self.sorters, Some(left), &[])?;
            (self.moment)();
        }
        Ok(())
    }
}

/// A copy of what is on the disk, as another process would find it.
fn copied(data: &DataDir) -> tempfile::TempDir {
    let copy = directory();
    let (from, to) = (SpillDir::path_of_run(data), SpillDir::path_of_run(&DataDir::new(copy.path())));
    fs::create_dir_all(&to).expect("made");
    for entry in fs::read_dir(from).expect("there") {
        let entry = entry.expect("listed");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
    }
    copy
}

/// In memory if possible: there are thousands of fsyncs, and surviving a process needs none.
fn directory() -> tempfile::TempDir {
    let in_memory = tempfile::tempdir_in("/dev/shm");
    in_memory.or_else(|_| tempfile::tempdir()).expect("a directory")
}

fn fresh() -> (tempfile::TempDir, DataDir) {
    let dir = directory();
    let data = DataDir::new(dir.path());
    (dir, data)
}

#[test]
fn nothing_on_the_disk_is_in_plain_text() {
    let dump = Dump::new(&[0..24, 12..36], true, 1 << 30);
    let (_dir, data) = fresh();
    let mut frames = 0;
    dump.run(&data, &mut || {
        for entry in fs::read_dir(SpillDir::path_of_run(&data)).expect("there") {
            let entry = entry.expect("listed");
            let bytes = fs::read(entry.path()).expect("readable");
            frames += usize::from(entry.file_name() != NAME && !bytes.is_empty());
            for shown in [
                &b"+8620"[..],
                b".csv",
                b"/tmp",
                &exposure_index::key_to_text(dump.key.as_ref().expect("keyed")).as_bytes()[200..],
            ] {
                assert!(!bytes.windows(shown.len()).any(|window| window == shown));
            }
        }
    });
    assert!(frames > 100, "there was something to look at");
}

#[test]
fn without_a_key_no_checkpoint_holds_identifiers() {
    let dump = Dump::new(&[0..24; 1], false, 1 << 30);
    let (_dir, data) = fresh();
    let attempt = Attempt::open(&data, &dump.wanted()).expect("opened");
    let memory = Memory::new(1 << 30);
    let dedup = attempt.dedup(&memory);
    push(0..24, &[], Some(&dedup));
    assert!(!attempt.checkpoint(&[], Some(&dedup), &[]).expect("nothing to do"));
    assert_eq!(fs::read_dir(SpillDir::path_of_run(&data)).expect("there").count(), 1, "the journal alone");
}

#[test]
fn a_changed_file_has_another_id() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("a");
    let id = || FileId::of(&path, &path.metadata().expect("there"));
    fs::write(&path, "a").expect("written");
    let first = id();
    assert_eq!(id(), first);
    let time = std::time::SystemTime::UNIX_EPOCH;
    File::options().write(true).open(&path).expect("there").set_modified(time).expect("set");
    let touched = id();
    fs::write(&path, "ab").expect("written");
    File::options().write(true).open(&path).expect("there").set_modified(time).expect("set");
    let other = dir.path().join("b");
    fs::rename(&path, &other).expect("renamed");
    let renamed = FileId::of(&other, &other.metadata().expect("there"));
    fs::rename(&other, &path).expect("renamed");
    assert_eq!([first, touched, id(), renamed].into_iter().collect::<BTreeSet<_>>().len(), 4);
}
