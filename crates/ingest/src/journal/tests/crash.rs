//! A run that dies at any moment, once or twice.

use super::*;

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
