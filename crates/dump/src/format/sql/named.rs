//! Values that a clause gives to columns by name: `SET a = 1, b = 2`, `WHERE a = 1 AND b IN (2,
//! 3)`,
//! `ON DUPLICATE KEY UPDATE a = 1`.
//!
//! A value belongs to the name before its operator. One whose name is not clear is left out, so
//! that it never comes out in another column.

use super::beginnings::{AHEAD_BYTES, begins_statement};
use super::dialect::Backslash;
use super::expression::{Ends, Values};
use super::lexer::{Fault, Lexer};
use super::listed::Listed;
use super::parts::Parts;
use super::word::{is_of_word, is_one_of};
use crate::format::rows::Cell;
use std::borrow::Cow;

/// Maximum nested CASE.
const CASES: usize = 32;

/// Words that compare, between a name and its value.
const COMPARE: &str = "LIKE ILIKE IN NOT BETWEEN REGEXP RLIKE SIMILAR GLOB IS BINARY CONTAINING";

/// Words that begin a clause or a condition, and are no names.
const CLAUSES: &str = "WHERE SET ON HAVING FROM USING EXISTS";

/// Words at which another clause begins that has values of its own, or none.
const NEXT_CLAUSE: &str = "RETURNING UNION INTERSECT EXCEPT SELECT";

/// Words that begin a statement where they begin a line.
const NEXT_STATEMENT: &str = "UPDATE DELETE MERGE WITH EXEC EXECUTE CALL GO";

/// Parses the clause at the lexer's position.
pub(super) fn named<'b>(lexer: &mut Lexer<'b>, ordinary: Backslash, parts: &mut Parts) -> Result<Listed<'b>, Fault> {
    let values = Values { lexer, ordinary, ends: Ends::List, parts };
    let found = Listed::default();
    Clause { values, found, name: None, depth: 0, last: None, is_row: false, cases: Vec::new(), is_between: false }
        .all()
}

/// A name, and how many parentheses were open at it.
type Name<'b> = Option<(Cow<'b, str>, u32)>;

