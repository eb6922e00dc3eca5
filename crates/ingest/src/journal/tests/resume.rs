//! Which attempt goes on where an earlier one stopped, and which starts over.

use super::*;

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
