//! SQL dumps: the values of INSERT, REPLACE, UPDATE, MERGE, COPY and their kin, from a stream whose
//! lines may be as long as the dump.
//!
//! One tuple, or one clause, is held at a time. Of other statements only the column names in CREATE
//! TABLE and evidence of the dialect are kept. A broken tuple costs itself: reading continues at
//! the next position that looks like a tuple or a statement.
//!
//! **Every byte is accounted for**: it is in a row, or it is handed on as text outside of rows:
//! comments, statements without rows, what clients wrote before and between the statements,
//! malformed tuples. Only blanks and the marks between tuples are neither.
//!
//! **What a backslash means** depends on what wrote the dump (`dialect`): `MySQL` and `MariaDB`
//! escape with it; `PostgreSQL`, SQL Server, Oracle and `SQLite` do not, except in `PostgreSQL`'s
//! `E'…'`. If there is no evidence yet, and a quote follows a backslash, a tuple is parsed both
//! ways, first as `MySQL` does: the result that is as wide as the table is used.
//!
//! **What a cell is**: a literal; of an expression, such as a cast or a call, its first literal,
//! since dumps wrap values (`CAST(N'…' AS date)`) and hardly ever compute them. Concatenations and
//! bytes written in digits are put together; a list becomes one text, `{…,…}`.
//!
//! **Values with names** (`SET a = 1`, `WHERE b IN (2, 3)`) are rows too. Their columns are those
//! of the table, if it and all the names are known, or else the names in their order.

mod beginnings;
mod clause;
mod comments;
mod copy;
mod dialect;
mod expression;
mod following;
mod function;
mod group;
mod header;
mod lexer;
mod listed;
mod literal;
mod named;
mod parts;
mod plausible;
mod reader;
mod resume;
mod select;
mod skip;
mod statement;
mod tuple;
mod tuples;
mod view;
mod walk;
mod word;

#[cfg(test)]
mod tests;

use crate::format::rows::{Rows, Stopped};
use crate::limits::Limits;
pub(crate) use dialect::dialect_name;
pub(crate) use plausible::looks_like;
use reader::Reader;
use std::io::Read;

/// Reads the text of a dump, and delivers each row to `rows`.
pub(crate) fn read(text: &mut dyn Read, limits: &Limits, rows: &mut dyn Rows) -> Result<(), Stopped> {
    Reader::new(text, limits, rows).all()
}
