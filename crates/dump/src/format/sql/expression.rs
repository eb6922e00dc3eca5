//! The value of an expression. Dumps wrap values, in casts, calls and concatenations, and hardly
//! ever compute them: what does not say how it becomes one value is its first literal.

use super::dialect::Backslash;
use super::function::Function;
use super::lexer::{Fault, Lexer};
use super::literal;
use super::parts::Parts;
use super::word::{is_of_word, is_one_of};
use crate::format::rows::Cell;
use std::borrow::Cow;

/// Types that are written before a string.
const TYPES: &str = "DATE TIME DATETIME TIMESTAMP INTERVAL";

/// Where a value ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    /// In parentheses: at a comma or at the closing one.
    Tuple,
    /// Also at the end of its clause.
    List,
}

/// Parses values, one after another.
pub(super) struct Values<'l, 'b> {
    pub(super) lexer: &'l mut Lexer<'b>,
    /// What a backslash means in an ordinary string.
    pub(super) ordinary: Backslash,
    pub(super) ends: Ends,
    /// What of the expressions is in no cell.
    pub(super) parts: &'l mut Parts,
}

/// A part of an expression.
pub(super) enum Part<'b> {
    Literal(Cell<'b>),
    /// The value of a call or a group, if it has one.
    Value(Option<Cell<'b>>),
}

impl<'b> Values<'_, 'b> {
    /// Usually there is none, or one space. Comments are left out.
    #[inline]
    pub(super) fn blank(&mut self) -> Result<(), Fault> {
        if let Some(b'\'' | b'0'..=b'9' | b',' | b')' | b'N') = self.lexer.bytes.get(self.lexer.at) {
            return Ok(());
        }
        let start = self.lexer.at;
        self.lexer.blank()?;
        if self.lexer.at > start + 1 {
            self.parts.leave_out(start, self.lexer.at);
        }
        Ok(())
    }

    /// A value up to what ends it.
    pub(super) fn cell(&mut self) -> Result<Cell<'b>, Fault> {
        let (mut first, start) = (None, self.lexer.at);
        let byte = self.lexer.peek()?;
        if let b'\'' | b'"' | b'0'..=b'9' | b'-' | b'+' | b'A'..=b'Z' | b'a'..=b'z' | b'_' = byte {
            match self.part(0)? {
                Part::Literal(cell) => {
                    self.after_literal(0)?;
                    // Nearly every cell is a literal and nothing else.
                    if matches!(self.lexer.bytes.get(self.lexer.at), Some(b',' | b')')) {
                        return Ok(cell);
                    }
                    first = Some(cell);
                }
                Part::Value(Some(value)) => first = Some(value),
                Part::Value(None) => self.parts.leave_out(start, self.lexer.at),
            }
            let is_operand = first.is_some() || !is_sign(byte);
            return Ok(self.expression(first, is_operand, 0)?.unwrap_or(Cell::Nothing));
        }
        Ok(self.expression(first, false, 0)?.unwrap_or(Cell::Nothing))
    }

    /// The rest of an expression after its first value. `is_operand`: whether a part came before.
    pub(super) fn expression(
        &mut self,
        mut value: Option<Cell<'b>>,
        mut is_operand: bool,
        depth: u32,
    ) -> Result<Option<Cell<'b>>, Fault> {
        let is_list = self.ends == Ends::List && depth == 0;
        let mut joins = false;
        loop {
            self.blank()?;
            let byte = match self.lexer.peek() {
                Err(_) if is_list && self.lexer.is_all => return Ok(value),
                byte => byte?,
            };
            match byte {
                b',' | b')' | b']' | b'}' => return Ok(value),
                b';' if is_list => return Ok(value),
                b';' => return Err(Fault::Broken),
                b'|' => {
                    joins = value.is_some() && self.lexer.rest().starts_with(b"||");
                    (self.lexer.at, is_operand) = (self.lexer.at + 1 + usize::from(joins), false);
                    continue;
                }
                b'+' if matches!(value, Some(Cell::Text(_))) => {
                    (joins, is_operand) = (true, false);
                    self.lexer.at += 1;
                    continue;
                }
                b'.' | b'-' | b'+' if is_operand => {
                    (self.lexer.at, is_operand) = (self.lexer.at + 1, false);
                    continue;
                }
                _ => {}
            }
            let is_part =
                matches!(byte, b'\'' | b'"' | b'`' | b'[' | b'{' | b'(' | b'.' | b'-' | b'+') || is_of_word(byte);
            if !is_part {
                (self.lexer.at, is_operand) = (self.lexer.at + 1, false);
                continue;
            }
            if is_list && self.is_end_of_list(byte, is_operand)? {
                return Ok(value);
            }
            let start = self.lexer.at;
            let part = match self.part(depth)? {
                Part::Literal(cell) => {
                    if matches!(byte, b'\'' | b'"') {
                        self.after_literal(depth)?;
                    }
                    Some(cell)
                }
                Part::Value(value) => value,
            };
            is_operand = part.is_some() || !is_sign(byte);
            value = match (value, part) {
                (Some(first), Some(next)) if joins => Some(joined(&first, "", &next)),
                (None, Some(next)) => Some(next),
                (value, _) => {
                    self.parts.leave_out(start, self.lexer.at);
                    value
                }
            };
            joins = false;
        }
    }

    #[inline]
    fn part(&mut self, depth: u32) -> Result<Part<'b>, Fault> {
        match self.lexer.peek()? {
            quote @ (b'\'' | b'"') => literal::string(self.lexer, quote, self.ordinary).map(Part::Literal),
            b'0'..=b'9' => literal::number(self.lexer).map(Part::Literal),
            b'-' | b'+' | b'.' => match self.lexer.bytes.get(self.lexer.at + 1) {
                None if !self.lexer.is_all => Err(Fault::Cut),
                Some(b'0'..=b'9' | b'.') => literal::number(self.lexer).map(Part::Literal),
                _ => {
                    self.lexer.at += 1;
                    Ok(Part::Value(None))
                }
            },
            b'(' => self.call(Function::First, depth),
            b'{' => self.list(b'}', depth),
            b'[' if self.is_array()? => self.list(b']', depth),
            b'`' | b'[' => self.lexer.name().map(|_| Part::Value(None)),
            b'$' if self.lexer.dialect.has_dollar_quotes() => match literal::between_dollars(self.lexer)? {
                Some(cell) => Ok(Part::Literal(cell)),
                None => self.word(depth),
            },
            byte if is_of_word(byte) => self.word(depth),
            _ => Err(Fault::Broken),
        }
    }

    /// Whether this bracket begins a list of values, and not a name of SQL Server.
    fn is_array(&self) -> Result<bool, Fault> {
        let inner = self.lexer.rest()[1..].iter().find(|byte| !byte.is_ascii_whitespace());
        match inner {
            None if !self.lexer.is_all => Err(Fault::Cut),
            Some(b'\'' | b'"' | b'0'..=b'9' | b'[' | b']' | b'{' | b'(' | b'-') => {
                Ok(!self.lexer.dialect.has_bracket_names())
            }
            _ => Ok(false),
        }
    }

    /// A word, and the string or the parentheses that belong to it.
    fn word(&mut self, depth: u32) -> Result<Part<'b>, Fault> {
        let start = self.lexer.at;
        let word = self.lexer.word()?;
        let is = |known: &str| word.eq_ignore_ascii_case(known.as_bytes());
        if is("U") && self.lexer.rest().starts_with(b"&'") {
            self.lexer.at += 1;
            let cell = literal::string(self.lexer, b'\'', Backslash::IsItself)?;
            return Ok(Part::Literal(Function::Unistr.of_one(cell)));
        }
        let mut ahead = *self.lexer;
        ahead.blank()?;
        let next = ahead.bytes.get(ahead.at).copied();
        if next == Some(b'(') {
            *self.lexer = ahead;
            self.parts.leave_out(start, ahead.at);
            let (function, ordinary) = (Function::of(word), self.ordinary);
            if function == Function::Unistr {
                self.ordinary = Backslash::IsItself;
            }
            let part = self.call(function, depth);
            self.ordinary = ordinary;
            return part;
        }
        if next == Some(b'\'') && is_one_of(word, TYPES) {
            *self.lexer = ahead;
            return literal::string(self.lexer, b'\'', self.ordinary).map(Part::Literal);
        }
        if next == Some(b'[') && is("ARRAY") {
            *self.lexer = ahead;
            self.parts.leave_out(start, ahead.at);
            return self.list(b']', depth);
        }
        let is_introducer = word.first() == Some(&b'_');
        let literal = match (word, if is_introducer { next } else { self.lexer.bytes.get(self.lexer.at).copied() }) {
            (b"N" | b"n" | b"B" | b"b" | b"G" | b"g", Some(b'\'')) => {
                literal::string(self.lexer, b'\'', self.ordinary)?
            }
            (b"E" | b"e", Some(b'\'')) => literal::string(self.lexer, b'\'', Backslash::Escapes)?,
            (b"X" | b"x", Some(b'\'')) => {
                let digits = literal::string(self.lexer, b'\'', Backslash::IsItself)?;
                Function::Unhex.of_one(digits)
            }
            (b"q" | b"Q" | b"nq" | b"NQ" | b"Nq" | b"nQ", Some(b'\'')) => literal::any_quote(self.lexer)?,
            ([b'_', ..], Some(b'\'' | b'"' | b'0' | b'x' | b'X')) => {
                *self.lexer = ahead;
                self.parts.leave_out(start, ahead.at);
                return self.part(depth);
            }
            (_, None) if !self.lexer.is_all => return Err(Fault::Cut),
            _ if is("NULL") || is("DEFAULT") => Cell::Nothing,
            _ if is("TRUE") => Cell::Text("true".into()),
            _ if is("FALSE") => Cell::Text("false".into()),
            _ => return Ok(Part::Value(None)),
        };
        Ok(Part::Literal(literal))
    }
}

/// Whether a value may follow this directly.
fn is_sign(byte: u8) -> bool {
    matches!(byte, b'-' | b'+' | b'.')
}

/// Two values as one text.
pub(super) fn joined<'b>(first: &Cell<'_>, between: &str, second: &Cell<'_>) -> Cell<'b> {
    let ((_, first), (_, second)) = (first.parts(), second.parts());
    Cell::Text(Cow::Owned([first, between, second].concat()))
}
