//! Crashes at every moment: the files of a run are copied, and another attempt resumes from the
//! copy.

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
fn a_crash_at_any_moment_changes_nothing() {
    for is_keyed in [true, false] {
        let dump = Dump::new(&[0..12, 6..18, 15..24], is_keyed, 1 << 30);
        let (_dir, data) = fresh();
        let mut moments = Vec::new();
        let first = dump.run(&data, &mut || moments.push(copied(&data)));
        assert!(first.digests == dump.expected() && first.read == 3);
        let (mut fewest, mut thirds) = (usize::MAX, 0);
        for (at, moment) in moments.iter().enumerate() {
            let data = DataDir::new(moment.path());
            let (mut passed, mut within) = (0, None);
            let second = dump.run(&data, &mut || {
                // A moment other than the first attempt's.
                if passed == at * 7 % 11 {
                    within = Some(copied(&data));
                }
                passed += 1;
            });
            assert!(second.digests == first.digests, "keyed {is_keyed}, moment {at}");
            fewest = fewest.min(second.read);
            assert_no_nonce_twice(&[&first, &second]);
            let Some(within) = within else { continue };
            let third = dump.run(&DataDir::new(within.path()), &mut || ());
            assert!(third.digests == first.digests, "keyed {is_keyed}, moment {at}, then another");
            assert!(third.read <= second.read, "finished files stay finished");
            thirds += 1;
            assert_no_nonce_twice(&[&first, &second, &third]);
        }
        assert_eq!(fewest, 0, "at the end no file is read again");
        assert!(thirds > 5, "some attempts died twice");
    }
}

fn assert_no_nonce_twice(attempts: &[&Ran]) {
    let all: Vec<_> = attempts.iter().flat_map(|ran| ran.used.iter().map(|used| (ran.run, *used))).collect();
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "a nonce was used twice");
}

/// Here memory, too, makes partitions spill: frames follow the checkpoint, and partitions are
/// split.
#[test]
fn a_crash_changes_nothing_where_memory_is_short() {
    for is_keyed in [true, false] {
        let dump = Dump::new(&[0..80_000, 60_000..100_000], is_keyed, 64 << 10);
        let (_dir, data) = fresh();
        let (mut moments, mut count) = (Vec::new(), 0);
        // In the second file, after the checkpoint of the first; and after all files are read.
        let wanted = if is_keyed { [6, 8] } else { [5, 6] };
        let first = dump.run(&data, &mut || {
            moments.extend(wanted.contains(&count).then(|| copied(&data)));
            count += 1;
        });
        assert!(first.digests == dump.expected());
        for (moment, read) in moments.iter().zip([1, 0]) {
            let second = dump.run(&DataDir::new(moment.path()), &mut || ());
            assert!(second.digests == first.digests, "keyed {is_keyed}");
            assert_eq!(second.read, read, "keyed {is_keyed}");
            assert_no_nonce_twice(&[&first, &second]);
        }
    }
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

/// Interrupts a run after its first file, changes something, and returns how many files the next
/// attempt considers finished, and its date.
fn finished_for(change: impl FnOnce(&Path, &mut Dump, &mut [u8; 32])) -> (usize, Date) {
    let mut dump = Dump::new(&[0..24, 12..36], false, 1 << 30);
    let (_dir, data) = fresh();
    let mut moments = Vec::new();
    dump.run(&data, &mut || moments.push(copied(&data)));
    let data = DataDir::new(moments[3].path());
    let mut fingerprint = dump.wanted().fingerprint;
    change(&SpillDir::path_of_run(&data), &mut dump, &mut fingerprint);
    let wanted = Wanted { fingerprint, today: jiff::civil::date(2027, 2, 2), ..dump.wanted() };
    let attempt = Attempt::open(&data, &wanted).expect("opened");
    let stays = fs::read_dir(SpillDir::path_of_run(&data)).expect("there").count() > 1;
    assert_eq!(stays, attempt.finished_files() > 0, "what is not resumed is removed");
    (attempt.finished_files(), attempt.today())
}

#[test]
fn another_run_starts_over() {
    let (old, new) = (jiff::civil::date(2026, 1, 1), jiff::civil::date(2027, 2, 2));
    let spill_file = |dir: &Path| {
        let mut paths = fs::read_dir(dir).expect("there").map(|entry| entry.expect("listed").path());
        paths.find(|path| path.extension().is_some_and(|extension| extension == "frames")).expect("a spill file")
    };
    assert_eq!(finished_for(|_, _, _| ()), (1, old), "the first date stays");
    assert_eq!(finished_for(|_, _, fingerprint| fingerprint[0] = 2), (0, new), "another fingerprint");
    assert_eq!(finished_for(|_, dump, _| dump.ids.truncate(1)), (1, old), "unfinished files may change");
    assert_eq!(finished_for(|_, dump, _| dump.ids = dump.ids.split_off(1)), (0, new), "a finished file is missing");
    assert_eq!(finished_for(|dir, _, _| fs::remove_file(dir.join(NAME)).expect("there")), (0, new));
    assert_eq!(finished_for(|dir, _, _| fs::write(dir.join(NAME), "x\n").expect("there")), (0, new));
    assert_eq!(finished_for(|dir, _, _| fs::write(dir.join("1000000.frames"), "x").expect("written")), (1, old));
    assert_eq!(finished_for(|dir, _, _| fs::remove_file(spill_file(dir)).expect("there")), (0, new));
    let change = |dir: &Path, change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = fs::read(spill_file(dir)).expect("there");
        change(&mut bytes);
        fs::write(spill_file(dir), bytes).expect("written");
    };
    assert_eq!(finished_for(|dir, _, _| change(dir, &|bytes| bytes.push(1))), (1, old), "after the checkpoint");
    assert_eq!(finished_for(|dir, _, _| change(dir, &|bytes| bytes[9] ^= 1)), (0, new), "a changed bit");
    assert_eq!(finished_for(|dir, _, _| change(dir, &|bytes| bytes.truncate(bytes.len() - 1))), (0, new), "shorter");
}

