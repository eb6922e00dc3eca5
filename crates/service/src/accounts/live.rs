//! The accounts of a running service: the table in memory, and the open file behind it.

use crate::accounts::error::PartnerError;
use crate::accounts::spent;
use crate::accounts::store::PartnerStore;
use crate::accounts::table::PartnerTable;
use crate::quota::quotas::Quotas;
use crate::quota::saved::Saved;
use arc_swap::ArcSwap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// The accounts of a running service.
pub(crate) struct Accounts {
    table: ArcSwap<PartnerTable>,
    /// `None` without a file: there are no partners, and nothing is saved.
    file: Option<Mutex<OpenFile>>,
}

struct OpenFile {
    store: PartnerStore,
    /// The file's version when the table was last read.
    version: i64,
}

impl Accounts {
    /// Reads the partners, and the counts that were saved last.
    pub(crate) fn open(path: Option<&Path>) -> Result<(Self, Option<Saved>), PartnerError> {
        let Some(path) = path else {
            return Ok((Self { table: ArcSwap::default(), file: None }, None));
        };
        let mut store = PartnerStore::open(path)?;
        // Read before the table, so that a change in between is noticed by the first `sync`.
        let version = store.version()?;
        let (table, saved) = (store.table()?, spent::load(&mut store)?);
        let file = OpenFile { store, version };
        Ok((Self { table: ArcSwap::from_pointee(table), file: Some(Mutex::new(file)) }, saved))
    }

    /// The current table.
    pub(crate) fn table(&self) -> Arc<PartnerTable> {
        self.table.load_full()
    }

    /// Whether any partner has registered an origin for CORS. Cheap.
    pub(crate) fn have_origins(&self) -> bool {
        self.table.load().has_origins()
    }

    /// Reads what a command has changed in the file, and saves what was spent since the last call.
    /// What cannot be saved is kept for the next one. Blocks.
    pub(crate) fn sync(&self, quotas: &Quotas, now: u64) -> Result<(), PartnerError> {
        let Some(file) = &self.file else { return Ok(()) };
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        let version = file.store.version()?;
        if version != file.version {
            self.table.store(Arc::new(file.store.table()?));
            file.version = version;
        }
        if let Some(unsaved) = quotas.take_unsaved(now) {
            spent::save(&mut file.store, &unsaved).inspect_err(|_| quotas.put_back(&unsaved))?;
        }
        quotas.all_saved(now);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::terms::Terms;
    use crate::quota::budget::Budget;
    use crate::quota::client::Client;
    use rusqlite::{Connection, TransactionBehavior};
    use std::num::NonZeroU32;

    const NOW: u64 = 20_000 * 86_400;

    #[test]
    fn counts_that_a_locked_file_rejects_are_saved_later() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("partners.sqlite");
        let key = PartnerStore::open(&path).expect("made").add("bank", &Terms::new("a"), 0).expect("added");
        let (accounts, saved) = Accounts::open(Some(&path)).expect("opened");
        let quotas = Quotas::new(&Budget::default(), None, saved, true, NOW);
        let bank = Client::Partner(accounts.table().find(&key.to_text()).expect("a live key").quota);
        let used = || PartnerStore::open(&path).expect("opened").list((NOW / 86_400) as u32).expect("read")[0].used;
        let five = NonZeroU32::new(5).expect("not zero");
        quotas.charge(&bank, five, NOW).outcome.expect("a fresh day");

        let mut other = Connection::open(&path).expect("opened");
        let lock = other.transaction_with_behavior(TransactionBehavior::Immediate).expect("locked");
        quotas.all_saved(0);
        accounts.sync(&quotas, NOW).expect_err("locked by another process");
        assert!(!quotas.is_available(NOW), "a failed sync does not count");
        drop(lock);
        accounts.sync(&quotas, NOW).expect("saved");
        assert!(quotas.is_available(NOW));
        assert_eq!(used(), 5, "once");
        accounts.sync(&quotas, NOW).expect("saved");
        assert_eq!(used(), 5);
    }
}
