//! Sorting within and beyond the memory bound, with and without checkpoints.

use super::*;
use exposure_index::DataDir;
use rayon::prelude::*;

#[test]
fn digests_are_sorted_and_distinct_whatever_the_memory() {
    let dir = tempfile::tempdir().expect("a directory");
    let spill = SpillDir::create(&DataDir::new(dir.path())).expect("created");
    let digest = |n: u64| Digest::from_output(blake3::hash(&n.to_le_bytes()).as_bytes());
    let pushed: Vec<_> = (0..300_000).chain(0..100_000).map(digest).collect();
    let mut expected = pushed[..300_000].to_vec();
    expected.sort_unstable();
    for (limit, spills, splits) in [(1 << 30, false, false), (2 << 20, true, false), (100 << 10, true, true)] {
        let memory = Memory::new(limit);
        let sorter = Sorter::new(&spill, &memory);
        pushed.par_chunks(1_000).try_for_each(|digests| sorter.push(digests)).expect("pushed");
        let files = std::fs::read_dir(dir.path().join("spill")).expect("there").count();
        assert_eq!(files > 0, spills, "limit {limit}");
        let mut sorted = Vec::new();
        let mut split = false;
        for number in sorter.filled() {
            match sorter.drain(number, std::iter::empty(), 0).expect("read") {
                Sorted::Whole(digests) => sorted.extend(digests),
                Sorted::Split(below) => {
                    split = true;
                    below
                        .for_each_part(&mut |digests| {
                            sorted.extend_from_slice(digests);
                            Ok(())
                        })
                        .expect("read");
                }
            }
        }
        assert!(sorted == expected, "limit {limit}");
        assert_eq!(split, splits, "limit {limit}");
        let left = std::fs::read_dir(dir.path().join("spill")).expect("there").count();
        assert_eq!(left, 0, "spilled files are removed once they are read");
        assert!(memory.try_take(limit), "all memory was returned");
    }
}

#[test]
fn digests_are_saved_once_and_may_then_leave_memory() {
    let dir = tempfile::tempdir().expect("a directory");
    let spill = SpillDir::create(&DataDir::new(dir.path())).expect("created");
    let digests: Vec<_> = (0..513).map(|n| Digest::from_parts(n, [0; 16])).collect();
    let memory = Memory::new(512 * RECORD_BYTES);
    let sorter = Sorter::new(&spill, &memory);
    sorter.push(&digests[..512]).expect("pushed");
    let saved = sorter.save().expect("saved");
    assert_eq!(saved, sorter.save().expect("saved"), "nothing new, nothing written");
    assert_eq!(saved.len(), 1);
    // The only room for one more is that of saved digests.
    sorter.push(&digests[512..]).expect("pushed");
    let mut sorted = Vec::new();
    let take = &mut |part: &[Digest]| {
        sorted.extend_from_slice(part);
        Ok(())
    };
    sorter.for_each_part(take).expect("read");
    assert!(sorted == digests);
}