#[test]
fn a_failure_leaves_everything_after_a_checkpoint_and_nothing_before_one() {
    let dump = Dump::new(&[0..24, 12..36], true, 1 << 30);
    let (_dir, data) = fresh();
    let fail = |checkpoint: bool| {
        let attempt = Attempt::open(&data, &dump.wanted()).expect("opened");
        let memory = Memory::new(1 << 30);
        let (sorter, dedup) = (attempt.sorter(0, &memory), attempt.dedup(&memory));
        push(0..24, &[], Some(&dedup));
        if checkpoint {
            let finished = Finished { file: dump.ids[0], report: serde_json::Value::Null };
            attempt.checkpoint(&[sorter], Some(&dedup), &[finished]).expect("written");
        } else {
            dedup.save().expect("saved");
        }
        assert!(data.spill().exists());
    };
    fail(false);
    assert!(!data.spill().exists(), "nothing was durable");
    fail(true);
    let mode = std::os::unix::fs::MetadataExt::mode(&SpillDir::path_of_run(&data).metadata().expect("there"));
    assert_eq!(mode & 0o777, 0o700);
    // Other commands that spill do not remove it.
    drop(SpillDir::create(&data).expect("created"));
    assert_eq!(dump.run(&data, &mut || ()).read, 1);
}

