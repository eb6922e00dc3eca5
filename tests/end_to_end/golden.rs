//! Committed files of each format version: this program must keep reading them and writing the same
//! bytes.
//!
//! `EXPOSURE_BLESS=1` writes them, once, when a version is frozen; later it would hide that bytes
//! have changed.

use exposure_index::{
    EncodedPartition, Index, IndexError, IndexWriter, IndexedSource, InputFile, Ledger, LedgerError, LedgerHeader,
    PARTITIONS, Plan, Provenance, Run, Sizing, SourceTable, publish,
};
use exposure_protocol::{BulkEvaluator, Digest, Presence, Scheme, Sealer, SecretKey};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const RECORDS: u32 = 120;

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(name)
}

fn key() -> SecretKey {
    SecretKey::derive(&[0xa3; 32], b"exposure golden", 1).expect("a seed")
}

/// Digests in order, each with the number of its source set: a alone, both, or b alone.
fn entries() -> Vec<(Digest, u32)> {
    let inputs: Vec<_> = (0..RECORDS).map(|n| format!("phone:+861540000{n:04}")).collect();
    let digests = BulkEvaluator::new(&key()).digests(&inputs).expect("ordinary inputs");
    let mut entries: Vec<_> = digests.into_iter().zip((0..3).cycle()).collect();
    entries.sort_unstable();
    entries
}

fn of_source_a() -> Vec<Digest> {
    entries().into_iter().filter(|(_, set)| *set < 2).map(|(digest, _)| digest).collect()
}

fn provenance() -> Run {
    let input = InputFile { sha256: "00".repeat(32), bytes: 1_234, rows: 99, ..InputFile::default() };
    Run { tool: "golden".to_owned(), inputs: vec![input], ..Run::default() }
}

fn write_ledger(path: &Path) {
    let header =
        LedgerHeader { scheme: Scheme::Voprf, epoch: 1, public_key: Some(key().public()), slug: "a".to_owned() };
    let written: Result<(), Box<dyn std::error::Error>> = Ledger::publish(
        path,
        &header,
        |writer| {
            writer.set_canonical_version("phone", 2);
            let of_a: Vec<_> = of_source_a();
            for records in of_a.chunk_by(|a, b| a.tag(8) == b.tag(8)) {
                let encoded = EncodedPartition::new(records[0].tag(8) as u8, records).expect("at least one record");
                writer.push("phone", &encoded)?;
            }
            Ok(Provenance { runs: vec![provenance()] })
        },
        |_| Ok(()),
    );
    written.expect("written");
}

fn write_index(path: &Path) {
    write_index_of(path, [1, 1]);
}

/// An index whose sources are of two canonical versions.
fn write_index_of_two_versions(path: &Path) {
    write_index_of(path, [1, 2]);
}

fn write_index_of(path: &Path, versions: [u16; 2]) {
    let kinds = |records: u32| BTreeMap::from([("phone".to_owned(), u64::from(records))]);
    let source = |slug: &str, hash, version: u16| IndexedSource {
        slug: slug.to_owned(),
        ledger_hash: [hash; 32],
        kinds: kinds(RECORDS / 3 * 2),
        canonical_versions: [("phone".to_owned(), version)].into_iter().filter(|_| version > 1).collect(),
    };
    let table = SourceTable {
        sources: vec![source("a", 1, versions[0]), source("b", 2, versions[1])],
        kinds: kinds(RECORDS),
        sets: vec![vec![0], vec![0, 1], vec![1]],
    };
    let sizing = Sizing::of(u64::from(RECORDS), 1e-9).expect("few");
    let mut counts = vec![0; 1 << sizing.depth];
    entries().iter().for_each(|(digest, _)| counts[digest.tag(sizing.depth) as usize] += 1);
    let plan = Plan::new(Scheme::Voprf, 1, Some(key().public()), sizing, table, counts);
    let sealer = Sealer::new(Scheme::Voprf, plan.header().seal_bits, plan.header().nonce);
    let sealed = entries();
    let sealed = sealed.iter().map(|(digest, set)| (digest.tag(sizing.digest_bits), sealer.apply(digest, *set)));
    publish(path, 0o644, |file| IndexWriter::write(file, plan, sealed).map(drop), |_| Ok::<(), IndexError>(()))
        .expect("written");
}

