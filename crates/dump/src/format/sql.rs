//! SQL dumps: the rows of INSERT, REPLACE and COPY, from a stream whose lines may be as long as the
//! dump.
//!
//! One tuple is held at a time. Other statements are skipped; of them only the column names in
//! CREATE TABLE and evidence of the dialect are kept. A broken tuple costs itself: reading
//! continues at the next position that looks like a tuple or a statement.
//!
//! **What a backslash means** depends on what wrote the dump (`dialect`): `MySQL` and `MariaDB`
//! escape with it; `PostgreSQL`, SQL Server and `SQLite` do not, except in `PostgreSQL`'s `E'…'`.
//! If there is no evidence yet, and a quote follows a backslash, a tuple is parsed both ways, first
//! as `MySQL` does: the result that is as wide as the table is used.
//!
//! **What a cell is**: a literal; of an expression, such as a cast or a call, its first literal,
//! since dumps wrap values (`CAST(N'…' AS date)`) and hardly ever compute them.

mod copy;
mod dialect;
mod header;
mod lexer;
mod reader;
mod skip;
mod statement;
mod tuple;

#[cfg(test)]
mod tests;

use crate::format::rows::{Rows, Stopped};
use crate::limits::Limits;
pub(crate) use dialect::{dialect_name, looks_like};
use reader::Reader;
use std::io::Read;

/// Reads the text of a dump, and delivers each row to `rows`.
pub(crate) fn read(text: &mut dyn Read, limits: &Limits, rows: &mut dyn Rows) -> Result<(), Stopped> {
    Reader::new(text, limits, rows).all()
}
