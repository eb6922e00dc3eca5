//! Crashes at every moment: what a process that is gone leaves on the disk is copied, and another goes on from the copy.

use super::*;
use crate::dedup::{TakeParts, Waiting};
use crate::error::IngestError;
use crate::memory::Memory;
use crate::sort::Sorter;
use crate::spill::SpillDir;
use exposure_index::DataDir;
use exposure_protocol::{Digest, SecretKey};
use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

const KINDS: u8 = 2;

/// Most are of one kind, so that its partitions fill.
fn rank_of(n: u64) -> u8 {
    u8::from(n.is_multiple_of(8))
}

fn text(n: u64) -> String {
    format!("+8620{n:09}")
}

/// Of few partitions: there is an fsync for each.
fn digest(rank: u8, canonical: &[u8]) -> Digest {
    let mut output = *blake3::hash(&[&[rank], canonical].concat()).as_bytes();
    output[0] %= 8;
    Digest::from_output(&output)
}

/// A dump of some files, each the numbers of a range.
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

    /// The whole run, from what is there. `moment` is told when something might go wrong.
    fn run(&self, data: &DataDir, moment: &mut dyn FnMut()) -> Ran {
        let attempt = Attempt::open(data, &self.wanted()).expect("opened");
        moment();
        let memory = Memory::new(self.memory);
        let sorters: Vec<_> = (0..KINDS).map(|rank| attempt.sorter(rank, &memory)).collect();
        let waiting = self.key.as_ref().map(|_| attempt.waiting(&memory));
        let mut read = 0;
        for (id, range) in self.files.iter().filter(|(id, _)| attempt.finished(id).is_none()) {
            read += 1;
            let middle = u64::midpoint(range.start, range.end);
            for part in [range.start..middle, middle..range.end] {
                push(part, &sorters, waiting.as_ref());
                moment();
            }
            if let Some(waiting) = &waiting {
                waiting.save().expect("saved");
                moment();
            }
            let finished = Finished { file: *id, report: serde_json::json!({ "rows": range.end - range.start }) };
            assert!(attempt.checkpoint(&sorters, waiting.as_ref(), &[finished]).expect("written"));
            moment();
        }
        let used = waiting.map_or_else(Vec::new, |waiting| {
            let mut evaluation = Evaluation { attempt: &attempt, sorters: &sorters, taken: 0, moment: &mut *moment };
            waiting.for_each_part(&mut evaluation).expect("evaluated");
            drop(waiting);
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
        assert!(memory.try_take(self.memory), "all memory was given back");
        let run = attempt.run();
        attempt.done();
        assert!(!data.spill().exists(), "nothing is left");
        Ran { digests, read, run, used }
    }
}

struct Ran {
    digests: Vec<Vec<Digest>>,
    /// Files that were read.
    read: usize,
    run: [u8; 32],
    used: Vec<(u32, u32, u64)>,
}

fn push(numbers: Range<u64>, sorters: &[Sorter<'_>], waiting: Option<&Waiting<'_>>) {
    let mut entries = Vec::new();
    for n in numbers {
        let rank = rank_of(n);
        match waiting {
            Some(_) => {
                entries.extend([text(n).len() as u8 + 1, rank]);
                entries.extend_from_slice(text(n).as_bytes());
            }
            None => sorters[usize::from(rank)].push(&[digest(rank, text(n).as_bytes())]).expect("pushed"),
        }
    }
    waiting.map_or(Ok(()), |waiting| waiting.push(&entries)).expect("pushed");
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

impl TakeParts for Evaluation<'_> {
    fn take(&mut self, part: &mut dyn Iterator<Item = &[u8]>) -> Result<(), IngestError> {
        for entry in part {
            self.sorters[usize::from(entry[0])].push(&[digest(entry[0], &entry[1..])])?;
        }
        Ok(())
    }

    fn partition_taken(&mut self, left: &Waiting<'_>) -> Result<(), IngestError> {
        self.taken += 1;
        if self.taken.is_multiple_of(64) {
            (self.moment)();
            self.attempt.checkpoint(self.sorters, Some(left), &[])?;
            (self.moment)();
        }
        Ok(())
    }
}

/// What is on the disk now, as another process will find it.
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

/// In memory, if possible: there are fsyncs by the thousand, and what survives a process needs none.
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
                // One that differs from the first attempt's.
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
            assert!(third.read <= second.read, "what is finished stays finished");
            thirds += 1;
            assert_no_nonce_twice(&[&first, &second, &third]);
        }
        assert_eq!(fewest, 0, "at the end nothing is read again");
        assert!(thirds > 5, "some attempts died twice");
    }
}

fn assert_no_nonce_twice(attempts: &[&Ran]) {
    let all: Vec<_> = attempts.iter().flat_map(|ran| ran.used.iter().map(|used| (ran.run, *used))).collect();
    assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len(), "a nonce came twice");
}