/// A golden file that this program writes: its name, how, its damaged copies, and its cut one.
type Written = (&'static str, fn(&Path), &'static [Damage], &'static str);

const WRITTEN: [Written; 3] = [
    ("v1.index", write_index, &DAMAGED_INDEXES, CUT[0]),
    ("v1-versions.index", write_index_of_two_versions, &DAMAGED_VERSIONS, CUT[1]),
    ("v2.ledger", write_ledger, &DAMAGED_LEDGERS, CUT[2]),
];

#[test]
fn versions_are_read_and_written_unchanged() {
    let dir = tempfile::tempdir().expect("a directory");
    for (name, write, damaged, cut) in WRITTEN {
        let fresh = dir.path().join(name);
        write(&fresh);
        let fresh = fs::read(fresh).expect("readable");
        if std::env::var_os("EXPOSURE_BLESS").is_some() {
            fs::write(golden(name), &fresh).expect("writable");
            bless_damage(&fresh, damaged, cut);
        }
        assert!(fresh == fs::read(golden(name)).expect("committed"), "{name}: the bytes of this version have changed");
    }
    for (name, versions) in [("v1.index", [1].into()), ("v1-versions.index", BTreeSet::from([1, 2]))] {
        let index = Index::open(&golden(name)).expect("an old index");
        index.verify().expect("sound");
        for (digest, set) in entries() {
            assert_eq!(index.lookup(&digest).expect("sound"), Presence::Found(set));
        }
        assert_eq!(index.table().canonical_versions("phone"), versions);
    }
    // Version 1 of the ledger is no longer written.
    for (name, version) in [("v1.ledger", 1), ("v2.ledger", 2)] {
        let ledger = Ledger::open(&golden(name)).expect("an old ledger");
        ledger.verify().expect("sound");
        let records: Result<Vec<_>, LedgerError> =
            ledger.records(&ledger.sections()[0], 0..PARTITIONS).expect("a section").collect();
        assert!(records.expect("sound") == of_source_a());
        assert_eq!(ledger.provenance().runs, [provenance()]);
        assert_eq!(ledger.sections()[0].canonical_version, version);
    }
}

#[test]
fn version_0_was_never_frozen_and_is_rejected() {
    assert!(matches!(Index::open(&golden("v0.index")), Err(IndexError::Version(0))));
    let refused = Ledger::open(&golden("v0.ledger"));
    assert!(matches!(refused, Err(LedgerError::Version { version: 0, .. })), "{refused:?}");
}

/// Committed damage: a flipped bit at an offset, from the end if negative.
type Damage = (&'static str, isize);

/// In the header, in the directory, in a leaf, in the sources.
const DAMAGED_INDEXES: [Damage; 4] =
    [("v1-header.index", 30), ("v1-directory.index", 300), ("v1-leaf.index", 1_000), ("v1-sources.index", -200)];

/// In the checksum of the canonical versions, in the versions.
const DAMAGED_VERSIONS: [Damage; 2] = [("v1-versions-hash.index", -90), ("v1-versions-number.index", -74)];

/// In the header, in a block's tags, in a block's keys, in the trailer.
const DAMAGED_LEDGERS: [Damage; 4] =
    [("v2-header.ledger", 20), ("v2-tags.ledger", 140), ("v2-keys.ledger", 160), ("v2-trailer.ledger", -3_000)];

/// The same of version 1, which is no longer written.
const DAMAGED_LEDGERS_1: [&str; 5] =
    ["v1-header.ledger", "v1-tags.ledger", "v1-keys.ledger", "v1-trailer.ledger", "v1-cut.ledger"];

/// Files without their last bytes.
const CUT: [&str; 3] = ["v1-cut.index", "v1-versions-cut.index", "v2-cut.ledger"];

fn bless_damage(sound: &[u8], damaged: &[Damage], cut: &str) {
    for (name, at) in damaged {
        let mut bytes = sound.to_vec();
        let from = if *at < 0 { sound.len() } else { 0 };
        bytes[from.wrapping_add_signed(*at)] ^= 0x10;
        fs::write(golden(name), bytes).expect("writable");
    }
    fs::write(golden(cut), &sound[..sound.len() - 100]).expect("writable");
}

#[test]
fn damaged_files_are_rejected() {
    let indexes = DAMAGED_INDEXES.into_iter().chain(DAMAGED_VERSIONS).map(|(name, _)| name);
    for name in indexes.chain([CUT[0], CUT[1]]) {
        let refused = Index::open(&golden(name)).and_then(|index| index.verify());
        assert!(matches!(refused, Err(IndexError::Damaged(_))), "{name}: {refused:?}");
    }
    let ledgers = DAMAGED_LEDGERS.into_iter().map(|(name, _)| name).chain(DAMAGED_LEDGERS_1);
    for name in ledgers.chain([CUT[2]]) {
        let refused = Ledger::open(&golden(name)).and_then(|ledger| ledger.verify());
        assert!(matches!(refused, Err(LedgerError::Damaged { .. })), "{name}: {refused:?}");
    }
}
