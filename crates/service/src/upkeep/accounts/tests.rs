//! What survives a restart, what midnight deletes, and what happens when counts cannot be saved.

use super::resume;
use crate::accounts::spent;
use crate::accounts::store::PartnerStore;
use crate::accounts::terms::Terms;
use crate::clock::{self, Clock};
use crate::quota::budget::Budget;
use crate::quota::client::{Client, PartnerQuota};
use crate::quota::quotas::Quotas;
use crate::quota::rejection::Rejection;
use exposure_protocol::SecretKey;
use std::fs;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const BUDGET: Budget =
    Budget { global_per_second: 1_000, address_per_minute: 8, address_per_day: 20, partner_share: 0.5 };

/// A file with one partner, whose id is 1.
struct File {
    dir: TempDir,
    key: SecretKey,
}

impl File {
    fn new() -> Self {
        let file = Self { dir: tempfile::tempdir().expect("a directory"), key: SecretKey::generate(1) };
        file.store().add("bank", &Terms::new("a@bank.example"), 0).expect("added");
        file
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("partners.sqlite")
    }

    fn store(&self) -> PartnerStore {
        PartnerStore::open(&self.path()).expect("opened")
    }

    /// Quotas and clock, as after a start of the service.
    fn start(&self) -> (Quotas, Clock) {
        let saved = spent::load(&mut self.store()).expect("read");
        resume(&BUDGET, Some(self.key.clone()), saved, true)
    }

    fn quotas(&self) -> Quotas {
        self.start().0
    }

    fn save(&self, quotas: &Quotas, now: u64) {
        spent::save(&mut self.store(), &quotas.take_unsaved(now).expect("something")).expect("saved");
        quotas.all_saved(now);
    }

    fn used(&self, day: u64) -> u64 {
        self.store().list(day as u32).expect("read")[0].used
    }
}

fn address(text: &str) -> Client {
    Client::Address(text.parse().expect("an address"))
}

fn partner(id: i64, per_minute: u32, per_day: u32) -> Client {
    Client::Partner(PartnerQuota { id, per_minute, per_day, batch: 1_000 })
}

fn charge(quotas: &Quotas, client: &Client, elements: u32, now: u64) -> Result<(), Rejection> {
    quotas.charge(client, NonZeroU32::new(elements).expect("not zero"), now).outcome
}

/// All bytes of a directory's files.
fn bytes(dir: &Path) -> Vec<u8> {
    let files = fs::read_dir(dir).expect("readable").map(|entry| entry.expect("readable").path());
    files.flat_map(|path| fs::read(path).expect("readable")).collect()
}

fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

/// The last midnight: saved counts must not be from the future.
fn midnight() -> u64 {
    let now = clock::system().as_secs();
    now - now % 86_400
}

#[test]
fn saved_counts_survive_a_restart() {
    let file = File::new();
    let (one, bank) = (address("192.0.2.1"), partner(1, 100, 100));
    // In the current minute, so that the window is the same after the restart.
    let now = clock::system().as_secs();
    let before = file.quotas();
    charge(&before, &one, 8, now).expect("a fresh day");
    charge(&before, &bank, 60, now).expect("a fresh day");
    file.save(&before, now);
    charge(&before, &bank, 1, now).expect("and one that is not saved");
    let after = file.quotas();
    assert_eq!(after.allowances(&one, now).minute.remaining, 0);
    assert_eq!(after.allowances(&one, now).day.remaining, 12);
    assert_eq!(after.allowances(&bank, now).minute.remaining, 40);
    assert_eq!(after.allowances(&bank, now).day.remaining, 40);
    assert_eq!(after.allowances(&address("192.0.2.2"), now).day.remaining, 20);
    assert_eq!(file.used(now / 86_400), 60);
    charge(&after, &bank, 5, now).expect("40 are left");
    file.save(&after, now);
    assert_eq!(file.used(now / 86_400), 65, "usage adds up over restarts");
}

