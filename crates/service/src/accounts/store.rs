//! `partners.sqlite`: partners, their keys and their usage.
//!
//! An operator's command and a running service have the file open at the same time, so it is SQLite
//! in WAL mode. Deleted data is overwritten. The counts of quotas are in the same file, so that
//! usage and counts are saved in one transaction; those rows belong to `accounts::spent`.

#[cfg(test)]
mod tests;

use crate::accounts::error::PartnerError;
use crate::accounts::key::PartnerKey;
use crate::accounts::key_id::KeyId;
use crate::accounts::schema;
use crate::accounts::table::{Partner, PartnerTable};
use crate::accounts::terms::Terms;
use crate::quota::client::PartnerQuota;
use exposure_index::valid_slug;
use rusqlite::{Connection, OptionalExtension as _, Transaction, TransactionBehavior, params};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Live keys that a partner may have: the one in use and its replacement.
const LIVE_KEYS: usize = 2;

/// The open file. Changes are transactions: when a function returns, its change is either durable
/// or not made.
#[derive(Debug)]
pub struct PartnerStore {
    path: PathBuf,
    connection: Connection,
}

/// A partner as shown to the operator. Days are counted from 1970, in UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartnerRecord {
    /// Its name.
    pub name: String,
    /// The agreed terms.
    pub terms: Terms,
    /// The day it was added.
    pub added: u32,
    /// Its live keys with the day each was made, oldest first. Without any, the partner is revoked.
    pub keys: Vec<(KeyId, u32)>,
    /// Elements evaluated for it on the requested day.
    pub used: u64,
}

impl PartnerStore {
    /// Opens the file, or creates an empty one with mode 0600. Rejects one that group or others can
    /// read.
    pub fn open(path: &Path) -> Result<Self, PartnerError> {
        let connection = schema::open(path)?;
        Ok(Self { path: path.to_owned(), connection })
    }

    /// Adds a partner with its first key.
    pub fn add(&mut self, name: &str, terms: &Terms, today: u32) -> Result<PartnerKey, PartnerError> {
        if !valid_slug(name) {
            return Err(PartnerError::Name(name.to_owned()));
        }
        terms.check()?;
        self.within(|changes| {
            if find(changes, name)?.is_some() {
                return Err(PartnerError::Exists(name.to_owned()).into());
            }
            let Terms { contact, per_minute, per_day, batch, origins } = terms;
            changes.execute(
                "INSERT INTO partner (name, contact, per_minute, per_day, batch, origins, added)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![name, contact, per_minute, per_day, batch, origins.join("\n"), today],
            )?;
            Ok(add_key(changes, changes.last_insert_rowid(), today)?)
        })
    }

    /// Changes a partner's terms, and returns the new ones.
    pub fn change(&mut self, name: &str, change: impl FnOnce(&mut Terms)) -> Result<Terms, PartnerError> {
        self.within(|changes| {
            let id = found(changes, name)?;
            let mut terms = changes.query_row(&format!("{TERMS} WHERE id = ?1"), [id], |row| terms(row, 0))?;
            change(&mut terms);
            terms.check()?;
            let Terms { contact, per_minute, per_day, batch, origins } = &terms;
            changes.execute(
                "UPDATE partner SET contact = ?2, per_minute = ?3, per_day = ?4, batch = ?5, origins = ?6
                 WHERE id = ?1",
                params![id, contact, per_minute, per_day, batch, origins.join("\n")],
            )?;
            Ok(terms)
        })
    }

    /// Makes another key for a partner: a second one, or a first one after all were revoked.
    pub fn rotate(&mut self, name: &str, today: u32) -> Result<PartnerKey, PartnerError> {
        self.within(|changes| {
            let id = found(changes, name)?;
            if keys(changes, id)?.len() >= LIVE_KEYS {
                return Err(PartnerError::TwoKeys(name.to_owned()).into());
            }
            Ok(add_key(changes, id, today)?)
        })
    }

    /// Revokes one key of a partner or all of them, and returns their ids. The hash of a revoked
    /// key is destroyed; terms and usage stay on record.
    pub fn revoke(&mut self, name: &str, key: Option<KeyId>) -> Result<Vec<KeyId>, PartnerError> {
        let revoked = self.within(|changes| {
            let id = found(changes, name)?;
            let live = keys(changes, id)?.into_iter().map(|(id, _)| id);
            let revoked: Vec<_> = live.filter(|live| key.is_none_or(|key| key == *live)).collect();
            if revoked.is_empty() {
                let name = name.to_owned();
                return Err(key
                    .map_or(PartnerError::Revoked(name.clone()), |key| PartnerError::NoKey { name, key })
                    .into());
            }
            for key in &revoked {
                changes.execute("DELETE FROM partner_key WHERE id = ?1", [key.to_string()])?;
            }
            Ok(revoked)
        })?;
        self.empty_log();
        Ok(revoked)
    }

    /// All partners by name, with their usage on a day.
    pub fn list(&self, day: u32) -> Result<Vec<PartnerRecord>, PartnerError> {
        let all = || {
            let mut partners = self.connection.prepare(
                "SELECT contact, per_minute, per_day, batch, origins, id, name, added,
                        coalesce((SELECT elements FROM usage WHERE partner = partner.id AND day = ?1), 0)
                 FROM partner ORDER BY name",
            )?;
            let records = partners.query_map([day], |row| {
                let keys = keys(&self.connection, row.get(5)?)?;
                let used: i64 = row.get(8)?;
                let used = used.cast_unsigned();
                Ok(PartnerRecord { name: row.get(6)?, terms: terms(row, 0)?, added: row.get(7)?, keys, used })
            })?;
            records.collect::<rusqlite::Result<_>>()
        };
        all().map_err(|error| self.failed(error))
    }