/// Spilled by memory, too, not by checkpoints alone; frames lie behind the checkpoint, and partitions split.
#[test]
fn a_crash_changes_nothing_where_memory_is_short() {
    for is_keyed in [true, false] {
        let dump = Dump::new(&[0..80_000, 60_000..100_000], is_keyed, 64 << 10);
        let (_dir, data) = fresh();
        let (mut moments, mut count) = (Vec::new(), 0);
        // In the second file, behind the first one's checkpoint; and when all is read.
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
fn nothing_lies_there_in_the_clear() {
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

/// A run that was interrupted behind its first file, and how many files are finished for a run that wants this.
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
    assert_eq!(stays, attempt.finished_files() > 0, "what is not taken up is swept");
    (attempt.finished_files(), attempt.today())
}

#[test]
fn another_run_begins_anew() {
    let (old, new) = (jiff::civil::date(2026, 1, 1), jiff::civil::date(2027, 2, 2));
    let spill_file = |dir: &Path| {
        let mut paths = fs::read_dir(dir).expect("there").map(|entry| entry.expect("listed").path());
        paths.find(|path| path.extension().is_some_and(|extension| extension == "frames")).expect("a spill file")
    };
    assert_eq!(finished_for(|_, _, _| ()), (1, old), "the first day stays");
    assert_eq!(finished_for(|_, _, fingerprint| fingerprint[0] = 2), (0, new), "another fingerprint");
    assert_eq!(finished_for(|_, dump, _| dump.ids.truncate(1)), (1, old), "what is not finished may change");
    assert_eq!(finished_for(|_, dump, _| dump.ids = dump.ids.split_off(1)), (0, new), "a finished file is not wanted");
    assert_eq!(finished_for(|dir, _, _| fs::remove_file(dir.join(NAME)).expect("there")), (0, new));
    assert_eq!(finished_for(|dir, _, _| fs::write(dir.join(NAME), "x\n").expect("there")), (0, new));
    assert_eq!(finished_for(|dir, _, _| fs::write(dir.join("1000000.frames"), "x").expect("written")), (1, old));
    assert_eq!(finished_for(|dir, _, _| fs::remove_file(spill_file(dir)).expect("there")), (0, new));
    let change = |dir: &Path, change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = fs::read(spill_file(dir)).expect("there");
        change(&mut bytes);
        fs::write(spill_file(dir), bytes).expect("written");
    };
    assert_eq!(finished_for(|dir, _, _| change(dir, &|bytes| bytes.push(1))), (1, old), "behind the checkpoint");
    assert_eq!(finished_for(|dir, _, _| change(dir, &|bytes| bytes[9] ^= 1)), (0, new), "a bit of it");
    assert_eq!(finished_for(|dir, _, _| change(dir, &|bytes| bytes.truncate(bytes.len() - 1))), (0, new), "shorter");
}

#[test]
fn what_fails_before_a_checkpoint_leaves_nothing_and_behind_one_all_of_it() {
    let dump = Dump::new(&[0..24, 12..36], true, 1 << 30);
    let (_dir, data) = fresh();
    let fail = |checkpoint: bool| {
        let attempt = Attempt::open(&data, &dump.wanted()).expect("opened");
        let memory = Memory::new(1 << 30);
        let (sorter, waiting) = (attempt.sorter(0, &memory), attempt.waiting(&memory));
        push(0..24, &[], Some(&waiting));
        if checkpoint {
            let finished = Finished { file: dump.ids[0], report: serde_json::Value::Null };
            attempt.checkpoint(&[sorter], Some(&waiting), &[finished]).expect("written");
        } else {
            waiting.save().expect("saved");
        }
        assert!(data.spill().exists());
    };
    fail(false);
    assert!(!data.spill().exists(), "nothing was durable");
    fail(true);
    let mode = std::os::unix::fs::MetadataExt::mode(&SpillDir::path_of_run(&data).metadata().expect("there"));
    assert_eq!(mode & 0o777, 0o700);
    // Another command that spills leaves it alone.
    drop(SpillDir::create(&data).expect("created"));
    assert_eq!(dump.run(&data, &mut || ()).read, 1);
}

#[test]
fn what_is_published_is_known_to_be() {
    let dump = Dump::new(&[0..24; 1], false, 1 << 30);
    let (before, after) = (dump.ids[0], FileId::default());
    for over in [None, Some(before)] {
        let (_dir, data) = fresh();
        let attempt = Attempt::open(&data, &dump.wanted()).expect("opened");
        let is_known = |over| dump.has_published(&data, over);
        assert!(!is_known(over) && !is_known(Some(after)), "nothing was said of it");
        attempt.publishing(over, [7; 32]).expect("written");
        // Nothing was read long enough for a checkpoint.
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
fn without_a_key_what_waits_is_in_no_checkpoint() {
    let dump = Dump::new(&[0..24; 1], false, 1 << 30);
    let (_dir, data) = fresh();
    let attempt = Attempt::open(&data, &dump.wanted()).expect("opened");
    let memory = Memory::new(1 << 30);
    let waiting = attempt.waiting(&memory);
    push(0..24, &[], Some(&waiting));
    assert!(!attempt.checkpoint(&[], Some(&waiting), &[]).expect("nothing to do"));
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
fn a_torn_entry_does_not_count_and_a_damaged_journal_is_none() {
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
        // Two lines become one if what parts them is hit, and if they are the last ones, they are torn.
        let expected = if at + 1 == ends[4] { states[3].clone() } else { None };
        assert_eq!(replay(&changed).map(|(state, _)| state), expected, "byte {at}");
    }
    for order in [[1, 0], [0, 0], [0, 2]] {
        let text: Vec<u8> = order.iter().flat_map(|&at| encode(&entries[at])).collect();
        assert_eq!(replay(&text), None, "{order:?}");
    }
}

#[test]
fn a_journal_that_grows_is_written_anew() {
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
    // What follows is appended to the new one.
    journal.append(checkpoint(&state.files)).expect("appended");
    assert_eq!(length(), journal.bytes);
    let again = Journal::open(dir.path()).expect("read").expect("whole");
    assert_eq!((again.state, again.bytes), (state, journal.bytes));
}

#[test]
fn a_file_that_changes_is_another() {
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