struct Clause<'l, 'b> {
    values: Values<'l, 'b>,
    found: Listed<'b>,
    /// The name that the next value belongs to.
    name: Name<'b>,
    depth: u32,
    /// The last name that no operator followed, such as that in `LOWER(a) = …`.
    last: Option<Cow<'b, str>>,
    /// Whether a comma came before in these parentheses: `(a, b) = …` names two columns.
    is_row: bool,
    /// Of each open CASE, the name that it gives a value to, and the one that it compares.
    cases: Vec<[Name<'b>; 2]>,
    /// Whether the next AND belongs to BETWEEN.
    is_between: bool,
}

impl<'b> Clause<'_, 'b> {
    fn all(mut self) -> Result<Listed<'b>, Fault> {
        loop {
            self.values.blank()?;
            let Some(&byte) = self.values.lexer.rest().first() else { return Ok(self.found) };
            match byte {
                b';' => return Ok(self.found),
                b')' if self.depth == 0 => return Ok(self.found),
                b',' => self.comma(),
                b'(' => self.opening(),
                b')' => self.closing(),
                b'\'' | b'0'..=b'9' => {
                    if self.value()? {
                        return Ok(self.found);
                    }
                }
                b'-' | b'+' | b'.' | b'$' | b'{' if self.name.is_some() => {
                    if self.value()? {
                        return Ok(self.found);
                    }
                }
                b'=' | b'<' | b'>' | b'!' if self.name.is_none() && self.last.is_some() => {
                    let name = self.last.take().expect("it is there");
                    self.name = Some((name, self.depth));
                    self.operator()?;
                }
                b'"' | b'`' | b'[' => {
                    if self.name_or_value(byte)? {
                        return Ok(self.found);
                    }
                }
                _ if is_of_word(byte) => {
                    if self.word()? {
                        return Ok(self.found);
                    }
                }
                _ => {
                    self.values.lexer.at += 1;
                    self.last = None;
                }
            }
        }
    }

    fn opening(&mut self) {
        self.values.lexer.at += 1;
        self.depth += 1;
        (self.last, self.is_row) = (None, false);
    }

    /// A name ends with the parentheses that it was written in.
    fn closing(&mut self) {
        self.values.lexer.at += 1;
        self.depth -= 1;
        self.is_row = false;
        if self.name.as_ref().is_some_and(|(_, opened)| *opened > self.depth) {
            self.name = None;
        }
    }

    /// A comma between values in further parentheses does not end a name.
    fn comma(&mut self) {
        self.values.lexer.at += 1;
        (self.last, self.is_row) = (None, self.depth > 0);
        if self.name.as_ref().is_some_and(|(_, opened)| *opened >= self.depth) {
            self.name = None;
        }
    }

    /// Takes the value here; true if the clause ends behind it.
    fn value(&mut self) -> Result<bool, Fault> {
        let start = self.values.lexer.at;
        let cell = self.values.cell()?;
        match &self.name {
            Some((name, _)) if cell != Cell::Nothing => {
                if !self.found.add(name.clone(), cell) {
                    return Err(Fault::Broken);
                }
            }
            Some(_) => {}
            None => self.values.parts.leave_out(start, self.values.lexer.at),
        }
        // No operator between two values: what follows is not of this statement.
        Ok(matches!(self.values.lexer.rest().first(), Some(b'\'' | b'0'..=b'9')))
    }

    fn operator(&mut self) -> Result<(), Fault> {
        let count = self.values.lexer.rest().iter().take_while(|byte| b"=<>!~*:".contains(byte)).count();
        self.values.lexer.at += count;
        self.values.blank()
    }

    /// A quoted name, or a value in such quotes; true if the clause ends behind it.
    fn name_or_value(&mut self, quote: u8) -> Result<bool, Fault> {
        let start = self.values.lexer.at;
        if self.name.is_some() && quote != b'`' {
            return self.value();
        }
        let Ok(name) = self.values.lexer.qualified_name() else {
            self.values.lexer.at = start;
            return if self.values.lexer.is_all { Err(Fault::Broken) } else { Err(Fault::Cut) };
        };
        self.named(name, start)?;
        Ok(false)
    }

    /// Looks for an operator after a name.
    fn named(&mut self, name: Cow<'b, str>, start: usize) -> Result<(), Fault> {
        self.values.parts.leave_out(start, self.values.lexer.at);
        self.values.blank()?;
        let rest = self.values.lexer.rest();
        let is_operator = match rest.first() {
            Some(b'=' | b'<' | b'>' | b'!' | b'~') => true,
            Some(b':' | b'+' | b'|') => rest.get(1) == Some(&b'='),
            _ => false,
        };
        if is_operator {
            self.name = Some((name, self.depth));
            self.values.lexer.at += usize::from(matches!(rest[0], b'+' | b'|'));
            return self.operator();
        }
        let mut compares = false;
        loop {
            if self.values.lexer.take_word("BETWEEN")? {
                (compares, self.is_between) = (true, true);
            } else if self.values.lexer.take_any(COMPARE)? {
                compares = true;
            } else {
                break;
            }
        }
        if compares {
            self.name = Some((name, self.depth));
        } else {
            self.name = None;
            self.last = Some(name).filter(|_| !self.is_row);
        }
        Ok(())
    }

    /// A keyword, a name, or a value that begins with a word; true if the clause ends before it.
    fn word(&mut self) -> Result<bool, Fault> {
        let start = self.values.lexer.at;
        let mut ahead = *self.values.lexer;
        let word = ahead.word()?;
        let is = |known: &str| word.eq_ignore_ascii_case(known.as_bytes());
        let is_top = self.depth == 0 && self.cases.is_empty();
        if is_top && (is_one_of(word, NEXT_CLAUSE) || is("WHEN")) {
            return Ok(true);
        }
        if is_top && self.begins_line() && self.is_statement(word)? {
            return Ok(true);
        }
        if is_one_of(word, "CASE WHEN THEN ELSE END") {
            *self.values.lexer = ahead;
            self.values.blank()?;
            self.case(word)?;
            return Ok(false);
        }
        if is_one_of(word, CLAUSES) {
            *self.values.lexer = ahead;
            (self.name, self.last) = (None, None);
            return Ok(false);
        }
        if is("AND") || is("OR") {
            *self.values.lexer = ahead;
            if !std::mem::take(&mut self.is_between) {
                (self.name, self.last) = (None, None);
            }
            return Ok(false);
        }
        ahead.blank()?;
        let next = ahead.rest().first().copied();
        let begins_value =
            matches!(next, Some(b'(')) || matches!(self.values.lexer.bytes.get(start + word.len()), Some(b'\''));
        let is_constant = word[0] == b'_' || is_one_of(word, "NULL TRUE FALSE DEFAULT");
        let is_array = is("ARRAY") && next == Some(b'[');
        let is_list = is_one_of(word, "IN ANY ALL SOME") || is("VALUES") && self.name.is_none();
        if self.name.is_some() && (begins_value && !is_list || is_constant || is_array) {
            return self.value();
        }
        if is_list || next == Some(b'(') {
            *self.values.lexer = ahead;
            return Ok(false);
        }
        let name = self.values.lexer.qualified_name()?;
        self.named(name, start)?;
        Ok(false)
    }

    /// A word of CASE: WHEN compares, THEN gives.
    fn case(&mut self, word: &[u8]) -> Result<(), Fault> {
        let is = |known: &str| word.eq_ignore_ascii_case(known.as_bytes());
        if is("CASE") {
            if self.cases.len() == CASES {
                return Err(Fault::Broken);
            }
            let mut ahead = *self.values.lexer;
            let is_compared = !ahead.take_word("WHEN")?;
            let start = self.values.lexer.at;
            let compared = if is_compared { self.values.lexer.qualified_name().ok() } else { None };
            self.values.parts.leave_out(start, self.values.lexer.at);
            self.cases.push([self.name.take(), compared.map(|name| (name, self.depth))]);
            return Ok(());
        }
        let Some([given, compared]) = self.cases.last() else { return Ok(()) };
        self.name = if is("WHEN") { compared.clone() } else { given.clone() };
        if is("END") {
            self.name = None;
            self.cases.pop();
        }
        Ok(())
    }

    fn begins_line(&self) -> bool {
        let before = &self.values.lexer.bytes[..self.values.lexer.at];
        before.iter().rev().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r')) == Some(&b'\n')
    }

    fn is_statement(&self, word: &[u8]) -> Result<bool, Fault> {
        let rest = self.values.lexer.rest();
        if rest.len() < AHEAD_BYTES && !self.values.lexer.is_all {
            return Err(Fault::Cut);
        }
        // ON DUPLICATE KEY UPDATE may be on several lines.
        let continues = self.last.as_ref().is_some_and(|last| is_one_of(last.as_bytes(), "KEY DO"));
        let is_named = is_one_of(word, NEXT_STATEMENT);
        Ok(is_named && !continues || begins_statement(&rest[..rest.len().min(AHEAD_BYTES)]))
    }
}
