//! The rows of saved counts: today's counts under today's salt, and the daily usage of partners.
//!
//! Each save is one transaction. At midnight salt and counts are deleted and overwritten, also in
//! the write-ahead log.

use crate::accounts::error::PartnerError;
use crate::accounts::store::PartnerStore;
use crate::quota::count_key::CountKey;
use crate::quota::saved::{Saved, Spent, Unsaved};
use crate::quota::window::Count;
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};

/// Reads the saved counts; `None` in a file that no service has used.
pub(crate) fn load(store: &mut PartnerStore) -> Result<Option<Saved>, PartnerError> {
    let saved = read(store.connection());
    saved.map_err(|error| store.failed(error))
}

/// Saves all of the counts, or nothing.
pub(crate) fn save(store: &mut PartnerStore, unsaved: &Unsaved) -> Result<(), PartnerError> {
    let written = write(store.connection(), unsaved);
    let is_new_day = written.map_err(|error| store.failed(error))?;
    if is_new_day && !store.empty_log() {
        tracing::warn!("yesterday's counts may remain in the write-ahead log of the partners file for a while");
    }
    Ok(())
}

fn read(connection: &Connection) -> rusqlite::Result<Option<Saved>> {
    let Some((day, salt)) = today(connection)? else { return Ok(None) };
    let mut spent = connection.prepare("SELECT who, minute, in_minute, in_day FROM spent")?;
    let mut rows = spent.query([])?;
    let mut counts = Vec::new();
    while let Some(row) = rows.next()? {
        let minute = Count { window: row.get::<_, i64>(1)?.cast_unsigned(), spent: row.get(2)? };
        let spent = Spent { minute, day: Count { window: day, spent: row.get(3)? } };
        counts.extend(CountKey::from_bytes(row.get_ref(0)?.as_blob()?).map(|key| (key, spent)));
    }
    Ok(Some(Saved { day, salt, counts }))
}

fn today(connection: &Connection) -> rusqlite::Result<Option<(u64, [u8; 32])>> {
    let today = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?.cast_unsigned(), row.get(1)?));
    connection.query_row("SELECT day, salt FROM today", [], today).optional()
}

/// Writes the counts. The first write of a day deletes those of the day before; returns whether
/// this was that write.
fn write(connection: &mut Connection, Unsaved { now, usage }: &Unsaved) -> rusqlite::Result<bool> {
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
        for (key, Spent { minute, day }) in &now.counts {
            spent.execute(params![key.to_bytes(), minute.window.cast_signed(), minute.spent, day.spent])?;
        }
        let mut used = changes.prepare(
            "INSERT INTO usage (partner, day, elements) VALUES (?1, ?2, ?3)
             ON CONFLICT DO UPDATE SET elements = elements + ?3",
        )?;
        for ((partner, day), elements) in usage {
            used.execute(params![partner, day.cast_signed(), elements])?;
        }
    }
    changes.commit()?;
    Ok(is_new_day)
}
