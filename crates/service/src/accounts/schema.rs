//! Creating and opening `partners.sqlite`: its mode, its tables, and its durability settings.

use crate::accounts::error::PartnerError;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::time::Duration;

/// The version of the tables, stored in `user_version`.
pub(super) const VERSION: i64 = 1;

/// Longest wait for another process's transaction, which takes milliseconds.
const BUSY: Duration = Duration::from_secs(2);

/// `who` is a keyed hash of an address (16 bytes) or a partner's id (8 bytes, big-endian). Days and
/// minutes are counted from 1970, in UTC.
const TABLES: &str = "
    CREATE TABLE partner (
        id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, contact TEXT NOT NULL,
        per_minute INTEGER NOT NULL, per_day INTEGER NOT NULL, batch INTEGER NOT NULL, origins TEXT NOT NULL,
        added INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE partner_key (
        id TEXT NOT NULL UNIQUE, partner INTEGER NOT NULL REFERENCES partner (id), hash BLOB NOT NULL,
        added INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE usage (
        partner INTEGER NOT NULL REFERENCES partner (id), day INTEGER NOT NULL, elements INTEGER NOT NULL,
        PRIMARY KEY (partner, day)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE today (day INTEGER NOT NULL, salt BLOB NOT NULL) STRICT;
    CREATE TABLE spent (
        who BLOB NOT NULL PRIMARY KEY, minute INTEGER NOT NULL, in_minute INTEGER NOT NULL, in_day INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
";

/// Opens the file, creating it if necessary.
pub(super) fn open(path: &Path) -> Result<Connection, PartnerError> {
    let io_failed = |error| PartnerError::Io { path: path.to_owned(), error };
    create(path).map_err(io_failed)?;
    let metadata = fs::metadata(path).map_err(io_failed)?;
    if !metadata.is_file() {
        return Err(io_failed(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file")));
    }
    let mode = metadata.mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(PartnerError::Permissions { path: path.to_owned(), mode });
    }
    let failed = |error| PartnerError::Database { path: path.to_owned(), error };
    let mut connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(failed)?;
    prepare(&connection).map_err(failed)?;
    match migrate(&mut connection).map_err(failed)? {
        VERSION => Ok(connection),
        version => Err(PartnerError::Version { path: path.to_owned(), version, expected: VERSION }),
    }
}

/// Creates the file with mode 0600, which SQLite also gives to the files beside it; SQLite itself
/// would make it readable by all. An existing file is not opened here, since closing it would
/// release the locks of other connections in this process.
fn create(path: &Path) -> io::Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// `synchronous = FULL` makes each transaction survive a power failure.
fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")
}

/// Creates the tables in an empty file, and returns the version.
fn migrate(connection: &mut Connection) -> rusqlite::Result<i64> {
    let changes = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut version = changes.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version == 0 {
        changes.execute_batch(TABLES)?;
        changes.pragma_update(None, "user_version", VERSION)?;
        version = VERSION;
    }
    changes.commit()?;
    Ok(version)
}
