//! Walks over a statement clause by clause, and reads the values where they stand: tuples, lists of
//! SELECT, assignments and conditions. What is between them is passed over.
//!
//! So one reader serves INSERT … SELECT, INSERT ALL, MERGE, UPDATE, and any mixture of them.

use super::beginnings::{AHEAD_BYTES, begins_statement};
use super::header::{self, Target};
use super::reader::{NAMES, Reader, STATEMENTS};
use super::word::{first_word, is_of_word, is_one_of};
use crate::format::rows::Stopped;

/// Statements that may begin on any line, if the one before has no end.
const ON_A_LINE: &str = "UPDATE DELETE MERGE EXEC EXECUTE CALL GO COMMIT";

/// Words after which another statement's word continues this one.
const CONTINUED: &str = "THEN DO KEY ELSE AS";

/// Where in a statement reading is.
pub(super) struct Walk {
    /// The first word of the statement.
    verb: Vec<u8>,
    /// The last word.
    last: Vec<u8>,
    /// The table that it changes.
    pub(super) target: Target,
    /// Whether values are those of a source (MERGE … USING), which has columns of its own.
    pub(super) is_source: bool,
    /// The names of a list before: further ones of a UNION have none.
    pub(super) names: Vec<String>,
}

impl Walk {
    /// Whether it changes a table, so that a list of values is a row of it.
    pub(super) fn changes(&self) -> bool {
        is_one_of(&self.verb, "INSERT REPLACE UPSERT INS MERGE UPDATE") || !self.target.table.is_empty()
    }
}

impl Reader<'_> {
    /// Reads a statement from its first word, or, if its table is known already, from any clause.
    pub(super) fn walk(&mut self, target: Target) -> Result<(), Stopped> {
        let mut is_begun = !target.table.is_empty();
        let mut walk = Walk { verb: Vec::new(), last: Vec::new(), target, is_source: false, names: Vec::new() };
        // The last byte, without blanks and with them, and whether it is in the middle of a word.
        let (mut before, mut previous, mut is_cut) = (b' ', b' ', false);
        loop {
            let (has_blank, has_line) = self.pass_blanks()?;
            previous = if has_blank { b' ' } else { previous };
            let ahead = self.view.ahead(AHEAD_BYTES);
            let Some(&byte) = ahead.first() else { return Ok(()) };
            let run = ahead.iter().take_while(|&&byte| is_of_word(byte)).count();
            let word = first_word(ahead);
            if is_begun && has_line && (byte.is_ascii_digit() || walk.is_next_statement(&word, ahead)) {
                return Ok(());
            }
            is_begun = true;
            let is_word = run > 0 && (has_blank || !is_cut);
            is_cut = run == AHEAD_BYTES;
            let last = ahead[run.max(1) - 1];
            let start = self.view.at();
            match byte {
                b';' => return self.take(1),
                b'\'' | b'"' | b'`' if !self.skip_quoted(byte, previous)? => return Ok(()),
                b'\'' | b'"' | b'`' => {}
                b'$' if is_word && self.dialect.has_dollar_quotes() => self.skip_dollars()?,
                _ if is_word => {
                    if self.clause(&word, run, before == b'(', &mut walk)? {
                        return Ok(());
                    }
                    walk.last = word;
                }
                _ => self.pass(run.max(1), STATEMENTS)?,
            }
            // A clause reaches to somewhere else.
            previous = if self.view.at() == start + run.max(1) as u64 { last } else { b' ' };
            before = last;
        }
    }

    /// Reads the clause that begins with this word of `run` bytes, or only passes the word; true if
    /// the statement ended with it.
    fn clause(&mut self, word: &[u8], run: usize, is_inner: bool, walk: &mut Walk) -> Result<bool, Stopped> {
        if walk.verb.is_empty() && !walk.changes() {
            walk.verb = word.to_vec();
        }
        match word {
            b"UPDATE" if is_one_of(&walk.last, CONTINUED) => self.pass(run, STATEMENTS)?,
            b"INSERT" | b"REPLACE" | b"UPSERT" | b"INS" | b"UPDATE" | b"MERGE" => self.changed_table(run, walk)?,
            b"INTO" if walk.changes() => self.changed_table(run, walk)?,
            b"FROM" if walk.verb == b"DELETE" => self.changed_table(run, walk)?,
            b"VALUES" | b"VALUE" => return self.values(run, is_inner, walk),
            b"SELECT" => self.selected(run, walk)?,
            b"SET" | b"WHERE" | b"ON" | b"HAVING" => self.assigned(run, walk)?,
            _ => {
                match word {
                    b"USING" => walk.is_source = true,
                    b"WHEN" => walk.is_source = false,
                    _ => {}
                }
                self.pass(run, STATEMENTS)?;
            }
        }
        if word == b"ON" {
            walk.is_source = false;
        }
        Ok(false)
    }

    /// Remembers the table behind this word, if one is there.
    fn changed_table(&mut self, run: usize, walk: &mut Walk) -> Result<(), Stopped> {
        let parsed = self.parse(|lexer| {
            lexer.at = run;
            lexer.blank()?;
            let mut ahead = *lexer;
            if ahead.take_any("ALL FIRST SET OR WHEN")? {
                return Ok(None);
            }
            if lexer.peek()? == b'(' {
                return header::columns(lexer).map(|columns| Some(Target { columns, ..Target::default() }));
            }
            header::target(lexer).map(Some)
        });
        let Ok((Some(target), length)) = parsed else { return self.pass(run, STATEMENTS) };
        if let Some(product) = target.product {
            self.dialect.observe_product(product);
        }
        let table = if target.table.is_empty() { std::mem::take(&mut walk.target.table) } else { target.table };
        walk.target = Target { table, ..target };
        self.tables.inserted(&walk.target);
        self.pass(length, NAMES)
    }

    /// Reads the tuples behind this word, if they are there; true if the statement ended with them.
    fn values(&mut self, run: usize, is_inner: bool, walk: &mut Walk) -> Result<bool, Stopped> {
        let parsed = self.parse(|lexer| {
            lexer.at = run;
            lexer.blank()?;
            lexer.take_word("ROW")?;
            Ok(lexer.peek()? == b'(')
        });
        let Ok((true, length)) = parsed else {
            self.pass(run, STATEMENTS)?;
            return Ok(false);
        };
        let is_known = !is_inner && !walk.is_source;
        let columns = if is_known { walk.target.columns.clone() } else { self.names_after_values(length) };
        let target =
            if is_known || !columns.is_empty() { Target { columns, ..walk.target.clone() } } else { Target::default() };
        self.pass(length, STATEMENTS)?;
        self.begin(target)?;
        Ok(!self.tuples(is_inner)?)
    }

    /// The names behind the tuples at this offset of the view.
    fn names_after_values(&mut self, offset: usize) -> Vec<String> {
        if self.view.at() < self.hopeless_until {
            return Vec::new();
        }
        let parsed = self.parse(|lexer| {
            lexer.at = offset + 1;
            header::names_after_values(lexer)
        });
        if parsed.is_err() {
            self.hopeless_until = self.view.at() + self.record as u64;
        }
        parsed.map(|(names, _)| names).unwrap_or_default()
    }
}

impl Walk {
    /// Whether the word that begins this line begins another statement.
    fn is_next_statement(&self, word: &[u8], line: &[u8]) -> bool {
        let is_statement = begins_statement(line) || is_one_of(word, ON_A_LINE);
        is_statement && !is_one_of(&self.last, CONTINUED) && !(word == b"UPDATE" && self.verb == b"MERGE")
    }
}
