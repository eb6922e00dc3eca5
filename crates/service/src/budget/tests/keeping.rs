//! What survives a restart, what a midnight takes away, and what happens when nothing can be saved.

use super::{MIDNIGHT, address, budget, charge, partner};
use crate::Budget;
use crate::budget::Budgets;
use crate::budget::clock;
use crate::budget::saved::Saved;
use crate::partners::{PartnerStore, Terms};
use crate::problem::Problem;
use exposure_protocol::SecretKey;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A data directory's worth of it, with one partner, whose id is 1.
struct Kept {
    dir: TempDir,
    key: SecretKey,
}

impl Kept {
    fn new() -> Self {
        let kept = Self { dir: tempfile::tempdir().expect("a directory"), key: SecretKey::generate(1) };
        kept.store().add("bank", &Terms::new("a@bank.example"), 0).expect("added");
        kept
    }

    fn path(&self) -> PathBuf {
        self.dir.path().join("partners.sqlite")
    }

    fn store(&self) -> PartnerStore {
        PartnerStore::open(&self.path()).expect("opened")
    }

    /// As a service does when it starts.
    fn budgets(&self) -> Budgets {
        let saved = Saved::load(&mut self.store()).expect("read");
        let budget = Budget { partner_share: 0.5, ..budget(1_000, 8, 20) };
        Budgets::new(&budget, Some(self.key.clone()), saved, true)
    }

    fn save(&self, budgets: &Budgets, now: u64) {
        budgets.take_unsaved(now).expect("something").save(&mut self.store()).expect("saved");
        budgets.all_saved(now);
    }

    fn used(&self, day: u64) -> u64 {
        self.store().list(day as u32).expect("read")[0].used
    }
}

