//! Ledgers as a whole: what is written is read, and nothing that was changed is.

use super::*;
use exposure_protocol::{Digest, RECORD_BYTES, Scheme, SecretKey};
use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

fn digest(n: u8) -> Digest {
    Digest::from_bytes([n; RECORD_BYTES])
}

fn encoded(digests: impl Iterator<Item = Digest>) -> Vec<EncodedPartition> {
    let digests: Vec<_> = digests.collect();
    let partitions = digests.chunk_by(|a, b| a.tag(8) == b.tag(8));
    partitions.filter_map(|records| EncodedPartition::new(records[0].tag(8) as u8, records)).collect()
}

fn write(path: &Path) {
    let header = LedgerHeader {
        scheme: Scheme::Voprf,
        epoch: 2,
        public_key: Some(SecretKey::generate(2).public()),
        slug: "a-source".to_owned(),
    };
    let filled: Result<(), Box<dyn std::error::Error>> = Ledger::publish(
        path,
        &header,
        |writer| {
            for (kind, records) in [("cn.ric", 0..3_u8), ("phone", 1..5)] {
                if kind == "phone" {
                    writer.set_canonical_version(kind, 3);
                }
                for partition in encoded(records.map(digest)) {
                    writer.push(kind, &partition)?;
                }
            }
            Ok(Provenance { runs: vec![Run { tool: "a tool".to_owned(), ..Run::default() }] })
        },
        |_| Ok(()),
    );
    filled.expect("written");
}

fn read_all(path: &Path) -> Result<Vec<Vec<Digest>>, LedgerError> {
    let ledger = Ledger::open(path)?;
    assert!(ledger.provenance().runs.len() == 1);
    ledger.sections().iter().map(|section| ledger.records(section, 0..PARTITIONS)?.collect()).collect()
}

#[test]
fn records_come_back_by_section() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("a-source.ledger");
    write(&path);
    let expected = vec![(0..3).map(digest).collect::<Vec<_>>(), (1..5).map(digest).collect()];
    assert!(read_all(&path).expect("own ledger") == expected);
    let ledger = Ledger::open(&path).expect("own ledger");
    let versions: Vec<_> =
        ledger.sections().iter().map(|section| (section.kind.as_str(), section.canonical_version)).collect();
    assert_eq!(versions, [("cn.ric", 1), ("phone", 3)]);
}

#[test]
fn every_flipped_bit_and_every_truncation_is_an_error() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("a-source.ledger");
    write(&path);
    let bytes = fs::read(&path).expect("readable");
    let damaged_path = dir.path().join("damaged.ledger");
    // Written in place: some file systems flush a file to the disk that is truncated and written
    // again.
    fs::write(&damaged_path, &bytes).expect("writable");
    let file = File::options().write(true).open(&damaged_path).expect("there");
    for bit in 0..bytes.len() * 8 {
        let (at, byte) = (bit as u64 / 8, bytes[bit / 8]);
        file.write_all_at(&[byte ^ 1 << (bit % 8)], at).expect("writable");
        assert!(read_all(&damaged_path).is_err(), "bit {bit}");
        file.write_all_at(&[byte], at).expect("writable");
    }
    for length in (0..bytes.len()).rev() {
        file.set_len(length as u64).expect("writable");
        assert!(read_all(&damaged_path).is_err(), "cut to {length}");
    }
}
