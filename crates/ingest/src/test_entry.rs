//! The ledger of the test identifier: one record that belongs to nobody. Every index holds it, so
//! that monitoring can check that a service finds what it should.
//!
//! `ingest`, which has the key, creates it when it is missing; `build` does if it has the key. It
//! is an ordinary ledger, so code that reads ledgers needs no special case. It has no provenance
//! and no entry in the catalogue.

use exposure_identifier::{Identifier, Kind};
use exposure_index::{
    DataDir, EncodedPartition, Ledger, LedgerError, LedgerHeader, PARTITIONS, Provenance, TEST_SOURCE,
};
use exposure_protocol::{Hasher, ProtocolError, Scheme, SecretKey};
use std::io;
use std::path::PathBuf;

/// Why there is no ledger of the test identifier.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TestEntryError {
    /// Another source has its name.
    #[error("{} is not the ledger of the test identifier, although “{TEST_SOURCE}” is its name; ingest that source under another name, and remove this file", .0.display())]
    Taken(PathBuf),
    /// It must be created, but the key is missing.
    #[error(
        "the ledger of the test identifier is missing or has another key, and creating it needs the key of the other ledgers; put the key into the data directory for this build, or copy ledgers/{TEST_SOURCE}.ledger from where the ledgers were made"
    )]
    NoKey,
    /// It cannot be written or read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The data directory cannot be used.
    #[error("cannot use the data directory")]
    Data(#[from] io::Error),
    /// The identifier cannot be hashed. This does not happen.
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
}

/// The ledger of the test identifier, with the scheme, epoch and key of another ledger. An existing
/// one is used, unless it has another key; then it is replaced. The caller holds the lock of the
/// data directory.
pub(crate) fn ledger(data: &DataDir, like: &LedgerHeader, key: Option<&SecretKey>) -> Result<Ledger, TestEntryError> {
    let path = data.ledger(TEST_SOURCE);
    let header = LedgerHeader { slug: TEST_SOURCE.to_owned(), ..like.clone() };
    if path.exists() {
        let ledger = Ledger::open(&path)?;
        if !is_tests(&ledger)? {
            return Err(TestEntryError::Taken(path));
        }
        if *ledger.header() == header {
            return Ok(ledger);
        }
    }
    let hasher = match (header.scheme, key.filter(|key| Some(key.public()) == header.public_key)) {
        (Scheme::Sha256, _) => Hasher::Sha256,
        (Scheme::Voprf, Some(key)) => Hasher::keyed(key),
        (Scheme::Voprf, None) => return Err(TestEntryError::NoKey),
    };
    let digests = hasher.digests(&[Identifier::test().hash_input()])?;
    Ledger::publish(
        &path,
        &header,
        |writer| {
            let encoded = EncodedPartition::new(digests[0].tag(8) as u8, &digests).expect("one record");
            writer.push(&Kind::test().name, &encoded)?;
            Ok::<_, TestEntryError>(Provenance::default())
        },
        |_| Ok(()),
    )?;
    Ok(Ledger::open(&path)?)
}

/// Whether a ledger can be the test identifier's: it has one record, of that kind.
fn is_tests(ledger: &Ledger) -> Result<bool, LedgerError> {
    let [section] = ledger.sections() else { return Ok(false) };
    let read: Vec<_> = ledger.records(section, 0..PARTITIONS)?.take(2).collect::<Result<_, _>>()?;
    Ok(ledger.header().slug == TEST_SOURCE && section.kind == Kind::test().name && read.len() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn like(key: Option<&SecretKey>, slug: &str) -> LedgerHeader {
        let (scheme, epoch) = key.map_or((Scheme::Sha256, 0), |key| (Scheme::Voprf, key.epoch()));
        LedgerHeader { scheme, epoch, public_key: key.map(SecretKey::public), slug: slug.to_owned() }
    }

    #[test]
    fn it_is_created_with_the_key_and_read_without() {
        let dir = tempfile::tempdir().expect("a directory");
        let data = DataDir::new(dir.path());
        let _lock = data.lock().expect("free");
        let key = SecretKey::generate(3);
        let like_a = like(Some(&key), "a");
        assert!(matches!(ledger(&data, &like_a, None), Err(TestEntryError::NoKey)));
        let other = SecretKey::generate(3);
        assert!(matches!(ledger(&data, &like_a, Some(&other)), Err(TestEntryError::NoKey)), "another key");
        let made = ledger(&data, &like_a, Some(&key)).expect("made");
        assert_eq!((made.header().slug.as_str(), made.len()), ("test", 1));
        let bytes = fs::read(data.ledger("test")).expect("there");
        let found = ledger(&data, &like_a, None).expect("there is one");
        assert_eq!(found.hash(), made.hash());
        let section = &found.sections()[0];
        let records: Result<Vec<_>, _> = found.records(section, 0..PARTITIONS).expect("sound").collect();
        let digest = Hasher::keyed(&key).digests(&["test:exposure-checker"]).expect("an ordinary input");
        assert!(records.expect("sound") == digest);
        // A new key gives another ledger; the old key gives the same bytes again.
        let renewed = ledger(&data, &like(Some(&other), "a"), Some(&other)).expect("replaced");
        assert_ne!(renewed.hash(), made.hash());
        ledger(&data, &like_a, Some(&key)).expect("replaced");
        assert_eq!(fs::read(data.ledger("test")).expect("there"), bytes);
    }

    #[test]
    fn the_ledger_of_another_source_is_neither_used_nor_overwritten() {
        let dir = tempfile::tempdir().expect("a directory");
        let data = DataDir::new(dir.path());
        let _lock = data.lock().expect("free");
        let digests = Hasher::Sha256.digests(&["phone:+8615400001234"]).expect("an ordinary input");
        let fill = |writer: &mut exposure_index::LedgerWriter<'_>| {
            writer.push("phone", &EncodedPartition::new(digests[0].tag(8) as u8, &digests).expect("one"))?;
            Ok::<_, TestEntryError>(Provenance::default())
        };
        Ledger::publish(&data.ledger("test"), &like(None, "test"), fill, |_| Ok(())).expect("written");
        let before = fs::read(data.ledger("test")).expect("there");
        assert!(matches!(ledger(&data, &like(None, "a"), None), Err(TestEntryError::Taken(_))));
        assert_eq!(fs::read(data.ledger("test")).expect("there"), before);
    }
}
