//! Partners: who may ask more than the public, by which key, and how a running service keeps up with its file.
//!
//! Owns the file, what of it is in memory, and the round that reads changes and saves what has been spent. What may be
//! spent is decided in `budget`.

mod key;
mod store;
mod table;
mod terms;

pub use key::{KeyId, PartnerKey};
pub use store::{PartnerError, PartnerRecord, PartnerStore};
pub(crate) use table::{Partner, Table};
pub use terms::Terms;

use crate::budget::Budgets;
use crate::budget::saved::Saved;
use crate::state::Shared;
use arc_swap::ArcSwap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task;
use tokio::time::{MissedTickBehavior, interval};

/// How often the file is looked at, and what has been spent saved: as much as a crash can lose.
const ROUND: Duration = Duration::from_secs(1);

/// The partners of a running service.
pub(crate) struct Partners {
    table: ArcSwap<Table>,
    /// None without a file: no partners, and nothing is saved.
    file: Option<Mutex<File>>,
}

struct File {
    store: PartnerStore,
    /// Of the file as it was read last.
    version: i64,
    /// The failure that was logged last.
    said: String,
}

impl Partners {
    /// The partners in a file, and what had been spent when it was last saved.
    pub(crate) fn open(path: Option<&Path>) -> Result<(Self, Option<Saved>), PartnerError> {
        let Some(path) = path else {
            return Ok((Self { table: ArcSwap::default(), file: None }, None));
        };
        let mut store = PartnerStore::open(path)?;
        // Taken before the table is read, so that what changes meanwhile is noticed in the first round.
        let version = store.version()?;
        let (table, saved) = (store.table()?, Saved::load(&mut store)?);
        let file = File { store, version, said: String::new() };
        Ok((Self { table: ArcSwap::from_pointee(table), file: Some(Mutex::new(file)) }, saved))
    }

    /// The table of this moment.
    pub(crate) fn table(&self) -> Arc<Table> {
        self.table.load_full()
    }

    /// Whether pages of some partner may ask. Nearly free.
    pub(crate) fn have_origins(&self) -> bool {
        !self.table.load().is_without_origins()
    }

    /// Reads what a command has changed, and saves what has been spent since the last round. What cannot be saved is
    /// kept for the next one. Blocks.
    pub(crate) fn round(&self, budgets: &Budgets) {
        let Some(file) = &self.file else { return };
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        let failure = match self.keep(&mut file, budgets) {
            Ok(()) => String::new(),
            Err(error) => error.to_string(),
        };
        if failure != file.said {
            match failure.as_str() {
                "" => tracing::info!("partners are read and what is spent of budgets is saved again"),
                why => tracing::error!("what is spent of budgets is not saved: {why}"),
            }
            file.said = failure;
        }
    }

    fn keep(&self, file: &mut File, budgets: &Budgets) -> Result<(), PartnerError> {
        let version = file.store.version()?;
        if version != file.version {
            self.table.store(Arc::new(file.store.table()?));
            file.version = version;
        }
        let now = budgets.now();
        if let Some(unsaved) = budgets.take_unsaved(now) {
            unsaved.save(&mut file.store).inspect_err(|_| budgets.put_back(&unsaved))?;
        }
        budgets.all_saved(now);
        Ok(())
    }
}

/// A round each second, until it is aborted.
pub(crate) async fn keep_up(shared: Arc<Shared>) {
    let mut ticks = interval(ROUND);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        round(Arc::clone(&shared)).await;
    }
}

/// One round, on a thread that may block.
pub(crate) async fn round(shared: Arc<Shared>) {
    if task::spawn_blocking(move || shared.partners.round(&shared.budgets)).await.is_err() {
        tracing::error!("what is spent of budgets is not saved: the program failed on it");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Budget;
    use crate::caller::Caller;
    use rusqlite::{Connection, TransactionBehavior};
    use std::num::NonZeroU32;

    #[test]
    fn what_another_process_keeps_from_being_saved_is_saved_later() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("partners.sqlite");
        let key = PartnerStore::open(&path).expect("made").add("bank", &Terms::new("a"), 0).expect("added");
        let (partners, saved) = Partners::open(Some(&path)).expect("opened");
        let budgets = Budgets::new(&Budget::default(), None, saved, true);
        let bank = Caller::Partner(Arc::clone(partners.table().find(&key.to_text()).expect("live")));
        let now = budgets.now();
        let used = || PartnerStore::open(&path).expect("opened").list((now / 86_400) as u32).expect("read")[0].used;
        let five = NonZeroU32::new(5).expect("not zero");
        budgets.charge(&bank, five, now).outcome.expect("a fresh day");

        let mut other = Connection::open(&path).expect("opened");
        let held = other.transaction_with_behavior(TransactionBehavior::Immediate).expect("held");
        budgets.all_saved(0);
        partners.round(&budgets);
        assert!(!budgets.is_available(now), "the round was no success");
        drop(held);
        partners.round(&budgets);
        assert!(budgets.is_available(now));
        assert_eq!(used(), 5, "once");
        partners.round(&budgets);
        assert_eq!(used(), 5);
    }
}
