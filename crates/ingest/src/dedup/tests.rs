//! Deduplication within and beyond the memory bound, with and without checkpoints.

use super::distinct::make_room;
use super::*;
use exposure_index::DataDir;
use rayon::prelude::*;
use std::fs;

impl<F: FnMut(&mut dyn Iterator<Item = &[u8]>) -> Result<(), IngestError>> TakeDistinct for F {
    fn take(&mut self, part: &mut dyn Iterator<Item = &[u8]>) -> Result<(), IngestError> {
        self(part)
    }

    fn partition_taken(&mut self, _: &Dedup<'_>) -> Result<(), IngestError> {
        Ok(())
    }
}

/// An entry of the kind with rank 7.
fn encoded(canonical: &str) -> Vec<u8> {
    [&[canonical.len() as u8 + 1, 7], canonical.as_bytes()].concat()
}

#[test]
fn identifiers_are_handed_out_once_and_are_encrypted_on_disk() {
    let dir = tempfile::tempdir().expect("a directory");
    let spill = SpillDir::create(&DataDir::new(dir.path())).expect("created");
    let ciphers = Ciphers::ephemeral(0).expect("random numbers");
    let text = |n: usize| format!("+861540000{n:06}");
    let numbers: Vec<_> = (0..200_000).map(|n| n * 7_919 % 100_000).collect();
    for (limit, spills) in [(1 << 30, false), (2 << 20, true), (100 << 10, true)] {
        let memory = Memory::new(limit);
        let dedup = Dedup::new(&spill, &ciphers, &memory);
        let push = |numbers: &[usize]| dedup.push(&numbers.iter().flat_map(|&n| encoded(&text(n))).collect::<Vec<_>>());
        numbers.par_chunks(1_000).try_for_each(push).expect("pushed");
        let files: Vec<_> = fs::read_dir(dir.path().join("spill")).expect("there").collect();
        assert_eq!(!files.is_empty(), spills, "limit {limit}");
        for file in files {
            let bytes = fs::read(file.expect("listed").path()).expect("readable");
            let shown = bytes.windows(9).any(|window| window == b"+86154000");
            assert!(!shown, "an identifier is on the disk in plain text");
        }
        let mut seen = vec![0; 100_000];
        let mut count = |part: &mut dyn Iterator<Item = &[u8]>| {
            for entry in part {
                assert_eq!(entry[0], 7);
                let n: usize = str::from_utf8(&entry[11..]).expect("digits").parse().expect("digits");
                seen[n] += 1;
            }
            Ok(())
        };
        dedup.for_each_part(&mut count).expect("read");
        assert!(seen.iter().all(|&times| times == 1), "limit {limit}");
        assert_eq!(fs::read_dir(dir.path().join("spill")).expect("there").count(), 0);
        assert!(memory.try_take(limit), "all memory was returned");
    }
}

#[test]
fn entries_are_saved_once_and_may_then_leave_memory() {
    let dir = tempfile::tempdir().expect("a directory");
    let spill = SpillDir::create(&DataDir::new(dir.path())).expect("created");
    let key = exposure_protocol::SecretKey::derive(&[7; 32], b"test", 1).expect("a seed");
    let ciphers = Ciphers::derived(&key, &[1; 32], &[0].into());
    for limit in [1 << 30, 1 << 20] {
        let memory = Memory::new(limit);
        let dedup = Dedup::new(&spill, &ciphers, &memory);
        let push = |numbers: std::ops::Range<u32>| {
            let entries: Vec<_> = numbers.flat_map(|n| encoded(&format!("+8620{n:09}"))).collect();
            dedup.push(&entries).expect("pushed");
        };
        let save = || dedup.save().expect("saved").expect("with a key");
        let written = |files: &[(u8, FileState)]| files.iter().map(|(_, state)| state.bytes).sum::<u64>();
        push(0..100_000);
        let first = save();
        assert!(save() == first, "nothing new, nothing written");
        push(0..100_000);
        // If memory is short, some entries were spilled before they were saved, and are new again.
        assert!(limit < 1 << 30 || save() == first, "repetitions of saved entries are dropped");
        push(100_000..120_000);
        assert!(written(&save()) > written(&first));
        let mut count = 0;
        let mut take = |part: &mut dyn Iterator<Item = &[u8]>| {
            count += part.count();
            Ok(())
        };
        dedup.for_each_part(&mut take).expect("read");
        assert_eq!(count, 120_000, "limit {limit}");
        assert!(memory.try_take(limit), "all memory was returned");
    }
}

#[test]
fn making_room_keeps_the_content() {
    let mut bytes = Vec::new();
    for n in 0..1_000_usize {
        make_room(&mut bytes, 2);
        let room = bytes.capacity();
        bytes.extend_from_slice(&[n as u8, 1]);
        assert_eq!(bytes.capacity(), room, "growing would have left a copy behind");
    }
    assert!(bytes.chunks(2).enumerate().all(|(n, pair)| pair == [n as u8, 1]));
}