#[test]
fn a_published_ledger_is_recognised() {
    let dump = Dump::new(&[0..24; 1], false, 1 << 30);
    let (before, after) = (dump.ids[0], FileId::default());
    for over in [None, Some(before)] {
        let (_dir, data) = fresh();
        let attempt = Attempt::open(&data, &dump.wanted()).expect("opened");
        let is_known = |over| dump.has_published(&data, over);
        assert!(!is_known(over) && !is_known(Some(after)), "nothing was recorded");
        attempt.publishing(over, [7; 32]).expect("written");
        // There was no checkpoint.
        std::mem::forget(attempt);
        assert!(is_known(Some(after)) && !is_known(over));
        let others = Attempt::has_published(&data, &dump.wanted().fingerprint, &[8; 32], Some(after));
        assert!(!others, "of other inputs");
        let attempt = Attempt::open(&data, &dump.wanted()).expect("opened");
        assert_eq!(attempt.finished_files(), 0);
        attempt.done();
        assert!(!is_known(Some(after)), "it is done");
    }
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

fn some_journal() -> Vec<Entry> {
    let begin = Begin { version: 1, run: [1; 32], fingerprint: [2; 32], today: "2026-01-01".parse().expect("a day") };
    let file = |number, attempt| {
        let state = FileState { number, attempt, bytes: 40, frames: 1, entries: 2 };
        Listed { kind: Some(3), partition: 4, state }
    };
    let finished = || Finished { file: FileId::default(), report: serde_json::json!({ "rows": 1 }) };
    vec![
        Entry::Begin(begin),
        Entry::Attempt { number: 1 },
        Entry::Checkpoint { finished: vec![finished()], files: vec![file(1, 1)] },
        Entry::Attempt { number: 2 },
        Entry::Checkpoint { finished: vec![finished()], files: vec![file(1, 1), file(2, 2)] },
    ]
}

#[test]
fn a_torn_entry_is_ignored_and_a_damaged_journal_invalid() {
    let entries = some_journal();
    let whole: Vec<u8> = entries.iter().flat_map(encode).collect();
    let ends: Vec<usize> =
        (0..=entries.len()).map(|n| entries[..n].iter().map(|entry| encode(entry).len()).sum()).collect();
    let states: Vec<_> = ends.iter().map(|&end| replay(&whole[..end]).map(|(state, _)| state)).collect();
    assert!(states[0].is_none() && states[1..].iter().all(Option::is_some));
    assert_eq!(
        states[5].as_ref().map(|state| (state.attempt, state.finished.len(), state.files.len())),
        Some((2, 2, 2))
    );
    for length in 0..whole.len() {
        let entries = ends.iter().rposition(|&end| end <= length).expect("nothing is whole in the least");
        for tail in [&b""[..], &[0; 50], b"{\n\n{}", b"00000000 {}\n"] {
            let torn = [&whole[..length], tail].concat();
            let expected = states[entries].clone().map(|state| (state, ends[entries] as u64));
            assert_eq!(replay(&torn), expected, "cut to {length}");
        }
    }
    for at in 0..ends[4] - 1 {
        let mut changed = whole.clone();
        changed[at] ^= 1;
        // A changed newline joins two lines; if they are the last ones, they count as torn.
        let expected = if at + 1 == ends[4] { states[3].clone() } else { None };
        assert_eq!(replay(&changed).map(|(state, _)| state), expected, "byte {at}");
    }
    for order in [[1, 0], [0, 0], [0, 2]] {
        let text: Vec<u8> = order.iter().flat_map(|&at| encode(&entries[at])).collect();
        assert_eq!(replay(&text), None, "{order:?}");
    }
}

#[test]
fn a_journal_that_has_grown_is_rewritten() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut entries = some_journal().into_iter();
    let Some(Entry::Begin(begin)) = entries.next() else { unreachable!("it begins") };
    let mut journal = Journal::begin(dir.path(), begin).expect("begun");
    entries.for_each(|entry| journal.append(entry).expect("appended"));
    let length = || fs::metadata(dir.path().join(NAME)).expect("there").len();
    journal.append(Entry::Publishing { over: Some(FileId::default()), inputs: [7; 32] }).expect("appended");
    let (before, state) = (length(), journal.state.clone());
    let checkpoint = |files: &[Listed]| Entry::Checkpoint { finished: Vec::new(), files: files.to_vec() };
    journal.rewritten_from = before;
    journal.append(checkpoint(&state.files)).expect("rewritten");
    assert!(length() < before);
    assert_eq!(Journal::open(dir.path()).expect("read").expect("whole").state, state);
    // Further entries are appended to the new file.
    journal.append(checkpoint(&state.files)).expect("appended");
    assert_eq!(length(), journal.bytes);
    let again = Journal::open(dir.path()).expect("read").expect("whole");
    assert_eq!((again.state, again.bytes), (state, journal.bytes));
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