#[test]
fn midnight_deletes_salt_and_counts_from_disk() {
    let file = File::new();
    let quotas = file.quotas();
    let (bank, midnight) = (partner(1, 100, 100), midnight() + 86_400);
    quotas.all_saved(midnight - 1);
    charge(&quotas, &address("192.0.2.1"), 8, midnight - 1).expect("a fresh day");
    charge(&quotas, &bank, 10, midnight - 1).expect("a fresh day");
    let unsaved = quotas.take_unsaved(midnight - 1).expect("both");
    spent::save(&mut file.store(), &unsaved).expect("saved");
    let salt = unsaved.now.salt;
    let hashes: Vec<_> =
        unsaved.now.counts.iter().map(|(key, _)| key.to_bytes()).filter(|key| key.len() == 16).collect();
    let before = bytes(file.dir.path());
    assert!(contains(&before, &salt) && contains(&before, &hashes[0]));
    charge(&quotas, &bank, 7, midnight - 1).expect("the last second of the day");
    file.save(&quotas, midnight);
    let after = bytes(file.dir.path());
    assert!(!contains(&after, &salt) && !contains(&after, &hashes[0]), "yesterday's counts are still on disk");
    assert_eq!((file.used(midnight / 86_400 - 1), file.used(midnight / 86_400)), (17, 0));
    assert_eq!(quotas.allowances(&bank, midnight).day.remaining, 100);
}

#[test]
fn addresses_are_not_on_disk() {
    let file = File::new();
    let (quotas, clock) = file.start();
    charge(&quotas, &address("203.0.113.77"), 1, clock.now()).expect("a fresh day");
    file.save(&quotas, clock.now());
    let bytes = bytes(file.dir.path());
    assert!(!contains(&bytes, &[203, 0, 113, 77]) && !contains(&bytes, b"203.0.113.77"));
    // Nor can an address be found with only the salt, which is in the file.
    let saved = spent::load(&mut file.store()).expect("read").expect("saved");
    let guess = blake3::keyed_hash(&saved.salt, &[203, 0, 113, 77]);
    assert!(contains(&bytes, &saved.salt) && !contains(&bytes, &guess.as_bytes()[..16]));
}

#[test]
fn counts_that_could_not_be_saved_are_kept_for_the_next_time() {
    let file = File::new();
    let (quotas, clock) = file.start();
    let (one, bank, now) = (address("192.0.2.1"), partner(1, 100, 100), clock.now());
    charge(&quotas, &one, 8, now).expect("a fresh day");
    charge(&quotas, &bank, 10, now).expect("a fresh day");
    quotas.put_back(&quotas.take_unsaved(now).expect("both"));
    charge(&quotas, &bank, 10, now).expect("20 of 100");
    file.save(&quotas, now);
    assert!(quotas.take_unsaved(now).is_none());
    let after = file.quotas();
    assert_eq!((after.allowances(&one, now).day.remaining, after.allowances(&bank, now).day.remaining), (12, 80));
    assert_eq!(file.used(now / 86_400), 20);
}

#[test]
fn charges_are_rejected_after_a_minute_without_saving_until_saved_again() {
    let file = File::new();
    let (quotas, clock) = file.start();
    let (one, start) = (address("192.0.2.1"), clock.now());
    charge(&quotas, &one, 1, start + 60).expect("a minute is allowed");
    for client in [one, partner(1, 100, 100)] {
        assert_eq!(charge(&quotas, &client, 1, start + 61), Err(Rejection::Unsaved));
    }
    assert!(!quotas.is_available(start + 61));
    file.save(&quotas, start + 62);
    assert!(quotas.is_available(start + 62));
    charge(&quotas, &one, 1, start + 62).expect("saved again");
    let (unsaved, _) = resume(&BUDGET, None, None, false);
    charge(&unsaved, &one, 1, start + 1_000_000).expect("nothing is ever saved, as configured");
}

#[test]
fn counts_from_the_future_hold_for_a_day_at_most() {
    let file = File::new();
    let one = address("192.0.2.1");
    // The clock was an hour or a year ahead when they were saved.
    for (ahead, left) in [(3_600, 12), (365 * 86_400, 20)] {
        let now = clock::system().as_secs();
        let before = file.quotas();
        before.all_saved(now + ahead);
        charge(&before, &one, 8, now + ahead).expect("a fresh day");
        file.save(&before, now + ahead);
        let (after, clock) = file.start();
        assert_eq!(after.allowances(&one, clock.now()).day.remaining, left, "{ahead} seconds ahead");
        fs::remove_file(file.path()).expect("removed");
        file.store().add("bank", &Terms::new("a@bank.example"), 0).expect("added");
    }
}

#[test]
fn another_secret_key_resets_addresses_but_not_partners() {
    let mut file = File::new();
    let (one, bank) = (address("192.0.2.1"), partner(1, 100, 100));
    let (before, clock) = file.start();
    let now = clock.now();
    charge(&before, &one, 8, now).expect("a fresh day");
    charge(&before, &bank, 10, now).expect("a fresh day");
    file.save(&before, now);
    file.key = SecretKey::generate(2);
    let after = file.quotas();
    assert_eq!((after.allowances(&one, now).day.remaining, after.allowances(&bank, now).day.remaining), (20, 90));
}
