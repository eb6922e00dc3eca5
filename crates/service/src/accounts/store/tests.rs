//! The file: its mode and durability, sharing, stored hashes of keys, and changes that fail.

use super::*;
use std::fs;
use std::os::unix::fs::MetadataExt as _;

fn contains(dir: &Path, needle: &[u8]) -> bool {
    let files = fs::read_dir(dir).expect("readable").map(|entry| entry.expect("readable").path());
    files.map(|path| fs::read(path).expect("readable")).any(|bytes| bytes.windows(needle.len()).any(|w| w == needle))
}

#[test]
fn the_file_is_private_durable_and_shared() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("partners.sqlite");
    let mut store = PartnerStore::open(&path).expect("made");
    store.add("bank", &Terms::new("a@bank.example"), 1).expect("added");
    let files: Vec<_> = fs::read_dir(dir.path()).expect("readable").map(|entry| entry.expect("readable")).collect();
    assert_eq!(files.len(), 3, "with a log and its index");
    for file in files {
        assert_eq!(file.metadata().expect("there").mode() & 0o777, 0o600, "{:?}", file.file_name());
    }
    let journal: String = store.connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).expect("read");
    assert_eq!(journal, "wal");
    for (name, value) in [("secure_delete", 1_i64), ("synchronous", 2), ("foreign_keys", 1)] {
        let set: i64 = store.connection.pragma_query_value(None, name, |row| row.get(0)).expect("read");
        assert_eq!(set, value, "{name}");
    }
    let version = store.version().expect("read");
    store.rotate("bank", 2).expect("a second key");
    assert_eq!(store.version().expect("read"), version, "its own changes do not count");
    PartnerStore::open(&path).expect("opened").change("bank", |terms| terms.batch = 7).expect("changed");
    assert_ne!(store.version().expect("read"), version);
    assert_eq!(store.list(0).expect("read")[0].terms.batch, 7);
}

#[test]
fn only_hashes_of_live_keys_are_stored() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("partners.sqlite");
    // A service that has the file open keeps the write-ahead log in use.
    let service = PartnerStore::open(&path).expect("made");
    let mut store = PartnerStore::open(&path).expect("opened");
    let first = store.add("bank", &Terms::new("a@bank.example"), 1).expect("added");
    let second = store.rotate("bank", 2).expect("a second");
    for key in [&first, &second] {
        let text = key.to_text();
        let secret = text.rsplit('_').next().expect("a secret");
        assert!(contains(dir.path(), &key.hash()) && !contains(dir.path(), secret.as_bytes()));
        assert!(service.table().expect("read").find(&text).is_some());
    }
    assert!(matches!(store.rotate("bank", 3), Err(PartnerError::TwoKeys(_))));
    assert_eq!(store.revoke("bank", Some(first.id())).expect("revoked"), [first.id()]);
    assert!(!contains(dir.path(), &first.hash()) && contains(dir.path(), &second.hash()));
    let table = service.table().expect("read");
    assert!(table.find(&first.to_text()).is_none() && table.find(&second.to_text()).is_some());
    let keys = store.list(0).expect("read").remove(0).keys;
    assert_eq!(keys, [(second.id(), 2)]);
}

#[test]
fn a_rejected_change_changes_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let mut store = PartnerStore::open(&dir.path().join("partners.sqlite")).expect("made");
    store.add("bank", &Terms::new("a@bank.example"), 1).expect("added");
    let before = store.list(0).expect("read");
    store.change("bank", |terms| (terms.per_day, terms.batch) = (5, 0)).expect_err("batch of 0");
    store.add("bank", &Terms::new("b@bank.example"), 1).expect_err("exists");
    store.revoke("bank", Some("0123456789abcdef".parse().expect("an id"))).expect_err("no such key");
    assert_eq!(store.list(0).expect("read"), before);
}

#[test]
fn a_file_of_another_version_is_rejected() {
    let dir = tempfile::tempdir().expect("a directory");
    let path = dir.path().join("partners.sqlite");
    let store = PartnerStore::open(&path).expect("made");
    store.connection.pragma_update(None, "user_version", 2).expect("changed");
    let error = PartnerStore::open(&path).expect_err("of a later program");
    assert!(error.to_string().ends_with("has version 2; this program reads version 1"), "{error}");
}