/// All bytes of a directory's files.
fn bytes(dir: &Path) -> Vec<u8> {
    let files = fs::read_dir(dir).expect("readable").map(|entry| entry.expect("readable").path());
    files.flat_map(|path| fs::read(path).expect("readable")).collect()
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

/// The last midnight: what is saved must be of a time that has come.
fn midnight() -> u64 {
    let now = clock::system().as_secs();
    now - now % 86_400
}

#[test]
fn a_restart_forgets_nothing_that_was_saved() {
    let kept = Kept::new();
    let (one, bank) = (address("192.0.2.1"), partner(1, 100, 100));
    // Of this minute, so that it is the one that counts after the restart too.
    let now = clock::system().as_secs();
    let before = kept.budgets();
    charge(&before, &one, 8, now).expect("a fresh day");
    charge(&before, &bank, 60, now).expect("a fresh day");
    kept.save(&before, now);
    charge(&before, &bank, 1, now).expect("and one that no round saves");
    let after = kept.budgets();
    assert_eq!(after.standing(&one, now).minute.remaining, 0);
    assert_eq!(after.standing(&one, now).day.remaining, 12);
    assert_eq!(after.standing(&bank, now).minute.remaining, 40);
    assert_eq!(after.standing(&bank, now).day.remaining, 40);
    assert_eq!(after.standing(&address("192.0.2.2"), now).day.remaining, 20);
    assert_eq!(kept.used(now / 86_400), 60);
    charge(&after, &bank, 5, now).expect("40 are left");
    kept.save(&after, now);
    assert_eq!(kept.used(now / 86_400), 65, "usage adds up over restarts");
}

#[test]
fn a_midnight_takes_salt_and_counts_off_the_disk() {
    let kept = Kept::new();
    let budgets = kept.budgets();
    let (bank, midnight) = (partner(1, 100, 100), midnight() + 86_400);
    budgets.all_saved(midnight - 1);
    charge(&budgets, &address("192.0.2.1"), 8, midnight - 1).expect("a fresh day");
    charge(&budgets, &bank, 10, midnight - 1).expect("a fresh day");
    let unsaved = budgets.take_unsaved(midnight - 1).expect("both");
    unsaved.save(&mut kept.store()).expect("saved");
    let salt = unsaved.now.salt;
    let hashes: Vec<_> =
        unsaved.now.counts.iter().map(|(who, _)| who.to_bytes()).filter(|who| who.len() == 16).collect();
    let before = bytes(kept.dir.path());
    assert!(holds(&before, &salt) && holds(&before, &hashes[0]));
    charge(&budgets, &bank, 7, midnight - 1).expect("the last second of the day");
    kept.save(&budgets, midnight);
    let after = bytes(kept.dir.path());
    assert!(!holds(&after, &salt) && !holds(&after, &hashes[0]), "yesterday is on the disk");
    assert_eq!((kept.used(midnight / 86_400 - 1), kept.used(midnight / 86_400)), (17, 0));
    assert_eq!(budgets.standing(&bank, midnight).day.remaining, 100);
}

#[test]
fn addresses_are_not_on_the_disk() {
    let kept = Kept::new();
    let budgets = kept.budgets();
    charge(&budgets, &address("203.0.113.77"), 1, budgets.now()).expect("a fresh day");
    kept.save(&budgets, budgets.now());
    let bytes = bytes(kept.dir.path());
    assert!(!holds(&bytes, &[203, 0, 113, 77]) && !holds(&bytes, b"203.0.113.77"));
    // Under the salt alone, which is in the file, an address is not found either.
    let saved = Saved::load(&mut kept.store()).expect("read").expect("saved");
    let guess = blake3::keyed_hash(&saved.salt, &[203, 0, 113, 77]);
    assert!(holds(&bytes, &saved.salt) && !holds(&bytes, &guess.as_bytes()[..16]));
}

#[test]
fn what_could_not_be_saved_is_kept_for_the_next_round() {
    let kept = Kept::new();
    let budgets = kept.budgets();
    let (one, bank, now) = (address("192.0.2.1"), partner(1, 100, 100), budgets.now());
    charge(&budgets, &one, 8, now).expect("a fresh day");
    charge(&budgets, &bank, 10, now).expect("a fresh day");
    budgets.put_back(&budgets.take_unsaved(now).expect("both"));
    charge(&budgets, &bank, 10, now).expect("20 of 100");
    kept.save(&budgets, now);
    assert!(budgets.take_unsaved(now).is_none());
    let after = kept.budgets();
    assert_eq!((after.standing(&one, now).day.remaining, after.standing(&bank, now).day.remaining), (12, 80));
    assert_eq!(kept.used(now / 86_400), 20);
}

#[test]
fn nothing_is_evaluated_when_a_minute_is_not_saved_and_all_is_well_when_it_is() {
    let kept = Kept::new();
    let budgets = kept.budgets();
    let (one, start) = (address("192.0.2.1"), budgets.now());
    charge(&budgets, &one, 1, start + 60).expect("a minute is allowed");
    for caller in [one.clone(), partner(1, 100, 100)] {
        assert_eq!(charge(&budgets, &caller, 1, start + 61), Err(Problem::BudgetUnavailable));
    }
    assert!(!budgets.is_available(start + 61));
    kept.save(&budgets, start + 62);
    assert!(budgets.is_available(start + 62));
    charge(&budgets, &one, 1, start + 62).expect("saved again");
    let unkept = Budgets::new(&budget(1_000, 8, 20), None, None, false);
    charge(&unkept, &one, 1, start + 1_000_000).expect("nothing is kept, as was asked for");
}

#[test]
fn counts_of_a_time_to_come_hold_for_a_day_at_most() {
    let kept = Kept::new();
    let one = address("192.0.2.1");
    // The clock was an hour ahead when they were saved, or a year.
    for (ahead, left) in [(3_600, 12), (365 * 86_400, 20)] {
        let now = clock::system().as_secs();
        let before = kept.budgets();
        before.all_saved(now + ahead);
        charge(&before, &one, 8, now + ahead).expect("a fresh day");
        kept.save(&before, now + ahead);
        let after = kept.budgets();
        assert_eq!(after.standing(&one, after.now()).day.remaining, left, "{ahead} seconds ahead");
        fs::remove_file(kept.path()).expect("removed");
        kept.store().add("bank", &Terms::new("a@bank.example"), 0).expect("added");
    }
}

#[test]
fn another_secret_key_counts_addresses_afresh_and_partners_on() {
    let mut kept = Kept::new();
    let (one, bank) = (address("192.0.2.1"), partner(1, 100, 100));
    let before = kept.budgets();
    let now = before.now();
    charge(&before, &one, 8, now).expect("a fresh day");
    charge(&before, &bank, 10, now).expect("a fresh day");
    kept.save(&before, now);
    kept.key = SecretKey::generate(2);
    let after = kept.budgets();
    assert_eq!((after.standing(&one, now).day.remaining, after.standing(&bank, now).day.remaining), (20, 90));
}

#[test]
fn far_midnights_are_only_for_what_is_not_saved() {
    // What the tests of charging rely on: a clock of the test's own, ahead of the system's.
    assert!(MIDNIGHT > clock::system().as_secs() && MIDNIGHT.is_multiple_of(86_400));
}
