//! Dumps of SQL: the rows of INSERT, REPLACE and COPY, out of a stream whose lines may be as long as the dump.
//!
//! One tuple is held at a time. What else a dump is made of is passed over; of it only the names of columns are kept that
//! CREATE TABLE gives, and what tells the dialect. A broken tuple costs itself: reading goes on at the next place that
//! looks like a tuple or a statement.
//!
//! **What a backslash means** depends on who wrote the dump (`dialect`): `MySQL` and `MariaDB` escape with it; `PostgreSQL`, SQL
//! Server and `SQLite` do not, but for `PostgreSQL`'s `E'…'`. Where nothing in the dump has told so far, and a quote follows a
//! backslash, a tuple is read both ways, first as `MySQL` would: the reading that is as wide as the table is taken.
//!
//! **What is a cell**: literals as they are; of an expression, such as a cast or a call, its first literal, since dumps wrap
//! values (`CAST(N'…' AS date)`) and hardly ever compute them.

mod copy;
mod dialect;
mod header;
mod lexer;
mod pass;
mod reader;
mod statement;
mod tuple;

#[cfg(test)]
mod tests;

use crate::format::rows::{Rows, Stopped};
use crate::limits::Limits;
pub(crate) use dialect::{dialect_name, looks_like};
use reader::Reader;
use std::io::Read;

/// Reads the text of a dump, and hands each row to `rows`.
pub(crate) fn read(text: &mut dyn Read, limits: &Limits, rows: &mut dyn Rows) -> Result<(), Stopped> {
    Reader::new(text, limits, rows).all()
}
