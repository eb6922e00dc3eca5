//! Whole index files: what goes in comes out, collisions stay apart, damage is an error. Tests only.

use super::*;
use crate::{IndexWriter, IndexedSource, Plan, Sizing, publish};
use exposure_protocol::{PublicKey, RECORD_BYTES, Scheme, SecretKey, Tag};
use std::fs;
use std::path::PathBuf;

/// An index over digests and set numbers, in two sources and three sets, as a builder would make it.
fn build(path: &Path, public: PublicKey, sizing: Sizing, entries: &[(Digest, u32)]) {
    let counts = BTreeMap::from([("phone".to_owned(), entries.len() as u64)]);
    let source = |slug: &str, n| IndexedSource { slug: slug.to_owned(), ledger_hash: [n; 32], kinds: counts.clone() };
    let table = SourceTable {
        sources: vec![source("a", 1), source("b", 2)],
        kinds: counts.clone(),
        sets: vec![vec![0], vec![0, 1], vec![1]],
    };
    let mut leaf_counts = vec![0; 1 << sizing.depth];
    for (digest, _) in entries {
        leaf_counts[(digest.tag(sizing.digest_bits) >> (sizing.digest_bits - sizing.depth)) as usize] += 1;
    }
    let plan = Plan::new(Scheme::Voprf, 1, Some(public), sizing, table, leaf_counts);
    let sealer = Sealer::new(Scheme::Voprf, plan.header().seal_bits, plan.header().nonce);
    let mut sealed: Vec<(Tag, u32)> =
        entries.iter().map(|(digest, set)| (digest.tag(sizing.digest_bits), sealer.apply(digest, *set))).collect();
    sealed.sort_unstable();
    let write = |file: &mut fs::File| IndexWriter::write(file, plan, sealed).map(drop);
    publish(path, 0o644, write, |written| Index::open(written)?.verify()).expect("published");
}

fn digest(n: u64) -> Digest {
    let hash = blake3::hash(&n.to_be_bytes());
    Digest::from_output(hash.as_bytes())
}

fn fixture(count: u64) -> (tempfile::TempDir, PathBuf, Vec<(Digest, u32)>) {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("current.index");
    let entries: Vec<_> = (0..count).map(|n| (digest(n), (n % 3) as u32)).collect();
    let sizing = Sizing::of(count, 1e-9).expect("small");
    build(&path, SecretKey::generate(1).public(), sizing, &entries);
    (dir, path, entries)
}

#[test]
fn what_goes_in_comes_out() {
    for count in [0, 1, 1_000, 70_000] {
        let (_dir, path, entries) = fixture(count);
        let index = Index::open(&path).expect("own index");
        for (digest, set) in &entries {
            assert_eq!(index.lookup(digest).expect("sound"), Presence::Found(*set));
        }
        for n in count..count + 1_000 {
            assert_eq!(index.lookup(&digest(n)).expect("sound"), Presence::Absent);
        }
        let header = index.header();
        for bits in header.served() {
            let mut total = 0;
            for value in 0..1 << bits {
                let range = index.range(Prefix::new(bits, value)).expect("sound");
                assert!(range.is_sorted());
                assert!(range.len() as u64 <= index.range_entries()[&bits]);
                total += range.len() as u64;
            }
            assert_eq!(total, count, "ranges of {bits} bits hold every entry once");
        }
        for (digest, _) in &entries {
            let tag = digest.tag(header.digest_bits);
            let prefix = Prefix::of_tag(tag, header.digest_bits, header.prefix_bits);
            let rest = suffix(tag, header.digest_bits, header.prefix_bits);
            // One range a hundred entries is enough of this quadratic check.
            if rest.is_multiple_of(100) {
                assert!(index.range(prefix).expect("sound").iter().any(|entry| entry.suffix == rest));
            }
        }
    }
}

#[test]
fn equal_tags_stay_apart() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("current.index");
    let twin = |last| {
        let mut bytes = digest(1).to_bytes();
        bytes[RECORD_BYTES - 1] = last;
        Digest::from_bytes(bytes)
    };
    let sizing = Sizing::of(2, 1e-9).expect("small");
    build(&path, SecretKey::generate(1).public(), sizing, &[(twin(0), 0), (twin(1), 0)]);
    let index = Index::open(&path).expect("own index");
    assert_eq!(index.header().records, 2);
    assert_eq!(index.lookup(&twin(0)).expect("sound"), Presence::Undetermined);
    assert_eq!(index.lookup(&twin(1)).expect("sound"), Presence::Undetermined);
}

