//! What has been spent, on the disk: today's counts under today's salt, and what partners have used each day.
//!
//! Each save is one transaction. At midnight salt and counts are deleted, overwritten, and gone from the write-ahead log
//! too.

use crate::budget::spend::Spent;
use crate::budget::who::Who;
use crate::budget::window::Count;
use crate::partners::{PartnerError, PartnerStore};
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

/// The counts of a day as they were saved last.
pub(crate) struct Saved {
    /// Days since 1970.
    pub(crate) day: u64,
    pub(crate) salt: [u8; 32],
    pub(crate) counts: Vec<(Who, Spent)>,
}

/// What is to be saved.
pub(crate) struct Unsaved {
    /// Day and salt as in memory, and those counts that have changed, as they are now.
    pub(crate) now: Saved,
    /// Elements that have been charged to partners since, by id and day.
    pub(crate) used: Vec<((i64, u64), u32)>,
}

impl Saved {
    /// Reads what was saved; none in a file of which no service has made use.
    pub(crate) fn load(store: &mut PartnerStore) -> Result<Option<Self>, PartnerError> {
        let loaded = load(store.connection());
        loaded.map_err(|error| store.failed(error))
    }
}

impl Unsaved {
    /// Saves all of it, or nothing.
    pub(crate) fn save(&self, store: &mut PartnerStore) -> Result<(), PartnerError> {
        let saved = save(store.connection(), self);
        let is_new_day = saved.map_err(|error| store.failed(error))?;
        if is_new_day && !store.empty_log() {
            tracing::warn!("counts of yesterday may lie in the write-ahead log of the partners' file for a while");
        }
        Ok(())
    }
}

fn load(connection: &Connection) -> rusqlite::Result<Option<Saved>> {
    let Some((day, salt)) = today(connection)? else { return Ok(None) };
    let mut spent = connection.prepare("SELECT who, minute, in_minute, in_day FROM spent")?;
    let mut rows = spent.query([])?;
    let mut counts = Vec::new();
    while let Some(row) = rows.next()? {
        let minute = Count { number: row.get::<_, i64>(1)?.cast_unsigned(), spent: row.get(2)? };
        let spent = Spent { minute, day: Count { number: day, spent: row.get(3)? } };
        counts.extend(Who::from_bytes(row.get_ref(0)?.as_blob()?).map(|who| (who, spent)));
    }
    Ok(Some(Saved { day, salt, counts }))
}

fn today(connection: &Connection) -> rusqlite::Result<Option<(u64, [u8; 32])>> {
    let today = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get(1)?));
    connection.query_row("SELECT day, salt FROM today", [], today).optional()
}

/// The rows of a day that is over go with the first save of the next. Says whether this was it.
fn save(connection: &mut Connection, Unsaved { now, used }: &Unsaved) -> rusqlite::Result<bool> {
    let changes = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let is_new_day = today(&changes)? != Some((now.day, now.salt));
    if is_new_day {
        changes.execute_batch("DELETE FROM spent; DELETE FROM today;")?;
        changes.execute("INSERT INTO today (day, salt) VALUES (?1, ?2)", params![now.day.cast_signed(), now.salt])?;
    }
    {
        let mut spent = changes.prepare(
            "INSERT INTO spent (who, minute, in_minute, in_day) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET minute = ?2, in_minute = ?3, in_day = ?4",
        )?;
        for (who, Spent { minute, day }) in &now.counts {
            spent.execute(params![who.to_bytes(), minute.number.cast_signed(), minute.spent, day.spent])?;
        }
        let mut usage = changes.prepare(
            "INSERT INTO usage (partner, day, elements) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET elements = elements + ?3",
        )?;
        for ((partner, day), elements) in used {
            usage.execute(params![partner, day.cast_signed(), elements])?;
        }
    }
    changes.commit()?;
    Ok(is_new_day)
}