    /// All partners with a live key, for looking up keys.
    pub(crate) fn table(&self) -> Result<PartnerTable, PartnerError> {
        let all = || {
            let mut partners = self.connection.prepare(
                "SELECT contact, per_minute, per_day, batch, origins, id, name FROM partner
                 WHERE id IN (SELECT partner FROM partner_key)",
            )?;
            let partners = partners.query_map([], |row| {
                let Terms { per_minute, per_day, batch, origins, .. } = terms(row, 0)?;
                let quota = PartnerQuota { id: row.get(5)?, per_minute, per_day, batch };
                Ok(Partner { name: row.get(6)?, quota, origins })
            })?;
            let mut table = PartnerTable::default();
            for partner in partners {
                let partner = Arc::new(partner?);
                table.add(&partner, hashes(&self.connection, partner.quota.id)?);
            }
            Ok(table)
        };
        all().map_err(|error| self.failed(error))
    }

    /// A number that changes when another connection, such as that of a command, changes the file.
    pub(crate) fn version(&self) -> Result<i64, PartnerError> {
        let version = self.connection.pragma_query_value(None, "data_version", |row| row.get(0));
        version.map_err(|error| self.failed(error))
    }

    /// Empties the write-ahead log, which may still contain deleted data. False if another process
    /// is reading at this moment; then SQLite empties the log later.
    pub(crate) fn empty_log(&self) -> bool {
        let busy = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
        busy.is_ok_and(|busy| busy == 0)
    }

    /// The connection, for the rows of `accounts::spent`.
    pub(crate) fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// Adds the file's path to an error of the database.
    pub(crate) fn failed(&self, error: rusqlite::Error) -> PartnerError {
        PartnerError::Database { path: self.path.clone(), error }
    }

    /// Makes a change in one transaction. Locks at once, so that what is read cannot change
    /// meanwhile.
    fn within<T>(&mut self, change: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>) -> Result<T, PartnerError> {
        let begun = self.connection.transaction_with_behavior(TransactionBehavior::Immediate);
        let done = begun.map_err(Failure::from).and_then(|changes| {
            let value = change(&changes)?;
            changes.commit()?;
            Ok(value)
        });
        done.map_err(|failure| match failure {
            Failure::Partner(error) => error,
            Failure::Database(error) => PartnerError::Database { path: self.path.clone(), error },
        })
    }
}

/// Why a change was not made: a mistake of the user, or an error of the database.
enum Failure {
    Partner(PartnerError),
    Database(rusqlite::Error),
}

impl From<PartnerError> for Failure {
    fn from(error: PartnerError) -> Self {
        Self::Partner(error)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

const TERMS: &str = "SELECT contact, per_minute, per_day, batch, origins FROM partner";

/// Reads the terms from five columns of a row.
fn terms(row: &rusqlite::Row<'_>, first: usize) -> rusqlite::Result<Terms> {
    let origins: String = row.get(first + 4)?;
    Ok(Terms {
        contact: row.get(first)?,
        per_minute: row.get(first + 1)?,
        per_day: row.get(first + 2)?,
        batch: row.get(first + 3)?,
        origins: origins.lines().map(str::to_owned).collect(),
    })
}

fn find(connection: &Connection, name: &str) -> rusqlite::Result<Option<i64>> {
    connection.query_row("SELECT id FROM partner WHERE name = ?1", [name], |row| row.get(0)).optional()
}

fn found(connection: &Connection, name: &str) -> Result<i64, Failure> {
    Ok(find(connection, name)?.ok_or_else(|| PartnerError::Unknown(name.to_owned()))?)
}

fn add_key(connection: &Connection, partner: i64, today: u32) -> rusqlite::Result<PartnerKey> {
    let key = PartnerKey::generate();
    connection.execute(
        "INSERT INTO partner_key (id, partner, hash, added) VALUES (?1, ?2, ?3, ?4)",
        params![key.id().to_string(), partner, key.hash(), today],
    )?;
    Ok(key)
}

/// The live keys of a partner, oldest first, with the day each was made.
fn keys(connection: &Connection, partner: i64) -> rusqlite::Result<Vec<(KeyId, u32)>> {
    let mut keys = connection.prepare("SELECT id, added FROM partner_key WHERE partner = ?1 ORDER BY added, rowid")?;
    let keys = keys.query_map([partner], |row| Ok((id(row)?, row.get(1)?)))?;
    keys.collect()
}

/// The live keys of a partner with the hash of each secret.
fn hashes(connection: &Connection, partner: i64) -> rusqlite::Result<Vec<(KeyId, [u8; 32])>> {
    let mut keys = connection.prepare("SELECT id, hash FROM partner_key WHERE partner = ?1")?;
    let keys = keys.query_map([partner], |row| Ok((id(row)?, row.get(1)?)))?;
    keys.collect()
}

/// The key id in the first column.
fn id(row: &rusqlite::Row<'_>) -> rusqlite::Result<KeyId> {
    let text: String = row.get(0)?;
    text.parse().map_err(|_| rusqlite::Error::InvalidColumnType(0, "id".into(), rusqlite::types::Type::Text))
}