/// Opens, verifies, reads every range and looks every entry up.
fn use_all(path: &Path, entries: &[(Digest, u32)]) -> Result<(), IndexError> {
    let index = Index::open(path)?;
    for value in 0..1 << index.header().prefix_bits {
        index.range(Prefix::new(index.header().prefix_bits, value))?;
    }
    for (digest, set) in entries {
        assert_eq!(index.lookup(digest)?, Presence::Found(*set), "a wrong answer");
    }
    Ok(())
}

#[test]
fn a_flipped_bit_anywhere_is_an_error() {
    let (dir, path, entries) = fixture(300);
    let bytes = fs::read(&path).expect("readable");
    use_all(&path, &entries).expect("undamaged");
    let damaged_path = dir.path().join("damaged.index");
    for bit in 0..bytes.len() * 8 {
        let mut damaged = bytes.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        fs::write(&damaged_path, &damaged).expect("writable");
        assert!(use_all(&damaged_path, &entries).is_err(), "bit {} of byte {}", bit % 8, bit / 8);
        let verified = Index::open(&damaged_path).and_then(|index| index.verify());
        assert!(verified.is_err(), "verify, bit {} of byte {}", bit % 8, bit / 8);
    }
}

#[test]
fn a_truncation_anywhere_is_an_error() {
    let (dir, path, _) = fixture(300);
    let bytes = fs::read(&path).expect("readable");
    let damaged_path = dir.path().join("damaged.index");
    for length in 0..bytes.len() {
        fs::write(&damaged_path, &bytes[..length]).expect("writable");
        assert!(Index::open(&damaged_path).is_err(), "cut to {length}");
    }
    fs::write(&damaged_path, [&bytes[..], b"x"].concat()).expect("writable");
    assert!(Index::open(&damaged_path).is_err(), "a byte too many");
}

#[test]
fn a_writer_refuses_what_was_not_counted() {
    let sizing = Sizing::of(1, 1e-9).expect("small");
    let plan = |counts: [u32; 16]| {
        let table = SourceTable::default();
        Plan::new(Scheme::Sha256, 0, None, sizing, table, counts.to_vec())
    };
    let mut counts = [0; 16];
    counts[0] = 1;
    let write = |entries: &[(Tag, u32)]| {
        let file = tempfile::tempfile().expect("a file");
        IndexWriter::write(&file, plan(counts), entries.iter().copied())
    };
    assert!(write(&[(1, 0)]).is_ok());
    for wrong in [&[(1, 0), (2, 0)][..], &[(2, 0), (1, 0)], &[]] {
        assert!(matches!(write(wrong), Err(IndexError::Changed(_))), "{wrong:?}");
    }
    let file = tempfile::tempfile().expect("a file");
    let writer = IndexWriter::begin(&file, plan(counts)).expect("a file");
    let mut run = writer.run(0..15);
    run.push(1, 0).expect("counted");
    run.finish().expect("fifteen leaves");
    assert!(matches!(writer.finish(), Err(IndexError::Changed(_))), "the last leaf is not written");
}

/// Somebody damages the directory and makes every checksum right again.
#[test]
fn a_forged_directory_is_refused_or_harmless() {
    let (dir, path, entries) = fixture(300);
    let sound = fs::read(&path).expect("readable");
    let (_, sections) = Header::decode(sound.first_chunk().expect("a header"), sound.len()).expect("sound");
    let forged_path = dir.path().join("forged.index");
    for at in sections.directory.clone() {
        for flip in [0x01, 0x80, 0xff] {
            let mut forged = sound.clone();
            forged[at] ^= flip;
            let end = forged.len();
            let mut footer = Footer::decode(forged.last_chunk().expect("a footer")).expect("sound");
            footer.directory = hash16(&forged[sections.directory.clone()]);
            forged[end - FOOTER_BYTES..].copy_from_slice(&footer.encode());
            footer.id = hash16(&forged[..end - 24]);
            forged[end - FOOTER_BYTES..].copy_from_slice(&footer.encode());
            fs::write(&forged_path, &forged).expect("writable");
            // A panic of `fst` is an error of ours; what opens all the same answers every question or refuses it.
            if let Ok(index) = Index::open(&forged_path) {
                index.verify().expect("the checksums are right");
                for (digest, _) in &entries {
                    drop(index.lookup(digest));
                }
            }
        }
    }
}
