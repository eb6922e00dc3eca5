//! Whole index files: what goes in comes out, collisions stay apart, damage is an error. Tests
//! only.

use super::*;
use crate::{IndexWriter, IndexedSource, Inspection, Plan, Sizing, publish};
use exposure_protocol::range_text::suffix;
use exposure_protocol::{Digest, Presence, PublicKey, RECORD_BYTES, Scheme, SecretKey, Tag};
use std::fs;
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;

/// An index over digests and set numbers, in two sources and three sets, as a builder would make
/// it.
fn build(path: &Path, public: PublicKey, sizing: Sizing, entries: &[(Digest, u32)]) {
    let counts = BTreeMap::from([("phone".to_owned(), entries.len() as u64)]);
    // Two versions, so that the section of versions is there.
    let source = |slug: &str, n: u8| IndexedSource {
        slug: slug.to_owned(),
        ledger_hash: [n; 32],
        kinds: counts.clone(),
        canonical_versions: [("phone".to_owned(), u16::from(n))]
            .into_iter()
            .filter(|(_, version)| *version > 1)
            .collect(),
    };
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

/// An index of this many entries in a directory of its own, and what is in it: digests and set
/// numbers.
pub(crate) fn fixture(count: u64) -> (tempfile::TempDir, PathBuf, Vec<(Digest, u32)>) {
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
            assert_eq!(index.lookup(&digest(n)).expect("sound"), Presence::NotFound);
        }
        asked_together(&index, &entries);
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

/// Batched lookups equal single lookups: of hits and misses in any order, some asked twice.
fn asked_together(index: &Index, entries: &[(Digest, u32)]) {
    let known = entries.len() as u64;
    for (size, stride) in [(0, 1), (1, 1), (15, 7), (16, 3), (17, 5), (1_000, 7_919), (3_000, 1)] {
        let asked: Vec<_> = (0..size).map(|n| digest(n * stride % (known + known / 2 + 5))).collect();
        let alone: Vec<_> = asked.iter().map(|digest| index.lookup(digest).expect("sound")).collect();
        assert_eq!(index.lookup_many(&asked).expect("sound"), alone, "{size} of {known}");
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
    let together = index.lookup_many(&[twin(1), digest(2), twin(0)]).expect("sound");
    assert_eq!(together, [Presence::Undetermined, Presence::NotFound, Presence::Undetermined]);
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
    let digests: Vec<_> = entries.iter().map(|(digest, _)| *digest).collect();
    // Opened again, so that no leaf counts as verified already.
    let together = Index::open(path)?.lookup_many(&digests)?;
    assert!(
        together.iter().zip(entries).all(|(presence, (_, set))| *presence == Presence::Found(*set)),
        "a wrong answer"
    );
    Ok(())
}

#[test]
fn a_flipped_bit_anywhere_is_an_error() {
    let (dir, path, entries) = fixture(300);
    let bytes = fs::read(&path).expect("readable");
    use_all(&path, &entries).expect("undamaged");
    let damaged_path = dir.path().join("damaged.index");
    fs::write(&damaged_path, &bytes).expect("writable");
    // A byte is changed in place and back: writing the file again for each bit would keep a
    // disk busy for a minute.
    let damaged = fs::OpenOptions::new().write(true).open(&damaged_path).expect("writable");
    for (&byte, at) in bytes.iter().zip(0..) {
        for bit in 0..8 {
            damaged.write_all_at(&[byte ^ 1 << bit], at).expect("writable");
            assert!(use_all(&damaged_path, &entries).is_err(), "bit {bit} of byte {at}");
            let verified = Index::open(&damaged_path).and_then(|index| index.verify());
            assert!(verified.is_err(), "verify, bit {bit} of byte {at}");
        }
        damaged.write_all_at(&[byte], at).expect("writable");
    }
    use_all(&damaged_path, &entries).expect("as it was");
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
fn canonical_versions_come_back_and_are_absent_where_all_are_the_first() {
    let dir = tempfile::tempdir().expect("a directory");
    let write = |name: &str, versions: [&[(&str, u16)]; 2]| {
        let source = |(slug, versions): (&str, &[(&str, u16)])| IndexedSource {
            slug: slug.to_owned(),
            kinds: [("cn.ric", 1), ("phone", 2)].map(|(kind, count)| (kind.to_owned(), count)).into(),
            canonical_versions: versions.iter().map(|&(kind, version)| (kind.to_owned(), version)).collect(),
            ..IndexedSource::default()
        };
        let sources: Vec<_> = ["a", "b"].into_iter().zip(versions).map(source).collect();
        let table = SourceTable { kinds: sources[0].kinds.clone(), sources, sets: vec![vec![0], vec![1]] };
        let plan = Plan::new(Scheme::Sha256, 0, None, Sizing::of(0, 1e-9).expect("small"), table.clone(), vec![0; 16]);
        let path = dir.path().join(name);
        publish(&path, 0o644, |file| IndexWriter::write(file, plan, []).map(drop), |_| Ok::<_, IndexError>(()))
            .expect("published");
        let index = Index::open(&path).expect("own index");
        assert_eq!(*index.table(), table);
        (index.table().canonical_versions("phone"), index.table().canonical_versions("cn.ric"), index.bytes())
    };
    let (phone, ric, without) = write("none", [&[], &[]]);
    assert_eq!((phone, ric), ([1].into(), [1].into()));
    let (phone, ric, with) = write("mixed", [&[], &[("phone", 3)]]);
    // The hash, and two bytes for each of four pairs of source and kind.
    assert_eq!((phone, ric, with), ([1, 3].into(), [1].into(), without + 16 + 8));
    let (phone, ric, _) = write("both", [&[("phone", 2)], &[("phone", 2), ("cn.ric", 2)]]);
    assert_eq!((phone, ric), ([2].into(), [1, 2].into()));
    assert!(Index::open(&dir.path().join("mixed")).expect("own index").table().canonical_versions("ng.nin").is_empty());
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
            // A panic of `fst` is an error of ours; what opens all the same answers every question
            // or refuses it.
            if let Ok(index) = Index::open(&forged_path) {
                let sound = index.verify().is_ok();
                for (digest, set) in &entries {
                    match index.lookup(digest) {
                        Ok(presence) => assert_eq!(presence, Presence::Found(*set), "a wrong answer"),
                        Err(_) => assert!(!sound, "verified, and damaged all the same"),
                    }
                }
            }
        }
    }
}

#[test]
fn an_inspection_adds_up() {
    for count in [0, 1_000, 70_000] {
        let (_dir, path, _) = fixture(count);
        let index = Index::open(&path).expect("own index");
        let Inspection { sections, leaf_bytes, tag_bits, sealed_bits, limit_bits, leaves, ranges, sets_by_size } =
            index.inspect();
        assert_eq!(sections.iter().map(|(_, bytes)| bytes).sum::<u64>(), index.bytes() as u64);
        let parts = leaf_bytes.heads + leaf_bytes.high + leaf_bytes.low + leaf_bytes.seals;
        assert!(sections.contains(&("leaves", parts)));
        assert_eq!(leaf_bytes.heads, 8 * index.header().leaves());
        assert_eq!(
            (leaves.count, (leaves.mean * leaves.count as f64).round()),
            (index.header().leaves(), count as f64)
        );
        for (bits, ranges) in ranges {
            assert_eq!(ranges.entries.count, 1 << bits);
            assert_eq!(ranges.entries.max, index.range_entries()[&bits]);
        }
        assert_eq!(sets_by_size, BTreeMap::from([(1, 2), (2, 1)]));
        let Some((tag_bits, limit)) = tag_bits.zip(limit_bits) else {
            assert_eq!((count, sealed_bits), (0, None));
            continue;
        };
        let all = index.bytes() as f64 * 8.0 / count as f64;
        assert!((tag_bits + sealed_bits.expect("entries") - all).abs() < 1e-9);
        assert!(tag_bits > limit, "nothing goes below the limit");
        assert!(count < 70_000 || tag_bits < limit * 1.1, "{tag_bits} beside {limit}");
    }
}
