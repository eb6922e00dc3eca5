//! Reads the values of a clause that is held whole: a list of SELECT, assignments and conditions,
//! what EXEC is given.

use super::comments::comments_in;
use super::dialect::Backslash;
use super::lexer::{Fault, Lexer};
use super::listed::Listed;
use super::named;
use super::parts::Parts;
use super::reader::{Current, PARTS, Reader, STATEMENTS, Tables};
use super::select;
use super::walk::Walk;
use crate::format::rows::{Rows, Stopped};
use crate::halt::Halt;
use std::borrow::Cow;

/// What became of a clause.
enum Clause {
    /// It was delivered and skipped.
    Rows,
    /// It has no rows, and is so long.
    Empty(usize),
    /// It cannot be parsed within the longest record.
    Broken,
}

impl Reader<'_> {
    /// Reads what SELECT selects, if it is values. `run`: the bytes of the word.
    pub(super) fn selected(&mut self, run: usize, walk: &mut Walk) -> Result<(), Stopped> {
        let clause = self.clause_of(run, select::select, |listed, tables, rows, at| {
            if !listed.has_values() || listed.is_computed && !walk.changes() {
                return Ok(false);
            }
            let target = if walk.is_source { Vec::new() } else { tables.columns_of(&walk.target) };
            let width = listed.cells.len();
            let has_names = listed.names.iter().any(|name| !name.is_empty());
            if target.len() == width {
                rows.table(&walk.target.table, &target)?;
            } else if has_names {
                rows.table(&walk.target.table, &listed.names)?;
                walk.names = listed.names.iter().map(|name| name.as_ref().to_owned()).collect();
            } else {
                let names = if walk.names.len() == width { &walk.names[..] } else { &[] };
                let names: Vec<Cow<'_, str>> = names.iter().map(|name| name.as_str().into()).collect();
                rows.table(&walk.target.table, &names)?;
            }
            rows.row(at, &listed.cells)?;
            Ok(true)
        })?;
        self.pass_rest_of(&clause, run)
    }

    /// Reads values with names.
    pub(super) fn assigned(&mut self, run: usize, walk: &Walk) -> Result<(), Stopped> {
        let clause = self.clause_of(0, named::named, |found, tables, rows, at| {
            found.deliver(&walk.target.table, tables, rows, at)
        })?;
        self.pass_rest_of(&clause, run)
    }

    /// Reads what a procedure is given.
    pub(super) fn call(&mut self, run: usize) -> Result<(), Stopped> {
        let clause = self.clause_of(run, select::call, |listed, _, rows, at| {
            if !listed.has_values() {
                return Ok(false);
            }
            rows.table(&listed.called, &listed.names)?;
            rows.row(at, &listed.cells)?;
            Ok(true)
        })?;
        self.pass_rest_of(&clause, run)?;
        if matches!(clause, Clause::Rows) { Ok(()) } else { self.skip_statement() }
    }

    fn pass_rest_of(&mut self, clause: &Clause, word: usize) -> Result<(), Stopped> {
        match *clause {
            Clause::Rows => Ok(()),
            Clause::Empty(length) => self.pass(length, STATEMENTS),
            Clause::Broken => self.pass(word, STATEMENTS),
        }
    }

    /// Parses a clause from this offset of the view, and delivers and skips it if it makes rows.
    fn clause_of(
        &mut self,
        offset: usize,
        parse: impl for<'b> Fn(&mut Lexer<'b>, Backslash, &mut Parts) -> Result<Listed<'b>, Fault>,
        deliver: impl FnOnce(Listed<'_>, &Tables, &mut dyn Rows, u64) -> Result<bool, Halt>,
    ) -> Result<Clause, Stopped> {
        let at = self.view.at();
        if at < self.hopeless_until {
            return Ok(Clause::Broken);
        }
        self.flush()?;
        loop {
            let (bytes, is_all, can_grow) = self.view.held(self.record);
            let mut read = |backslash| {
                let mut lexer = Lexer::new(bytes, self.dialect, is_all);
                lexer.at = offset;
                self.parts.clear();
                let parsed = parse(&mut lexer, backslash, &mut self.parts);
                (parsed, lexer.at)
            };
            let known = self.dialect.backslash();
            let (mut parsed, mut end) = read(known.unwrap_or(Backslash::Escapes));
            if parsed.as_ref().is_err_and(|&fault| fault == Fault::Broken || !can_grow) && known.is_none() {
                (parsed, end) = read(Backslash::IsItself);
            }
            match parsed {
                Ok(listed) => {
                    if !deliver(listed, &self.tables, self.rows, at)? {
                        return Ok(Clause::Empty(end));
                    }
                    for (start, end) in comments_in(&bytes[..end], self.dialect) {
                        self.parts.leave_out_comment(start, end);
                    }
                    for (start, part) in self.parts.telling(bytes) {
                        self.rows.outside(at + start as u64, part, PARTS)?;
                    }
                    self.table = Current::default();
                    self.take(end)?;
                    return Ok(Clause::Rows);
                }
                Err(Fault::Cut) if can_grow => {
                    self.view.read_more();
                }
                Err(_) => {
                    self.hopeless_until = at + end as u64;
                    return Ok(Clause::Broken);
                }
            }
        }
    }
}
